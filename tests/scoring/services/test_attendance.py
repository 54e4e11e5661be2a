import pytest

from core.exceptions import DomainError
from ledger.models import Event
from scoring.exceptions import Locked
from scoring.selectors import live_table
from scoring.services import (
    lock_entry,
    mark_absent,
    mark_present,
    mark_seat_absent,
    mark_seat_present,
    remove_seat,
    save_draft,
)
from tests.scoring.conftest import new_id


def test_pitfall_26_an_absent_judge_is_left_out_never_zero(make_open_round, submit_all, sheet_of, organiser, now):
    round = make_open_round(entries=1, seats=4)
    submit_all(round, {"01": ["40", "41", "42"]})
    mark_absent(sheet=sheet_of(round, "01", 4), reason="迟到", actor=organiser, now=now)

    row = live_table(round).rows[0]
    assert (row.rank, row.shown) == (1, "81.00")
    assert [(cell.state, cell.total, cell.reason) for cell in row.cells] == [
        ("submitted", "80", ""),
        ("submitted", "81", ""),
        ("submitted", "82", ""),
        ("absent", "", "迟到"),
    ]


def test_mark_present_gives_the_sheet_back_with_its_draft(open_one, sheet_of, organiser, now):
    sheet = sheet_of(open_one, "01", 1)
    save_draft(
        sheet_id=sheet.pk, marks={"content": "40"}, submission_id=new_id(), base_version=0, actor=sheet.judge, now=now
    )
    mark_absent(sheet=sheet, reason="病假", actor=organiser, now=now)
    mark_absent(sheet=sheet_of(open_one, "02", 1), reason="病假", actor=organiser, now=now)

    drafted = mark_present(sheet=sheet, actor=organiser, now=now)
    pending = mark_present(sheet=sheet_of(open_one, "02", 1), actor=organiser, now=now)

    assert (drafted.state, drafted.current.marks, drafted.state_reason) == ("draft", {"content": "40"}, "")
    assert (pending.state, pending.current) == ("pending", None)


def test_mark_absent_refuses_no_reason_a_submitted_sheet_and_a_locked_entry(
    open_one, sheet_of, submit, entry_of, organiser, now
):
    sheet = sheet_of(open_one, "01", 1)
    with pytest.raises(DomainError, match="请写明缺席原因"):
        mark_absent(sheet=sheet, reason="", actor=organiser, now=now)
    for seat in (1, 2):
        submit(open_one, "01", seat)
    with pytest.raises(DomainError, match="只有还没提交的才能记缺席"):
        mark_absent(sheet=sheet, reason="病假", actor=organiser, now=now)
    absent = mark_absent(sheet=sheet_of(open_one, "01", 3), reason="病假", actor=organiser, now=now)
    lock_entry(entry=entry_of(open_one, "01"), actor=organiser, now=now)
    with pytest.raises(Locked):
        mark_present(sheet=absent, actor=organiser, now=now)


def test_mark_present_refuses_a_sheet_that_is_not_absent_and_a_removed_seat(
    open_one, sheet_of, seat_of, organiser, now
):
    with pytest.raises(DomainError, match="不是缺席"):
        mark_present(sheet=sheet_of(open_one, "01", 1), actor=organiser, now=now)
    remove_seat(seat=seat_of(open_one, 1), reason="病假", actor=organiser, now=now)
    with pytest.raises(DomainError, match="J1 已撤，请先恢复席位"):
        mark_present(sheet=sheet_of(open_one, "01", 1), actor=organiser, now=now)


def test_mark_seat_absent_and_present_move_what_is_owed_in_unlocked_entries(
    open_one, submit, seat_of, sheet_of, organiser, now
):
    submit(open_one, "01", 1)
    seat = seat_of(open_one, 1)

    absent = mark_seat_absent(round=open_one, seat=seat, reason="中途离场", actor=organiser, now=now)
    away = [sheet_of(open_one, code, 1).state for code in ("01", "02", "03")]
    present = mark_seat_present(round=open_one, seat=seat, actor=organiser, now=now)
    back = [sheet_of(open_one, code, 1).state for code in ("01", "02", "03")]

    assert (absent, away) == (2, ["submitted", "absent", "absent"])
    assert (present, back) == (2, ["submitted", "pending", "pending"])
    assert Event.objects.filter(kind="sheet_absent").count() == 2
    with pytest.raises(DomainError, match="请写明缺席原因"):
        mark_seat_absent(round=open_one, seat=seat, reason=" ", actor=organiser, now=now)
