"""The link from a page of the product to the page of the manual that explains it."""

from django import template
from django.template import Context

from portal.rendering.manual import manual, page_of_name

register = template.Library()


@register.simple_tag(takes_context=True)
def help_address(context: Context) -> str:
    """The manual's page for the page that is shown; empty where none does, or where the address itself is unknown."""
    match = getattr(context.get("request"), "resolver_match", None)
    path = page_of_name().get(match.url_name or "") if match else None
    return manual()[path].address if path is not None else ""
