"""Finalists and reserves after a confirmed result (pitfalls 1, 3)."""

import pytest

from contest.exceptions import ContestRefused
from contest.models import Appearance, Contestant, Finalist, GroupRound
from contest.selectors import drawable_contestants, open_places
from contest.services import (
    move_up_reserve,
    propose_group_result,
    record_finalists,
    set_up_round,
    withdraw_contestant,
    withdraw_finalist,
)
from ledger.models import Event
from results.models import Result
from results.services import confirm_result, publish_result
from scoring.models import Snapshot
from scoring.services import confirm_correction, request_entry_correction


@pytest.fixture
def result(locked, organiser, supervisor, now) -> Result:
    roster = propose_group_result(round=locked(), actor=organiser, now=now)
    confirm_result(roster=roster, actor=supervisor, now=now)
    return Result.objects.get()


@pytest.fixture
def finalists(result, organiser, now) -> dict[str, Finalist]:
    """Finalists and reserves by the name of the contestant."""
    made = record_finalists(result=result, actor=organiser, now=now)
    return {row.contestant.name: row for row in made}


def places(result) -> list[tuple[str, int, str, str]]:
    rows = Finalist.objects.filter(result=result).select_related("contestant").order_by("kind", "place")
    return [(row.kind, row.place, row.contestant.name, row.state) for row in rows]


def test_record_takes_finalists_and_reserves_from_the_snapshot(result, finalists):
    assert places(result) == [
        ("finalist", 1, "选手1", "standing"),
        ("finalist", 2, "选手2", "standing"),
        ("finalist", 3, "选手3", "standing"),
        ("reserve", 1, "选手4", "standing"),
        ("reserve", 2, "选手5", "standing"),
    ]
    assert Event.objects.order_by("-number")[0].kind == "finalists_recorded"


def test_record_before_confirmation(locked, organiser, now):
    roster = propose_group_result(round=locked(), actor=organiser, now=now)
    with pytest.raises(ContestRefused, match="监督员确认"):
        record_finalists(result=roster.result, actor=organiser, now=now)


def test_record_twice(result, finalists, organiser, now):
    with pytest.raises(ContestRefused, match="已经确认"):
        record_finalists(result=result, actor=organiser, now=now)


def test_pitfall_03_reserve_moves_up_only_by_a_recorded_act(result, finalists, organiser, now):
    withdraw_finalist(finalist=finalists["选手1"], reason="出国", actor=organiser, now=now)
    assert open_places(result) == 1
    assert places(result)[3] == ("reserve", 1, "选手4", "standing")
    move_up_reserve(finalist=finalists["选手4"], actor=organiser, now=now)
    assert open_places(result) == 0
    assert [row[3] for row in places(result)] == ["withdrawn", "standing", "standing", "moved_up", "standing"]
    kinds = list(Event.objects.order_by("number").values_list("kind", flat=True))
    assert kinds[-2:] == ["finalist_withdrawn", "reserve_moved_up"]


def test_move_up_without_a_place(finalists, organiser, now):
    with pytest.raises(ContestRefused, match="没有空缺"):
        move_up_reserve(finalist=finalists["选手4"], actor=organiser, now=now)


def test_move_up_past_another_reserve(finalists, organiser, now):
    withdraw_finalist(finalist=finalists["选手1"], reason="出国", actor=organiser, now=now)
    with pytest.raises(ContestRefused, match="递补顺序"):
        move_up_reserve(finalist=finalists["选手5"], actor=organiser, now=now)
    withdraw_finalist(finalist=finalists["选手4"], reason="放弃", actor=organiser, now=now)
    assert move_up_reserve(finalist=finalists["选手5"], actor=organiser, now=now).state == "moved_up"


def test_move_up_of_a_finalist(finalists, organiser, now):
    with pytest.raises(ContestRefused, match="候补"):
        move_up_reserve(finalist=finalists["选手1"], actor=organiser, now=now)


def test_reserve_that_moved_up_may_give_up_too(result, finalists, organiser, now):
    withdraw_finalist(finalist=finalists["选手1"], reason="出国", actor=organiser, now=now)
    move_up_reserve(finalist=finalists["选手4"], actor=organiser, now=now)
    withdraw_finalist(finalist=finalists["选手4"], reason="生病", actor=organiser, now=now)
    assert open_places(result) == 1
    move_up_reserve(finalist=finalists["选手5"], actor=organiser, now=now)
    assert open_places(result) == 0


def test_withdraw_twice_or_without_a_reason(finalists, organiser, now):
    with pytest.raises(ContestRefused, match="原因"):
        withdraw_finalist(finalist=finalists["选手1"], reason=" ", actor=organiser, now=now)
    withdraw_finalist(finalist=finalists["选手1"], reason="出国", actor=organiser, now=now)
    with pytest.raises(ContestRefused, match="已经登记"):
        withdraw_finalist(finalist=finalists["选手1"], reason="出国", actor=organiser, now=now)


def test_pitfall_03_withdrawn_winner_stays_on_the_list_and_later_steps_work(result, finalists, organiser, now):
    winner = finalists["选手1"].contestant
    withdraw_contestant(contestant=winner, reason="个人原因", actor=organiser, now=now)
    assert places(result)[0] == ("finalist", 1, "选手1", "withdrawn")
    publish_result(result=result, actor=organiser, now=now)
    published = Result.objects.get().published
    assert (published.rows[0]["people"], published.rows[0]["tier"]) == (["选手1"], "gold")
    assert Appearance.objects.get(contestant=winner).entry.status == "competing"


def test_recorded_again_after_a_correction_keeps_what_was_decided(result, finalists, organiser, supervisor, now):
    withdraw_finalist(finalist=finalists["选手2"], reason="出国", actor=organiser, now=now)
    move_up_reserve(finalist=finalists["选手4"], actor=organiser, now=now)
    entry = Appearance.objects.get(contestant__name="选手3").entry
    correction = request_entry_correction(
        entry=entry,
        subject="status",
        new={"status": "ineligible", "reason": "资格不符"},
        reason="资格不符",
        actor=organiser,
        now=now,
    )
    confirm_correction(correction=correction, actor=supervisor, now=now)
    assert Snapshot.objects.filter(round=result.round).count() == 2
    roster = propose_group_result(round=result.round, reason="资格更正", actor=organiser, now=now)
    confirm_result(roster=roster, actor=supervisor, now=now)
    record_finalists(result=result, actor=organiser, now=now)
    assert places(result) == [
        ("finalist", 1, "选手1", "standing"),
        ("finalist", 2, "选手2", "withdrawn"),
        ("finalist", 3, "选手4", "standing"),
        ("reserve", 1, "选手5", "standing"),
        ("reserve", 2, "选手6", "standing"),
    ]


def test_next_round_takes_who_stands(result, finalists, adult, organiser, now):
    withdraw_finalist(finalist=finalists["选手1"], reason="出国", actor=organiser, now=now)
    move_up_reserve(finalist=finalists["选手4"], actor=organiser, now=now)
    second = set_up_round(group=adult, panel=result.round.panel, title="第二轮", actor=organiser, now=now)
    names = [one.name for one in drawable_contestants(GroupRound.objects.get(round=second))]
    assert names == ["选手2", "选手3", "选手4"]
    assert Contestant.objects.count() == 6
