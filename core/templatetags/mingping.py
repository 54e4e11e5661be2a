"""Template tags of every page."""

from typing import Any

from django import template

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
