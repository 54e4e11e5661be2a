"""A contest's set-up: what may be changed when, and what is refused with a name and a reason."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from contest.exceptions import ContestRefused, SettingRefused
from contest.models import Contest, Contestant, Material
from contest.services.calls import change_call, publish_call, withdraw_call
from contest.services.consent_texts import publish_consent_text
from contest.services.contests import basics_mark, basics_of, change_contest, copy_contest, create_contest
from contest.services.defaults import MB, call_draft
from contest.services.file_names import file_name_fault
from contest.services.requirements import (
    RequirementSettings,
    add_requirement,
    change_requirement,
    move_requirement,
    remove_requirement,
    settings_of,
)
from contest.services.settings import GroupSettings, change_asked_fields, change_groups, groups_mark
from core.exceptions import ConflictError
from core.files.naming import name_by_rule
from core.models import Edition
from ledger.models import Event

OPENS = datetime(2026, 10, 1, tzinfo=UTC)
CLOSES = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.fixture
def contest(contest):
    """The same before its call is published."""
    contest.call_published_at = None
    contest.save(update_fields=["call_published_at"])
    return contest


@pytest.fixture
def full(edition, organiser, now):
    """A contest that asks for the usual six materials."""
    return create_contest(
        edition=edition,
        title="大赛",
        slug="full",
        first_day=date(2026, 12, 20),
        preset="contest-two-groups",
        materials=True,
        actor=organiser,
        now=now,
    )


@pytest.fixture
def change(contest, organiser, now):
    """Return a function that changes the contest's basics."""

    def do(**changes) -> Contest:
        contest.refresh_from_db()
        return change_contest(contest=contest, basics=replace(basics_of(contest), **changes), actor=organiser, now=now)

    return do


@pytest.fixture
def regroup(contest, organiser, now):
    """Return a function that changes one group of the contest."""

    def do(group, **changes) -> None:
        own = GroupSettings(group.pk, group.title, group.min_age, group.max_age, group.unit_quota)
        change_groups(contest=contest, groups=[replace(own, **changes)], actor=organiser, now=now)

    return do


def last_event() -> tuple[str, dict[str, object]]:
    event = Event.objects.order_by("-number")[0]
    return event.kind, json.loads(event.payload)


def test_a_new_contest_asks_for_the_usual_six(full):
    rows = full.material_requirements.values_list("code", "formats", "max_bytes", "required")
    assert list(rows) == [
        ("form", ["pdf", "jpg", "png"], 20 * MB, True),
        ("photo", ["jpg", "png"], 5 * MB, True),
        ("script", ["docx", "doc", "wps", "pdf"], 10 * MB, True),
        ("slides", ["pptx", "ppt", "dps", "pdf"], 40 * MB, True),
        ("review", ["pdf", "jpg", "png"], 20 * MB, True),
        ("video", ["mp4"], 100 * MB, False),
    ]
    assert not any(row["required"] for row in full.asked_fields)


def test_a_contest_by_workbook_lacks_nothing(contest):
    assert not contest.material_requirements.exists()
    assert contest.asked_fields == []


def test_the_first_consent_text_says_what_the_law_wants(contest):
    text = contest.consent_texts.get()
    assert text.version == 1
    for word in ("示范市科学技术协会", contest.title, "单独同意", "证件号码", "保存", "撤回同意", "姓名、学校"):
        assert word in text.body


def test_change_contest_records_what_changed(contest, change):
    change(venue="科技馆", registration_opens_at=OPENS, registration_closes_at=CLOSES)
    assert last_event() == (
        "contest_changed",
        {
            "contest": contest.pk,
            "fields": ["registration_closes_at", "registration_opens_at", "venue"],
            "closes_at": "2026-11-30T00:00:00.000Z",
        },
    )


def test_change_contest_to_the_same_records_nothing(contest, change):
    before = Event.objects.count()
    change()
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"registration_opens_at": CLOSES, "registration_closes_at": OPENS}, "registration_closes_at", "晚于"),
        ({"file_name_rule": "{姓名}-{名字}"}, "file_name_rule", "没有“{名字}”这一项"),
        ({"file_name_rule": "{姓名}"}, "file_name_rule", "须包含 {材料}"),
        ({"file_name_rule": "{姓名}/{材料}"}, "file_name_rule", "不能有“/”"),
        ({"file_name_rule": "{姓名}{{材料}"}, "file_name_rule", "成对"),
    ],
)
def test_change_contest_refused(change, changes, field, message):
    with pytest.raises(SettingRefused, match=message) as refused:
        change(**changes)
    assert refused.value.field == field


def test_first_day_that_lets_accepted_people_fall_out_names_them(change, enter, contest):
    people = enter(7)
    Contestant.objects.filter(pk__in=[one.pk for one in people]).update(birth_date=date(2009, 11, 20))
    with pytest.raises(SettingRefused, match=r"选手1（16 周岁）、.*等 7 人") as refused:
        change(first_day=date(2026, 11, 19))
    assert refused.value.field == "first_day"
    contest.refresh_from_db()
    assert contest.first_day == date(2026, 11, 20)
    assert change(first_day=date(2026, 11, 25)).first_day == date(2026, 11, 25)


def test_change_contest_over_somebody_elses_change(contest, change, organiser, now):
    """Pitfall 20."""
    seen = basics_mark(contest)
    change(venue="别人写的")
    mine = replace(basics_of(contest), venue="我写的")
    with pytest.raises(ConflictError, match="别人刚刚改过"):
        change_contest(contest=contest, basics=mine, actor=organiser, now=now, seen=seen)
    contest.refresh_from_db()
    assert contest.venue == "别人写的"


def test_names_of_files():
    parts = {"组别": "少年组", "姓名": "王/小\u200b明", "材料": "讲稿"}
    assert file_name_fault("{组别}-{姓名}-{材料}") == ""
    assert name_by_rule("{组别}-{姓名}-{材料}", parts, extension="pdf") == "少年组-王－小明-讲稿.pdf"


def test_ages_that_accepted_people_do_not_meet(regroup, adult, enter):
    enter(1)
    with pytest.raises(SettingRefused, match="选手1（36 周岁）") as refused:
        regroup(adult, max_age=30)
    assert refused.value.field == f"{adult.pk}-max_age"
    adult.refresh_from_db()
    assert adult.max_age is None


def test_a_group_does_not_become_one_of_minors_behind_anybodys_back(regroup, adult, enter):
    (one,) = enter(1)
    Contestant.objects.filter(pk=one.pk).update(birth_date=date(2009, 5, 1))
    with pytest.raises(SettingRefused, match="还没有监护人同意"):
        regroup(adult, max_age=17)


def test_a_quota_below_what_a_unit_has_accepted(regroup, adult, enter):
    people = enter(3)
    with pytest.raises(SettingRefused, match="市天文爱好者协会（3 人）"):
        regroup(adult, unit_quota=2)
    Contestant.objects.filter(pk=people[0].pk).update(outside_quota=True, outside_quota_reason="市赛金奖")
    regroup(adult, unit_quota=2)
    adult.refresh_from_db()
    assert adult.unit_quota == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "少年组"}, "title"),
        ({"min_age": 30, "max_age": 20}, "max_age"),
        ({"max_age": 300}, "max_age"),
        ({"unit_quota": 0}, "unit_quota"),
    ],
)
def test_groups_refused(contest, adult, junior, organiser, now, changes, field):
    rows = [GroupSettings(each.pk, each.title, each.min_age, each.max_age, None) for each in (adult, junior)]
    with pytest.raises(SettingRefused) as refused:
        change_groups(contest=contest, groups=[replace(rows[0], **changes), rows[1]], actor=organiser, now=now)
    assert refused.value.field == f"{adult.pk}-{field}"


def test_groups_over_somebody_elses_change(contest, adult, regroup, organiser, now):
    """Pitfall 20."""
    seen = groups_mark(contest)
    regroup(adult, unit_quota=3)
    with pytest.raises(ConflictError):
        change_groups(contest=contest, groups=[], actor=organiser, now=now, seen=seen)


def test_asked_fields(contest, organiser, now):
    chosen = [("education", True), ("grade", False)]
    changed = change_asked_fields(contest=contest, fields=chosen, actor=organiser, now=now)
    assert changed.asked_fields == [
        {"code": "education", "required": True},
        {"code": "grade", "required": False},
    ]
    with pytest.raises(SettingRefused, match="没有“shoe_size”"):
        change_asked_fields(contest=contest, fields=[("shoe_size", True)], actor=organiser, now=now)


def new_material(**changes) -> RequirementSettings:
    return replace(RequirementSettings("原创承诺书", "", ["pdf"], 10, True, "everybody"), **changes)


def hand_in(requirement, contestant, user, now, **changes) -> Material:
    values = {"path": "x", "original_name": "x.pdf", "format": "pdf", "size": 3 * MB, "sha256": "0" * 64}
    return Material.objects.create(
        contestant=contestant, requirement=requirement, uploaded_by=user, uploaded_at=now, **(values | changes)
    )


def test_materials_added_moved_and_removed(contest, organiser, now):
    first = add_requirement(contest=contest, settings=new_material(), actor=organiser, now=now)
    second = add_requirement(contest=contest, settings=new_material(title="简历"), actor=organiser, now=now)
    assert [first.code, second.code] == ["material-1", "material-2"]
    move_requirement(requirement=second, up=True, actor=organiser, now=now)
    move_requirement(requirement=second, up=True, actor=organiser, now=now)
    assert list(contest.material_requirements.values_list("title", "order")) == [("简历", 1), ("原创承诺书", 2)]
    remove_requirement(requirement=second, actor=organiser, now=now)
    assert list(contest.material_requirements.values_list("title", flat=True)) == ["原创承诺书"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "讲稿"}, "title"),
        ({"formats": []}, "formats"),
        ({"formats": ["exe"]}, "formats"),
        ({"megabytes": 0}, "megabytes"),
        ({"megabytes": 501}, "megabytes"),
        ({"audience": "dogs"}, "audience"),
    ],
)
def test_materials_refused(full, organiser, now, changes, field):
    with pytest.raises(SettingRefused) as refused:
        add_requirement(contest=full, settings=new_material(**changes), actor=organiser, now=now)
    assert refused.value.field == field


def test_a_material_with_files_keeps_what_they_rest_on(contest, enter, organiser, now):
    """Pitfall 24."""
    (contestant,) = enter(1)
    wanted = new_material(formats=["pdf", "jpg"])
    requirement = add_requirement(contest=contest, settings=wanted, actor=organiser, now=now)
    hand_in(requirement, contestant, organiser, now, superseded_at=now)
    with pytest.raises(ContestRefused, match="已有 1 位选手交过“原创承诺书”"):
        remove_requirement(requirement=requirement, actor=organiser, now=now)
    for changes, field in (({"formats": ["jpg"]}, "formats"), ({"megabytes": 2}, "megabytes")):
        with pytest.raises(SettingRefused) as refused:
            change_requirement(requirement=requirement, settings=replace(wanted, **changes), actor=organiser, now=now)
        assert refused.value.field == field
    kept = replace(wanted, formats=["pdf", "png"], megabytes=3, required=False)
    changed = change_requirement(requirement=requirement, settings=kept, actor=organiser, now=now)
    assert settings_of(changed) == kept


def test_consent_texts_are_versions(contest, organiser, now):
    first = contest.consent_texts.get()
    second = publish_consent_text(contest=contest, body=first.body + "\r\n补充一条。", actor=organiser, now=now)
    assert (second.version, second.body) == (2, first.body.strip() + "\n补充一条。")
    assert last_event() == ("consent_text_published", {"contest": contest.pk, "version": 2})
    with pytest.raises(IntegrityError), transaction.atomic():
        contest.consent_texts.filter(version=1).update(body="改写历史")


@pytest.mark.parametrize(("body", "seen", "message"), [("太短", 1, "太短"), (None, 1, "完全相同"), (None, 0, "别人")])
def test_consent_text_refused(contest, organiser, now, body, seen, message):
    body = body or contest.consent_texts.get().body
    with pytest.raises(SettingRefused, match=message):
        publish_consent_text(contest=contest, body=body, actor=organiser, now=now, seen_version=seen)


def test_a_call_is_published_once_everything_is_there(contest, change, organiser, now):
    with pytest.raises(ContestRefused, match=r"正文还是空的.*报名开始时间.*报名截止时间"):
        publish_call(contest=contest, actor=organiser, now=now)
    change_call(contest=contest, text=call_draft(contest), actor=organiser, now=now)
    change(registration_opens_at=OPENS, registration_closes_at=now)
    with pytest.raises(ContestRefused, match="已经过去"):
        publish_call(contest=contest, actor=organiser, now=now)
    change(registration_closes_at=CLOSES)
    assert publish_call(contest=contest, actor=organiser, now=now).call_published_at == now
    assert last_event() == ("call_published", {"contest": contest.pk})
    with pytest.raises(ContestRefused, match="已经发布"):
        publish_call(contest=contest, actor=organiser, now=now)
    with pytest.raises(SettingRefused, match="不能清空"):
        change_call(contest=contest, text="", actor=organiser, now=now)
    contest.refresh_from_db()
    with pytest.raises(SettingRefused, match="不能留空"):
        change(registration_closes_at=None)
    change_call(contest=contest, text="延期的通知", actor=organiser, now=now)
    assert last_event()[0] == "call_changed"
    assert withdraw_call(contest=contest, actor=organiser, now=now).call_published_at is None
    with pytest.raises(ContestRefused, match="没有发布"):
        withdraw_call(contest=contest, actor=organiser, now=now)


def test_a_call_over_somebody_elses(contest, organiser, now):
    """Pitfall 20."""
    change_call(contest=contest, text="别人写的", actor=organiser, now=now)
    with pytest.raises(ConflictError):
        change_call(contest=contest, text="我写的", actor=organiser, now=now, seen="")


def test_a_contest_after_an_earlier_one(full, regroup, organiser, now):
    group = full.groups.get(code="adult")
    change_groups(contest=full, groups=[GroupSettings(group.pk, "成人组", 18, None, 3)], actor=organiser, now=now)
    change_asked_fields(contest=full, fields=[("grade", True)], actor=organiser, now=now)
    full.refresh_from_db()
    next_year = Edition.objects.create(
        slug="2027", title="2027 科技活动周", year=2027, organiser_name="示范市科协", created_at=now
    )
    made = copy_contest(
        source=full,
        edition=next_year,
        title="明年的大赛",
        slug="full",
        first_day=date(2027, 11, 20),
        actor=organiser,
        now=now + timedelta(days=300),
    )
    assert list(made.groups.values_list("code", "title", "min_age", "unit_quota")) == [
        ("adult", "成人组", 18, 3),
        ("junior", "少年组", None, None),
    ]
    assert made.asked_fields == [{"code": "grade", "required": True}]
    assert made.material_requirements.count() == full.material_requirements.count() == 6
    assert made.rulebook.sha256 == full.rulebook.sha256
    assert made.registration_closes_at is None
    assert "明年的大赛" in made.consent_texts.get().body
    with pytest.raises(SettingRefused, match="已有网址代号") as refused:
        copy_contest(
            source=full,
            edition=next_year,
            title="又一个",
            slug="full",
            first_day=date(2027, 11, 20),
            actor=organiser,
            now=now,
        )
    assert refused.value.field == "slug"
