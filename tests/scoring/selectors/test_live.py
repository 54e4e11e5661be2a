import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scoring.models import Round
from scoring.selectors import Cell, Column, LiveRow, judge_queue, live_table
from scoring.services import (
    declare_recusal,
    lock_entry,
    lock_round,
    mark_absent,
    remove_seat,
    save_draft,
    set_entry_status,
)
from tests.scoring.conftest import marks_of, new_id


def test_live_table_shows_each_judges_total_state_and_what_is_dropped(
    make_open_round, submit_all, entry_of, sheet_of, organiser, now
):
    round = make_open_round(entries=2, seats=6)
    submit_all(round, {"01": ["40", "38", "45", "41", "42"]})
    mark_absent(sheet=sheet_of(round, "01", 6), reason="病假", actor=organiser, now=now)
    set_entry_status(entry=entry_of(round, "02"), status="withdrawn", reason="急病", actor=organiser, now=now)

    table = live_table(Round.objects.get(pk=round.pk))

    first, second = table.rows
    assert table.columns[1] == Column("self", "自主命题讲解", "J2", round.panel.seats.get(number=2).pk, False)
    assert [(cell.state, cell.total, cell.dropped) for cell in first.cells] == [
        ("submitted", "80", False),
        ("submitted", "78", True),
        ("submitted", "85", True),
        ("submitted", "81", False),
        ("submitted", "82", False),
        ("absent", "", False),
    ]
    assert (first.rank, first.tied, first.aggregate, first.penalty, first.shown, first.owed) == (
        1,
        False,
        "81.00",
        "",
        "81.00",
        0,
    )
    assert second == LiveRow(
        entry_id=entry_of(round, "02").pk,
        code="02",
        title="题目2",
        order=2,
        status="withdrawn",
        status_label="退出",
        is_locked=False,
        rank=None,
        tied=False,
        reason="withdrawn",
        reason_text="退出",
        aggregate="",
        penalty="",
        shown="",
        cells=tuple(Cell(sheet_of(round, "02", n).pk, "pending", "", False, "") for n in range(1, 7)),
        owed=0,
    )
    assert (table.is_locked, table.ranked, table.submitted, table.owed, table.lines) == (False, 1, 5, 0, ())


def test_live_table_counts_what_is_owed_and_names_tied_lines(open_one, submit_all):
    submit_all(open_one, {"01": ["40"] * 3, "02": ["40"] * 3, "03": ["40"] * 2})

    table = live_table(open_one)
    assert (table.ranked, table.submitted, table.owed) == (2, 8, 1)
    assert [(row.code, row.rank, row.tied, row.reason_text) for row in table.rows] == [
        ("01", 1, True, ""),
        ("02", 1, True, ""),
        ("03", None, False, "还有评分未提交"),
    ]


def test_live_table_names_the_line_that_a_tie_straddles(make_open_round, submit_all):
    round = make_open_round(entries=3)
    submit_all(round, {"01": ["40"] * 3, "02": ["40"] * 3, "03": ["40"] * 3})

    assert live_table(round).lines == (("金奖", ("01", "02", "03")),)


def test_live_table_of_a_round_in_preparation_lists_its_entries(make_round):
    table = live_table(make_round())

    assert [(row.code, row.reason, row.cells) for row in table.rows] == [
        ("01", "no_marks", ()),
        ("02", "no_marks", ()),
        ("03", "no_marks", ()),
    ]


@pytest.mark.parametrize("locked", [False, True])
def test_live_table_takes_at_most_six_queries_whatever_the_rows(make_open_round, submit_all, organiser, now, locked):
    counts = []
    for title, entries in [("小", 1), ("中", 3), ("大", 12)]:
        round = make_open_round(title, entries=entries)
        submit_all(round, {f"{n:02}": [str(30 + n)] * 3 for n in range(1, entries + 1)})
        if locked:
            lock_round(round=round, actor=organiser, now=now)
        fresh = Round.objects.get(pk=round.pk)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            live_table(fresh)
        counts.append(len(queries))

    assert counts == ([6] * 3 if locked else [4] * 3)


def test_judge_queue_is_the_judges_own_sheets_in_running_order(
    open_one, submit, sheet_of, seat_of, entry_of, organiser, now
):
    judge = seat_of(open_one, 1).judge
    submit(open_one, "02", 1, marks_of("40"))
    submit(open_one, "02", 2, marks_of("11"))
    drafted = sheet_of(open_one, "03", 1)
    save_draft(
        sheet_id=drafted.pk, marks={"content": "39"}, submission_id=new_id(), base_version=0, actor=judge, now=now
    )
    declare_recusal(entry=entry_of(open_one, "03"), seat=seat_of(open_one, 1), reason="师生", actor=judge, now=now)

    queue = judge_queue(judge, open_one)

    assert [
        (item.code, item.state_label, item.version, item.marks, item.total, item.can_mark, item.recusal_proposed)
        for item in queue
    ] == [
        ("01", "待评", 0, {}, "", True, False),
        ("02", "已提交", 1, marks_of("40"), "80", True, False),
        ("03", "草稿", 1, {"content": "39"}, "", True, True),
    ]
    first = queue[0]
    assert (first.segment, first.segment_title, first.entry_status) == ("self", "自主命题讲解", "competing")


def test_pitfall_15_the_queue_does_not_change_with_what_others_do(open_one, submit, seat_of):
    judge = seat_of(open_one, 1).judge
    before = judge_queue(judge, open_one)
    for code in ("01", "02", "03"):
        submit(open_one, code, 2)

    assert judge_queue(judge, open_one) == before


def test_judge_queue_says_what_is_locked_or_closed(open_one, submit_all, entry_of, seat_of, organiser, now):
    submit_all(open_one, {"01": ["40"] * 3})
    lock_entry(entry=entry_of(open_one, "01"), actor=organiser, now=now)
    remove_seat(seat=seat_of(open_one, 2), reason="病假", actor=organiser, now=now)

    going = judge_queue(seat_of(open_one, 1).judge, open_one)
    removed = judge_queue(seat_of(open_one, 2).judge, open_one)

    assert [(item.is_locked, item.can_mark) for item in going] == [(True, False), (False, True), (False, True)]
    assert [item.can_mark for item in removed] == [False, False, False]


def test_judge_queue_takes_at_most_four_queries_whatever_the_rows(make_open_round, submit_all, seat_of):
    counts = []
    for title, entries in [("小", 1), ("大", 12)]:
        round = make_open_round(title, entries=entries)
        submit_all(round, {f"{n:02}": [str(30 + n)] * 3 for n in range(1, entries + 1)})
        fresh, judge = Round.objects.get(pk=round.pk), seat_of(round, 1).judge
        with CaptureQueriesContext(connection) as queries:
            judge_queue(judge, fresh)
        counts.append(len(queries))

    assert counts == [3, 3]
