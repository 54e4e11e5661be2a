"""Acts on notices; other apps import from here."""

from notices.services.calendar import DayRange, set_calendar_year, year_mark
from notices.services.drafts import add_attachment, create_notice, delete_draft, edit_notice, remove_attachment
from notices.services.publication import (
    close_notice,
    draft_checks,
    publish_notice,
    set_hidden_names,
    withdraw_notice,
)

__all__ = [
    "DayRange",
    "add_attachment",
    "close_notice",
    "create_notice",
    "delete_draft",
    "draft_checks",
    "edit_notice",
    "publish_notice",
    "remove_attachment",
    "set_calendar_year",
    "set_hidden_names",
    "withdraw_notice",
    "year_mark",
]
