"""数据: charts to the digit, exact quartiles, and nothing of a round that is still judged."""

import re
from datetime import date
from fractions import Fraction
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Unit
from contest.models import Contestant
from portal.rendering.charts import Bar, Box, Column, bar_chart, box_chart, column_chart, shown
from portal.selectors.numbers import NO_UNIT, UnitAwards, UnitCount, edition_numbers
from portal.spreadsheets.numbers import numbers_workbook
from scoring.selectors.spreads import Progress, Spread, judging_progress, round_spreads, spread_of
from scoring.services import open_round

SHEETS = [
    "报名（单位）",
    "报名（按日）",
    "作品（单位）",
    "作品（按日）",
    "评审进度",
    "评委打分分布",
    "评分项分布",
    "获奖（单位）",
]


def test_bars_are_as_long_as_their_numbers():
    chart = bar_chart([("甲单位", 4, 1), ("乙单位", 2, 2), ("丙单位", 0, 0)])

    assert (chart.width, chart.height) == (360, 124)
    assert chart.bars == (
        Bar("甲单位", 4, y="22", text_y="17", width="360", part_width="90"),
        Bar("乙单位", 2, y="62", text_y="57", width="180", part_width="180"),
        Bar("丙单位", 0, y="102", text_y="97", width="0", part_width="0"),
    )


def test_bars_of_nothing_and_of_too_long_names():
    assert bar_chart([]).bars == ()
    assert bar_chart([("字" * 27, 1, 0)]).bars[0].label == "字" * 25 + "…"
    with pytest.raises(ValueError, match="negative"):
        bar_chart([("甲", -1, 0)])


def test_columns_leave_room_for_days_without_anything():
    chart = column_chart([(date(2026, 11, 1), 2), (date(2026, 11, 4), 4)])

    assert (chart.highest, chart.first, chart.last) == (4, "11月1日", "11月4日")
    assert chart.columns == (
        Column("11月1日", 2, x="36.2", y="76", width="24", height="60"),
        Column("11月2日", 0, x="118.2", y="136", width="24", height="0"),
        Column("11月3日", 0, x="200.2", y="136", width="24", height="0"),
        Column("11月4日", 4, x="282.2", y="16", width="24", height="120"),
    )
    assert column_chart([]).columns == ()


def test_boxes_stand_on_one_scale():
    least, lower, median, upper, most, mean = map(Fraction, (80, 85, 90, 95, 100, 91))
    chart = box_chart([("J1", (least, lower, median, upper, most, mean))])

    assert (chart.least, chart.most, chart.height) == ("80", "100", 44)
    assert chart.boxes == (
        Box(
            "J1",
            y="22",
            middle="28",
            text_y="17",
            low="4",
            box="92",
            box_width="176",
            median="180",
            high="356",
            mean="197.6",
        ),
    )
    assert box_chart([("J1", (Fraction(7),) * 6)]).boxes[0].median == "180"  # all marks the same: in the middle
    assert box_chart([]).boxes == ()


@pytest.mark.parametrize(
    ("value", "words"),
    [("361/4", "90.25"), ("1/3", "0.33"), ("2/3", "0.67"), ("1/200", "0.01"), ("90", "90"), ("-1/2", "-0.5")],
)
def test_exact_numbers_are_rounded_half_up_for_the_eye(value, words):
    assert shown(Fraction(value)) == words


def test_quartiles_are_medians_of_the_halves():
    def spread(*values):
        return spread_of(Fraction(each) for each in values)

    assert spread(1, 2, 3, 4, 5) == Spread(5, *map(Fraction, (1, "3/2", 3, "9/2", 5, 3)))
    assert spread(4, 1, 3, 2) == Spread(4, *map(Fraction, (1, "3/2", "5/2", "7/2", 4, "5/2")))
    assert spread(7) == Spread(1, *[Fraction(7)] * 6)
    assert spread(1, 1, 2).mean == Fraction(4, 3)
    assert spread() is None


def test_pitfall_5_marks_of_a_round_that_is_still_judged_are_not_shown(edition, drawn, judge_all, organiser, now):
    round = drawn(3)
    open_round(round=round, actor=organiser, now=now)
    judge_all(round, ("49", "48", "47"))

    assert round_spreads(edition) == []
    assert judging_progress(edition) == [Progress("成年组决赛", "评分中", 9, 9)]


def test_spreads_of_a_locked_round(edition, locked):
    locked(("49", "48", "44"))

    (found,) = round_spreads(edition)

    totals = Spread(3, *map(Fraction, (84, 84, 88, 89, 89, 87)))
    assert (found.title, found.snapshot) == ("成年组决赛", 1)
    assert [(code, spread) for _, code, spread in found.judges] == [("J1", totals), ("J2", totals), ("J3", totals)]
    contents = Spread(9, *map(Fraction, (44, 44, 48, 49, 49, 47)))
    assert found.criteria[0][1:] == ("内容陈述", contents)


def test_numbers_of_a_finished_contest(edition, finished, contest, organiser, now):
    unit = Unit.objects.create(name="=甲单位")
    Contestant.objects.filter(contest=contest).update(unit=unit)
    Contestant.objects.filter(pk=Contestant.objects.first().pk).update(unit=None, status="withdrawn")

    found = edition_numbers(edition)

    assert found.registrations == (UnitCount("=甲单位", 5, 5, 0, 0), UnitCount(NO_UNIT, 0, 0, 0, 1))
    assert found.registration_days == ((timezone.localdate(now), 6),)
    assert (found.works, found.work_days) == ((), ())
    assert found.tiers == ("金奖", "一等奖", "二等奖", "三等奖")
    # The roster is as it was confirmed, whatever became of the registrations.
    assert found.awards == (UnitAwards("市天文爱好者协会", (1, 2, 1, 2)),)


def test_workbook_keeps_text_as_text(edition, finished, contest, now):
    unit = Unit.objects.create(name="=cmd()")
    Contestant.objects.filter(contest=contest).update(unit=unit)

    book = load_workbook(BytesIO(numbers_workbook(edition, edition_numbers(edition), now=now)))

    assert book.sheetnames == SHEETS
    cell = book["报名（单位）"]["A4"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=cmd()", "s", True)
    assert [cell.value for cell in book["报名（单位）"][4]] == ["=cmd()", 6, 6, 0, 0]
    assert [cell.value for cell in book["评审进度"][4]] == ["成年组决赛", "已封存", 18, 18]


def test_workbook_of_an_empty_edition(edition, now):
    book = load_workbook(BytesIO(numbers_workbook(edition, edition_numbers(edition), now=now)))

    assert book.sheetnames == SHEETS


def test_page_shows_charts_without_styles_of_their_own(edition, finished, signed_in, organiser):
    page = signed_in(organiser).get(reverse("organise_numbers", args=[edition.slug])).content.decode()

    assert page.count('<svg class="chart"') == 6  # units, days, progress, awards; judges and criteria of one round
    assert page.count("<details") == page.count("看表格") + 1
    assert re.findall(r"<svg[^>]* style=|<rect[^>]* style=", page) == []
    assert "J1" in page


def test_page_of_an_empty_edition_says_so(edition, signed_in, organiser):
    page = signed_in(organiser).get(reverse("organise_numbers", args=[edition.slug])).content.decode()

    assert page.count("还没有可以列出的数。") == 6
    assert "还没有封存的轮次。" in page
    assert "<svg class" not in page


def test_numbers_are_the_organisers_alone(edition, signed_in, stranger, supervisor, client):
    for name in ("organise_numbers", "organise_numbers_book"):
        address = reverse(name, args=[edition.slug])
        assert client.get(address).status_code == 302
        for user in (stranger, supervisor):
            assert signed_in(user).get(address).status_code == 404
        client.logout()


def test_workbook_is_downloaded(edition, signed_in, organiser):
    answer = signed_in(organiser).get(reverse("organise_numbers_book", args=[edition.slug]))

    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert load_workbook(BytesIO(answer.content)).sheetnames == SHEETS


@pytest.mark.parametrize("count", [3, 30])
def test_numbers_take_the_same_queries_however_many(edition, enter, django_assert_num_queries, count):
    enter(count)

    with django_assert_num_queries(8):
        edition_numbers(edition)
