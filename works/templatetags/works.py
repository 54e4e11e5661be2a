"""Template tags of the works pages."""

from django import template
from django.urls import reverse

register = template.Library()


@register.simple_tag
def work_url(prefix: str, act: str, *keys: int) -> str:
    """Address of an act on a work, of the author's pages (`my_work`) or the unit's (`unit_work`)."""
    return reverse(f"{prefix}_{act}", args=keys)
