"""The running order: typed in, or drawn so that anyone can recompute it (reference/vectors.md §8)."""

import json
from datetime import date

import pytest

from accounts.models import Role
from accounts.services import create_unit
from contest.exceptions import ContestRefused, DrawRefused
from contest.models import Appearance, Contestant, GroupRound
from contest.selectors import kinship_pairs
from contest.services import (
    commit_draw,
    draw_lots,
    import_contestants,
    propose_kinship,
    set_draw_order,
    set_up_round,
)
from core.draw import commitment, draw_order
from core.exceptions import DomainError
from ledger.models import Event
from scoring.models import Entry, Recusal
from scoring.services import add_seat, create_panel, open_round
from tests.contest.office import id_number

SECRET = bytes.fromhex("00112233445566778899aabbccddeeff" * 2)
PUBLIC = "2026-05-20 双色球 2026057期 03 08 14 19 27 31 + 11"


@pytest.fixture
def prepared(adult, enter, make_panel, organiser, now):
    """Return a function: n adults and a round in preparation that is not drawn."""

    def do(count: int = 5):
        contestants = enter(count)
        round = set_up_round(group=adult, panel=make_panel(), title="成年组决赛", actor=organiser, now=now)
        return round, contestants

    return do


def entries_of(round) -> list[tuple[str, str, int]]:
    return list(Entry.objects.filter(round=round).order_by("order").values_list("code", "title", "order"))


def test_typed_order_makes_numbered_entries(prepared, organiser, now):
    round, people = prepared(3)
    order = [people[2].pk, people[0].pk, people[1].pk]
    appearances = set_draw_order(round=round, order=order, witnesses="纪监督", actor=organiser, now=now)
    assert [(one.contestant_id, one.draw_order, one.entry.code) for one in appearances] == [
        (people[2].pk, 1, "01"),
        (people[0].pk, 2, "02"),
        (people[1].pk, 3, "03"),
    ]
    assert entries_of(round) == [("01", "题目3", 1), ("02", "题目1", 2), ("03", "题目2", 3)]
    group_round = GroupRound.objects.get()
    assert (group_round.draw_method, group_round.drawn_at) == (GroupRound.DrawMethod.TYPED, now)


@pytest.mark.parametrize("change", [lambda order: order[:-1], lambda order: [*order[:-1], order[0]]])
def test_typed_order_that_misses_somebody(prepared, organiser, now, change):
    round, people = prepared(3)
    with pytest.raises(DrawRefused, match="恰好包含"):
        set_draw_order(
            round=round, order=change([one.pk for one in people]), witnesses="纪监督", actor=organiser, now=now
        )
    assert entries_of(round) == []


@pytest.mark.parametrize("witnesses", ["", "  ", "人" * 121])
def test_typed_order_without_witnesses(prepared, organiser, now, witnesses):
    round, people = prepared(3)
    with pytest.raises(DrawRefused, match="见证人"):
        set_draw_order(round=round, order=[one.pk for one in people], witnesses=witnesses, actor=organiser, now=now)
    assert entries_of(round) == []


def test_order_is_not_typed_in_twice(prepared, organiser, now):
    round, people = prepared(3)
    order = [one.pk for one in people]
    set_draw_order(round=round, order=order, witnesses="纪监督", actor=organiser, now=now)
    with pytest.raises(DrawRefused, match="由另一个账号同意"):
        set_draw_order(round=round, order=order[::-1], witnesses="纪监督", actor=organiser, now=now)
    assert entries_of(round) == [("01", "题目1", 1), ("02", "题目2", 2), ("03", "题目3", 3)]


def test_order_is_not_typed_in_after_a_commitment(prepared, organiser, now):
    round, people = prepared(3)
    commit_draw(round=round, actor=organiser, now=now)
    with pytest.raises(DrawRefused, match="承诺值已经公布"):
        set_draw_order(round=round, order=[one.pk for one in people], witnesses="纪监督", actor=organiser, now=now)


def test_system_draw_can_be_recomputed(prepared, organiser, now):
    round, people = prepared(5)
    assert commit_draw(round=round, secret=SECRET, actor=organiser, now=now) == commitment(SECRET)
    appearances = draw_lots(round=round, public=PUBLIC, actor=organiser, now=now)
    codes = [str(one.pk) for one in people]
    expected = [int(code) for code in draw_order(codes, secret=SECRET, public=PUBLIC)]
    assert [one.contestant_id for one in appearances] == expected
    committed, drawn = (
        json.loads(event.payload)
        for event in Event.objects.filter(kind__in=["draw_committed", "order_drawn"]).order_by("number")
    )
    assert committed == {"round": round.pk, "commitment": commitment(SECRET), "contestants": [one.pk for one in people]}
    assert drawn == {
        "round": round.pk,
        "method": "system",
        "secret": SECRET.hex(),
        "public": PUBLIC,
        "contestants": [one.pk for one in people],
        "order": expected,
    }


def test_system_draw_makes_its_own_secret(prepared, organiser, now):
    round, _ = prepared(2)
    published = commit_draw(round=round, actor=organiser, now=now)
    group_round = GroupRound.objects.get()
    assert commitment(bytes.fromhex(group_round.draw_secret)) == published == group_round.draw_commitment


def test_system_draw_without_a_commitment(prepared, organiser, now):
    round, _ = prepared(2)
    with pytest.raises(DrawRefused, match="承诺值"):
        draw_lots(round=round, public=PUBLIC, actor=organiser, now=now)


def test_second_commitment(prepared, organiser, now):
    round, _ = prepared(2)
    commit_draw(round=round, actor=organiser, now=now)
    with pytest.raises(DrawRefused, match="已经公布"):
        commit_draw(round=round, actor=organiser, now=now)


@pytest.mark.parametrize("public", ["", "  ", "数" * 201])
def test_system_draw_with_bad_public_numbers(prepared, organiser, now, public):
    round, _ = prepared(2)
    commit_draw(round=round, actor=organiser, now=now)
    with pytest.raises(DrawRefused, match="公开随机数"):
        draw_lots(round=round, public=public, actor=organiser, now=now)


def test_system_draw_twice(prepared, organiser, now):
    round, _ = prepared(2)
    commit_draw(round=round, actor=organiser, now=now)
    draw_lots(round=round, public=PUBLIC, actor=organiser, now=now)
    with pytest.raises(DrawRefused, match="已经抽过签"):
        draw_lots(round=round, public="再来一次", actor=organiser, now=now)


def test_draw_after_opening(drawn, organiser, now):
    round = drawn(3)
    open_round(round=round, actor=organiser, now=now)
    order = list(Contestant.objects.values_list("pk", flat=True))
    with pytest.raises(DrawRefused, match="已经开放评分"):
        set_draw_order(round=round, order=order, witnesses="纪监督", actor=organiser, now=now)


def test_draw_waits_for_guardians(contest, junior, registration, make_panel, organiser, now):
    born = date(2014, 5, 1)
    row = registration(1, group=junior, birth_date=born, id_number=id_number(born), guardian_name="家长")
    import_contestants(contest=contest, rows=[row], actor=organiser, now=now)
    round = set_up_round(group=junior, panel=make_panel(), title="少年组决赛", actor=organiser, now=now)
    with pytest.raises(DrawRefused, match="少年组还有 1 位选手待补全"):
        commit_draw(round=round, actor=organiser, now=now)


def test_second_round_waits_for_the_first(prepared, adult, organiser, now):
    round, _ = prepared(2)
    with pytest.raises(ContestRefused, match="还没有封存"):
        set_up_round(group=adult, panel=round.panel, title="第二轮", actor=organiser, now=now)


def test_round_with_a_taken_title(prepared, junior, organiser, now):
    round, _ = prepared(2)
    with pytest.raises(DomainError, match="已有轮次"):
        set_up_round(group=junior, panel=round.panel, title="成年组决赛", actor=organiser, now=now)


def test_more_than_99_contestants_have_three_digits(prepared, organiser, now):
    round, people = prepared(100)
    set_draw_order(round=round, order=[one.pk for one in people], witnesses="纪监督", actor=organiser, now=now)
    assert entries_of(round)[0][0] == "001"


def test_pitfall_23_judges_close_to_a_contestant_are_proposed(adult, edition, enter, make_person, organiser, now):
    people = enter(5)
    unit = create_unit(name="某单位")
    Contestant.objects.filter(pk=people[0].pk).update(unit=unit)
    Contestant.objects.filter(pk=people[2].pk).update(tutors="丁评委、别人")
    judges = {
        "甲评委": (make_person("甲评委", Role.JUDGE, email="a@example.com"), unit),
        "选手2": (make_person("选手2", Role.JUDGE, email="b@example.com"), None),
        "丁评委": (make_person("丁评委", Role.JUDGE, email="c@example.com"), None),
        "戊评委": (make_person("戊评委", Role.JUDGE, email="d@example.com"), None),
        "己评委": (make_person("己评委", Role.JUDGE, email="e@example.com"), None),
    }
    Contestant.objects.filter(pk=people[3].pk).update(user=judges["戊评委"][0])
    phoned = judges["己评委"][0]
    phoned.phone_index = people[4].phone_index
    phoned.save(update_fields=["phone_index"])
    panel = create_panel(edition=edition, title="评委组")
    for judge, own_unit in judges.values():
        add_seat(panel=panel, judge=judge, unit=own_unit, actor=organiser, now=now)
    round = set_up_round(group=adult, panel=panel, title="决赛", actor=organiser, now=now)
    set_draw_order(round=round, order=[one.pk for one in people], witnesses="纪监督", actor=organiser, now=now)
    found = Recusal.objects.order_by("entry__code").values_list("entry__code", "seat__number", "source", "state")
    assert list(found) == [
        ("01", 1, "same_unit", "proposed"),
        ("02", 2, "same_person", "proposed"),
        ("03", 3, "organiser", "proposed"),
        ("04", 4, "same_person", "proposed"),
        ("05", 5, "same_person", "proposed"),
    ]
    assert kinship_pairs(round) == []


def test_pitfall_23_a_judge_seated_after_the_draw_is_proposed_too(drawn, make_person, organiser, now):
    round = drawn(3)
    judge = make_person("选手1", Role.JUDGE, email="late@example.com")
    seat = add_seat(panel=round.panel, judge=judge, actor=organiser, now=now)
    assert [(entry.code, found.pk) for entry, found, _, _ in kinship_pairs(round)] == [("01", seat.pk)]
    assert len(propose_kinship(round=round, actor=organiser, now=now)) == 1
    assert propose_kinship(round=round, actor=organiser, now=now) == []
    assert Appearance.objects.count() == 3
