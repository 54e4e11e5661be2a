"""Published calls for entries, and who belongs to which group."""

from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from contest.models import Contest, Group
from core.text.dates import plain_date


def published_calls() -> "QuerySet[Contest, Contest]":
    """Contests whose call anybody may read: rehearsals never."""
    found = Contest.objects.filter(call_published_at__isnull=False, edition__is_rehearsal=False)
    return found.select_related("edition").order_by("registration_closes_at", "pk")


def open_calls(now: datetime) -> "QuerySet[Contest, Contest]":
    """Calls by which one can register now or later on, the first to close first."""
    return published_calls().filter(Q(registration_closes_at__isnull=True) | Q(registration_closes_at__gt=now))


def is_open(contest: Contest, now: datetime) -> bool:
    """Whether registration runs at this moment; the closing moment itself is too late (vectors.md §10)."""
    opens, closes = contest.registration_opens_at, contest.registration_closes_at
    return (opens is None or opens <= now) and (closes is None or now < closes)


def born_between(group: Group) -> tuple[date | None, date | None]:
    """First and last birth date, both included, with which one is of the group's age on the contest's first day."""
    day = group.contest.first_day
    earliest = None if group.max_age is None else _came_of_age(day, group.max_age + 1) + timedelta(days=1)
    latest = None if group.min_age is None else _came_of_age(day, group.min_age)
    return earliest, latest


def birth_words(group: Group) -> str:
    """Who belongs to a group by his birth date: nobody need count years."""
    earliest, latest = born_between(group)
    if earliest is None and latest is None:
        return "年龄不限"
    if earliest is None:
        return f"{_day(latest)}及以前出生"
    if latest is None:
        return f"{_day(earliest)}及以后出生"
    return f"{_day(earliest)}至{_day(latest)}出生"


def _day(day: date | None) -> str:
    return plain_date(day) if day else ""


def _came_of_age(day: date, years: int) -> date:
    """Last birth date with which somebody is that old on a day. Who is born on 29 February has the birthday on
    1 March of other years, so on 29 February nobody born later than that February's end has it."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 2, 28)
