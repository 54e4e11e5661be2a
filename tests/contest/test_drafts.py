"""A registration in the registrant's hands: started, kept as typed, submitted, recalled, thrown away."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Role
from accounts.services import create_unit, create_user, grant_role
from contest.exceptions import ContestRefused, RegistrationRefused, StaleRegistration
from contest.models import Contestant, ExcludedPerson, ReviewDecision
from contest.permissions import can_coordinate, can_edit_registration
from contest.services import (
    Exclusion,
    accept_registrations,
    add_exclusions,
    delete_draft,
    import_contestants,
    recall_registration,
    return_registrations,
    save_draft,
    set_outside_quota,
    start_registration,
    submit_registration,
    typed_values,
    withdraw_contestant,
)
from core.crypto import DecryptionFailed, decrypt
from ledger.models import Event
from tests.contest.office import id_number

Status, Channel = Contestant.Status, Contestant.Channel
BORN = date(2014, 5, 1)
# 2026-12-01 00:00 in Shanghai (vectors.md §10: the end is exclusive).
CLOSES = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)


@pytest.fixture
def parent(make_person):
    return make_person("家长甲", email="parent@example.com")


@pytest.fixture
def unit(db):
    return create_unit(name="红旗区科学技术协会")


@pytest.fixture
def coordinator(edition, unit, make_person, now):
    user = make_person("联络员甲", email="unit@example.com")
    grant_role(user=user, edition=edition, role=Role.COORDINATOR, unit=unit, actor=None, now=now)
    return user


@pytest.fixture
def start(contest, adult, parent, now):
    """Return a function: a draft of one's own, or of a unit."""

    def do(actor=None, **changes) -> Contestant:
        actor = actor or parent
        values = {"contest": contest, "group": adult, "channel": Channel.INDIVIDUAL, "owner": actor}
        return start_registration(**(values | changes), actor=actor, now=now)

    return do


@pytest.fixture
def submit(registration, parent, now):
    """Return a function: a draft submitted with one person's registration."""

    def do(draft: Contestant, row=None, *, actor=None, at=None, base_version=None) -> Contestant:
        return submit_registration(
            contestant=draft,
            registration=row or registration(1),
            base_version=draft.version if base_version is None else base_version,
            actor=actor or parent,
            now=at or now,
        )

    return do


@pytest.fixture
def closing(contest):
    contest.registration_opens_at = CLOSES - timedelta(days=60)
    contest.registration_closes_at = CLOSES
    contest.save()
    return contest


def faults_of(refusal) -> dict[str, str]:
    return dict(refusal.value.faults)


def test_draft_is_kept_exactly_as_typed(start, parent, now):
    typed = {
        "name": " 张　三 ",
        "id_number": "４１0７",
        "birth_date": "去年",
        "title": "黑洞\n是什么",
        "details.biography": "第一行\r\n第二行",
        "csrfmiddlewaretoken": "x",
    }
    draft = start()
    saved = save_draft(contestant=draft, typed=typed, base_version=0, actor=parent, now=now)
    saved.refresh_from_db()
    assert typed_values(saved) == {key: text for key, text in typed.items() if key != "csrfmiddlewaretoken"}
    assert (saved.status, saved.version, saved.id_index, saved.id_number) == (Status.DRAFT, 1, None, None)
    assert (saved.name, saved.title) == ("张　三", "")  # a title with a line break does not fit a list


def test_draft_lies_encrypted(start, parent, now, django_db_blocker):
    draft = save_draft(contestant=start(), typed={"id_number": "4107"}, base_version=0, actor=parent, now=now)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT typed FROM contest_contestant WHERE id = %s", [draft.pk])
        (kept,) = cursor.fetchone()
    assert "4107" not in kept
    assert decrypt(kept) == '{"id_number": "4107"}'
    with pytest.raises(DecryptionFailed):
        decrypt(kept[:-4] + "AAAA")


def test_group_of_a_draft_follows_the_list(start, junior, parent, now):
    saved = save_draft(contestant=start(), typed={"group": str(junior.pk)}, base_version=0, actor=parent, now=now)
    assert saved.group == junior
    for nonsense in ("", "x", "999999", "²", "9" * 30):
        saved = save_draft(
            contestant=saved, typed={"group": nonsense}, base_version=saved.version, actor=parent, now=now
        )
        assert saved.group == junior


def test_pitfall_20_second_writer_of_a_draft_is_told(start, parent, now):
    draft = start()
    save_draft(contestant=draft, typed={"title": "甲"}, base_version=0, actor=parent, now=now)
    with pytest.raises(StaleRegistration, match="没有覆盖") as refused:
        save_draft(contestant=draft, typed={"title": "乙"}, base_version=0, actor=parent, now=now)
    told = refused.value
    assert (told.stored, told.version, told.typed) == ({"title": "甲"}, 1, {"title": "乙"})
    draft.refresh_from_db()
    assert (typed_values(draft), draft.title) == ({"title": "甲"}, "甲")


def test_pitfall_12_the_same_draft_again_is_no_conflict(start, parent, now):
    draft = start()
    for _ in range(2):  # the browser sends it again when the answer was lost
        saved = save_draft(contestant=draft, typed={"title": "甲"}, base_version=0, actor=parent, now=now)
    assert saved.version == 1


def test_start_before_registration_opens(contest, start, now):
    contest.registration_opens_at = now + timedelta(microseconds=1)
    contest.save()
    with pytest.raises(ContestRefused, match="还没有开始"):
        start()


def test_without_a_published_call_nobody_but_the_office_registers(contest, adult, start, submit, organiser):
    draft = start()
    contest.call_published_at = None
    contest.save()
    with pytest.raises(ContestRefused, match="通知还没有发布，或者已经撤回"):
        start()
    with pytest.raises(ContestRefused, match="通知还没有发布，或者已经撤回"):
        submit(draft)
    assert start(organiser).status == Status.DRAFT


def test_start_where_only_units_register(contest, start, unit, coordinator):
    contest.individuals_may_register = False
    contest.save()
    with pytest.raises(ContestRefused, match="推荐单位统一报送"):
        start()
    made = start(coordinator, channel=Channel.UNIT, unit=unit, owner=None)
    assert (made.unit, made.user, made.registered_by) == (unit, None, coordinator)


def test_start_for_a_unit_that_is_not_in_use(start, unit, coordinator):
    unit.is_active = False
    unit.save()
    with pytest.raises(ContestRefused, match="停用"):
        start(coordinator, channel=Channel.UNIT, unit=unit, owner=None)


def test_start_more_than_anybody_needs(start):
    for _ in range(20):
        start()
    with pytest.raises(ContestRefused, match="20 份"):
        start()


def test_submitted_waits_for_the_office(start, submit, now):
    submitted = submit(start())
    submitted.refresh_from_db()
    assert (submitted.status, submitted.submitted_at, submitted.name, submitted.typed, submitted.version) == (
        Status.SUBMITTED,
        now,
        "选手1",
        None,
        1,
    )
    assert Event.objects.order_by("-number")[0].kind == "registration_submitted"


def test_pitfall_12_submitted_twice_is_once(start, submit):
    draft = start()
    submit(draft)
    events = Event.objects.count()
    again = submit(draft, base_version=0)
    assert (again.status, again.version, Event.objects.count()) == (Status.SUBMITTED, 1, events)


def test_pitfall_20_stale_form_is_not_submitted(start, submit, parent, now):
    draft = start()
    save_draft(contestant=draft, typed={"title": "甲"}, base_version=0, actor=parent, now=now)
    with pytest.raises(StaleRegistration) as refused:
        submit(draft, base_version=0)
    assert (refused.value.stored, refused.value.typed["title"]) == ({"title": "甲"}, "题目1")


def test_submit_says_every_fault_and_keeps_the_draft(start, submit, registration, junior, parent, now):
    draft = save_draft(contestant=start(), typed={"name": "小明"}, base_version=0, actor=parent, now=now)
    row = registration(1, group=junior, birth_date=BORN, title="")
    with pytest.raises(RegistrationRefused) as refused:
        submit(draft, row)
    assert faults_of(refused) == {
        "title": "此项必须填写。",
        "guardian_name": "少年组选手须填写监护人姓名。",
        "guardian_phone": "少年组选手须填写监护人电话。",
    }
    draft.refresh_from_db()
    assert (draft.status, typed_values(draft), draft.id_index) == (Status.DRAFT, {"name": "小明"}, None)


def test_asked_fields_are_checked(contest, start, submit, registration):
    contest.asked_fields = [
        {"code": "education", "required": True},
        {"code": "biography", "required": True},
        {"code": "synopsis", "required": False},
    ]
    contest.save()
    draft = start()
    row = registration(
        1, group=draft.group, details={"education": "神童", "biography": "字" * 201, "synopsis": "\ue000"}
    )
    with pytest.raises(RegistrationRefused) as refused:
        submit(draft, row)
    found = faults_of(refused)
    assert set(found) == {"details.education", "details.biography", "details.synopsis"}
    assert (found["details.biography"], "自造字" in found["details.synopsis"]) == (
        "最多 200 个字，现有 201 个，请缩短。",
        True,
    )
    good = replace(row, details={"education": "本科", "biography": "字\r\n" * 50 + "字" * 100, "grade": ""})
    submitted = submit(draft, good)
    assert submitted.details == {"education": "本科", "biography": good.details["biography"]}


@pytest.mark.parametrize(
    ("at", "accepted"),
    [
        (CLOSES - timedelta(milliseconds=1), True),
        (CLOSES - timedelta(microseconds=1), True),
        (CLOSES, False),
        (CLOSES + timedelta(milliseconds=1), False),
    ],
)
def test_deadline_to_the_microsecond(closing, start, submit, at, accepted):
    draft = start()
    if accepted:
        assert submit(draft, at=at).status == Status.SUBMITTED
        return
    with pytest.raises(ContestRefused, match="2026-12-01 00:00 截止"):
        submit(draft, at=at)
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_draft_is_kept_after_the_deadline_too(closing, start, parent):
    late = save_draft(contestant=start(), typed={"title": "甲"}, base_version=0, actor=parent, now=CLOSES)
    assert typed_values(late) == {"title": "甲"}


def test_office_is_not_bound_by_the_deadline(closing, start, submit, organiser):
    assert submit(start(), actor=organiser, at=CLOSES).status == Status.SUBMITTED


def test_returned_may_be_submitted_by_its_own_date(closing, contest, start, submit, registration, organiser, parent):
    draft = submit(start())
    due = CLOSES + timedelta(days=3)
    at = CLOSES + timedelta(days=1)
    chosen = [draft.pk]
    return_registrations(contest=contest, contestants=chosen, reason="题目太长", due_at=due, actor=organiser, now=at)
    draft.refresh_from_db()
    assert (draft.status, draft.completion_due_at) == (Status.RETURNED, due)
    saved = save_draft(
        contestant=draft, typed=typed_values(draft) | {"title": "短"}, base_version=draft.version, actor=parent, now=at
    )
    assert (typed_values(saved)["title"], saved.title) == (
        "短",
        "题目1",
    )  # what was checked stays until it is submitted
    with pytest.raises(ContestRefused, match="补正期限"):
        submit(saved, registration(1, title="短"), at=due + timedelta(microseconds=1))
    again = submit(saved, registration(1, title="短"), at=due)
    assert (again.status, again.title, again.completion_due_at, again.status_reason) == (
        Status.SUBMITTED,
        "短",
        None,
        "",
    )


def test_somebody_who_is_registered_is_refused(contest, start, submit, registration, coordinator, unit):
    submit(start(coordinator, channel=Channel.UNIT, unit=unit, owner=None), actor=coordinator)
    own = start()
    with pytest.raises(RegistrationRefused) as refused:
        submit(own, registration(1, name="换个名字"))
    assert faults_of(refused) == {"id_number": "此人已经报名，每人只能报名一次。如不知情，请联系组委会核对。"}


def test_who_withdrew_may_register_again(start, submit, parent, now):
    first = submit(start())
    withdraw_contestant(contestant=first, reason="填错了", actor=parent, now=now)
    assert submit(start()).status == Status.SUBMITTED


def test_a_guardian_registers_several_children(start, submit, registration, junior, parent):
    for serial in (1, 2):
        row = registration(
            serial,
            group=junior,
            birth_date=BORN,
            phone="19900000009",
            guardian_name="家长甲",
            guardian_phone="19900000009",
        )
        assert submit(start(group=junior), row).user == parent


def test_former_winner_is_refused(contest, start, submit, organiser, now):
    rows = [Exclusion("别的写法", id_number(date(1990, 5, 1), 1), "2024 年金奖")]
    add_exclusions(contest=contest, rows=rows, actor=organiser, now=now)
    with pytest.raises(RegistrationRefused) as refused:
        submit(start())
    assert "2024 年金奖" in faults_of(refused)["id_number"]
    assert ExcludedPerson.objects.get().id_masked.endswith("*" + id_number(date(1990, 5, 1), 1)[-3:])


@pytest.fixture
def unit_draft(start, unit, coordinator):
    return lambda: start(coordinator, channel=Channel.UNIT, unit=unit, owner=None)


def test_unit_over_its_quota(adult, unit_draft, submit, registration, coordinator, organiser, now):
    adult.unit_quota = 1
    adult.save()
    first = submit(unit_draft(), registration(1, group=adult), actor=coordinator)
    second, row = unit_draft(), registration(2, group=adult)
    with pytest.raises(RegistrationRefused) as refused:
        submit(second, row, actor=coordinator)
    assert "每个单位 1 人，名额已满" in faults_of(refused)["group"]
    set_outside_quota(contestant=second, outside=True, reason="科普基地推荐", actor=organiser, now=now)
    second.refresh_from_db()
    assert submit(second, row, actor=coordinator).status == Status.SUBMITTED
    recall_registration(contestant=first, actor=coordinator, now=now)
    third = submit(unit_draft(), registration(3, group=adult), actor=coordinator)
    assert third.status == Status.SUBMITTED


def test_individuals_take_no_place_of_their_unit(adult, start, submit, registration, unit):
    adult.unit_quota = 0
    adult.save()
    made = submit(start(), registration(1, group=adult, workplace=unit.name))
    assert (made.status, made.unit) == (Status.SUBMITTED, unit)


def test_recalled_is_a_draft_again_and_frees_the_person(start, submit, parent, now):
    draft = submit(start())
    recalled = recall_registration(contestant=draft, actor=parent, now=now)
    assert (recalled.status, recalled.id_index, typed_values(recalled)["name"]) == (Status.DRAFT, None, "选手1")
    assert list(ReviewDecision.objects.values_list("act", "decided_by")) == [("reopen", parent.pk)]
    assert submit(start()).status == Status.SUBMITTED
    with pytest.raises(ContestRefused, match="待补全"):
        recall_registration(contestant=recalled, actor=parent, now=now)


def test_recall_after_the_deadline(closing, start, submit, parent):
    draft = submit(start())
    with pytest.raises(ContestRefused, match="截止"):
        recall_registration(contestant=draft, actor=parent, now=CLOSES)


def test_accepted_is_neither_changed_nor_submitted(contest, start, submit, organiser, parent, now):
    draft = submit(start())
    accept_registrations(contest=contest, contestants=[draft.pk], actor=organiser, now=now)
    draft.refresh_from_db()
    with pytest.raises(ContestRefused, match="已受理"):
        save_draft(contestant=draft, typed={"title": "甲"}, base_version=draft.version, actor=parent, now=now)
    with pytest.raises(ContestRefused, match="已受理"):
        submit(draft)


def test_pitfall_24_only_a_draft_that_nobody_saw_is_deleted(start, submit, parent, now):
    delete_draft(contestant=start(), actor=parent, now=now)
    assert Contestant.objects.count() == 0
    submitted = submit(start())
    recalled = recall_registration(contestant=submitted, actor=parent, now=now)
    with pytest.raises(ContestRefused, match="办理退出"):
        delete_draft(contestant=recalled, actor=parent, now=now)
    assert Contestant.objects.count() == 1


def test_imported_draft_is_completed_and_submitted(contest, submit, registration, junior, parent, organiser, now):
    row = registration(1, group=junior, birth_date=BORN, guardian_name="家长甲")
    import_contestants(contest=contest, rows=[row], actor=organiser, now=now)
    draft = Contestant.objects.get()
    submitted = submit(draft, replace(row, guardian_phone="19900000009"))
    assert (submitted.status, submitted.guardian_phone, submitted.channel) == (
        Status.SUBMITTED,
        "19900000009",
        Channel.OFFICE,
    )
    with pytest.raises(ContestRefused, match="不能删除"):
        delete_draft(contestant=submitted, actor=parent, now=now)


def test_who_may_edit_a_registration(
    edition, start, unit, coordinator, parent, organiser, supervisor, stranger, make_person, now
):
    other = make_person("联络员乙", email="other@example.com")
    elsewhere = create_unit(name="卫滨区科学技术协会")
    grant_role(user=other, edition=edition, role=Role.COORDINATOR, unit=elsewhere, actor=None, now=now)
    everybody = [parent, coordinator, organiser, supervisor, stranger, other, AnonymousUser()]
    own, units = start(), start(coordinator, channel=Channel.UNIT, unit=unit, owner=None)
    own.unit = unit
    own.save()
    assert [can_edit_registration(user, own) for user in everybody] == [True, False, True] + [False] * 4
    assert [can_edit_registration(user, units) for user in everybody] == [False, True, True] + [False] * 4
    assert [can_coordinate(user, edition, unit) for user in everybody] == [False, True] + [False] * 5


def test_self_registered_account_is_linked_by_no_import(contest, registration, organiser, now):
    user = create_user(name="选手1", phone="19900000001")
    user.self_registered_at = now
    user.save()
    import_contestants(contest=contest, rows=[registration(1)], actor=organiser, now=now)
    assert Contestant.objects.get().user is None
