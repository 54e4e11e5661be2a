"""Charts drawn on the server as inline SVG: presentation attributes only, so that a strict CSP lets them be."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

DONE, OWED = "#14508c", "#a87416"
TRACK = "#e3e0d8"


def progress_bar(done: int, of: int, *, label: str, behind: bool = False) -> SafeString:
    """How many of how many, as a bar; gold while somebody is behind (the number beside it says so too)."""
    width = 100 * done // of if of else 0
    return format_html(
        '<svg class="meter" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect width="100" height="6" rx="1" fill="{}"/><rect width="{}" height="6" rx="1" fill="{}"/></svg>',
        label,
        TRACK,
        width,
        OWED if behind else DONE,
    )
