"""What registrations lack, and why somebody may not take part; for lists in a fixed number of queries."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from accounts.services import create_unit
from contest.exceptions import ContestRefused
from contest.models import Contestant, ExcludedPerson, Material, MaterialRequirement
from contest.services import (
    Exclusion,
    Ineligible,
    Missing,
    accept_registrations,
    add_exclusions,
    eligibility_faults,
    eligibility_for,
    import_contestants,
    index_document,
    missing_for,
    missing_items,
    record_guardian_consent,
    registration_faults,
    remove_exclusion,
    save_draft,
    set_outside_quota,
    start_registration,
    withdraw_contestant,
)
from contest.services.documents import guess_kind
from ledger.models import Event
from tests.contest.office import id_number

Status, IdKind = Contestant.Status, Contestant.IdKind
BORN = date(2014, 5, 1)


@pytest.fixture
def imported(contest, organiser, now):
    """Return a function: rows imported as drafts; the contestants in that order."""

    def do(*rows) -> list[Contestant]:
        import_contestants(contest=contest, rows=rows, actor=organiser, now=now)
        return list(Contestant.objects.order_by("pk"))

    return do


@pytest.fixture
def child_row(registration, junior):
    return registration(1, group=junior, birth_date=BORN, guardian_name="家长甲")


def require(contest, code: str, **changes) -> MaterialRequirement:
    values = {"title": code, "formats": ["pdf"], "max_bytes": 1, "order": 1}
    return MaterialRequirement.objects.create(contest=contest, code=code, **(values | changes))


def hand_in(contestant, requirement, organiser, now) -> Material:
    return Material.objects.create(
        contestant=contestant,
        requirement=requirement,
        path=f"materials/{contestant.pk}-{requirement.pk}",
        original_name="a.pdf",
        format="pdf",
        size=1,
        sha256="0" * 64,
        uploaded_by=organiser,
        uploaded_at=now,
    )


def test_imported_junior_lacks_phone_and_consent(contest, imported, child_row, organiser, now):
    (child,) = imported(child_row)
    assert missing_items(child) == [
        Missing("guardian_phone", "缺监护人电话"),
        Missing("guardian_consent", "缺监护人同意"),
    ]
    assert eligibility_faults(child) == [Ineligible("incomplete", "资料不全：缺监护人电话、缺监护人同意。")]
    record_guardian_consent(contest=contest, contestants=[child.pk], actor=organiser, now=now)
    child.refresh_from_db()
    assert [item.code for item in missing_items(child)] == ["guardian_phone"]


def test_imported_adult_lacks_nothing(imported, registration):
    (adult,) = imported(registration(1))
    assert (missing_items(adult), eligibility_faults(adult)) == ([], [])


def test_required_fields_and_materials(contest, imported, registration, organiser, now):
    contest.asked_fields = [{"code": "education", "required": True}, {"code": "grade", "required": False}]
    contest.save()
    script = require(contest, "script", title="讲稿")
    require(contest, "video", required=False)
    require(contest, "consent_form", audience="minors")
    require(contest, "review", title="内容审查说明", audience="unit")
    (one,) = imported(registration(1))
    assert missing_items(one) == [
        Missing("details.education", "缺学历"),
        Missing("material.script", "缺材料：讲稿"),
        Missing("material.review", "缺材料：内容审查说明"),
    ]
    kept = hand_in(one, script, organiser, now)
    assert "material.script" not in {item.code for item in missing_items(one)}
    kept.superseded_at = now
    kept.save()
    assert "material.script" in {item.code for item in missing_items(one)}
    one.channel = Contestant.Channel.INDIVIDUAL
    assert "material.review" not in {item.code for item in missing_items(one)}


def test_draft_that_nobody_submitted_lacks_what_was_not_typed(contest, junior, stranger, now):
    draft = start_registration(
        contest=contest,
        group=junior,
        channel=Contestant.Channel.INDIVIDUAL,
        owner=stranger,
        actor=stranger,
        now=now,
    )
    typed = {"name": "小明", "gender": "男", "birth_date": "2014-05-01", "workplace": "育才小学", "title": "  "}
    draft = save_draft(contestant=draft, typed=typed, base_version=0, actor=stranger, now=now)
    assert [item.message for item in missing_items(draft)] == [
        "还没有提交",
        "缺证件号码",
        "缺讲解题目",
        "缺联系电话",
        "缺监护人姓名",
        "缺监护人电话",
        "缺监护人同意",
    ]


def test_draft_of_somebody_who_is_registered(contest, adult, imported, registration, stranger, now):
    imported(registration(1))
    draft = start_registration(
        contest=contest, group=adult, channel=Contestant.Channel.INDIVIDUAL, owner=stranger, actor=stranger, now=now
    )
    number = registration(1).id_number.lower()
    typed = {"id_kind": "id_card", "id_number": f" {number[:6]} {number[6:]} "}
    draft = save_draft(contestant=draft, typed=typed, base_version=0, actor=stranger, now=now)
    assert "registered_twice" in {fault.code for fault in eligibility_faults(draft)}


def test_age_of_the_group_is_checked_again(contest, imported, child_row):
    (child,) = imported(child_row)
    child.group.max_age = 10
    child.group.save()
    assert [fault.code for fault in eligibility_faults(child)] == ["age_group", "incomplete"]


def test_former_winner_by_number_and_namesake(contest, imported, registration, organiser, now):
    one, two, three = imported(registration(1), registration(2, name="李梅"), registration(3))
    rows = [
        Exclusion("旧名", registration(1).id_number, "2023 年金奖"),
        Exclusion(" 李　梅 ", "", "2022 年金奖"),
        Exclusion("选手3", registration(1).id_number, "2021 年金奖"),
    ]
    assert add_exclusions(contest=contest, rows=rows, actor=organiser, now=now) == (3, 0)
    assert add_exclusions(contest=contest, rows=rows, actor=organiser, now=now) == (0, 3)
    found = eligibility_for([one, two, three])
    assert [(fault.code, fault.blocks) for fault in found[one.pk]] == [("excluded", True), ("excluded", True)]
    assert [(fault.code, fault.blocks) for fault in found[two.pk]] == [("excluded_namesake", False)]
    assert found[three.pk] == []  # another number is another person
    pks = [one.pk, two.pk]
    outcome = accept_registrations(contest=contest, contestants=pks, actor=organiser, now=now)
    assert ([each.pk for each in outcome.done], outcome.refused[0][0].pk) == ([two.pk], one.pk)
    assert "2023 年金奖" in outcome.refused[0][1]


def test_excluded_numbers_are_not_kept(contest, organiser, now):
    number = id_number(BORN)
    row = Exclusion("赵甲", number.lower(), "2023 年金奖")
    add_exclusions(contest=contest, rows=[row], actor=organiser, now=now)
    kept = ExcludedPerson.objects.get()
    assert (kept.id_index, kept.id_masked) == (
        index_document("id_card", number),
        number[:2] + "*" * 13 + number[-3:],
    )
    remove_exclusion(exclusion=kept, actor=organiser, now=now)
    assert ExcludedPerson.objects.count() == 0
    assert list(Event.objects.order_by("number").values_list("kind", flat=True))[-2:] == [
        "exclusions_added",
        "exclusion_removed",
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "必须填写"),
        ({"award": " "}, "必须填写"),
        ({"award": "奖" * 121}, "最多 120 个字"),
        ({"name": "张\ue000"}, "自造字"),
        ({"document_number": "41************1234"}, "被遮盖"),
        ({"document_number": "110105194912310021"}, "校验码"),
    ],
)
def test_exclusions_all_or_none(contest, organiser, now, changes, words):
    good = Exclusion("赵甲", "", "2023 年金奖")
    with pytest.raises(ContestRefused, match=words):
        add_exclusions(contest=contest, rows=[good, replace(good, **changes)], actor=organiser, now=now)
    assert ExcludedPerson.objects.count() == 0


def test_over_quota_by_the_units_own_order(contest, adult, imported, registration, organiser, now):
    adult.unit_quota = 2
    adult.save()
    people = imported(*(registration(serial) for serial in range(1, 6)))
    assert codes_of(people) == [[], [], ["over_quota"], ["over_quota"], ["over_quota"]]
    for one, order in zip(people, (3, None, 1, 2, 4), strict=True):
        one.unit_order = order
        one.save()
    assert codes_of(people) == [["over_quota"], ["over_quota"], [], [], ["over_quota"]]
    set_outside_quota(contestant=people[2], outside=True, reason="科普基地推荐", actor=organiser, now=now)
    assert codes_of(people) == [[], ["over_quota"], [], [], ["over_quota"]]


def codes_of(people) -> list[list[str]]:
    fresh = list(Contestant.objects.filter(pk__in=[one.pk for one in people]).order_by("pk"))
    found = eligibility_for(fresh)
    return [[fault.code for fault in found[one.pk]] for one in fresh]


def test_pitfall_01_who_left_takes_no_place_of_the_unit(contest, adult, imported, registration, organiser, now):
    adult.unit_quota = 1
    adult.save()
    people = imported(registration(1), registration(2))
    pks = [one.pk for one in people]
    accept_registrations(contest=contest, contestants=pks, actor=organiser, now=now)
    assert codes_of(people) == [[], ["over_quota"]]
    withdraw_contestant(contestant=people[0], reason="生病", actor=organiser, now=now)
    assert codes_of(people) == [[], []]


def test_units_and_groups_have_places_of_their_own(contest, adult, junior, imported, registration, child_row):
    for group in (adult, junior):
        group.unit_quota = 1
        group.save()
    people = imported(child_row, registration(2), registration(3, workplace="另一单位"))
    assert codes_of(people) == [["incomplete"], [], []]


@pytest.mark.parametrize("count", [3, 30])
def test_lists_take_a_fixed_number_of_queries(
    contest, adult, imported, registration, stranger, organiser, now, django_assert_num_queries, count
):
    adult.unit_quota = 2
    adult.save()
    script = require(contest, "script")
    create_unit(name="另一单位")
    rows = [registration(serial, workplace=f"单位{serial % 3}") for serial in range(1, count)]
    people = imported(*rows)
    hand_in(people[0], script, organiser, now)
    draft = start_registration(
        contest=contest, group=adult, channel=Contestant.Channel.INDIVIDUAL, owner=stranger, actor=stranger, now=now
    )
    save_draft(contestant=draft, typed={"id_number": rows[0].id_number}, base_version=0, actor=stranger, now=now)
    everybody = list(Contestant.objects.order_by("pk"))
    assert len(everybody) == count
    with django_assert_num_queries(2):
        missing_for(everybody)
    with django_assert_num_queries(4):
        eligibility_for(everybody)


@pytest.mark.parametrize(
    ("kind", "number", "code"),
    [
        (IdKind.HK_MACAU, "H12345678", ""),
        (IdKind.HK_MACAU, "m1234567801", ""),
        (IdKind.HK_MACAU, "H1234567", "id_format"),
        (IdKind.HK_MACAU, "A12345678", "id_format"),
        (IdKind.TAIWAN, "１２３４ 5678", ""),
        (IdKind.TAIWAN, "1234567801", ""),
        (IdKind.TAIWAN, "123456789", "id_format"),
        (IdKind.RESIDENCE, "USA110000000001", ""),
        (IdKind.RESIDENCE, "US1110000000001", "id_format"),
        (IdKind.RESIDENCE, id_number(date(1990, 5, 1)), ""),
        (IdKind.RESIDENCE, id_number(date(1990, 5, 1))[:-1] + "?", "id_format"),
        (IdKind.PASSPORT, "E1234", ""),
        (IdKind.PASSPORT, "E1234567890123456", ""),
        (IdKind.PASSPORT, "E123", "id_format"),
        (IdKind.PASSPORT, "E12345678901234567", "id_format"),
        (IdKind.PASSPORT, "护照123456", "id_format"),
        ("library_card", "123456", "id_kind"),
    ],
)
def test_documents_other_than_identity_cards(registration, kind, number, code):
    row = registration(1, id_kind=kind, id_number=number)
    assert [fault.code for fault in registration_faults(row)] == ([code] if code else [])


def test_new_residence_card_tells_the_birth_date(registration):
    number = id_number(date(1990, 5, 1))
    row = registration(1, id_kind=IdKind.RESIDENCE, id_number=number, birth_date=date(1991, 5, 1))
    assert [(fault.field, fault.code) for fault in registration_faults(row)] == [
        ("birth_date", "birth_differs_from_id")
    ]
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    (fault,) = registration_faults(replace(row, id_number=wrong))
    assert (fault.field, fault.code) == ("id_number", "id_checksum")


def test_birth_date_of_a_passport_is_typed(registration, adult, junior):
    row = registration(1, id_kind=IdKind.PASSPORT, id_number="E12345678", birth_date=BORN)
    assert [fault.code for fault in registration_faults(row)] == ["age_group"]
    born_later = replace(row, birth_date=adult.contest.first_day + timedelta(days=1))
    assert [fault.code for fault in registration_faults(born_later)] == ["birth_date"]


def test_one_person_by_the_lasting_part_of_a_travel_permit():
    first, renewed = index_document(IdKind.HK_MACAU, "H1234567801"), index_document(IdKind.HK_MACAU, "h12345678 02")
    assert first == renewed == index_document(IdKind.HK_MACAU, "H12345678")
    assert index_document(IdKind.TAIWAN, "1234567801") == index_document(IdKind.TAIWAN, "12345678")
    assert index_document(IdKind.PASSPORT, "1234567801") != index_document(IdKind.PASSPORT, "1234567802")
    number = id_number(BORN)
    assert index_document(IdKind.ID_CARD, number) == index_document(IdKind.RESIDENCE, number.lower())


def test_kind_of_a_bare_number():
    numbers = ["H12345678", "12345678", "USA110000000001", id_number(BORN), "E12345678"]
    assert [guess_kind(number) for number in numbers] == [
        IdKind.HK_MACAU,
        IdKind.TAIWAN,
        IdKind.RESIDENCE,
        IdKind.ID_CARD,
        IdKind.PASSPORT,
    ]


@pytest.mark.parametrize(("field", "value"), [("phone", "12345"), ("phone", ""), ("guardian_phone", "一二三")])
def test_phones_that_are_none(child_row, field, value):
    row = replace(child_row, **{field: value})
    assert [(fault.field, fault.code) for fault in registration_faults(row)] == [
        (field, "phone" if value else "required")
    ]


def test_registration_is_a_value(registration):
    details = {"grade": "五年级", "education": ""}
    row = registration(1, details=details)
    details["grade"] = "六年级"
    assert (dict(row.details), row == registration(1, details={"grade": "五年级"}), len({row, row})) == (
        {"grade": "五年级"},
        True,
        1,
    )
    with pytest.raises(TypeError):
        row.details["grade"] = "七年级"
