"""Working days by the official arrangements, and the years that are shipped (issue 6)."""

from datetime import date, timedelta

import pytest

from notices.engine.workdays import Period, is_working_day, period, years_due
from notices.models import CalendarDay, CalendarYear
from notices.selectors import publicity_period

pytestmark = pytest.mark.django_db
KINDS = CalendarDay.Kind


def days(*ranges: str) -> set[date]:
    """Dates of "2026-01-01" or "2026-01-01/2026-01-03"."""
    found = set()
    for each in ranges:
        first, _, last = each.partition("/")
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last or first):
            found.add(day)
            day += timedelta(days=1)
    return found


# 国办发明电〔2022〕16号, 〔2023〕7号, 〔2024〕12号, 〔2025〕7号, typed a second time.
FREE = {
    2023: days(
        *("2022-12-31/2023-01-02", "2023-01-21/2023-01-27", "2023-04-05", "2023-04-29/2023-05-03"),
        *("2023-06-22/2023-06-24", "2023-09-29/2023-10-06"),
    ),
    2024: days(
        *("2024-01-01", "2024-02-10/2024-02-17", "2024-04-04/2024-04-06", "2024-05-01/2024-05-05", "2024-06-10"),
        *("2024-09-15/2024-09-17", "2024-10-01/2024-10-07"),
    ),
    2025: days(
        *("2025-01-01", "2025-01-28/2025-02-04", "2025-04-04/2025-04-06", "2025-05-01/2025-05-05"),
        *("2025-05-31/2025-06-02", "2025-10-01/2025-10-08"),
    ),
    2026: days(
        *("2026-01-01/2026-01-03", "2026-02-15/2026-02-23", "2026-04-04/2026-04-06", "2026-05-01/2026-05-05"),
        *("2026-06-19/2026-06-21", "2026-09-25/2026-09-27", "2026-10-01/2026-10-07"),
    ),
}
WORKED = {
    2023: days("2023-01-28/2023-01-29", "2023-04-23", "2023-05-06", "2023-06-25", "2023-10-07/2023-10-08"),
    2024: days(
        *("2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14", "2024-09-29"),
        "2024-10-12",
    ),
    2025: days("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"),
    2026: days("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"),
}


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_shipped_year_is_the_announced_one(year):
    stored = CalendarDay.objects.filter(year__year=year)

    assert set(stored.filter(kind=KINDS.HOLIDAY).values_list("date", flat=True)) == FREE[year]
    assert set(stored.filter(kind=KINDS.WORKDAY).values_list("date", flat=True)) == WORKED[year]
    assert str(year) in CalendarYear.objects.get(year=year).source


def test_every_worked_day_is_a_saturday_or_sunday():
    worked = CalendarDay.objects.filter(kind=KINDS.WORKDAY)

    assert {day.date.weekday() for day in worked} == {5, 6}


@pytest.mark.parametrize(
    ("year", "working"),
    [
        # 365 days less 104 weekend days (2025: 52 Saturdays, 52 Sundays), less free weekdays, plus worked weekends
        (2025, 365 - 104 - 18 + 5),
        (2026, 365 - 104 - 19 + 6),
    ],
)
def test_number_of_working_days_of_a_year(year, working):
    whole = days(f"{year}-01-01/{year}-12-31")

    counted = [day for day in whole if is_working_day(day, holidays=FREE[year], workdays=WORKED[year])]

    weekend_free = {day for day in FREE[year] if day.weekday() >= 5}
    assert len(counted) == working, (len(FREE[year] - weekend_free), len(counted))


@pytest.mark.parametrize(
    ("published", "count", "ends"),
    [
        ("2023-10-11", 5, "2023-10-18"),  # domain.md B1: 自10月11日至10月18日
        ("2026-09-29", 5, "2026-10-12"),  # 1 to 7 October free, Saturday the 10th worked
        ("2026-09-18", 5, "2026-09-24"),  # Sunday the 20th worked, ends the day before 中秋
        ("2025-12-31", 1, "2026-01-04"),  # 元旦 to the 3rd, Sunday the 4th worked
        ("2026-02-13", 5, "2026-02-27"),  # Saturday the 14th worked, then 春节 to the 23rd
        ("2026-02-27", 1, "2026-02-28"),
        ("2026-04-03", 1, "2026-04-07"),
        ("2026-04-30", 2, "2026-05-07"),
        ("2026-04-30", 4, "2026-05-09"),
        ("2026-06-18", 1, "2026-06-22"),
        ("2026-09-24", 3, "2026-09-30"),
        ("2025-01-24", 3, "2025-02-05"),  # Sunday the 26th worked, the 27th, then 春节 to 4 February
        ("2025-02-07", 1, "2025-02-08"),
        ("2025-04-03", 1, "2025-04-07"),
        ("2025-04-25", 1, "2025-04-27"),
        ("2025-04-30", 1, "2025-05-06"),
        ("2025-05-30", 1, "2025-06-03"),
        ("2025-09-26", 5, "2025-10-10"),  # Sunday the 28th worked, 1 to 8 October free
        ("2025-10-10", 1, "2025-10-11"),
        ("2026-11-21", 5, "2026-11-27"),  # published on a Saturday
    ],
)
def test_period_around_holidays(published, count, ends):
    first, last = date.fromisoformat(published), date.fromisoformat(ends)

    assert publicity_period(first, count) == Period(first, last, "")


def test_period_into_an_unknown_year_says_so():
    assert publicity_period(date(2026, 12, 30), 3) == Period(
        date(2026, 12, 30), date(2027, 1, 4), "2027 年未含官方调休安排，只按周末推算"
    )


def test_last_days_of_december_may_belong_to_the_next_arrangement():
    assert publicity_period(date(2026, 12, 25), 1).note == ""
    assert publicity_period(date(2026, 12, 28), 1).note == "2027 年未含官方调休安排，只按周末推算"


def test_two_unknown_years_are_both_named():
    found = period(date(2027, 12, 30), 2, holidays=set(), workdays=set(), known_years={2026})

    assert found == Period(date(2027, 12, 30), date(2028, 1, 3), "2027 年、2028 年未含官方调休安排，只按周末推算")


def test_year_added_later_is_reckoned_with():
    year = CalendarYear.objects.create(year=2027, source="试")
    CalendarDay.objects.create(year=year, date=date(2027, 1, 4), kind=KINDS.HOLIDAY, title="元旦")

    assert publicity_period(date(2026, 12, 30), 3) == Period(date(2026, 12, 30), date(2027, 1, 5), "")


def test_period_without_days_is_refused():
    with pytest.raises(ValueError, match="one working day"):
        publicity_period(date(2026, 11, 20), 0)


def test_next_year_is_due_from_november_on():
    assert years_due(date(2026, 10, 31)) == (2026,)
    assert years_due(date(2026, 11, 1)) == (2026, 2027)
