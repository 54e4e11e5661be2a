"""The stored calendar, and what it makes of a number of working days."""

from datetime import date

from django.db.models import Count, Q, QuerySet

from notices.engine.workdays import Period, period
from notices.models import CalendarDay, CalendarYear, Notice


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


def arrangement(year: CalendarYear) -> list[tuple[date, date, str, str]]:
    """A year's days as lines of an announcement: first, last, kind, festival; first the free ones, then the worked."""
    lines: list[tuple[date, date, str, str]] = []
    for day in CalendarDay.objects.filter(year=year).order_by("kind", "date"):
        if lines and lines[-1][2:] == (day.kind, day.title) and (day.date - lines[-1][1]).days == 1:
            lines[-1] = (lines[-1][0], day.date, day.kind, day.title)
        else:
            lines.append((day.date, day.date, day.kind, day.title))
    return lines


def running_publicities() -> int:
    """Published 公示 that are not closed: their printed dates stay, whatever the calendar says later."""
    return Notice.objects.filter(kind=Notice.Kind.PUBLICITY, state=Notice.State.PUBLISHED).count()
