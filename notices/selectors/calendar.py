"""The stored calendar, and what it makes of a number of working days."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, Q, QuerySet

from core.text.dates import plain_date
from notices.engine.workdays import Period, period
from notices.models import CalendarDay, CalendarYear, Notice


@dataclass(frozen=True, slots=True)
class Line:
    """Days of one kind and festival that follow each other: `first` to `last`, both included."""

    first: date
    last: date
    kind: str
    title: str

    @property
    def words(self) -> str:
        """10月1日至10月7日."""
        first, last = (plain_date(day).partition("年")[2] for day in (self.first, self.last))
        return first if first == last else f"{first}至{last}"


def publicity_period(published_on: date, working_days: int) -> Period:
    """A period of public notice by the stored calendar; raises ValueError for less than one working day."""
    days = CalendarDay.objects.filter(date__gt=published_on).values_list("date", "kind")
    kinds = CalendarDay.Kind
    known = dict(days)
    return period(
        published_on,
        working_days,
        holidays={day for day, kind in known.items() if kind == kinds.HOLIDAY},
        workdays={day for day, kind in known.items() if kind == kinds.WORKDAY},
        known_years=set(CalendarYear.objects.values_list("year", flat=True)),
    )


def known_years() -> QuerySet[CalendarYear]:
    """Years with an official arrangement, newest first, each with the numbers of `free_days` and `worked_days`."""
    kinds = CalendarDay.Kind
    return CalendarYear.objects.annotate(
        free_days=Count("days", filter=Q(days__kind=kinds.HOLIDAY)),
        worked_days=Count("days", filter=Q(days__kind=kinds.WORKDAY)),
    ).order_by("-year")


def arrangement(days: Iterable[CalendarDay]) -> list[Line]:
    """A year's days as lines of an announcement: first the free ones, then the worked, each by date."""
    lines: list[Line] = []
    for day in sorted(days, key=lambda day: (day.kind, day.date)):
        last = lines[-1] if lines else None
        if last and (last.kind, last.title) == (day.kind, day.title) and (day.date - last.last).days == 1:
            lines[-1] = replace(last, last=day.date)
        else:
            lines.append(Line(day.date, day.date, day.kind, day.title))
    return lines


def running_publicities() -> int:
    """Published 公示 that are not closed: their printed dates stay, whatever the calendar says later."""
    running = Notice.objects.filter(kind=Notice.Kind.PUBLICITY, state=Notice.State.PUBLISHED)
    return running.filter(edition__is_rehearsal=False).count()
