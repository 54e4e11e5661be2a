"""Certificates for whoever stands in no roster: from a workbook, cell by cell, to a batch."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from accounts.models import Unit
from accounts.services import create_user
from certificates.models import Batch
from certificates.services import Award
from certificates.spreadsheets.recipients import SharedWords, read_recipients, recipients_template
from core.spreadsheets import WorkbookRefused
from tests.certificates.proofed import proofed_and_approved

PAGE = "/organise/2026/certificates/recipients/"
WORDS = SharedWords(
    "荣誉证书",
    "在大赛中成绩突出，被评为",
    "。特此表彰。",
    ("市科协", "市科技局"),
    "示科协〔2026〕12号",
    "2026 科技活动周",
)
TYPED = {
    "title": "优秀指导教师证书",
    "source": "示科协〔2026〕12号",
    "heading": "荣誉证书",
    "before": "在大赛中成绩突出，被评为",
    "after": "。特此表彰。",
    "issuers": "市科协\n市科技局",
    "series": "荣誉〔2026〕",
    "issued_on": "2026-11-20",
    "layout": "classic",
}
HEADER = ("获奖人", "称谓", "奖项", "事由", "作品", "推荐单位", "手机号")


def workbook(*rows, header=HEADER):
    book = Workbook()
    sheet = book.active
    sheet.append(header)
    for row in rows:
        sheet.append(row)
    out = BytesIO()
    book.save(out)
    out.seek(0)
    return out


def upload(*rows, **values):
    return {**TYPED, "file": SimpleUploadedFile("名单.xlsx", workbook(*rows, **values).read())}


def test_lines_become_awards(db):
    unit = Unit.objects.create(name="市天文馆")
    teacher = create_user(name="李老师", phone="13800000001")
    read = read_recipients(
        workbook(
            ("李 老师", "老师", "优秀指导教师", None, "星空", "市天文馆", "13800000001"),
            ("市科技馆", None, "优秀组织奖", "在活动周中组织得力，荣获", None, "外地单位", None),
        ),
        WORDS,
    )

    assert read.faults == []
    first, second = read.awards
    assert first == Award(
        award_key=first.award_key,
        recipient="李老师",
        salutation="老师",
        before="在大赛中成绩突出，被评为",
        award="优秀指导教师",
        issuers=("市科协", "市科技局"),
        source="示科协〔2026〕12号",
        recipient_user_id=teacher.pk,
        after="。特此表彰。",
        heading="荣誉证书",
        fields={"届次": "2026 科技活动周", "作品": "星空", "单位": "市天文馆"},
        unit_id=unit.pk,
    )
    assert (second.recipient, second.before, second.unit_id, second.recipient_user_id) == (
        "市科技馆",
        "在活动周中组织得力，荣获",
        None,
        None,
    )
    assert len({first.award_key, second.award_key}) == 2


def test_same_line_read_twice_has_the_same_key(db):
    keys = [read_recipients(workbook(("李老师", "", "评审专家")), WORDS).awards[0].award_key for _ in range(2)]
    assert keys[0] == keys[1]


def test_every_fault_has_its_cell_and_nothing_is_read(db):
    create_user(name="王老师", phone="13800000001")
    read = read_recipients(
        workbook(
            (None, "", "优秀组织奖"),
            ("市科技馆", "", None),
            ("李\ue863", "", "评审专家"),
            ("长" * 130, "", "评审专家"),
            ("李老师", "", "评审专家", None, None, None, "13800000001"),
            ("张老师", "", "评审专家"),
            ("张老师", "", "评审专家"),
        ),
        WORDS,
    )

    assert read.awards == []
    assert [fault.cell for fault in read.faults] == ["A2", "C3", "A4", "A5", "G6", "A8"]
    messages = {fault.cell: fault.message for fault in read.faults}
    assert "自造字" in messages["A4"]
    assert messages["A5"] == "有 130 个字，最多 120 个字，请缩短。"
    assert messages["G6"].startswith("这个手机号的账号是另一个姓名")
    assert messages["A8"] == "与第 7 行完全相同，请删去重复的一行。"


def test_more_lines_than_a_batch_holds_are_refused(db, monkeypatch):
    monkeypatch.setattr("certificates.spreadsheets.recipients.MOST_ROWS", 1)
    with pytest.raises(WorkbookRefused, match="表中有 2 行，一批最多 1 张"):
        read_recipients(workbook(("甲老师", "", "奖"), ("乙老师", "", "奖")), WORDS)


def test_empty_table_reads_back_its_own_headings(db):
    content = recipients_template()
    sheet = load_workbook(BytesIO(content)).active
    assert tuple(cell.value for cell in sheet[1]) == HEADER


def test_upload_preview_draft(edition, signed_in, organiser, supervisor, now):
    client = signed_in(organiser)
    assert "下载空表模板" in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}template/").status_code == 200

    page = client.post(PAGE, upload(("李老师", "老师", "优秀指导教师")), follow=True).content.decode()
    assert "下一步：核对后拟定批次" in page
    assert "在大赛中成绩突出，被评为优秀指导教师。特此表彰。" in page
    assert not Batch.objects.exists()
    answer = client.post(f"{PAGE}draft/")

    batch = Batch.objects.get()
    assert answer.url == f"/organise/2026/certificates/batches/{batch.pk}/"
    assert (batch.title, batch.source, batch.prefix, batch.layout.code, batch.size) == (
        "优秀指导教师证书",
        "示科协〔2026〕12号",
        "荣誉〔2026〕",
        "classic",
        1,
    )
    assert batch.awards[0]["issuers"] == ["市科协", "市科技局"]
    assert "预览已过期" in client.post(f"{PAGE}draft/", follow=True).content.decode()
    proofed_and_approved(batch, approver=supervisor, now=now)
    client.post(f"/organise/2026/certificates/batches/{batch.pk}/issue/")
    assert batch.certificates.get().serial.startswith("荣誉〔2026〕0001-")


def test_same_workbook_again_issues_nothing_new(edition, signed_in, organiser, supervisor, now):
    client = signed_in(organiser)
    for _ in range(2):
        client.post(PAGE, upload(("李老师", "老师", "优秀指导教师")))
        page = client.post(f"{PAGE}draft/", follow=True).content.decode()
        for batch in Batch.objects.filter(state=Batch.State.DRAFTED):
            proofed_and_approved(batch, approver=supervisor, now=now)
            client.post(f"/organise/2026/certificates/batches/{batch.pk}/issue/")

    assert "没有需要制作的证书：都已签发" in page
    assert Batch.objects.count() == 1


def test_faulty_workbook_is_shown_by_cell_and_handed_back_annotated(edition, signed_in, organiser):
    client = signed_in(organiser)
    page = client.post(PAGE, upload(("李\ue863", "老师", "优秀指导教师")), follow=True).content.decode()
    assert "有 1 处需要改正，没有拟定批次" in page
    assert "<strong>A2</strong>" in page
    assert "市科协\n市科技局" in page

    annotated = load_workbook(BytesIO(client.get(f"{PAGE}annotated/").content))
    assert annotated["Sheet"]["A2"].comment is not None
    assert client.post(f"{PAGE}draft/").url == PAGE
    assert "已放弃这个文件" in client.post(f"{PAGE}discard/", follow=True).content.decode()
    assert "上传的文件已过期" in client.get(f"{PAGE}annotated/", follow=True).content.decode()
    assert not Batch.objects.exists()


def test_words_that_do_not_fit_are_refused_on_the_preview(edition, signed_in, organiser):
    client = signed_in(organiser)
    client.post(PAGE, upload(("李" * 119, "老师", "优秀" * 30, "长" * 200)))
    page = client.post(f"{PAGE}draft/").content.decode()

    assert "还不能签发，一张也没有登记" in page
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("名单.xlsx", b"no workbook", "不是"), ("名单.xlsx", b"", "空")],
)
def test_what_is_no_workbook_is_refused_in_place(edition, signed_in, organiser, name, content, words):
    page = signed_in(organiser).post(PAGE, {**TYPED, "file": SimpleUploadedFile(name, content)}).content.decode()
    assert words in page
    assert not Batch.objects.exists()


def test_recipients_of_another_are_not_found(edition, signed_in, supervisor, stranger):
    for person in (supervisor, stranger):
        client = signed_in(person)
        for act in ("", "template/", "annotated/"):
            assert client.get(PAGE + act).status_code == 404
        for act in ("", "draft/", "discard/"):
            assert client.post(PAGE + act, upload(("李老师", "", "奖"))).status_code == 404
    assert not Batch.objects.exists()
