"""The numbers of an edition as a workbook: one sheet behind each chart."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from openpyxl import Workbook

from core.models import Edition
from core.spreadsheets.writing import OutColumn, add_sheet, new_workbook, workbook_bytes, write_table
from portal.rendering.charts import shown
from portal.selectors.numbers import EditionNumbers, UnitCount
from scoring.selectors.spreads import Spread

_UNITS = [
    OutColumn("推荐单位", 36),
    *(OutColumn(word, 10) for word in ("报送", "其中受理", "待补全", "退出或不予受理")),
]
_DAYS = [OutColumn("日期", 14), OutColumn("当天", 10), OutColumn("累计", 10)]
_SPREAD = [
    OutColumn("轮次", 24),
    OutColumn("环节", 20),
    OutColumn("评委或评分项", 18),
    OutColumn("份数", 8),
    *(OutColumn(word, 10, "0.00") for word in ("最低", "下四分位", "中位数", "上四分位", "最高", "平均")),
]


def numbers_workbook(edition: Edition, numbers: EditionNumbers, *, now: datetime) -> bytes:
    """Eight sheets, also where there is nothing yet. Text stays text; means are rounded half up to two places."""
    workbook, note = new_workbook(), f"{edition.title}　截至 {timezone.localtime(now):%Y-%m-%d %H:%M}"
    _table(workbook, "报名（单位）", _UNITS, _units(numbers.registrations), note)
    _table(workbook, "报名（按日）", _DAYS, _days(numbers.registration_days), note)
    _table(workbook, "作品（单位）", _UNITS, _units(numbers.works), note)
    _table(workbook, "作品（按日）", _DAYS, _days(numbers.work_days), note)
    progress = [(each.title, each.state, each.asked, each.submitted) for each in numbers.progress]
    columns = [OutColumn("轮次", 30), OutColumn("状态", 10), OutColumn("评分表", 10), OutColumn("已提交", 10)]
    _table(workbook, "评审进度", columns, progress, note)
    judges = [_spread(each.title, *row) for each in numbers.spreads for row in each.judges]
    _table(workbook, "评委打分分布", _SPREAD, judges, note)
    criteria = [_spread(each.title, *row) for each in numbers.spreads for row in each.criteria]
    _table(workbook, "评分项分布", _SPREAD, criteria, note)
    awards = [(each.unit, *each.counts, each.total) for each in numbers.awards]
    columns = [OutColumn("推荐单位", 36), *(OutColumn(tier, 12) for tier in numbers.tiers), OutColumn("合计", 10)]
    _table(workbook, "获奖（单位）", columns, awards, note)
    return workbook_bytes(workbook)


def _table(
    workbook: Workbook, title: str, columns: Sequence[OutColumn], rows: Iterable[Sequence[object]], note: str
) -> None:
    write_table(add_sheet(workbook, title), title=title, columns=columns, rows=rows, note=note)


def _units(rows: Iterable[UnitCount]) -> list[tuple[object, ...]]:
    return [(row.unit, row.handed_in, row.accepted, row.drafts, row.left) for row in rows]


def _days(rows: Iterable[tuple[date, int]]) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    total = 0
    for day, number in rows:
        total += number
        found.append((day, number, total))
    return found


def _spread(round_title: str, segment: str, who: str, spread: Spread) -> tuple[object, ...]:
    numbers = (spread.least, spread.lower, spread.median, spread.upper, spread.most, spread.mean)
    return (round_title, segment, who, spread.count, *(Decimal(shown(each)) for each in numbers))
