"""Many certificates at once: a ZIP that anybody can check, and one PDF for the printer's shop."""

import hashlib
import shutil
import subprocess
import zipfile
from io import BytesIO

import pytest
from django.conf import settings
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.models import Role, Unit
from accounts.services import grant_role
from certificates.documents.archives import archive_stream, plan_archive
from certificates.documents.batches import batch_of, certificates_of, work_of
from certificates.documents.merging import merge_certificates
from certificates.exceptions import BatchRefused
from certificates.models import Certificate
from certificates.services import Award, issue_certificates
from certificates.tasks import make_certificate

SOURCE = "结果 1 · 定格成绩 No. 1 · 名册 v1"
PEOPLE = ("上官思远", "贺泽怡", "A/B:C")


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def award(key, recipient, source=SOURCE):
    return Award(
        award_key=key,
        recipient=recipient,
        salutation="",
        before="在2026年科普讲解大赛（成年组）中，作品《书名里的《黑洞》》荣获",
        award="一等奖",
        issuers=("示范市科学技术协会",),
        source=source,
    )


@pytest.fixture
def issue(edition, organiser, now):
    def issue_them(*awards, made=True, family=""):
        rows = issue_certificates(
            edition=edition,
            prefix="科普〔2026〕",
            awards=awards,
            issued_on=now.date(),
            actor=organiser,
            now=now,
            family=family,
        )
        for row in rows if made else []:
            make_certificate(certificate_id=row.pk)
            row.refresh_from_db()
        return rows

    return issue_them


@pytest.fixture
def three(issue):
    return issue(*(award(f"result-1:{place:02d}:first", name) for place, name in enumerate(PEOPLE, start=1)))


def packed(edition, now, source="") -> tuple[int, bytes]:
    archive = plan_archive(batch_of(certificates_of(edition, source=source)), title="证书")
    size, pieces = archive_stream(archive, now=now)
    return size, b"".join(pieces)


def listed(content: bytes) -> list[list[tuple[object, ...]]]:
    """The rows below the headings of each sheet of the list."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        workbook = load_workbook(BytesIO(archive.read("目录.xlsx")))
    return [
        [row for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)] for sheet in workbook.worksheets
    ]


def test_zip_names_files_by_number_and_name_and_lists_them(edition, three, now):
    size, content = packed(edition, now)

    assert len(content) == size
    serials = [row.serial for row in three]
    names = [f"{serials[0]} 上官思远.pdf", f"{serials[1]} 贺泽怡.pdf", f"{serials[2]} A－B－C.pdf"]
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["目录.xlsx", "SHA256SUMS.txt", *names]
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        digests = [f"{hashlib.sha256(archive.read(name)).hexdigest()}  {name}" for name in ["目录.xlsx", *names]]
        assert archive.read("SHA256SUMS.txt").decode().splitlines() == digests
        assert [hashlib.sha256(archive.read(name)).hexdigest() for name in names] == [row.file_sha256 for row in three]
    assert listed(content) == [
        [
            (place, serial, person, "一等奖", "书名里的《黑洞》", "已签发", name)
            for place, (serial, person, name) in enumerate(zip(serials, PEOPLE, names, strict=True), start=1)
        ],
        [],
    ]


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum here")
def test_zip_is_checked_by_sha256sum(edition, three, now, tmp_path):
    with zipfile.ZipFile(BytesIO(packed(edition, now)[1])) as archive:
        archive.extractall(tmp_path)
    told = subprocess.run(["sha256sum", "-c", "SHA256SUMS.txt"], cwd=tmp_path, capture_output=True, text=True)
    assert (told.returncode, told.stdout.count(": OK")) == (0, 4)


def test_zip_lists_what_has_no_file_with_the_reason_and_hands_on_nothing_void_or_changed(edition, issue, three, now):
    issue(award("result-1:01:first", "上官思媛"), award("result-1:04:first", "王晓"), made=False)
    (settings.MEDIA_ROOT / three[1].file).unlink()
    (settings.MEDIA_ROOT / three[2].file).write_bytes(b"%PDF- another")

    content = packed(edition, now)[1]

    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.namelist() == ["目录.xlsx", "SHA256SUMS.txt"]
    everything, gaps = listed(content)
    assert [(row[2], row[5], row[6]) for row in everything] == [
        ("上官思远", "已更正", None),
        ("上官思媛", "待制作", None),
        ("贺泽怡", "已签发", None),
        ("A/B:C", "已签发", None),
        ("王晓", "待制作", None),
    ]
    assert [row[2::3] for row in gaps] == [
        ("上官思媛", "待制作"),
        ("贺泽怡", "文件读不到，请联系系统管理员从备份恢复"),
        ("A/B:C", "文件与签发时不一致，请联系系统管理员从备份恢复"),
        ("王晓", "待制作"),
    ]


def test_zip_of_one_source_holds_no_other(edition, issue, three, now):
    issue(award("result-10:01:first", "别的组", source="结果 10 · 定格成绩 No. 2 · 名册 v1"))

    assert [row[2] for row in listed(packed(edition, now, source="结果 1 ·")[1])[0]] == list(PEOPLE)
    assert len(listed(packed(edition, now)[1])[0]) == 4


def test_work_of_a_certificate_without_one_is_empty(issue):
    (row,) = issue(Award("a", "王晓", "", "在大赛中荣获", "优秀指导教师", ("市科协",), SOURCE), made=False)

    assert work_of(row) == ""


def test_merged_pdf_has_a_page_each_in_the_rosters_order_after_a_correction_too(edition, issue, three):
    issue(award("result-1:01:first", "上官思媛"), family="result-1:01")

    with merge_certificates(batch_of(certificates_of(edition)), title="证书") as merged:
        pages = ["".join(page.extract_text().split()) for page in PdfReader(merged).pages]

    assert [next(name for name in ("上官思媛", "贺泽怡", "A/B:C") if name in page) for page in pages] == [
        "上官思媛",
        "贺泽怡",
        "A/B:C",
    ]
    assert len(pages) == Certificate.objects.filter(state=Certificate.State.ISSUED).count()


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed: apt-get install qpdf")
def test_merged_pdf_is_clean_for_qpdf(edition, three, tmp_path):
    path = tmp_path / "merged.pdf"
    with merge_certificates(batch_of(certificates_of(edition)), title="证书") as merged:
        path.write_bytes(merged.read())
    told = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert (told.returncode, "WARNING" in told.stdout + told.stderr) == (0, False)
    pages = subprocess.run(["qpdf", "--show-npages", path], capture_output=True, text=True, check=True)
    assert pages.stdout.strip() == "3"


def test_merged_pdf_is_refused_while_one_is_missing(edition, issue, three):
    (late,) = issue(award("result-1:04:first", "王晓"), made=False)

    with pytest.raises(BatchRefused) as refused:
        merge_certificates(batch_of(certificates_of(edition)), title="证书")
    assert refused.value.message == f"还不能合并，有 1 张没有文件：{late.serial}（待制作）。补齐之后再下载。"


def test_merged_pdf_of_nothing_is_refused(edition):
    with pytest.raises(BatchRefused, match="没有可以合并的证书。"):
        merge_certificates(batch_of(certificates_of(edition)), title="证书")


def test_organiser_downloads_both_from_the_page(edition, three, signed_in, organiser):
    client = signed_in(organiser)
    page = client.get("/organise/2026/certificates/", {"source": "结果 1 ·"}).content.decode()
    query = "?source=%E7%BB%93%E6%9E%9C%201%20%C2%B7"
    assert f"/organise/2026/certificates/zip/{query}" in page
    assert f"/organise/2026/certificates/pdf/{query}" in page

    answer = client.get("/organise/2026/certificates/zip/", {"source": "结果 1 ·"})
    content = answer.getvalue()
    assert (answer.headers["Content-Type"], answer.headers["Content-Length"]) == ("application/zip", str(len(content)))
    assert len(zipfile.ZipFile(BytesIO(content)).namelist()) == 5
    answer = client.get("/organise/2026/certificates/pdf/")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert len(PdfReader(BytesIO(answer.getvalue())).pages) == 3


@pytest.mark.parametrize("form", ["zip", "pdf"])
def test_organiser_is_told_why_there_is_no_download(edition, signed_in, organiser, form):
    answer = signed_in(organiser).get(f"/organise/2026/certificates/{form}/", {"source": "结果 9 ·"}, follow=True)

    assert answer.redirect_chain == [("/organise/2026/certificates/?source=%E7%BB%93%E6%9E%9C+9+%C2%B7", 302)]
    assert ("没有可以合并的证书。" if form == "pdf" else "还没有已签发的证书可以下载。") in answer.content.decode()


@pytest.mark.parametrize("form", ["zip", "pdf"])
@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.CLERK, Role.JUDGE])
def test_batches_of_other_roles_are_not_found(edition, three, signed_in, make_person, role, form):
    other = make_person("别人", role, email="other@example.com")

    assert signed_in(other).get(f"/organise/2026/certificates/{form}/").status_code == 404


@pytest.mark.parametrize("form", ["zip", "pdf"])
def test_batches_of_a_recipient_and_a_coordinator_are_not_found(edition, three, signed_in, stranger, now, form):
    unit = Unit.objects.create(name="市天文馆")
    grant_role(user=stranger, edition=edition, role=Role.COORDINATOR, unit=unit, actor=None, now=now)
    Certificate.objects.update(recipient_user=stranger)

    assert signed_in(stranger).get(f"/organise/2026/certificates/{form}/").status_code == 404


@pytest.mark.parametrize("form", ["zip", "pdf"])
@pytest.mark.parametrize("rows", [1, 3])
def test_batches_query_count(edition, issue, organiser, signed_in, form, rows, django_assert_num_queries):
    issue(*(award(f"k{place}", f"选手{place}") for place in range(rows)))
    client = signed_in(organiser)

    with django_assert_num_queries(5):
        client.get(f"/organise/2026/certificates/{form}/").getvalue()
