import copy

import pytest

from core.exceptions import DomainError
from scoring.exceptions import SheetClosed
from scoring.models import Round, ScoreSheet, Snapshot, TieDecision
from scoring.selectors import latest_snapshot, result_book, tied_sets
from scoring.services import (
    add_seat,
    confirm_recusal,
    create_panel,
    create_rulebook,
    create_runoff,
    declare_recusal,
    lock_round,
    open_round,
    record_tie_decision,
    set_entry_status,
    submit_sheet,
)
from tests.scoring.conftest import FULL, contest_document, new_id

TIED = {"01": ["42"] * 4, "02": ["40"] * 4, "03": ["40"] * 4, "04": ["40"] * 4}


@pytest.fixture
def tied(make_open_round, submit_all, organiser, now) -> Round:
    """A locked round in which 02, 03 and 04 are equal on every step, across the line of gold (2 places)."""
    round = make_open_round(entries=4, seats=4)
    submit_all(round, TIED)
    lock_round(round=round, actor=organiser, now=now)
    round.refresh_from_db()
    return round


@pytest.fixture
def decide(organiser, now):
    """Return a function: record the order of a tied set."""

    def act(round, *order, reason="评委组合议"):
        return record_tie_decision(round=round, order=order, reason=reason, actor=organiser, now=now)

    return act


@pytest.fixture
def run_off(organiser, now, submit_all):
    """Return a function: open, mark and lock a runoff of the tied set of a round."""

    def act(round, entries, contents, title="加赛"):
        runoff = create_runoff(round=round, entries=entries, title=title, actor=organiser, now=now)
        open_round(round=runoff, actor=organiser, now=now)
        submit_all(runoff, contents)
        lock_round(round=runoff, actor=organiser, now=now)
        runoff.refresh_from_db()
        return runoff

    return act


def ranks(round):
    return [(s["entry"], s["rank"]) for s in latest_snapshot(round).document["output"]["standings"]]


def test_tied_set_is_reported_and_nothing_is_awarded(tied):
    snapshot = latest_snapshot(tied)

    assert tied_sets(snapshot) == [("02", "03", "04")]
    assert snapshot.document["output"]["boundaries"][0] == {"line": "gold", "entries": ["02", "03", "04"]}
    assert snapshot.document["output"]["placements"] == []


def test_record_tie_decision_orders_the_set_in_a_new_snapshot(tied, decide):
    decision = decide(tied, "04", "02", "03")

    snapshot = latest_snapshot(tied)
    assert (decision.order, decision.reason) == (["04", "02", "03"], "评委组合议")
    assert (snapshot.number, snapshot.reason) == (2, "并列裁定：04 > 02 > 03")
    assert ranks(tied) == [("01", 1), ("04", 2), ("02", 3), ("03", 4)]
    assert snapshot.document["output"]["boundaries"] == []
    assert tied_sets(snapshot) == []


def test_a_later_decision_on_the_same_set_replaces_the_first(tied, decide):
    decide(tied, "04", "02", "03")
    decide(tied, "03", "02", "04", reason="前次记错顺序")

    assert ranks(tied) == [("01", 1), ("03", 2), ("02", 3), ("04", 4)]
    assert TieDecision.objects.count() == 2


@pytest.mark.parametrize(
    "order", [("02", "03"), ("01", "02", "03", "04"), ("02", "03", "04", "04"), ("02", "03", "99"), ()]
)
def test_record_tie_decision_refuses_what_is_not_exactly_a_tied_set(tied, decide, order):
    with pytest.raises(DomainError, match="定格成绩第 1 号中没有"):
        decide(tied, *order)

    assert (TieDecision.objects.count(), Snapshot.objects.count()) == (0, 1)


def test_record_tie_decision_refuses_no_reason_and_an_open_round(tied, make_open_round, decide):
    with pytest.raises(DomainError, match="请写明裁定理由"):
        decide(tied, "04", "02", "03", reason=" ")
    with pytest.raises(DomainError, match="并列在封存之后裁定"):
        decide(make_open_round("复赛"), "01", "02")


def test_ties_follow_the_chain_of_the_rulebook_only(edition, make_open_round, submit_all, decide, organiser, now):
    document = copy.deepcopy(contest_document())
    document["tie_chain"] = [{"kind": "median"}]
    rules = create_rulebook(edition=edition, code="short", title="短", document=document, actor=organiser, now=now)
    round = make_open_round(entries=4, seats=4, rules=rules)
    submit_all(round, TIED)
    lock_round(round=round, actor=organiser, now=now)

    with pytest.raises(DomainError, match="没有“裁定”这一步"):
        decide(round, "04", "02", "03")
    with pytest.raises(DomainError, match="没有“加赛”这一步"):
        create_runoff(round=round, entries=["02", "03", "04"], title="加赛", actor=organiser, now=now)


def test_create_runoff_is_a_round_of_the_tied_entries(tied, organiser, now):
    runoff = create_runoff(round=tied, entries=["04", "02", "03"], title="加赛", actor=organiser, now=now)

    assert (runoff.parent, runoff.state, runoff.panel, runoff.rulebook) == (tied, "draft", tied.panel, tied.rulebook)
    assert list(runoff.entries.order_by("order").values_list("code", "title", "order")) == [
        ("02", "题目2", 1),
        ("03", "题目3", 2),
        ("04", "题目4", 3),
    ]


def test_locked_runoff_orders_the_tied_in_the_parents_next_snapshot(tied, run_off):
    run_off(tied, ["02", "03", "04"], {"02": ["38"] * 4, "03": ["45"] * 4, "04": ["38"] * 4})

    snapshot = latest_snapshot(tied)
    assert (snapshot.number, snapshot.reason) == (2, "加赛“加赛”定格成绩第 1 号")
    assert snapshot.document["input"]["runoffs"] == [{"order": [["03"], ["02", "04"]]}]
    assert ranks(tied) == [("01", 1), ("03", 2), ("02", 3), ("04", 3)]
    assert tied_sets(snapshot) == [("02", "04")]


def test_what_stays_tied_goes_on_in_a_runoff_of_the_runoff(tied, run_off, organiser, now):
    first = run_off(tied, ["02", "03", "04"], {"02": ["38"] * 4, "03": ["45"] * 4, "04": ["38"] * 4})
    with pytest.raises(DomainError, match="已有加赛“加赛”"):
        create_runoff(round=tied, entries=["02", "04"], title="再加赛", actor=organiser, now=now)

    run_off(first, ["02", "04"], {"02": ["30"] * 4, "04": ["31"] * 4}, title="再加赛")

    assert ranks(first) == [("03", 1), ("04", 2), ("02", 3)]
    assert ranks(tied) == [("01", 1), ("03", 2), ("04", 3), ("02", 4)]
    assert latest_snapshot(tied).number == 3


def test_decision_in_a_runoff_reaches_the_parent(tied, run_off, decide):
    runoff = run_off(tied, ["02", "03", "04"], {"02": ["38"] * 4, "03": ["45"] * 4, "04": ["38"] * 4})
    decide(runoff, "04", "02")

    assert ranks(tied) == [("01", 1), ("03", 2), ("04", 3), ("02", 4)]


def test_who_gives_up_the_runoff_comes_after_who_took_part(tied, submit_all, entry_of, organiser, now):
    runoff = create_runoff(round=tied, entries=["02", "03", "04"], title="加赛", actor=organiser, now=now)
    open_round(round=runoff, actor=organiser, now=now)
    submit_all(runoff, {"02": ["38"] * 4, "03": ["45"] * 4})
    set_entry_status(entry=entry_of(runoff, "04"), status="forfeited", reason="放弃加赛", actor=organiser, now=now)
    lock_round(round=runoff, actor=organiser, now=now)

    assert ranks(tied) == [("01", 1), ("03", 2), ("02", 3), ("04", 4)]


@pytest.mark.parametrize("entries", [["02", "03"], ["01", "02", "03", "04"], ["02", "02", "03", "04"]])
def test_create_runoff_refuses_what_is_not_the_whole_tied_set(tied, organiser, now, entries):
    with pytest.raises(DomainError, match="加赛须是一组并列条目的全部"):
        create_runoff(round=tied, entries=entries, title="加赛", actor=organiser, now=now)


def test_create_runoff_refuses_an_open_round(open_one, organiser, now):
    with pytest.raises(DomainError, match="封存之后才能加赛"):
        create_runoff(round=open_one, entries=["01", "02"], title="加赛", actor=organiser, now=now)


def test_pitfall_08_a_recusal_holds_in_the_runoff_and_in_another_seat(
    make_open_round, submit, seat_of, entry_of, edition, organiser, now
):
    round = make_open_round(entries=2, seats=4)
    judge = seat_of(round, 4).judge
    recusal = declare_recusal(entry=entry_of(round, "01"), seat=seat_of(round, 4), reason="师生", actor=judge, now=now)
    confirm_recusal(recusal=recusal, actor=organiser, now=now)
    for seat in (1, 2, 3):
        submit(round, "01", seat)
    for seat in (1, 2, 3, 4):
        submit(round, "02", seat)
    lock_round(round=round, actor=organiser, now=now)
    panel = create_panel(edition=edition, title="加赛评委组")
    for seat in (4, 1, 2, 3):
        add_seat(panel=panel, judge=seat_of(round, seat).judge, actor=organiser, now=now)

    runoff = create_runoff(round=round, entries=["01", "02"], title="加赛", actor=organiser, now=now, panel=panel)
    open_round(round=runoff, actor=organiser, now=now)

    sheet = ScoreSheet.objects.get(entry__round=runoff, entry__code="01", judge=judge)
    assert (sheet.seat.number, sheet.state, sheet.state_reason) == (1, "recused", "师生")
    with pytest.raises(SheetClosed, match="已回避"):
        submit_sheet(sheet_id=sheet.pk, marks=FULL, submission_id=new_id(), base_version=0, actor=judge, now=now)


def test_book_of_a_decided_round_names_the_decision(tied, decide):
    decide(tied, "04", "02", "03")
    book = result_book(latest_snapshot(tied))

    assert book["input"]["decisions"] == [{"order": ["04", "02", "03"], "reason": "评委组合议"}]
    assert book["output"]["ties"][0]["steps"][-1]["kind"] == "decision"
