"""A workbook on the page: checked, previewed, confirmed; annotated where it is faulty; nobody else's."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from works.models import Work

RECEIVED = Path(__file__).parent / "workbooks" / "works-as-received.xlsx"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def office(signed_in, organiser):
    return signed_in(organiser)


def address(selection, act=""):
    return reverse(f"organise_works_import{act}", args=["2026", selection.pk])


def bring(client, selection, content=None):
    file = SimpleUploadedFile("汇总表.xlsx", RECEIVED.read_bytes() if content is None else content)
    return client.post(address(selection), {"file": file})


def faulty() -> bytes:
    """The workbook as received with one wrong ISBN and one wrong length."""
    workbook = load_workbook(RECEIVED)
    workbook["图书"]["E4"] = "978-7-2325-9997-8"
    workbook["微视频"]["C5"] = "很长"
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def test_a_workbook_is_previewed_and_then_imported(office, selection):
    assert bring(office, selection).status_code == 302
    page = office.get(address(selection)).content.decode()
    assert "新增 18 件" in page
    assert not Work.objects.exists()
    office.post(address(selection, "_confirm"))
    assert Work.objects.count() == 18
    bring(office, selection)
    assert "18 件已在名单中，不会改动" in office.get(address(selection)).content.decode()


def test_faults_are_listed_by_sheet_and_cell_and_nothing_is_imported(office, selection):
    page = bring(office, selection, faulty()).content.decode()
    for words in ("有 2 处需要改正，没有导入任何作品", "<strong>E4</strong>", "<strong>C5</strong>", "校验位不对"):
        assert words in page
    office.post(address(selection, "_confirm"))
    assert not Work.objects.exists()


def test_the_faulty_workbook_comes_back_annotated(office, selection):
    bring(office, selection, faulty())
    answer = office.get(address(selection, "_annotated"))
    workbook = load_workbook(io.BytesIO(answer.content))
    assert workbook.sheetnames[0] == "需要改正"
    assert "校验位不对" in workbook["图书"]["E4"].comment.text


def test_what_is_no_workbook_is_refused_in_words(office, selection):
    answer = bring(office, selection, b"%PDF-1.4")
    assert answer.status_code == 400
    assert "field-error" in answer.content.decode()
    assert "请先选择文件" in office.post(address(selection)).content.decode()


def test_an_import_can_be_given_up(office, selection):
    bring(office, selection)
    office.post(address(selection, "_discard"))
    assert "上传并检查" in office.get(address(selection)).content.decode()
    office.post(address(selection, "_confirm"))
    assert not Work.objects.exists()


def test_the_template_is_downloaded(office, selection):
    workbook = load_workbook(io.BytesIO(office.get(address(selection, "_template")).content))
    assert workbook.sheetnames == ["图书", "微视频", "填写说明"]


def test_a_units_import_makes_its_own_drafts(signed_in, coordinator, unit, selection):
    client = signed_in(coordinator)
    names = {act: reverse(f"unit_works_import{act}", args=["2026", unit.pk, selection.pk]) for act in ("", "_confirm")}
    client.post(names[""], {"file": SimpleUploadedFile("汇总表.xlsx", RECEIVED.read_bytes())})
    client.post(names["_confirm"])
    assert set(Work.objects.values_list("unit", "channel", "status")) == {(unit.pk, "unit", "draft")}


def test_nobody_else_imports(signed_in, stranger, selection):
    client = signed_in(stranger)
    for act in ("", "_template", "_annotated"):
        assert client.get(address(selection, act)).status_code == 404
    for act in ("", "_confirm", "_discard"):
        assert client.post(address(selection, act)).status_code == 404
