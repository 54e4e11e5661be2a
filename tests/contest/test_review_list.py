"""The office's list: narrowed, sorted, counted, exported, in a fixed number of queries."""

import json
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from contest.models import Contestant, MaterialRequirement, PersonalDataExport
from contest.services import Exclusion, add_exclusions, import_contestants
from contest.services.review_list import ListFilter, list_registrations, registration_ids, registrations_by_number
from core.models import Edition
from ledger.models import Event
from tests.contest.office import at, id_number

CHILD_BORN = date(2014, 5, 1)


@pytest.fixture
def office(contest, adult, junior, registration, organiser, now):
    """Five registrations: two adults of two units, two children (one lacks consent and more), one former winner."""
    child = {"group": junior, "birth_date": CHILD_BORN, "id_number": id_number(CHILD_BORN, 3)}
    winner = Exclusion("丁四", id_number(date(1990, 5, 1), 4), "2025 年一等奖")
    rows = [
        registration(1, name="甲一", workplace="天文馆", title="黑洞"),
        registration(2, name="乙二", workplace="科技馆", title="潮汐"),
        registration(3, name="丙三", guardian_name="丙父", **child),
        registration(4, name="丁四", workplace="科技馆"),
        registration(5, name="戊五"),
    ]
    import_contestants(contest=contest, rows=rows, actor=organiser, now=now)
    add_exclusions(
        contest=contest,
        rows=[winner, Exclusion("戊五", "", "2024 年二等奖")],
        actor=organiser,
        now=now,
    )
    return contest


def named(contest, **chosen) -> list[str]:
    keys = registration_ids(contest, ListFilter(**chosen))
    names = Contestant.objects.in_bulk(keys)
    return [names[key].name for key in keys]


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        ({}, ["甲一", "乙二", "丙三", "丁四", "戊五"]),
        ({"q": "科技馆"}, ["乙二", "丁四"]),
        ({"q": "黑洞"}, ["甲一"]),
        ({"group": "junior"}, ["丙三"]),
        ({"status": "accepted"}, []),
        ({"channel": "office"}, ["甲一", "乙二", "丙三", "丁四", "戊五"]),
        ({"missing": "any"}, ["丙三"]),
        ({"missing": "none"}, ["甲一", "乙二", "丁四", "戊五"]),
        ({"missing": "guardian_consent"}, ["丙三"]),
        ({"problem": "excluded"}, ["丁四"]),
        ({"problem": "excluded_namesake"}, ["戊五"]),
        ({"problem": "any", "q": "科技馆"}, ["丁四"]),
        ({"quota": "outside"}, []),
        ({"unit": "no key"}, []),
        ({"group": "nobody's"}, []),
        ({"sort": "-title", "q": "科技馆"}, ["丁四", "乙二"]),
        ({"sort": "unit", "group": "adult", "problem": "none"}, ["乙二", "甲一"]),
    ],
)
def test_list_narrowed_and_sorted(office, chosen, names):
    Contestant.objects.filter(name="甲一").update(title="黑洞")
    if chosen.get("sort") == "unit":
        Contestant.objects.get(name="甲一").unit.aliases.all()
        Contestant.objects.filter(name="乙二").update(unit_order=1)
        unit = Contestant.objects.get(name="乙二").unit
        Contestant.objects.filter(name="甲一").update(unit=unit, unit_order=2)
    assert named(office, **chosen) == names


def test_sort_by_status_goes_by_the_work_that_waits(office):
    Contestant.objects.filter(name="乙二").update(status="accepted")
    Contestant.objects.filter(name="丁四").update(status="submitted")
    assert named(office, sort="status") == ["甲一", "丙三", "戊五", "丁四", "乙二"]


def test_what_has_no_value_comes_last_either_way(office, now):
    Contestant.objects.filter(name="丙三").update(submitted_at=now)
    assert named(office, sort="submitted")[0] == named(office, sort="-submitted")[0] == "丙三"


def test_pitfall_15_a_number_is_found_whole_or_not_at_all(office):
    number = id_number(date(1990, 5, 1), 2)
    [second] = Contestant.objects.filter(name="乙二").values_list("pk", flat=True)
    assert registrations_by_number(office, number) == [second]
    assert registrations_by_number(office, "199 0000 0002") == [second]
    assert registrations_by_number(office, "+86 19900000002") == [second]
    assert registrations_by_number(office, number[:-1]) == []
    assert registrations_by_number(office, "1990000000") == []
    assert registrations_by_number(office, "科技馆") is None


def test_a_number_typed_into_a_draft_is_found_too(office):
    typed = {"name": "己六", "id_number": " 990000200001010017"}
    typed |= {"phone": "13800001111", "guardian_phone": "13900002222"}
    group = office.groups.get(code="adult")
    draft = Contestant.objects.create(
        contest=office, group=group, name="己六", typed=json.dumps(typed), created_at="2026-11-20T00:00:00Z"
    )
    for text in ("990000200001010017", "138-0000-1111", "13900002222"):
        assert registrations_by_number(office, text) == [draft.pk]


def test_numbers_of_another_edition_are_nobodys(office, organiser, now):
    other = Edition.objects.create(slug="2027", title="别届", year=2027, organiser_name="别市", created_at=now)
    contest = office
    contest.pk, contest.edition, contest.slug = None, other, "other"
    contest.save(force_insert=True)
    assert registrations_by_number(contest, id_number(date(1990, 5, 1), 2)) == []


def test_chips_count_by_what_else_is_chosen(office):
    Contestant.objects.filter(name="乙二").update(status="accepted")
    groups = {group.pk: group for group in office.groups.all()}
    accepted = ListFilter(q="科技馆", status="accepted")
    for chosen in (accepted, replace(accepted, missing="none")):
        for group in groups.values():
            group.contest = office
        listed = list_registrations(office, chosen, groups=groups, page=1)
        assert (listed.statuses, listed.total) == ({"draft": 1, "accepted": 1}, 1)
        assert [row.contestant.name for row in listed.rows] == ["乙二"]


def test_search_form_leaves_no_number_in_the_address(office, signed_in, organiser):
    client = signed_in(organiser)
    address = at("organise_contestants", office.pk)
    second = Contestant.objects.get(name="乙二")
    answer = client.post(address, {"q": id_number(date(1990, 5, 1), 2), "group": "adult"})
    assert answer.url == f"{address}?group=adult&found={second.pk}"
    page = client.get(answer.url).content.decode()
    assert "乙二" in page
    assert "甲一" not in page
    nobody = client.post(address, {"q": "13700000000"}, follow=True).content.decode()
    assert "没有人用这个完整的证件号码或电话报名" in nobody
    assert "没有符合条件的选手" in nobody
    assert client.post(address, {"q": "黑洞"}).url.endswith("?q=%E9%BB%91%E6%B4%9E")


def test_rows_say_in_words_what_is_missing_and_wrong(office, signed_in, organiser):
    page = signed_in(organiser).get(at("organise_contestants", office.pk)).content.decode()
    assert "缺监护人同意" in page
    assert "往届获奖者（2025 年一等奖）按通知不再参加" in page
    assert "与往届获奖者（2024 年二等奖）同名" in page
    assert id_number(date(1990, 5, 1), 2) not in page
    assert "19900000002" not in page


def test_list_is_paged(contest, enter, signed_in, organiser):
    enter(60)
    address = at("organise_contestants", contest.pk)
    client = signed_in(organiser)
    assert "第 1 / 2 页" in client.get(address).content.decode()
    assert "选手60" in client.get(address, {"page": "2"}).content.decode()
    for odd in ("99", "-1", "x", "9" * 30):
        assert client.get(address, {"page": odd, "unit": odd}).status_code == 200
    assert "没有符合条件的选手" in client.get(address, {"group": "junior"}).content.decode()


def widen(contest, organiser, now):
    """Everything that costs a query: quotas, materials, excluded people, drafts with typed numbers."""
    contest.groups.update(unit_quota=2)
    MaterialRequirement.objects.create(
        contest=contest, code="script", title="讲稿", formats=["pdf"], max_bytes=10, order=1
    )
    row = Contestant.objects.filter(contest=contest).first()
    typed = json.dumps({"id_number": row.id_number, "name": "重复"})
    Contestant.objects.create(contest=contest, group=row.group, name="重复", typed=typed, created_at=now)
    add_exclusions(contest=contest, rows=[Exclusion("某人", "", "奖")], actor=organiser, now=now)


@pytest.mark.parametrize("count", [1, 3, 300])
@pytest.mark.parametrize("query", ["", "q=选手", "missing=any", "problem=over_quota&status=accepted", "sort=-unit"])
def test_list_takes_ten_queries(contest, enter, signed_in, organiser, now, django_assert_max_num_queries, count, query):
    enter(count)
    widen(contest, organiser, now)
    client = signed_in(organiser)
    with django_assert_max_num_queries(10):
        assert client.get(f"{at('organise_contestants', contest.pk)}?{query}").status_code == 200


@pytest.mark.parametrize("count", [3, 300])
@pytest.mark.parametrize("query", ["", "missing=any"])
def test_export_takes_ten_queries(
    contest, enter, signed_in, organiser, now, django_assert_max_num_queries, count, query
):
    enter(count)
    widen(contest, organiser, now)
    client = signed_in(organiser)
    with django_assert_max_num_queries(10):
        answer = client.get(f"{at('organise_contestants_export', contest.pk)}?{query}")
    assert len(cells_of(answer)) > count


def cells_of(response) -> list[object]:
    sheet = load_workbook(BytesIO(response.content)).worksheets[0]
    return [cell.value for row in sheet.rows for cell in row]


def test_export_masks_and_in_full_records(contest, enter, signed_in, organiser):
    enter(3)
    client = signed_in(organiser)
    address = at("organise_contestants_export", contest.pk)
    number = id_number(date(1990, 5, 1), 1)
    assert number not in cells_of(client.get(address))
    for refused in ("", "长" * 201):
        assert client.post(address, {"reason": refused}).status_code == 409
    full = client.post(address, {"reason": " 上报省赛 "})
    assert number in cells_of(full)
    export = PersonalDataExport.objects.get()
    assert (export.reason, export.count, export.exported_by) == ("上报省赛", 3, organiser)
    event = Event.objects.order_by("-number")[0]
    assert (event.kind, json.loads(event.payload)) == (
        "personal_data_exported",
        {"contest": contest.pk, "count": 3, "export": export.pk},
    )


def test_pitfall_17_export_of_what_is_shown_and_text_stays_text(office, signed_in, organiser):
    Contestant.objects.filter(name="乙二").update(title="=cmd|' /C calc'!A0")
    answer = signed_in(organiser).get(at("organise_contestants_export", office.pk), {"q": "科技馆"})
    sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
    cells = [cell for row in sheet.rows for cell in row]
    assert [cell.data_type for cell in cells if cell.value == "=cmd|' /C calc'!A0"] == ["s"]
    values = [cell.value for cell in cells]
    assert ("乙二" in values, "丁四" in values, "甲一" in values) == (True, True, False)
