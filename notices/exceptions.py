"""What can be refused of notices and of the calendar."""

from typing import Any

from core.exceptions import ConflictError, DomainError


class NoticeRefused(DomainError):
    """An act on a notice that must not happen now; the sentence says why and what to do.

    `field` names the field of the form where the sentence belongs, "" for none.
    """

    code = "notice_refused"

    def __init__(self, message: str, *, code: str = "", field: str = "") -> None:
        super().__init__(message, code=code)
        self.field = field


class NoticeChanged(ConflictError):
    """A draft that somebody else has changed since the form was opened (pitfall 20); `stored` is what is kept now,
    by field, under `version`."""

    code = "notice_changed"

    def __init__(self, message: str, *, stored: dict[str, Any], version: int) -> None:
        super().__init__(message)
        self.stored = stored
        self.version = version


class CalendarRefused(DomainError):
    """A change of the calendar that cannot be: overlapping days, a day outside its year."""

    code = "calendar_refused"
