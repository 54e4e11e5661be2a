"""What can be refused of notices and of the calendar."""

from core.exceptions import DomainError


class NoticeRefused(DomainError):
    """An act on a notice that must not happen now; the sentence says why and what to do."""

    code = "notice_refused"


class CalendarRefused(DomainError):
    """A change of the calendar that cannot be: overlapping days, a day outside its year."""

    code = "calendar_refused"
