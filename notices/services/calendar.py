"""The calendar of working days, year by year as the State Council's office announces it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import User
from core.exceptions import ConflictError
from core.models import Edition
from core.text.characters import find_bad_characters
from core.text.dates import plain_date
from ledger.services import record_event
from notices.exceptions import CalendarRefused
from notices.models import CalendarDay, CalendarYear

EARLIEST, LATEST = 2000, 2100
MOST_DAYS = 120
AROUND = timedelta(days=31)  # an arrangement reaches into the years beside its own (2022-12-31 is of 2023)
_SATURDAY = 5
_MOST_NAMED = 6  # days that one sentence names
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class DayRange:
    """One line of an arrangement: from `first` to `last`, both included, free or worked; `title` is the festival."""

    first: date
    last: date
    kind: str
    title: str


def year_mark(year: CalendarYear | None) -> str:
    """What a form hands back as `seen`: "" for a year that is not known."""
    if year is None:
        return ""
    return year.changed_at.isoformat() if year.changed_at else "shipped"


@transaction.atomic
def set_calendar_year(
    *, edition: Edition, year: int, source: str, ranges: Sequence[DayRange], seen: str, actor: User, now: datetime
) -> CalendarYear:
    """Replace what is known of a year, or add it. It serves every edition; `edition` is where the organiser acts.

    Periods that are printed already stay as they are. Refuses (CalendarRefused) a year without source or days, a line
    that ends before it begins, days outside the year and 31 days around it, a day twice or in another year's
    arrangement, a weekday said to be worked, more than 120 days; and (ConflictError) a form older than what is stored.
    """
    if not EARLIEST <= year <= LATEST:
        raise CalendarRefused(f"年份请填 {EARLIEST} 到 {LATEST} 之间。")
    source = _line("依据", source, 200)
    lines = [DayRange(each.first, each.last, each.kind, _line("节日", each.title, 40)) for each in ranges]
    days = _days_of(year, lines)
    stored = CalendarYear.objects.select_for_update(no_key=True).filter(year=year).first()
    if year_mark(stored) != seen:
        raise ConflictError("您打开这一页之后，别人改过这一年的安排。您填写的还在下面，没有保存；请核对后再次保存。")
    _refuse_taken(year, days)
    if stored is None:
        stored = CalendarYear(year=year)
    stored.source, stored.changed_at = source, now
    stored.save()
    stored.days.all().delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(year=stored, date=day, kind=line.kind, title=line.title) for day, line in days.items()
    )
    free = sum(line.kind == CalendarDay.Kind.HOLIDAY for line in days.values())
    payload = {"year": year, "free_days": free, "worked_days": len(days) - free}
    record_event(edition=edition, kind="calendar_changed", actor=actor, payload=payload, now=now)
    return stored


def _line(label: str, text: str, longest: int) -> str:
    line = " ".join(text.split())
    if not line:
        raise CalendarRefused(f"请填写{label}。")
    if len(line) > longest:
        raise CalendarRefused(f"{label}最多 {longest} 个字，现有 {len(line)} 个，请缩短。")
    if bad := find_bad_characters(line):
        raise CalendarRefused(f"{label}：{bad[0].message}")
    return line


def _days_of(year: int, ranges: Sequence[DayRange]) -> dict[date, DayRange]:
    """Each day with the line it is of."""
    if not ranges:
        raise CalendarRefused("请至少填写一行放假的日期。一天也没有时，这一年会被当作已有官方安排。")
    first, last = date(year, 1, 1) - AROUND, date(year, 12, 31) + AROUND
    for line in ranges:
        if line.last < line.first:
            raise CalendarRefused(
                f"“{line.title}”{_range(line)}的结束日早于开始日，请改正；只有一天的，两个日期填同一天。"
            )
        if line.kind not in CalendarDay.Kind.values:
            raise CalendarRefused(f"“{line.title}”{_range(line)}：请选择放假或上班。")
        if line.first < first or line.last > last:
            raise CalendarRefused(
                f"“{line.title}”{_range(line)}不在 {year} 年和前后 31 天之内，请核对年份，或填到它所属的年份里。"
            )
    count = sum((line.last - line.first).days + 1 for line in ranges)
    if count > MOST_DAYS:
        raise CalendarRefused(f"一年最多 {MOST_DAYS} 天，现有 {count} 天，请核对各行的起止日期。")
    return _checked(ranges)


def _checked(ranges: Sequence[DayRange]) -> dict[date, DayRange]:
    days: dict[date, DayRange] = {}
    twice: list[date] = []
    both: list[date] = []
    for line in ranges:
        for day in _each(line):
            if day in days:
                (twice if days[day].kind == line.kind else both).append(day)
            days[day] = line
    if both:
        raise CalendarRefused(f"{_named(both)}既填了放假又填了上班，请只留一种。")
    if twice:
        raise CalendarRefused(f"{_named(twice)}填了两次，请让各行的日期不重叠。")
    worked = CalendarDay.Kind.WORKDAY
    if plain := [day for day, line in days.items() if line.kind == worked and day.weekday() < _SATURDAY]:
        raise CalendarRefused(f"{_named(plain)}不是周末，平日上班不用登记；请核对调休上班的日期。")
    return days


def _refuse_taken(year: int, days: dict[date, DayRange]) -> None:
    rows = CalendarDay.objects.filter(date__in=days).exclude(year__year=year).order_by("date")
    taken = list(rows.values_list("date", "year__year"))
    if taken:
        others = "、".join(str(other) for other in sorted({other for _, other in taken}))
        raise CalendarRefused(f"{_named(day for day, _ in taken)}已在 {others} 年的安排里，请从其中一年删去。")


def _each(line: DayRange) -> Iterable[date]:
    return (line.first + timedelta(days=step) for step in range((line.last - line.first).days + 1))


def _range(line: DayRange) -> str:
    first, last = plain_date(line.first), plain_date(line.last)
    return first if first == last else f"{first}至{last}"


def _named(days: Iterable[date]) -> str:
    dates = sorted(set(days))
    named = "、".join(f"{plain_date(day)}（星期{_WEEKDAYS[day.weekday()]}）" for day in dates[:_MOST_NAMED])
    return named if len(dates) <= _MOST_NAMED else f"{named}等 {len(dates)} 天"
