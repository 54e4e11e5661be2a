"""A unit's own order, its places, and many drafts submitted at once."""

import json
from datetime import timedelta

import pytest

from contest.exceptions import ContestRefused
from contest.models import Contestant
from contest.selectors.units import beyond_quota, order_mark, registration_window, unit_entries
from contest.services import (
    accept_registrations,
    import_contestants,
    set_unit_order,
    submit_unit_entries,
    unit_groups,
)
from core.exceptions import ConflictError
from ledger.models import Event

Status = Contestant.Status


def test_unit_order_is_written_and_recorded_without_names(unit, adult, bring, coordinator, now):
    (first, second, third), _ = bring(1, 2, 3)

    done = set_unit_order(
        unit=unit, group=adult, contestants=[third.pk, first.pk, second.pk], actor=coordinator, now=now
    )

    assert [(one.name, one.unit_order) for one in done] == [("选手3", 1), ("选手1", 2), ("选手2", 3)]
    assert [one.name for one in unit_entries(unit)] == ["选手3", "选手1", "选手2"]
    event = Event.objects.latest("number")
    assert event.kind == "unit_order_set"
    assert json.loads(event.payload) == {
        "unit": unit.pk,
        "group": adult.pk,
        "contestants": [third.pk, first.pk, second.pk],
    }


def test_unit_order_made_from_an_older_one_is_refused_and_changes_nothing(unit, adult, bring, coordinator, now):
    """Pitfall 20: the second of two coordinators is told, the first one's order stays."""
    (first, second), _ = bring(1, 2)
    seen = order_mark(unit_entries(unit))
    set_unit_order(unit=unit, group=adult, contestants=[second.pk, first.pk], actor=coordinator, now=now, seen=seen)

    with pytest.raises(ConflictError, match="顺序没有保存"):
        set_unit_order(unit=unit, group=adult, contestants=[first.pk, second.pk], actor=coordinator, now=now, seen=seen)

    assert [one.name for one in unit_entries(unit)] == ["选手2", "选手1"]


def test_unit_order_again_is_no_second_event(unit, adult, bring, coordinator, now):
    (first, second), _ = bring(1, 2)
    for _ in range(2):
        set_unit_order(unit=unit, group=adult, contestants=[second.pk, first.pk], actor=coordinator, now=now)

    assert Event.objects.filter(kind="unit_order_set").count() == 1


@pytest.mark.parametrize("pick", [lambda a, b, c: [a, b], lambda a, b, c: [a, a, b, c], lambda a, b, c: [a, b, c, 999]])
def test_unit_order_names_everybody_once(unit, adult, bring, coordinator, now, pick):
    people, _ = bring(1, 2, 3)

    with pytest.raises(ContestRefused, match="每一位，各一次"):
        set_unit_order(
            unit=unit, group=adult, contestants=pick(*(one.pk for one in people)), actor=coordinator, now=now
        )


def test_unit_order_after_the_deadline_is_the_offices(contest, unit, adult, bring, coordinator, organiser, now):
    (first, second), _ = bring(1, 2)
    contest.registration_closes_at = now
    contest.save()

    with pytest.raises(ContestRefused, match="截止"):
        set_unit_order(unit=unit, group=adult, contestants=[second.pk, first.pk], actor=coordinator, now=now)
    set_unit_order(unit=unit, group=adult, contestants=[second.pk, first.pk], actor=organiser, now=now)

    assert [one.name for one in unit_entries(unit)] == ["选手2", "选手1"]


def test_submit_several_names_who_cannot_be_and_does_the_others(
    contest, unit, adult, bring, registration, organiser, coordinator, now
):
    adult.unit_quota = 2
    adult.save()
    (first, second, third), rows = bring(1, 2, 3)
    set_unit_order(unit=unit, group=adult, contestants=[third.pk, first.pk, second.pk], actor=coordinator, now=now)

    outcome = submit_unit_entries(unit=unit, contest=contest, registrations=rows, actor=coordinator, now=now)

    assert [one.name for one in outcome.done] == ["选手3", "选手1"]
    assert [(one.name, reason) for one, reason in outcome.refused] == [
        (
            "选手2",
            "成年组每个单位 2 人，名额已满。可以先撤回或退出本单位的另一人，或由组委会登记为名额外，再提交。",
        )
    ]
    assert set(Contestant.objects.values_list("name", "status")) == {
        ("选手3", "submitted"),
        ("选手1", "submitted"),
        ("选手2", "draft"),
    }


def test_submit_passes_over_another_units_entries(contest, unit, bring, registration, organiser, coordinator, now):
    _, rows = bring(1)
    foreign = registration(9, workplace="别的单位")
    import_contestants(contest=contest, rows=[foreign], actor=organiser, now=now)
    other = Contestant.objects.get(name="选手9")

    outcome = submit_unit_entries(
        unit=unit, contest=contest, registrations={**rows, other.pk: foreign}, actor=coordinator, now=now
    )

    assert [one.name for one in outcome.done] == ["选手1"]
    assert Contestant.objects.get(pk=other.pk).status == Status.DRAFT
    with pytest.raises(ContestRefused, match="请先勾选"):
        submit_unit_entries(unit=unit, contest=contest, registrations={other.pk: foreign}, actor=coordinator, now=now)


def test_submit_a_moment_late_names_everybody(contest, unit, bring, coordinator, now):
    _, rows = bring(1)
    contest.registration_closes_at = now + timedelta(milliseconds=1)
    contest.save()

    late = now + timedelta(milliseconds=1)
    outcome = submit_unit_entries(unit=unit, contest=contest, registrations=rows, actor=coordinator, now=late)

    assert outcome.done == []
    assert "截止" in outcome.refused[0][1]
    outcome = submit_unit_entries(unit=unit, contest=contest, registrations=rows, actor=coordinator, now=now)
    assert [one.name for one in outcome.done] == ["选手1"]


def test_places_go_to_the_accepted_then_the_submitted_then_drafts_in_the_units_order(
    contest, unit, adult, bring, organiser, coordinator, now
):
    adult.unit_quota = 2
    adult.save()
    (first, second, third, fourth), rows = bring(1, 2, 3, 4)
    submit_unit_entries(
        unit=unit, contest=contest, registrations={third.pk: rows[third.pk]}, actor=coordinator, now=now
    )
    accept_registrations(contest=contest, contestants=[third.pk], actor=organiser, now=now)
    order = [second.pk, first.pk, fourth.pk, third.pk]
    set_unit_order(unit=unit, group=adult, contestants=order, actor=coordinator, now=now)

    entries = list(unit_entries(unit))

    assert [one.pk for one in entries] == order
    assert beyond_quota(adult, entries) == {first.pk, fourth.pk}
    own = unit_groups(unit, [contest])[contest.pk][0]
    assert (own.group, own.held, [(line.contestant.name, line.is_beyond) for line in own.lines], own.left) == (
        adult,
        1,
        [("选手2", False), ("选手1", True), ("选手4", True), ("选手3", False)],
        (),
    )


def test_who_registered_by_himself_is_none_of_the_units_business(unit, bring):
    (first,), _ = bring(1)
    Contestant.objects.filter(pk=first.pk).update(channel=Contestant.Channel.INDIVIDUAL)

    assert list(unit_entries(unit)) == []


@pytest.mark.parametrize(
    ("opens", "closes", "state", "days"),
    [(None, None, "open", None), (1, 9, "early", None), (-1, 3, "open", 3), (-1, 0, "closed", None)],
)
def test_registration_window(contest, now, opens, closes, state, days):
    contest.registration_opens_at = None if opens is None else now + timedelta(days=opens)
    contest.registration_closes_at = None if closes is None else now + timedelta(days=closes)

    window = registration_window(contest, now)

    assert (window.state, window.days_left) == (state, days)
