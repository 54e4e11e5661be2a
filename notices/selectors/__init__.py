"""What other apps read of notices; they import from here."""

from notices.selectors.calendar import arrangement, known_years, publicity_period, running_publicities
from notices.selectors.notices import (
    PUBLIC,
    attachments_of,
    draft_mark,
    found_by_title,
    notices_of,
    notices_of_subject,
    public_document,
    public_headlines,
    public_notices,
    text_digest,
    text_faults,
)

__all__ = [
    "PUBLIC",
    "arrangement",
    "attachments_of",
    "draft_mark",
    "found_by_title",
    "known_years",
    "notices_of",
    "notices_of_subject",
    "public_document",
    "public_headlines",
    "public_notices",
    "publicity_period",
    "running_publicities",
    "text_digest",
    "text_faults",
]
