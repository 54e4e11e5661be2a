"""The empty table: it imports as it was filled in."""

import io
import shutil
import subprocess

import pytest
from openpyxl import load_workbook

from contest.models import Contestant, Group
from contest.spreadsheets import read_registrations, registrations_template
from core.spreadsheets import WorkbookRefused
from tests.contest.test_imports import EXPECTED, as_expected

HEADER = [
    *("组别", "姓名", "性别", "出生日期", "证件类型", "身份证号", "工作单位（学校）", "讲解题目", "指导教师"),
    *("监护人", "监护人电话", "联系电话", "电子邮箱", "备注"),
]
KEYS = {
    "组别": "group", "姓名": "name", "性别": "sex", "出生日期": "born", "身份证号": "id", "工作单位（学校）": "unit",
    "讲解题目": "topic", "指导教师": "tutor", "监护人": "guardian", "联系电话": "phone", "电子邮箱": "email",
}  # fmt: skip


def template(contest):
    return load_workbook(io.BytesIO(registrations_template(contest)))


def filled(contest):
    """The template with the 36 expected people typed in."""
    workbook = template(contest)
    sheet = workbook["报名表"]
    for row, person in enumerate(EXPECTED["as_received"], start=2):
        for column, heading in enumerate(HEADER, start=1):
            sheet.cell(row=row, column=column).value = person.get(KEYS.get(heading)) or None
    return workbook


def stored(workbook):
    stream = io.BytesIO()
    workbook.save(stream)
    return stream


def test_header_is_our_headings_and_cells_are_text(contest):
    workbook = template(contest)
    sheet = workbook["报名表"]

    assert workbook.sheetnames == ["报名表", "填写说明"]
    assert [cell.value for cell in sheet[1]] == HEADER
    assert {sheet.cell(row=2, column=column).number_format for column in range(1, len(HEADER) + 1)} == {"@"}
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$1:$1", "A2")


def test_choices_are_drop_downs(contest):
    lists = {
        str(rule.sqref): rule.formula1
        for rule in template(contest)["报名表"].data_validations.dataValidation
        if rule.type == "list"
    }

    kinds = ",".join(kind.label for kind in Contestant.IdKind)
    assert lists == {"A2:A5001": '"成年组,少年组"', "C2:C5001": '"女,男"', "E2:E5001": f'"{kinds}"'}


def test_filled_in_template_imports_unchanged(contest):
    found = read_registrations(stored(filled(contest)), contest)

    assert (found.faults, found.ignored) == ([], [])
    assert [as_expected(row) for row in found.registrations] == EXPECTED["as_received"]


def test_empty_template_has_no_rows(contest):
    with pytest.raises(WorkbookRefused) as refused:
        read_registrations(io.BytesIO(registrations_template(contest)), contest)

    assert refused.value.code == "no_rows"


def test_asked_fields_have_their_columns_and_adults_no_guardian(contest):
    contest.asked_fields = [{"code": "education", "required": True}, {"code": "synopsis"}]
    contest.save()
    Group.objects.filter(code="junior").delete()

    sheet = template(contest)["报名表"]

    headings = [cell.value for cell in sheet[1]]
    assert headings == [*(each for each in HEADER[:-1] if not each.startswith("监护人")), "学历", "作品简介", "备注"]


@pytest.mark.office
def test_filled_in_template_imports_after_another_program_saved_it(contest, tmp_path):
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("no LibreOffice here")
    file = tmp_path / "template.xlsx"
    file.write_bytes(stored(filled(contest)).getvalue())
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [program, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out"), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)

    with (tmp_path / "out" / "template.xlsx").open("rb") as saved:
        found = read_registrations(saved, contest)

    assert [str(fault) for fault in found.faults] == []
    assert [as_expected(row) for row in found.registrations] == EXPECTED["as_received"]
