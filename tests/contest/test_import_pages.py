"""The office's import page with files that are not clean (issue 3, part 2)."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Role
from contest.models import Contestant
from contest.spreadsheets import read_registrations
from tests.contest.office import at
from tests.contest.test_imports import EXPECTED, FOLDER

FAULTY = "registrations-with-errors.xlsx"


@pytest.fixture
def upload(contest, signed_in, organiser):
    """Return a function: the organiser uploads a file and looks at the answer."""

    def do(name=FAULTY, content=None):
        file = io.BytesIO((FOLDER / name).read_bytes() if content is None else content)
        file.name = name
        return (
            signed_in(organiser).post(at("organise_import", contest.pk), {"file": file}, follow=True).content.decode()
        )

    return do


def kept() -> set[Path]:
    folder = Path(settings.MEDIA_ROOT) / "imports"
    return set(folder.iterdir()) if folder.exists() else set()


def test_faulty_cells_are_shown_and_the_file_is_kept_encrypted(contest, client, upload):
    before = kept()

    page = upload()

    assert "有 13 处需要改正，没有导入任何人" in page
    assert all(f"<strong>{fault['cell']}</strong>" in page for fault in EXPECTED["with_errors"])
    (file,) = kept() - before
    assert "990484197209124929" not in file.read_text(encoding="ascii")
    assert client.get(at("organise_import", contest.pk)).content.decode().count("<strong>F9</strong>") == 1
    client.post(at("organise_import_confirm", contest.pk))
    assert Contestant.objects.count() == 0


def test_annotated_workbook_names_the_same_faults_as_the_page(contest, client, upload):
    upload()

    answer = client.get(at("organise_import_annotated", contest.pk))

    workbook = load_workbook(io.BytesIO(answer.content))
    commented = {cell.coordinate for row in workbook["报名表"].iter_rows() for cell in row if cell.comment}
    assert workbook.sheetnames == ["需要改正", "报名表"]
    assert commented == {fault["cell"] for fault in EXPECTED["with_errors"]}
    assert "attachment" in answer["Content-Disposition"]
    again = read_registrations(io.BytesIO(answer.content), contest)
    assert [{"cell": fault.cell, "code": fault.code} for fault in again.faults] == EXPECTED["with_errors"]


def test_annotated_workbook_is_gone_after_a_day_and_in_another_session(
    contest, client, upload, signed_in, organiser, make_person
):
    before = kept()
    upload()
    (file,) = kept() - before
    address = at("organise_import_annotated", contest.pk)
    signed_in(make_person("另一位", Role.ORGANISER, email="second@example.com"))
    assert client.get(address).status_code == 302

    upload()
    (second,) = kept() - before - {file}
    old = (timezone.now() - timedelta(days=2)).timestamp()
    os.utime(second, (old, old))
    upload("registrations-clean.xlsx")
    assert second not in kept()


def test_annotated_workbook_of_a_clean_file_is_its_preview(contest, client, upload):
    upload("registrations-clean.xlsx")

    answer = client.get(at("organise_import_annotated", contest.pk))

    assert (answer.status_code, answer.url) == (302, at("organise_import", contest.pk))


def test_faulty_file_can_be_given_up(contest, client, upload):
    before = kept()
    upload()
    client.post(at("organise_import_discard", contest.pk))
    assert kept() == before


def test_template_is_downloaded_as_a_workbook(contest, signed_in, organiser):
    answer = signed_in(organiser).get(at("organise_import_template", contest.pk))

    assert load_workbook(io.BytesIO(answer.content)).sheetnames == ["报名表", "填写说明"]


@pytest.mark.parametrize("name", ["organise_import", "organise_import_template", "organise_import_annotated"])
def test_others_meet_what_does_not_exist(contest, signed_in, supervisor, name):
    assert signed_in(supervisor).get(at(name, contest.pk)).status_code == 404


def test_group_renamed_between_upload_and_confirmation_loses_nothing(contest, client, upload):
    upload("registrations-clean.xlsx")
    contest.groups.filter(code="adult").update(title="社会组", code="open")

    page = client.post(at("organise_import_confirm", contest.pk)).content.decode()

    assert "“成年组”不在可填的内容之中，请填写：社会组、少年组。" in page
    assert Contestant.objects.count() == 0


def test_columns_that_were_not_read_and_hidden_rows_are_named(upload):
    workbook = load_workbook(FOLDER / "registrations-clean.xlsx")
    sheet = workbook.worksheets[0]
    column = sheet.max_column + 1
    sheet.cell(row=1, column=column, value="鞋码")
    sheet.cell(row=3, column=column, value=42)
    sheet.row_dimensions[4].hidden = True
    stream = io.BytesIO()
    workbook.save(stream)

    page = upload("a.xlsx", stream.getvalue())

    assert "这些列没有读取：鞋码（" in page
    assert "其中 1 行在表中是隐藏的，也会导入" in page


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "提交的是空文件。"),
        (b"<html><table></table></html>", "这是网页格式的表格"),
        ("姓名,组别".encode("gb18030"), "这是 CSV 或文本文件"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "这是旧版 .xls 文件"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "文件设有打开密码"),
        ((FOLDER / "registrations-clean.xlsx").read_bytes()[:4000], "文件不完整或已损坏"),
    ],
)
def test_file_of_another_kind_is_refused_with_a_sentence(upload, content, sentence):
    before = kept()

    page = upload("报名表.xlsx", content)

    assert sentence in page
    assert kept() == before
