"""Works from a workbook as units send it: every row as expected, twice is once, nothing while a fault is left."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from works.models import Work

RECEIVED = Path(__file__).parent / "workbooks" / "works-as-received.xlsx"
EXPECTED = json.loads((Path(__file__).parent / "workbooks" / "works.expected.json").read_text("utf-8"))


def run(selection, file, *options) -> tuple[object, str]:
    out, err = StringIO(), StringIO()
    call_command("import_works", selection.slug, str(file), "--json", *options, stdout=out, stderr=err)
    return json.loads(out.getvalue()), err.getvalue()


def test_the_workbook_as_received_becomes_exactly_the_expected_works(selection):
    found, words = run(selection, RECEIVED, "--check")
    assert found == EXPECTED
    assert words == "没有错误：可新增 18 件，0 件已在名单中。什么都没有导入。\n"
    assert not Work.objects.exists()


def test_importing_twice_is_importing_once(selection):
    _, words = run(selection, RECEIVED)
    assert words == "导入完成：新增 18 件，0 件早已在名单中、没有改动。\n"
    _, words = run(selection, RECEIVED)
    assert words == "导入完成：新增 0 件，18 件早已在名单中、没有改动。\n"
    assert Work.objects.count() == 18


def test_faults_are_printed_by_sheet_and_cell_and_nothing_is_imported(selection, tmp_path):
    workbook = load_workbook(RECEIVED)
    workbook["图书"]["E4"] = "978-7-2325-9997-8"
    workbook["微视频"]["C5"] = "很长"
    workbook.save(tmp_path / "faulty.xlsx")
    out = StringIO()
    with pytest.raises(CommandError, match="有 2 处需要改正，没有导入任何作品。"):
        call_command("import_works", selection.slug, str(tmp_path / "faulty.xlsx"), "--json", stdout=out)
    assert json.loads(out.getvalue()) == [
        {
            "sheet": "图书",
            "cell": "E4",
            "code": "isbn_checksum",
            "message": "“978-7-2325-9997-8”的校验位不对，有数字写错了，请对照版权页。",
        },
        {
            "sheet": "微视频",
            "cell": "C5",
            "code": "duration",
            "message": "“很长”不是时长，请写成 3分31秒 或 00:03:31。",
        },
    ]
    assert not Work.objects.exists()


@pytest.mark.parametrize("name", ["nothing", "2025/works"])
def test_an_unknown_selection_is_named_with_those_that_are_there(selection, name):
    with pytest.raises(CommandError, match="已有：2026/works。"):
        call_command("import_works", name, str(RECEIVED))


def test_what_is_no_workbook_is_one_fault_without_a_cell(selection, tmp_path):
    (tmp_path / "x.xlsx").write_bytes(b"%PDF-1.4")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("import_works", selection.slug, str(tmp_path / "x.xlsx"), "--json", stdout=out)
    [fault] = json.loads(out.getvalue())
    assert fault["cell"] == ""


def test_the_lines_name_what_each_work_lacks(selection):
    out = StringIO()
    call_command("import_works", selection.slug, str(RECEIVED), stdout=out, stderr=StringIO())
    first = out.getvalue().splitlines()[0]
    assert first.startswith("1\t图书\t身边的力学\t杨一\t市中心医院科协\t还没有提交；")
