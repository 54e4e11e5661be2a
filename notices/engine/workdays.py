"""Working days of mainland China: weekdays, less the official holidays, with the worked weekends (国务院办公厅通知)."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)
_SATURDAY = 5
_ANNOUNCED_IN = 11  # the month in which the next year's arrangement is announced
_NEW_YEAR_MAY_BEGIN = (12, 29)  # the arrangement of a year may take up the last days of the one before (2019: 12-29)


@dataclass(frozen=True, slots=True)
class Period:
    """A period of public notice. `starts_on` is the day of publication, which is not counted; `ends_on` the last
    working day; `note` is "" or says which years were reckoned by weekends alone."""

    starts_on: date
    ends_on: date
    note: str


def is_working_day(day: date, *, holidays: Set[date], workdays: Set[date]) -> bool:
    """Whether offices work on a day: a worked weekend counts, a holiday does not."""
    return day in workdays or (day.weekday() < _SATURDAY and day not in holidays)


def period(
    published_on: date, working_days: int, *, holidays: Set[date], workdays: Set[date], known_years: Set[int]
) -> Period:
    """The period that ends on the `working_days`-th working day after the day of publication (domain.md B1: 自10月11日
    至10月18日 are five). Raises ValueError for less than one day."""
    if working_days < 1:
        raise ValueError("a period of public notice lasts one working day at least")
    day, left = published_on, working_days
    asked: set[int] = set()
    while left:
        day += _DAY
        asked.add(day.year + ((day.month, day.day) >= _NEW_YEAR_MAY_BEGIN))
        asked.add(day.year)
        left -= is_working_day(day, holidays=holidays, workdays=workdays)
    return Period(published_on, day, unknown_note(asked - known_years))


def unknown_note(years: Iterable[int]) -> str:
    """What a page says beside a date for which the official arrangement of these years was not known."""
    named = "、".join(f"{year} 年" for year in sorted(years))
    return f"{named}未含官方调休安排，只按周末推算" if named else ""


def years_due(today: date) -> tuple[int, ...]:
    """Years whose arrangement ought to be known by now."""
    return (today.year, today.year + 1) if today.month >= _ANNOUNCED_IN else (today.year,)
