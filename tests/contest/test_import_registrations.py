"""`manage.py import_registrations`: what the page does, for programs (issue 3, part 2)."""

import io
import json
import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from contest.models import Contestant
from contest.services import create_contest
from core.models import Edition
from ledger.models import Event
from tests.contest.office import FIRST_DAY

FOLDER = Path(__file__).parent / "workbooks"
EXPECTED = json.loads((FOLDER / "registrations.expected.json").read_text(encoding="utf-8"))
CLEAN, RECEIVED, FAULTY = (FOLDER / f"registrations-{name}.xlsx" for name in ("clean", "as-received", "with-errors"))

pytestmark = pytest.mark.django_db


def run(*arguments):
    """Standard output, standard error, and whether the command failed."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_registrations", *map(str, arguments), stdout=out, stderr=err)
    except CommandError as error:
        return out.getvalue(), str(error), error.returncode
    return out.getvalue(), err.getvalue(), 0


@pytest.mark.parametrize("file", [CLEAN, RECEIVED])
def test_check_prints_the_rows_and_changes_nothing(contest, file):
    events = Event.objects.count()

    out, err, status = run("jiangjie", file, "--check", "--json")

    assert (json.loads(out), status) == (EXPECTED["as_received"], 0)
    assert "可新增 36 人，0 人已在名单中。什么都没有导入。" in err
    assert (Contestant.objects.count(), Event.objects.count()) == (0, events)


@pytest.mark.parametrize("options", [(), ("--check",)])
def test_faults_are_printed_with_their_cells_and_nothing_is_imported(contest, options):
    out, err, status = run(contest.pk, FAULTY, "--json", *options)

    found = json.loads(out)
    assert [{"cell": fault["cell"], "code": fault["code"]} for fault in found] == EXPECTED["with_errors"]
    assert {tuple(fault) for fault in found} == {("cell", "code", "message")}
    assert all(fault["message"].endswith("。") for fault in found)
    assert (err, status, Contestant.objects.count()) == ("有 13 处需要改正，没有导入任何人。", 1, 0)


def test_faults_for_people(contest):
    out, _, status = run("jiangjie", FAULTY)

    assert (out.splitlines()[0], len(out.splitlines()), status) == ("报名表 C8：“姓名”没有填写。", 13, 1)


def test_import_twice_is_once(contest, organiser):
    first = run("2026/jiangjie", RECEIVED, "--json", "--by", "organiser@example.com")
    second = run("2026/jiangjie", RECEIVED, "--json")

    assert (json.loads(first[0]), first[2]) == (EXPECTED["as_received"], 0)
    assert "新增 36 人，0 人早已在名单中" in first[1]
    assert (second[0], second[2]) == (first[0], 0)
    assert "新增 0 人，36 人早已在名单中" in second[1]
    assert list(Contestant.objects.values_list("registered_by", flat=True)) == [organiser.pk] * 36
    assert Event.objects.filter(kind="registrations_imported", actor=organiser).count() == 1


def test_import_in_nobodys_name_says_what_each_still_lacks(contest):
    out, _, status = run("jiangjie", RECEIVED)

    lines = out.splitlines()
    assert (len(lines), status) == (36, 0)
    assert lines[0].startswith("1\t成年组\t贺泽怡\t卫滨区科学技术协会\t看不见的海洋微塑料")
    assert "监护人同意" in lines[1]
    assert {(one.status, one.registered_by) for one in Contestant.objects.all()} == {("draft", None)}


def test_file_that_is_not_read_is_one_fault_without_a_cell(contest, tmp_path):
    file = tmp_path / "a.xlsx"
    file.write_text("<html><table></table></html>", encoding="utf-8")

    out, err, status = run("jiangjie", file, "--json")

    (fault,) = json.loads(out)
    assert (fault["cell"], fault["code"], status) == ("", "html", 1)
    assert err == fault["message"]


def test_sheet_is_named_where_several_have_the_table(contest, tmp_path):
    file = tmp_path / "two.xlsx"
    shutil.copy(FAULTY, file)
    workbook = load_workbook(file)
    workbook.copy_worksheet(workbook["报名表"]).title = "补报"
    workbook.save(file)

    found = json.loads(run("jiangjie", file, "--json")[0])

    assert [fault["sheet"] for fault in found].count("报名表") == 13
    assert {fault["sheet"] for fault in found} == {"报名表", "补报"}


def test_columns_that_were_not_read_are_named(contest, tmp_path):
    file = tmp_path / "more.xlsx"
    workbook = load_workbook(CLEAN)
    sheet = workbook.worksheets[0]
    column = sheet.max_column + 1
    sheet.cell(row=1, column=column, value="鞋码")
    sheet.cell(row=2, column=column, value=42)
    workbook.save(file)

    assert "这些列没有读取：鞋码（" in run("jiangjie", file, "--check")[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nix", CLEAN), "没有比赛“nix”。已有：2026/jiangjie。"),
        (("2025/jiangjie", CLEAN), "没有比赛“2025/jiangjie”。"),
        (("jiangjie", FOLDER / "nothing.xlsx"), "无法读取文件"),
        (("jiangjie", CLEAN, "--by", "stranger@example.com"), "不是《2026 科技活动周》组委会的账号。"),
        (("jiangjie", CLEAN, "--by", "nobody@example.com"), "不是《2026 科技活动周》组委会的账号。"),
    ],
)
def test_arguments_that_lead_nowhere(contest, stranger, arguments, message):
    out, err, status = run(*arguments)

    assert (out, status, message in err) == ("", 1, True)


def test_slug_that_two_editions_have_needs_the_edition(contest, organiser, now):
    other = Edition.objects.create(slug="2027", title="2027", year=2027, organiser_name="示范市科协", created_at=now)
    create_contest(
        edition=other, title="下一届", slug="jiangjie", first_day=FIRST_DAY, preset="contest-two-groups",
        actor=organiser, now=now,
    )  # fmt: skip

    assert run("jiangjie", CLEAN, "--check")[1] == "有几个比赛叫“jiangjie”。已有：2026/jiangjie、2027/jiangjie。"
    assert run("2027/jiangjie", CLEAN, "--check")[2] == 0
