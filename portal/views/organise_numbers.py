"""数据 of an edition: charts with the tables behind them, and all of it as a workbook."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.models import Role
from accounts.permissions import has_role
from core.access import or_404
from core.models import Edition
from core.spreadsheets.writing import XLSX_TYPE
from portal.rendering.charts import BarChart, BoxChart, ColumnChart, bar_chart, box_chart, column_chart, shown
from portal.selectors.numbers import EditionNumbers, UnitCount, edition_numbers
from portal.spreadsheets.numbers import numbers_workbook
from scoring.selectors.spreads import Spread

MOST_BARS = 20  # the table behind a chart holds all


@dataclass(frozen=True)
class Figure:
    """A chart with its words and the table behind it; `chart` is None where there is nothing to show."""

    key: str
    title: str
    words: str
    heads: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    bars: BarChart | None = None
    columns: ColumnChart | None = None
    boxes: BoxChart | None = None


@require_safe
def organise_numbers(request: HttpRequest, slug: str) -> HttpResponse:
    edition = _edition(request, slug)
    numbers = edition_numbers(edition)
    figures = [
        _units("registrations", "讲解大赛报名：各单位", numbers.registrations),
        _days("registration-days", "讲解大赛报名：每天", numbers.registration_days),
        _units("works", "作品申报：各单位", numbers.works),
        _days("work-days", "作品申报：每天", numbers.work_days),
        _progress(numbers),
        _awards(numbers),
    ]
    spreads = [
        (
            _spread(f"round-{place}-judges", each.title, "各位评委的总分", "评委", each.judges),
            _spread(f"round-{place}-criteria", each.title, "各评分项的分数", "评分项", each.criteria),
        )
        for place, each in enumerate(numbers.spreads, start=1)
    ]
    context = {"edition": edition, "here": "numbers", "figures": figures, "spreads": spreads}
    return render(request, "portal/numbers.html", context)


@require_safe
def organise_numbers_book(request: HttpRequest, slug: str) -> HttpResponse:
    edition = _edition(request, slug)
    book = numbers_workbook(edition, edition_numbers(edition), now=timezone.now())
    answer = HttpResponse(book, content_type=XLSX_TYPE)
    answer["Content-Disposition"] = content_disposition_header(True, f"{edition.title}-数据.xlsx")
    return answer


def _edition(request: HttpRequest, slug: str) -> Edition:
    edition = get_object_or_404(Edition, slug=slug)
    or_404(has_role(request.user, edition, Role.ORGANISER))
    return edition


def _units(key: str, title: str, rows: tuple[UnitCount, ...]) -> Figure:
    handed_in, accepted = sum(row.handed_in for row in rows), sum(row.accepted for row in rows)
    words = f"共 {handed_in}，其中受理 {accepted}（深色）"
    if len(rows) > MOST_BARS:
        words += f"；图中是最多的 {MOST_BARS} 个单位，其余见表"
    table = tuple((row.unit, row.handed_in, row.accepted, row.drafts, row.left) for row in rows)
    chart = bar_chart([(row.unit, row.handed_in, row.accepted) for row in rows[:MOST_BARS]])
    heads = ("推荐单位", "报送", "其中受理", "待补全", "退出或不予受理")
    return Figure(key, title, words, heads, table, bars=chart)


def _days(key: str, title: str, rows: tuple[tuple[date, int], ...]) -> Figure:
    chart = column_chart(rows)
    words = f"共 {sum(number for _, number in rows)}，最多的一天 {chart.highest}"
    return Figure(key, title, words, ("日期", "当天"), tuple((f"{day:%Y-%m-%d}", n) for day, n in rows), columns=chart)


def _progress(numbers: EditionNumbers) -> Figure:
    rows = tuple((each.title, each.state, each.asked, each.submitted) for each in numbers.progress)
    asked, submitted = sum(each.asked for each in numbers.progress), sum(each.submitted for each in numbers.progress)
    chart = bar_chart([(each.title, each.asked, each.submitted) for each in numbers.progress[:MOST_BARS]])
    words = f"应评 {asked} 份评分表，已提交 {submitted} 份（深色）"
    return Figure("progress", "评审进度", words, ("轮次", "状态", "评分表", "已提交"), rows, bars=chart)


def _awards(numbers: EditionNumbers) -> Figure:
    rows = tuple((each.unit, *each.counts, each.total) for each in numbers.awards)
    chart = bar_chart([(each.unit, each.total, each.counts[0]) for each in numbers.awards[:MOST_BARS]])
    best = f"，其中{numbers.tiers[0]}为深色" if numbers.tiers else ""
    words = f"共 {sum(each.total for each in numbers.awards)} 项{best}；只计监督员已确认的名册"
    return Figure("awards", "获奖：各推荐单位", words, ("推荐单位", *numbers.tiers, "合计"), rows, bars=chart)


def _spread(key: str, title: str, what: str, who: str, rows: tuple[tuple[str, str, Spread], ...]) -> Figure:
    chart = box_chart(
        [
            (f"{code}　{segment}", (each.least, each.lower, each.median, each.upper, each.most, each.mean))
            for segment, code, each in rows
        ]
    )
    table = tuple(
        (
            segment,
            code,
            each.count,
            *map(shown, (each.least, each.lower, each.median, each.upper, each.most, each.mean)),
        )
        for segment, code, each in rows
    )
    heads = ("环节", who, "份数", "最低", "下四分位", "中位数", "上四分位", "最高", "平均")
    words = f"线从最低到最高，框是中间一半，竖线是中位数，圆点是平均。刻度从 {chart.least} 到 {chart.most}"
    return Figure(key, f"{title}：{what}", words, heads, table, boxes=chart)
