import pytest

from core.exceptions import DomainError
from ledger.models import Event
from scoring.exceptions import Locked, SheetClosed
from scoring.models import Recusal, ScoreSheet
from scoring.selectors import live_table
from scoring.services import (
    confirm_recusal,
    declare_recusal,
    dismiss_recusal,
    lock_entry,
    lock_round,
    open_round,
    propose_recusals,
    submit_sheet,
)
from tests.scoring.conftest import FULL, new_id


@pytest.fixture
def propose(organiser, seat_of, entry_of, now):
    """Return a function: propose that a seat is recused from an entry."""

    def act(round, code, number, source="same_unit"):
        pair = (entry_of(round, code), seat_of(round, number), source, "同为市一中")
        return propose_recusals(round=round, pairs=[pair], actor=organiser, now=now)

    return act


def test_propose_recusals_lists_new_pairs_and_leaves_decided_ones(make_round, propose, organiser, now):
    round = make_round()
    [proposed] = propose(round, "01", 1)
    dismiss_recusal(recusal=proposed, actor=organiser, now=now)

    assert propose(round, "01", 1) == []
    assert [(r.entry.code, r.seat.code, r.source, r.state) for r in Recusal.objects.all()] == [
        ("01", "J1", "same_unit", "dismissed")
    ]
    assert Event.objects.filter(kind="recusals_proposed").count() == 1


def test_propose_recusals_refuses_a_pair_of_another_round(make_round, entry_of, seat_of, organiser, now):
    round, other = make_round(), make_round("复赛")
    pair = (entry_of(other, "01"), seat_of(round, 1), "same_unit", "x")

    with pytest.raises(DomainError, match="不在同一轮次"):
        propose_recusals(round=round, pairs=[pair], actor=organiser, now=now)


def test_confirmed_recusal_opens_as_recused_sheet(make_round, propose, sheet_of, organiser, now):
    round = make_round()
    [recusal] = propose(round, "02", 1)
    confirm_recusal(recusal=recusal, actor=organiser, now=now)
    open_round(round=round, actor=organiser, now=now)

    sheet = sheet_of(round, "02", 1)
    assert (sheet.state, sheet.state_reason) == ("recused", "同为市一中")
    assert ScoreSheet.objects.filter(entry__round=round, state="pending").count() == 8


def test_pitfall_08_confirmed_recusal_takes_submitted_marks_out_for_good(
    open_one, propose, submit, sheet_of, organiser, now
):
    for seat in (1, 2, 3):
        submit(open_one, "01", seat)
    [recusal] = propose(open_one, "01", 1)
    confirm_recusal(recusal=recusal, actor=organiser, now=now)

    sheet = sheet_of(open_one, "01", 1)
    with pytest.raises(SheetClosed, match="已回避"):
        submit_sheet(sheet_id=sheet.pk, marks=FULL, submission_id=new_id(), base_version=1, actor=sheet.judge, now=now)
    row = live_table(open_one).rows[0]
    assert (row.code, row.reason, row.cells[0].state) == ("01", "too_few_marks", "recused")
    assert sheet.current.marks == FULL


def test_declare_recusal_says_who_asked(open_one, entry_of, seat_of, organiser, now):
    seat = seat_of(open_one, 1)
    by_judge = declare_recusal(entry=entry_of(open_one, "01"), seat=seat, reason="师生", actor=seat.judge, now=now)
    by_organiser = declare_recusal(entry=entry_of(open_one, "02"), seat=seat, reason="亲属", actor=organiser, now=now)

    assert [(r.source, r.state, r.declared_by) for r in (by_judge, by_organiser)] == [
        ("judge", "proposed", seat.judge),
        ("organiser", "proposed", organiser),
    ]


def test_declare_recusal_after_a_dismissal_asks_anew_but_never_twice(open_one, entry_of, seat_of, organiser, now):
    seat, entry = seat_of(open_one, 1), entry_of(open_one, "01")
    first = declare_recusal(entry=entry, seat=seat, reason="师生", actor=seat.judge, now=now)
    with pytest.raises(DomainError, match="已在案：待确认"):
        declare_recusal(entry=entry, seat=seat, reason="师生", actor=seat.judge, now=now)
    dismiss_recusal(recusal=first, actor=organiser, now=now)

    again = declare_recusal(entry=entry, seat=seat, reason="合作课题", actor=seat.judge, now=now)

    assert (again.pk, again.state, again.reason, again.decided_by) == (first.pk, "proposed", "合作课题", None)


def test_declare_recusal_refuses_no_reason_and_a_locked_entry(open_one, entry_of, seat_of, submit_all, organiser, now):
    seat, entry = seat_of(open_one, 1), entry_of(open_one, "01")
    with pytest.raises(DomainError, match="请写明回避原因"):
        declare_recusal(entry=entry, seat=seat, reason="", actor=seat.judge, now=now)
    submit_all(open_one, {"01": ["40"] * 3})
    lock_entry(entry=entry, actor=organiser, now=now)
    with pytest.raises(Locked, match="01 已锁定"):
        declare_recusal(entry=entry, seat=seat, reason="师生", actor=seat.judge, now=now)


def test_propose_recusals_refuses_a_locked_round(open_one, propose, submit_all, organiser, now):
    submit_all(open_one, {code: ["40"] * 3 for code in ("01", "02", "03")})
    lock_round(round=open_one, actor=organiser, now=now)

    with pytest.raises(Locked, match="已封存，不能再提出回避"):
        propose(open_one, "01", 1)


def test_decided_recusal_is_not_decided_again(make_round, propose, organiser, now):
    [recusal] = propose(make_round(), "01", 1)
    confirm_recusal(recusal=recusal, actor=organiser, now=now)

    for service in (confirm_recusal, dismiss_recusal):
        with pytest.raises(DomainError, match="已经决定：已回避"):
            service(recusal=recusal, actor=organiser, now=now)
