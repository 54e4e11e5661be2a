"""Registrations that arrive at the same moment: one per person, and no more than the unit's quota (pitfall 28)."""

import pytest

from accounts.models import Role
from accounts.services import create_unit, grant_role
from contest.exceptions import RegistrationRefused, StaleRegistration
from contest.models import Contestant
from contest.services import (
    accept_registrations,
    import_contestants,
    save_draft,
    start_registration,
    submit_registration,
    typed_values,
)
from contest.services.drafts import _save_once
from contest.services.imports import ImportOutcome

Status = Contestant.Status


@pytest.fixture
def unit_draft(contest, adult, edition, make_person, now):
    """Return a function: a draft of a unit, with its coordinator."""
    coordinators = {}

    def do(name: str) -> tuple[Contestant, object]:
        if name not in coordinators:
            unit = create_unit(name=name)
            user = make_person(f"{name}联络员", email=f"unit{len(coordinators)}@example.com")
            grant_role(user=user, edition=edition, role=Role.COORDINATOR, unit=unit, actor=None, now=now)
            coordinators[name] = (unit, user)
        unit, user = coordinators[name]
        draft = start_registration(
            contest=contest,
            group=adult,
            channel=Contestant.Channel.UNIT,
            unit=unit,
            owner=None,
            actor=user,
            now=now,
        )
        return draft, user

    return do


def submission(draft, row, actor, now):
    def act():
        return submit_registration(contestant=draft, registration=row, base_version=0, actor=actor, now=now)

    return act


def test_two_units_register_one_person_at_once(at_once, unit_draft, registration, now):
    acts = []
    for name in ("甲单位", "乙单位"):
        draft, user = unit_draft(name)
        acts.append(submission(draft, registration(1), user, now))
    outcomes = at_once(*acts)
    refused = [each for each in outcomes if isinstance(each, RegistrationRefused)]
    assert [type(each) for each in outcomes if each not in refused] == [Contestant]
    assert [each.faults for each in refused] == [
        [("id_number", "此人已经报名，每人只能报名一次。如不知情，请联系组委会核对。")]
    ]
    (kept,) = at_once(lambda: sorted(Contestant.objects.values_list("status", flat=True)))
    assert kept == [Status.DRAFT, Status.SUBMITTED]


def test_unit_over_its_quota_from_two_browsers_at_once(at_once, adult, unit_draft, registration, now):
    adult.unit_quota = 1
    adult.save()
    acts, drafts = [], []
    for serial in (1, 2):
        draft, user = unit_draft("甲单位")
        drafts.append(save_draft(contestant=draft, typed={"name": "甲"}, base_version=0, actor=user, now=now))
        row = registration(serial, group=adult)
        acts.append(
            lambda draft=draft, row=row, user=user: submit_registration(
                contestant=draft, registration=row, base_version=1, actor=user, now=now
            )
        )
    outcomes = at_once(*acts)
    lost = [place for place, each in enumerate(outcomes) if isinstance(each, RegistrationRefused)]
    assert len(lost) == 1
    assert [field for field, _ in outcomes[lost[0]].faults] == ["group"]
    assert "名额已满" in outcomes[lost[0]].faults[0][1]
    (kept,) = at_once(lambda: Contestant.objects.get(pk=drafts[lost[0]].pk))
    assert (kept.status, typed_values(kept)) == (Status.DRAFT, {"name": "甲"})


def test_pitfall_20_one_draft_saved_by_two_at_once(at_once, unit_draft, now):
    draft, user = unit_draft("甲单位")
    acts = [
        lambda text=text: save_draft(contestant=draft, typed={"title": text}, base_version=0, actor=user, now=now)
        for text in ("甲", "乙")
    ]
    outcomes = at_once(*acts)
    told = [each for each in outcomes if isinstance(each, StaleRegistration)]
    saved = [each for each in outcomes if isinstance(each, Contestant)]
    assert (len(told), len(saved)) == (1, 1)
    assert told[0].stored == typed_values(saved[0])


def test_one_workbook_imported_by_two_at_once(at_once, contest, registration, organiser, now):
    rows = [registration(serial) for serial in range(1, 6)]
    outcomes = at_once(
        *[lambda: import_contestants(contest=contest, rows=rows, actor=organiser, now=now)] * 2,
    )
    assert sorted(outcomes, key=lambda each: each.created) == [
        ImportOutcome(created=0, unchanged=5, new_units=()),
        ImportOutcome(created=5, unchanged=0, new_units=("市天文爱好者协会",)),
    ]


def test_two_organisers_accept_one_over_the_quota_at_once(at_once, contest, adult, registration, organiser, now):
    adult.unit_quota = 1
    adult.save()
    import_contestants(contest=contest, rows=[registration(1), registration(2)], actor=organiser, now=now)
    pks = list(Contestant.objects.order_by("pk").values_list("pk", flat=True))
    acts = [
        lambda pk=pk: accept_registrations(contest=contest, contestants=[pk], actor=organiser, now=now) for pk in pks
    ]
    outcomes = at_once(*acts)
    assert [len(each.done) for each in outcomes] == [1, 0]
    assert "超出单位名额" in outcomes[1].refused[0][1]


def test_pitfall_28_the_database_has_the_last_word(unit_draft, registration, now):
    (first, user), (second, _) = unit_draft("甲单位"), unit_draft("乙单位")
    submission(first, registration(1), user, now)()
    second.id_index = registration(1).id_index
    with pytest.raises(RegistrationRefused) as refused:
        _save_once(second)
    assert [field for field, _ in refused.value.faults] == ["id_number"]
    second.refresh_from_db()
    assert second.id_index is None
