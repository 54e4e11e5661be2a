"""晋级下一轮: from a preliminary's standings, ties at the line by policy, or by a reasoned decision."""

import json

import pytest

from contest.exceptions import AdvancementRefused, ContestRefused, DrawRefused
from contest.models import Advancement, Appearance, GroupRound
from contest.selectors import advancement_state, draw_blockers, drawable_contestants
from contest.selectors.advancements import cut_line
from contest.services import (
    advance_contestants,
    agree_redraw,
    ask_redraw,
    commit_draw,
    draw_lots,
    move_up_next,
    propose_group_result,
    set_room_orders,
    set_up_round,
    withdraw_contestant,
)
from ledger.models import Event
from scoring.models import Entry, Round, ScoreSheet
from scoring.services import (
    confirm_correction,
    lock_round,
    mark_absent,
    open_round,
    record_tie_decision,
    request_entry_correction,
    set_entry_status,
    submit_sheet,
)


@pytest.fixture
def preliminary(adult, enter, make_panel, judge_all, organiser, now):
    """Return a function: a locked preliminary of adults in as many rooms as lists of content marks."""

    def do(*rooms, count=2, policy="block", before_lock=None) -> list[GroupRound]:
        people = enter(sum(len(contents) for contents in rooms))
        made = [
            set_up_round(
                group=adult,
                panel=make_panel(f"评委组{number}"),
                title=f"预赛 {number}",
                room=f"{number}" if len(rooms) > 1 else "",
                advance_count=count,
                line_policy=policy,
                actor=organiser,
                now=now,
            )
            for number in range(1, len(rooms) + 1)
        ]
        pks = [one.pk for one in people]
        orders = [[pks.pop(0) for _ in contents] for contents in rooms]
        set_room_orders(round=made[0], orders=orders, witnesses="纪监督", actor=organiser, now=now)
        for round, contents in zip(made, rooms, strict=True):
            open_round(round=round, actor=organiser, now=now)
            if before_lock:
                before_lock(round)
            judge_all(round, contents)
            lock_round(round=round, actor=organiser, now=now)
        return list(GroupRound.objects.order_by("pk"))

    return do


@pytest.fixture
def record(organiser, now):
    """Return a function that records who goes on."""

    def do(group_round, **choice) -> list[str]:
        made = advance_contestants(group_round=group_round, actor=organiser, now=now, **choice)
        return [row.contestant.name for row in made]

    return do


@pytest.fixture
def final(adult, make_panel, organiser, now):
    """Return a function that sets the next round up."""
    panel = make_panel("决赛评委")

    def do() -> GroupRound:
        round = set_up_round(group=adult, panel=panel, title="决赛", actor=organiser, now=now)
        return GroupRound.objects.get(round=round)

    return do


def person(name: str):
    return Appearance.objects.filter(contestant__name=name).first().contestant


def ranks(*values):
    return [(key, rank) for key, rank in enumerate(values, start=1)]


@pytest.mark.parametrize(
    ("standing", "count", "policy", "going", "tied"),
    [
        (ranks(1, 2, 3, 4), 2, "block", (1, 2), ()),
        (ranks(1, 2, 2, 4), 2, "block", (1,), (2, 3)),
        (ranks(1, 2, 2, 4), 2, "share_up", (1, 2, 3), (2, 3)),
        (ranks(1, 2, 2, 4), 2, "share_down", (1,), (2, 3)),
        (ranks(1, 2, 2, 4), 3, "block", (1, 2, 3), ()),
        (ranks(1, 1, 1), 2, "share_down", (), (1, 2, 3)),
        (ranks(1, 2), 5, "block", (1, 2), ()),
        ([], 2, "block", (), ()),
    ],
)
def test_the_line(standing, count, policy, going, tied):
    assert cut_line(standing, count, policy) == (going, tied)


def test_first_of_each_room_go_on_to_one_final(preliminary, record, final, organiser, now):
    first, second = preliminary(["49", "48", "47"], ["40", "46", "45"])
    assert record(first) == ["选手1", "选手2"]
    with pytest.raises(ContestRefused, match="“预赛 2”的晋级名单还没有确认"):
        final()
    assert record(second) == ["选手5", "选手6"]
    names = [one.name for one in drawable_contestants(final())]
    assert names == ["选手1", "选手2", "选手5", "选手6"]
    [event, _] = Event.objects.filter(kind="advancement_recorded").order_by("number")
    assert json.loads(event.payload) == {
        "round": first.round_id,
        "snapshot": 1,
        "contestants": [person("选手1").pk, person("选手2").pk],
        "decided_in": [],
        "decided_out": [],
    }


def test_pitfall_02_tie_at_the_line_blocks_until_it_is_settled(preliminary, record, organiser, now):
    [row] = preliminary(["49", "48", "48", "40"])
    with pytest.raises(AdvancementRefused, match="并列：02、03 号"):
        record(row)
    assert Advancement.objects.count() == 0
    record_tie_decision(round=row.round, order=["03", "02"], reason="评审组合议", actor=organiser, now=now)
    assert record(row) == ["选手1", "选手3"]


@pytest.mark.parametrize(("policy", "names"), [("share_up", ["选手1", "选手2", "选手3"]), ("share_down", ["选手1"])])
def test_tie_at_the_line_by_policy(preliminary, record, policy, names):
    [row] = preliminary(["49", "48", "48", "40"], policy=policy)
    assert record(row) == names


def test_decision_with_a_reason_names_who_differs(preliminary, record):
    [row] = preliminary(["49", "48", "47", "46"])
    chosen = [person("选手1").pk, person("选手3").pk]
    with pytest.raises(AdvancementRefused, match="写明评审组决定的理由"):
        record(row, chosen=chosen)
    assert record(row, chosen=chosen, reason="题材互补") == ["选手1", "选手3"]
    assert list(Advancement.objects.order_by("pk").values_list("contestant__name", "ground", "reason")) == [
        ("选手1", "rank", ""),
        ("选手3", "decision", "题材互补"),
    ]
    payload = json.loads(Event.objects.get(kind="advancement_recorded").payload)
    assert (payload["decided_in"], payload["decided_out"]) == ([person("选手3").pk], [person("选手2").pk])


def test_decision_settles_a_tie(preliminary, record):
    [row] = preliminary(["49", "48", "48", "40"])
    chosen = [person("选手1").pk, person("选手3").pk]
    with pytest.raises(AdvancementRefused, match="理由"):
        record(row, chosen=chosen)
    record(row, chosen=chosen, reason="评审组合议")
    assert list(Advancement.objects.order_by("pk").values_list("contestant__name", "ground")) == [
        ("选手1", "rank"),
        ("选手3", "decision"),
    ]


def test_a_choice_equal_to_the_standings_needs_no_reason(preliminary, record):
    [row] = preliminary(["49", "48", "47"])
    assert record(row, chosen=[person("选手2").pk, person("选手1").pk]) == ["选手1", "选手2"]
    assert set(Advancement.objects.values_list("ground", flat=True)) == {"rank"}


def test_nobody_chosen(preliminary, record):
    [row] = preliminary(["49", "48", "47"])
    with pytest.raises(AdvancementRefused, match="至少选一位"):
        record(row, chosen=[], reason="不晋级")


@pytest.mark.parametrize("status", ["withdrawn", "ineligible", "forfeited"])
def test_pitfall_01_who_does_not_compete_uses_no_place(preliminary, record, organiser, now, status):
    def drop(round):
        entry = round.entries.get(code="01")
        set_entry_status(entry=entry, status=status, reason="不参评", actor=organiser, now=now)

    [row] = preliminary(["49", "48", "47"], before_lock=drop)
    assert record(row) == ["选手2", "选手3"]
    with pytest.raises(AdvancementRefused, match="01 号没有名次"):
        record(row, chosen=[person("选手1").pk], reason="破格")


def test_pitfalls_04_26_not_ranked_for_want_of_marks_uses_no_place(adult, enter, make_panel, record, organiser, now):
    people = enter(3)
    round = set_up_round(group=adult, panel=make_panel(), title="预赛", advance_count=1, actor=organiser, now=now)
    orders = [[one.pk for one in people]]
    set_room_orders(round=round, orders=orders, witnesses="纪监督", actor=organiser, now=now)
    open_round(round=round, actor=organiser, now=now)
    for sheet in ScoreSheet.objects.filter(entry__round=round, entry__code="01"):
        mark_absent(sheet=sheet, reason="评委缺席", actor=organiser, now=now)
    for sheet in ScoreSheet.objects.filter(entry__round=round).exclude(entry__code="01"):
        submit_sheet(
            sheet_id=sheet.pk,
            marks={"content": "40", "delivery": "25", "image": {"02": "15", "03": "14"}[sheet.entry.code]},
            submission_id=f"present-{sheet.pk}",
            base_version=0,
            actor=sheet.judge,
            now=now,
        )
    lock_round(round=round, actor=organiser, now=now)
    assert record(GroupRound.objects.get()) == ["选手2"]


def test_who_left_after_the_lock_uses_no_place(preliminary, record, organiser, now):
    [row] = preliminary(["49", "48", "47"])
    withdraw_contestant(contestant=person("选手1"), reason="出国", actor=organiser, now=now)
    assert record(row) == ["选手2", "选手3"]


def test_recorded_twice_or_too_early(adult, enter, make_panel, preliminary, record):
    [row] = preliminary(["49", "48", "47"])
    record(row)
    with pytest.raises(AdvancementRefused, match="不必重复"):
        record(row)


def test_before_the_lock_and_of_the_last_round(drawn, adult, organiser, now):
    row = drawn(3).group_round
    with pytest.raises(AdvancementRefused, match="最后一轮"):
        advance_contestants(group_round=row, actor=organiser, now=now)
    GroupRound.objects.update(advance_count=2)
    with pytest.raises(AdvancementRefused, match="还没有封存"):
        advance_contestants(group_round=row, actor=organiser, now=now)


def corrected(row, code, organiser, supervisor, now):
    """The entry turns out to be ineligible, after the lock."""
    correction = request_entry_correction(
        entry=Entry.objects.get(round=row.round_id, code=code),
        subject="status",
        new={"status": "ineligible", "reason": "资格不符"},
        reason="资格不符",
        actor=organiser,
        now=now,
    )
    confirm_correction(correction=correction, actor=supervisor, now=now)


def test_a_corrected_snapshot_puts_the_list_out_of_date(preliminary, record, final, organiser, supervisor, now):
    [row] = preliminary(["49", "48", "47"])
    record(row)
    corrected(row, "01", organiser, supervisor, now)
    assert advancement_state(row).is_outdated
    with pytest.raises(ContestRefused, match="须按最新定格成绩重新确认"):
        final()
    assert record(row) == ["选手2", "选手3"]
    assert not advancement_state(row).is_outdated
    assert Advancement.objects.count() == 2


def test_a_correction_after_the_next_draw_takes_a_redraw(preliminary, record, final, organiser, supervisor, now):
    [row] = preliminary(["49", "48", "47"])
    record(row)
    last = final()
    commit_draw(round=last.round, actor=organiser, now=now)
    draw_lots(round=last.round, public="03 08", actor=organiser, now=now)
    corrected(row, "01", organiser, supervisor, now)
    with pytest.raises(AdvancementRefused, match="先申请重新抽签"):
        record(row)
    request = ask_redraw(round=last.round, reason="名单更正", actor=organiser, now=now)
    agree_redraw(request=request, actor=supervisor, now=now)
    assert draw_blockers(last) == ["“预赛 1”的成绩有更正，晋级名单须按最新定格成绩重新确认"]
    with pytest.raises(DrawRefused, match="重新确认"):
        commit_draw(round=last.round, actor=organiser, now=now)
    record(row)
    commit_draw(round=last.round, actor=organiser, now=now)
    draw_lots(round=last.round, public="03 09", actor=organiser, now=now)
    names = Appearance.objects.filter(entry__round=last.round_id).values_list("contestant__name", flat=True)
    assert sorted(names) == ["选手2", "选手3"]


def test_a_correction_that_moves_nobody_is_confirmed_after_the_draw(
    preliminary, record, final, organiser, supervisor, now
):
    [row] = preliminary(["49", "48", "47"])
    record(row)
    last = final()
    commit_draw(round=last.round, actor=organiser, now=now)
    draw_lots(round=last.round, public="03 08", actor=organiser, now=now)
    corrected(row, "03", organiser, supervisor, now)
    assert record(row) == ["选手1", "选手2"]
    assert not advancement_state(row).is_outdated


def test_a_correction_after_the_draw_is_confirmed_for_those_who_have_not_left(
    preliminary, record, final, organiser, supervisor, now
):
    [row] = preliminary(["49", "48", "47"])
    record(row)
    last = final()
    commit_draw(round=last.round, actor=organiser, now=now)
    draw_lots(round=last.round, public="03 08", actor=organiser, now=now)
    withdraw_contestant(contestant=person("选手1"), reason="出国", actor=organiser, now=now)
    corrected(row, "03", organiser, supervisor, now)

    assert record(row, chosen=[person("选手2").pk], reason="下一轮已抽签，选手1退出") == ["选手2"]
    assert not advancement_state(row).is_outdated


def test_pitfall_03_the_next_moves_up_only_by_a_recorded_act(preliminary, record, final, organiser, now):
    [row] = preliminary(["49", "48", "47", "46"])
    record(row)
    with pytest.raises(AdvancementRefused, match="没有空缺"):
        move_up_next(group_round=row, actor=organiser, now=now)
    withdraw_contestant(contestant=person("选手1"), reason="出国", actor=organiser, now=now)
    assert [one.name for one in drawable_contestants(final())] == ["选手2"]
    moved = move_up_next(group_round=row, actor=organiser, now=now)
    assert (moved.contestant.name, moved.ground, moved.reason) == ("选手3", "moved_up", "有人退出，按名次递补")
    last = GroupRound.objects.get(sequence=2)
    assert [one.name for one in drawable_contestants(last)] == ["选手2", "选手3"]
    with pytest.raises(AdvancementRefused, match="没有空缺"):
        move_up_next(group_round=row, actor=organiser, now=now)
    [event] = Event.objects.filter(kind="advancement_moved_up")
    assert json.loads(event.payload) == {
        "round": row.round_id,
        "snapshot": 1,
        "contestant": person("选手3").pk,
    }


def test_moving_up_among_equals_takes_a_reason(preliminary, record, organiser, now):
    [row] = preliminary(["49", "48", "47", "47"])
    record(row)
    withdraw_contestant(contestant=person("选手1"), reason="出国", actor=organiser, now=now)
    with pytest.raises(AdvancementRefused, match="03、04 号并列"):
        move_up_next(group_round=row, actor=organiser, now=now)
    with pytest.raises(AdvancementRefused, match="写明由谁递补"):
        move_up_next(group_round=row, contestant=person("选手4"), actor=organiser, now=now)
    with pytest.raises(AdvancementRefused, match="须按名次递补"):
        move_up_next(group_round=row, contestant=person("选手2"), reason="x", actor=organiser, now=now)
    moved = move_up_next(group_round=row, contestant=person("选手4"), reason="评审组合议", actor=organiser, now=now)
    assert (moved.contestant.name, moved.reason) == ("选手4", "评审组合议")


def test_moving_up_when_nobody_is_left_or_the_next_is_drawn(preliminary, record, final, organiser, now):
    [row] = preliminary(["49", "48"])
    record(row)
    withdraw_contestant(contestant=person("选手1"), reason="出国", actor=organiser, now=now)
    with pytest.raises(AdvancementRefused, match="没有可以递补"):
        move_up_next(group_round=row, actor=organiser, now=now)
    last = final()
    commit_draw(round=last.round, actor=organiser, now=now)
    draw_lots(round=last.round, public="03 08", actor=organiser, now=now)
    with pytest.raises(AdvancementRefused, match="下一轮已经抽签"):
        move_up_next(group_round=row, actor=organiser, now=now)


def test_a_preliminary_has_no_roster_of_winners(preliminary, organiser, now):
    [row] = preliminary(["49", "48", "47"])
    with pytest.raises(ContestRefused, match="预赛"):
        propose_group_result(round=Round.objects.get(pk=row.round_id), actor=organiser, now=now)
