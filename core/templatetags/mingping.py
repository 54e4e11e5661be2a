"""Template tags of every page."""

from typing import Any

from django import template

from core.text.masks import mask_name

register = template.Library()


@register.filter
def get(mapping: dict[Any, Any], key: Any) -> Any:
    """`mapping|get:key`, empty where there is none."""
    return mapping.get(key, "")


@register.filter
def place(rank: int | None, tied: bool = False) -> str:
    """A rank as printed: 4, 4= when shared, – when not ranked."""
    if rank is None:
        return "–"
    return f"{rank}=" if tied else str(rank)


@register.filter
def masked_name(name: str) -> str:
    """张*三: a name as strangers may see it; of several each."""
    return "、".join(mask_name(part) for part in name.split("、"))
