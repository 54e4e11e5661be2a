"""Registrations from workbooks: the clean one, the untidy one, the faulty one (design §9)."""

import json
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from accounts.exceptions import UnitRefused
from accounts.models import Unit
from accounts.services import add_alias, add_units, create_unit, create_user
from contest.exceptions import ContestRefused, RegistrationRefused
from contest.models import Contestant
from contest.services import (
    ImportOutcome,
    RowFault,
    import_contestants,
    preview_import,
    refuse_contestant,
    registration_faults,
    unit_row_faults,
    withdraw_contestant,
)
from contest.spreadsheets import contestants_workbook, read_registrations
from core.spreadsheets import WorkbookRefused
from ledger.models import Event
from tests.contest.office import id_number

FOLDER = Path(__file__).parent / "workbooks"
EXPECTED = json.loads((FOLDER / "registrations.expected.json").read_text(encoding="utf-8"))


def read(name, contest):
    with (FOLDER / name).open("rb") as file:
        return read_registrations(file, contest)


def as_expected(row) -> dict[str, str]:
    return {
        "group": row.group.title,
        "name": row.name,
        "sex": row.gender,
        "born": row.birth_date.isoformat(),
        "id": row.id_number,
        "unit": row.workplace,
        "topic": row.title,
        "tutor": row.tutors,
        "guardian": row.guardian_name,
        "phone": row.phone,
        "email": row.email,
    }


@pytest.mark.parametrize("name", ["registrations-clean.xlsx", "registrations-as-received.xlsx"])
def test_read_gives_exactly_the_expected_rows(contest, name):
    found = read(name, contest)
    assert found.faults == []
    assert [as_expected(row) for row in found.registrations] == EXPECTED["as_received"]


def test_read_reports_exactly_the_faulty_cells(contest):
    found = read("registrations-with-errors.xlsx", contest)
    assert [{"cell": fault.cell, "code": fault.code} for fault in found.faults] == EXPECTED["with_errors"]
    assert all(fault.message.endswith("。") for fault in found.faults)
    assert found.registrations == []


def test_read_something_else(contest, tmp_path):
    file = tmp_path / "a.xlsx"
    file.write_text("姓名,组别\n", encoding="utf-8")
    with file.open("rb") as stream, pytest.raises(WorkbookRefused, match="CSV"):
        read_registrations(stream, contest)


def test_import_clean_workbook(contest, organiser, now):
    rows = read("registrations-clean.xlsx", contest).registrations
    outcome = import_contestants(contest=contest, rows=rows, actor=organiser, now=now)
    assert (outcome.created, outcome.unchanged, len(outcome.new_units)) == (36, 0, Unit.objects.count())
    groups = Contestant.objects.values_list("group__code", flat=True)
    assert (list(groups).count("adult"), list(groups).count("junior")) == (18, 18)
    assert set(Contestant.objects.values_list("status", flat=True)) == {Contestant.Status.DRAFT}
    first = Contestant.objects.order_by("pk")[0]
    assert (first.name, first.id_number, first.phone, first.unit.name, first.birth_date) == (
        "贺泽怡",
        "990484197209124929",
        "19900000000",
        "卫滨区科学技术协会",
        date(1972, 9, 12),
    )


def test_import_twice_changes_nothing(contest, organiser, now):
    rows = read("registrations-clean.xlsx", contest).registrations
    import_contestants(contest=contest, rows=rows, actor=organiser, now=now)
    before = list(Contestant.objects.order_by("pk").values())
    units, events = Unit.objects.count(), Event.objects.count()
    outcome = import_contestants(contest=contest, rows=rows, actor=organiser, now=now)
    assert outcome == ImportOutcome(created=0, unchanged=36, new_units=())
    assert [{**row, "id_number": "", "phone": ""} for row in Contestant.objects.order_by("pk").values()] == [
        {**row, "id_number": "", "phone": ""} for row in before
    ]
    assert (Unit.objects.count(), Event.objects.count()) == (units, events)


def test_preview_says_what_import_would_do(contest, registration, organiser, now):
    import_contestants(contest=contest, rows=[registration(1)], actor=organiser, now=now)
    rows = [registration(1), registration(2, workplace="新单位")]
    assert preview_import(contest=contest, rows=rows) == ImportOutcome(created=1, unchanged=1, new_units=("新单位",))
    assert Contestant.objects.count() == 1


def test_import_finds_a_unit_by_its_alias(contest, registration, organiser, now):
    unit = create_unit(name="示范市天文爱好者协会")
    add_alias(unit=unit, name="市天文爱好者协会")
    outcome = import_contestants(contest=contest, rows=[registration()], actor=organiser, now=now)
    assert (outcome.new_units, Contestant.objects.get().unit) == ((), unit)


def test_import_refuses_unknown_units_when_told(contest, registration, organiser, now):
    with pytest.raises(RegistrationRefused, match="市天文爱好者协会"):
        import_contestants(contest=contest, rows=[registration()], actor=organiser, now=now, create_units=False)
    assert Contestant.objects.count() == 0


def test_import_all_or_none(contest, registration, organiser, now):
    rows = [registration(1), registration(2, name="")]
    with pytest.raises(RegistrationRefused, match="第 2 人"):
        import_contestants(contest=contest, rows=rows, actor=organiser, now=now)
    assert Contestant.objects.count() == 0


def test_import_one_person_twice_in_a_file(contest, registration, organiser, now):
    with pytest.raises(RegistrationRefused, match="两次"):
        import_contestants(contest=contest, rows=[registration(1), registration(1)], actor=organiser, now=now)


def test_import_links_the_account_with_phone_and_name(contest, registration, organiser, now):
    own = create_user(name="选手1", phone="19900000001")
    create_user(name="联络员", phone="19900000002")
    import_contestants(contest=contest, rows=[registration(1), registration(2)], actor=organiser, now=now)
    assert list(Contestant.objects.order_by("pk").values_list("user_id", flat=True)) == [own.pk, None]


def test_import_takes_few_queries(contest, registration, organiser, now, django_assert_max_num_queries):
    rows = [registration(serial) for serial in range(1, 301)]
    with django_assert_max_num_queries(40):
        import_contestants(contest=contest, rows=rows, actor=organiser, now=now)


def test_import_of_many_new_units_takes_no_more(contest, registration, organiser, now, django_assert_max_num_queries):
    rows = [registration(serial, workplace=f"第{serial}中学") for serial in range(1, 301)]
    with django_assert_max_num_queries(40):
        outcome = import_contestants(contest=contest, rows=rows, actor=organiser, now=now)
    assert (len(outcome.new_units), Unit.objects.count()) == (300, 300)


@pytest.mark.parametrize(
    "names", [["新中学", "老中学"], ["新中学", "老 中 学（东校区）"], ["新中学", "新 中学"], ["新中学", ""]]
)
def test_units_are_made_all_or_none(db, names):
    add_alias(unit=create_unit(name="老中学"), name="老中学(东校区)")
    with pytest.raises(UnitRefused):
        add_units(names=names)
    assert list(Unit.objects.values_list("name", flat=True)) == ["老中学"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"id_number": "990000199005010011"}, "id_checksum"),
        ({"birth_date": date(1990, 5, 1), "id_number": id_number(date(1990, 5, 2))}, "birth_differs_from_id"),
        ({"gender": "其他"}, "gender"),
        ({"title": "题" * 61}, "too_long"),
        ({"name": "余泽远\ue863"}, "private_use_character"),
        ({"name": "余\u202e"}, "bad_character"),
        ({"name": ""}, "required"),
        ({"birth_date": date(2017, 1, 1)}, "age_group"),
    ],
)
def test_faults_of_a_registration(registration, changes, code):
    assert [fault.code for fault in registration_faults(registration(**changes))] == [code]


@pytest.mark.parametrize(("born", "faults"), [(date(2009, 11, 20), []), (date(2009, 11, 21), ["age_group"])])
def test_adults_are_seventeen_on_the_first_day(registration, born, faults):
    found = registration_faults(registration(birth_date=born, id_number=id_number(born)))
    assert [fault.code for fault in found] == faults


@pytest.mark.parametrize(("born", "faults"), [(date(2009, 11, 21), []), (date(2009, 11, 20), ["age_group"])])
def test_juniors_are_sixteen_at_most(registration, junior, born, faults):
    row = registration(birth_date=born, id_number=id_number(born), group=junior, guardian_name="监护人")
    assert [fault.code for fault in registration_faults(row)] == faults


def test_pitfall_17_text_stays_text_in_the_export(contest, registration, organiser, now, tmp_path):
    row = registration(1, title="=HYPERLINK(1)")
    import_contestants(contest=contest, rows=[row], actor=organiser, now=now)
    people = Contestant.objects.select_related("group")
    file = tmp_path / "out.xlsx"
    for full, number, phone in [
        (True, row.id_number, "19900000001"),
        (False, "99*************" + row.id_number[-3:], "199****0001"),
    ]:
        file.write_bytes(contestants_workbook(people, title="名单", full=full))
        sheet = load_workbook(file).worksheets[0]
        cells = {cell.value: cell for cell in sheet[3]}
        assert {number, phone, "=HYPERLINK(1)"} <= cells.keys()
        assert {cells[value].data_type for value in (number, phone, "=HYPERLINK(1)")} == {"s"}
        assert (row.id_number in cells) is full


def test_import_again_brings_nobody_back_who_left(contest, registration, organiser, now):
    rows = [registration(serial) for serial in (1, 2)]
    import_contestants(contest=contest, rows=rows, actor=organiser, now=now)
    first, second = Contestant.objects.order_by("pk")
    withdraw_contestant(contestant=first, reason="生病", actor=organiser, now=now)
    refuse_contestant(contestant=second, reason="冒名", actor=organiser, now=now)
    outcome = import_contestants(contest=contest, rows=rows, actor=organiser, now=now)
    assert outcome == ImportOutcome(created=0, unchanged=2, new_units=())
    assert list(Contestant.objects.order_by("pk").values_list("status", flat=True)) == ["withdrawn", "refused"]


def test_units_import_is_the_units_own(contest, registration, organiser, now):
    unit = create_unit(name="红旗区科学技术协会")
    rows = [registration(1, workplace="红旗区第一中学"), registration(2, workplace=unit.name)]
    assert unit_row_faults(contest=contest, rows=rows, unit=unit) == []
    assert preview_import(contest=contest, rows=rows, unit=unit) == ImportOutcome(2, 0, ())
    outcome = import_contestants(contest=contest, rows=rows, actor=organiser, now=now, unit=unit)
    assert outcome == ImportOutcome(2, 0, ())
    found = Contestant.objects.values_list("unit", "channel", "registered_by", "status").order_by().distinct()
    assert list(found) == [(unit.pk, "unit", organiser.pk, "draft")]
    assert (Unit.objects.count(), Event.objects.get(kind="registrations_imported").payload) == (
        1,
        f'{{"contest":{contest.pk},"created":2,"unchanged":0,"unit":{unit.pk}}}',
    )


def test_units_import_refuses_other_units_people(contest, registration, organiser, now):
    unit, other = create_unit(name="红旗区科学技术协会"), create_unit(name="卫滨区科学技术协会")
    add_alias(unit=other, name="卫滨区科协")
    import_contestants(contest=contest, rows=[registration(3)], actor=organiser, now=now, unit=other)
    rows = [registration(1), registration(2, workplace="卫滨区科协"), registration(3)]
    assert unit_row_faults(contest=contest, rows=rows, unit=unit) == [
        RowFault(1, "workplace", "foreign_unit", "“卫滨区科学技术协会”是另一个推荐单位，请由该单位报送。"),
        RowFault(2, "id_number", "registered_elsewhere", "此人已由本人或别的单位报名，每人只能报名一次。"),
    ]
    with pytest.raises(RegistrationRefused, match=r"第 2 人（选手2）：“卫滨区科学技术协会”是另一个推荐单位.*第 3 人"):
        import_contestants(contest=contest, rows=rows, actor=organiser, now=now, unit=unit)
    assert Contestant.objects.count() == 1


def test_units_import_at_the_deadline_is_late(contest, registration, organiser, now):
    unit = create_unit(name="红旗区科学技术协会")
    contest.registration_closes_at = now
    contest.save()
    with pytest.raises(ContestRefused, match="截止"):
        import_contestants(contest=contest, rows=[registration(1)], actor=organiser, now=now, unit=unit)
    import_contestants(contest=contest, rows=[registration(1)], actor=organiser, now=now)  # the office is not bound
    assert Contestant.objects.get().channel == Contestant.Channel.OFFICE
