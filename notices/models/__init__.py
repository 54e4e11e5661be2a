"""Notices as the public reads them, and the calendar of working days."""

from notices.models.calendar import CalendarDay, CalendarYear
from notices.models.notices import Attachment, Notice, PublishedText

__all__ = ["Attachment", "CalendarDay", "CalendarYear", "Notice", "PublishedText"]
