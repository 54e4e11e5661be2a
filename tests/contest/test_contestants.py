"""Consent, correction, withdrawal and refusal of registrations."""

from dataclasses import replace
from datetime import date

import pytest

from contest.exceptions import ContestRefused, RegistrationRefused, StaleRegistration
from contest.models import Appearance, Contestant
from contest.services import (
    accept_registrations,
    change_contestant,
    import_contestants,
    propose_group_result,
    record_guardian_consent,
    refuse_contestant,
    take_phone_as_guardians,
    withdraw_contestant,
)
from contest.services.columns import stored_registration
from contest.services.registrations import full_years
from ledger.models import Event
from scoring.models import Entry, Round
from scoring.services import lock_round, open_round
from tests.contest.office import id_number

BORN = date(2014, 5, 1)


@pytest.fixture
def child(contest, junior, registration, organiser, now) -> Contestant:
    row = registration(1, group=junior, birth_date=BORN, id_number=id_number(BORN), guardian_name="家长甲")
    import_contestants(contest=contest, rows=[row], actor=organiser, now=now)
    return Contestant.objects.get()


def test_consent_is_recorded_and_accepts_nobody(contest, child, organiser, now):
    assert child.status == Contestant.Status.DRAFT
    done = record_guardian_consent(contest=contest, contestants=[child.pk], actor=organiser, now=now)
    child.refresh_from_db()
    assert (done, child.status, child.guardian_consent_at, child.guardian_consent_how) == (
        [child],
        Contestant.Status.DRAFT,
        now,
        Contestant.Consent.WRITTEN,
    )
    assert Event.objects.order_by("-number")[0].kind == "guardian_consent_recorded"


def test_consent_for_nobody(contest, child, organiser, now):
    record_guardian_consent(contest=contest, contestants=[child.pk], actor=organiser, now=now)
    with pytest.raises(ContestRefused, match="勾选"):
        record_guardian_consent(contest=contest, contestants=[child.pk], actor=organiser, now=now)


@pytest.fixture
def accepted_child(contest, child, organiser, now) -> Contestant:
    chosen = [child.pk]
    record_guardian_consent(contest=contest, contestants=chosen, actor=organiser, now=now)
    take_phone_as_guardians(contest=contest, contestants=chosen, actor=organiser, now=now)
    accept_registrations(contest=contest, contestants=chosen, actor=organiser, now=now)
    child.refresh_from_db()
    assert (child.status, child.guardian_phone) == (Contestant.Status.ACCEPTED, child.phone)
    return child


def test_another_guardian_has_not_consented(accepted_child, junior, registration, organiser, now):
    row = replace(stored_registration(accepted_child), guardian_name="家长乙")
    changed = change_contestant(contestant=accepted_child, registration=row, actor=organiser, now=now)
    assert (changed.guardian_consent_at, changed.guardian_consent_how, changed.status) == (
        None,
        "",
        Contestant.Status.DRAFT,
    )


def test_pitfall_20_the_second_correction_is_told(accepted_child, organiser, now):
    seen = accepted_child.version
    first = replace(stored_registration(accepted_child), title="新题目甲")
    second = replace(stored_registration(accepted_child), title="新题目乙")
    change_contestant(contestant=accepted_child, registration=first, actor=organiser, now=now, base_version=seen)
    with pytest.raises(StaleRegistration) as refused:
        change_contestant(contestant=accepted_child, registration=second, actor=organiser, now=now, base_version=seen)
    told = refused.value
    assert (told.stored["title"], told.typed["title"], told.version) == ("新题目甲", "新题目乙", seen + 1)
    accepted_child.refresh_from_db()
    assert (accepted_child.title, accepted_child.status) == ("新题目甲", Contestant.Status.ACCEPTED)


def test_phones_for_nobody_who_lacks_one(contest, accepted_child, organiser, now):
    with pytest.raises(ContestRefused, match="没有缺监护人电话"):
        take_phone_as_guardians(contest=contest, contestants=[accepted_child.pk], actor=organiser, now=now)


def test_change_keeps_entry_and_registration_alike(drawn, registration, organiser, now):
    drawn(3)
    first = Contestant.objects.order_by("pk")[0]
    row = registration(1, title="新题目", workplace="新单位")
    changed = change_contestant(contestant=first, registration=row, actor=organiser, now=now)
    assert (changed.title, changed.unit.name) == ("新题目", "新单位")
    assert Appearance.objects.get(contestant=first).entry.title == "新题目"
    payload = Event.objects.order_by("-number")[0].payload
    assert '"fields":["title","workplace"]' in payload
    assert "新题目" not in payload


def test_change_of_nothing_records_nothing(enter, registration, organiser, now):
    (first,) = enter(1)
    count = Event.objects.count()
    change_contestant(contestant=first, registration=registration(1), actor=organiser, now=now)
    assert Event.objects.count() == count


def test_change_to_somebody_registered(enter, registration, organiser, now):
    first, _ = enter(2)
    row = registration(1, id_number=registration(2).id_number)
    with pytest.raises(RegistrationRefused) as refused:
        change_contestant(contestant=first, registration=row, actor=organiser, now=now)
    assert refused.value.faults == [("id_number", "此人已经报名，每人只能报名一次。")]


def test_change_of_group_after_the_draw(drawn, junior, registration, organiser, now):
    drawn(3)
    first = Contestant.objects.order_by("pk")[0]
    row = registration(1, group=junior, birth_date=BORN, id_number=id_number(BORN), guardian_name="家长")
    with pytest.raises(RegistrationRefused) as refused:
        change_contestant(contestant=first, registration=row, actor=organiser, now=now)
    assert ("group", "已经抽签，不能再换组别。") in refused.value.faults


@pytest.mark.parametrize(
    ("act", "status", "entry_status"),
    [
        (withdraw_contestant, Contestant.Status.WITHDRAWN, Entry.Status.WITHDRAWN),
        (refuse_contestant, Contestant.Status.REFUSED, Entry.Status.INELIGIBLE),
    ],
)
def test_pitfall_01_who_left_uses_no_place(drawn, judge_all, organiser, now, act, status, entry_status):
    round = drawn(4)
    first = Contestant.objects.order_by("pk")[0]
    open_round(round=round, actor=organiser, now=now)
    judge_all(round, ["49", "48", "47", "46"])
    act(contestant=first, reason="资格或个人原因", actor=organiser, now=now)
    first.refresh_from_db()
    assert (first.status, Appearance.objects.get(contestant=first).entry.status) == (status, entry_status)
    lock_round(round=round, actor=organiser, now=now)
    roster = propose_group_result(round=Round.objects.get(pk=round.pk), actor=organiser, now=now)
    assert [(row["entry"], row["rank"], row["tier"], row["advances"]) for row in roster.rows] == [
        ("02", 1, "gold", True),
        ("03", 2, "first", True),
        ("04", 3, "first", True),
        ("01", None, None, False),
    ]


def test_leave_twice(enter, organiser, now):
    (first,) = enter(1)
    withdraw_contestant(contestant=first, reason="生病", actor=organiser, now=now)
    with pytest.raises(ContestRefused, match="已退出"):
        refuse_contestant(contestant=first, reason="资格", actor=organiser, now=now)


def test_leave_without_a_reason(enter, organiser, now):
    (first,) = enter(1)
    with pytest.raises(ContestRefused, match="原因"):
        withdraw_contestant(contestant=first, reason=" ", actor=organiser, now=now)


def test_full_years_of_a_leap_day():
    assert full_years(date(2008, 2, 29), date(2025, 2, 28)) == 16
    assert full_years(date(2008, 2, 29), date(2025, 3, 1)) == 17
