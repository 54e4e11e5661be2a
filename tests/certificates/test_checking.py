"""What the public is told: by number and name, and by an uploaded file."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader, PdfWriter

from accounts.exceptions import TooManyAttempts
from accounts.models import FailedCode
from accounts.selectors import FAILURE_LIMIT, too_many_failures
from certificates.documents.checking import FileAnswer, Origin, check_certificate_file, look_up_certificate
from certificates.models import Certificate
from certificates.services import Award, issue_certificates, revoke_certificates
from certificates.tasks import make_certificate
from core.files import FileRefused
from tests.core.samples import jpeg, pdf

CSRF = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def two(edition, organiser, now):
    awards = [
        Award(key, name, "同志", "在2026年科普讲解大赛中荣获", "金奖", ("市科协",), "结果 1 · 名册 v1")
        for key, name in (("a", "上官思远"), ("b", "贺泽怡"))
    ]
    rows = issue_certificates(
        edition=edition, prefix="科普〔2026〕", awards=awards, issued_on=date(2026, 11, 20), actor=organiser, now=now
    )
    for row in rows:
        make_certificate(certificate_id=row.pk)
        row.refresh_from_db()
    return rows


def content_of(certificate) -> bytes:
    return (settings.MEDIA_ROOT / certificate.file).read_bytes()


def resaved(content: bytes) -> bytes:
    """The same page, as another program saves it."""
    writer, out = PdfWriter(clone_from=PdfReader(BytesIO(content))), BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.fixture
def check(now):
    def check_it(content, name="证书.pdf", at=now):
        file = SimpleUploadedFile(name, content)
        return check_certificate_file(file=file, name=name, address="10.0.0.1", now=at)

    return check_it


@pytest.fixture
def upload(client):
    def upload_it(content, name="证书.pdf"):
        return client.post("/certificates/check/file/", {"file": SimpleUploadedFile(name, content)})

    return upload_it


def test_original_file_is_known_byte_for_byte(check, two):
    assert check(content_of(two[1])) == FileAnswer(Origin.ORIGINAL, two[1])
    assert not FailedCode.objects.exists()


def test_one_byte_more_is_no_original_and_says_which_it_claims_to_be(check, two):
    assert check(content_of(two[1]) + b"\n") == FileAnswer(Origin.CLAIMS, two[1])
    assert check(resaved(content_of(two[0]))) == FileAnswer(Origin.CLAIMS, two[0])


def test_number_of_another_and_a_number_never_given_get_the_same_answer(check, two):
    content = content_of(two[0])
    Certificate.objects.filter(pk=two[0].pk).update(text={**two[0].text, "recipient": "王二"})
    other = check(content + b"\n")
    Certificate.objects.filter(pk=two[0].pk).update(serial="科普〔2026〕9999-9")
    assert other == check(content + b"\n") == FileAnswer(Origin.MISMATCH, serial=two[0].serial)


def test_file_of_other_origin_is_not_ours(check, two):
    assert check(pdf()) == FileAnswer(Origin.FOREIGN)
    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    assert check(out.getvalue()) == FileAnswer(Origin.FOREIGN)


def test_locked_file_is_not_ours_and_does_not_break_the_page(check, two):
    writer, out = PdfWriter(clone_from=PdfReader(BytesIO(content_of(two[0])))), BytesIO()
    writer.encrypt("secret", algorithm="AES-256")
    writer.write(out)
    assert check(out.getvalue()) == FileAnswer(Origin.FOREIGN)


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty"), (jpeg(), "wrong_kind"), (b"%PDF-1.7 cut", "damaged"), (b"%PDF-" + b"0" * 5242880, "too_large")],
)
def test_what_is_no_whole_pdf_is_refused(check, two, content, code):
    with pytest.raises(FileRefused) as refused:
        check(content)
    assert refused.value.code == code


def test_file_check_keeps_nothing(upload, two):
    before = sorted(settings.MEDIA_ROOT.rglob("*"))
    upload(content_of(two[0]) + b"\n")
    assert sorted(settings.MEDIA_ROOT.rglob("*")) == before


def test_page_of_an_original_says_so_with_masked_name(upload, two):
    page = upload(content_of(two[0])).content.decode()

    assert "就是本系统签发的原件" in page
    assert '<span class="pill ok">有效</span>' in page
    assert two[0].serial in page
    assert "上官思远" not in page


def test_page_of_an_original_that_was_revoked_says_why(upload, two, edition, organiser, now):
    content = content_of(two[0])
    revoke_certificates(edition=edition, family="a", reason="结果已撤回：录入有误", actor=organiser, now=now)

    page = upload(content).content.decode()

    assert "就是本系统签发的原件" in page
    assert "已撤销" in page
    assert "结果已撤回：录入有误" in page
    assert "有效</span>" not in page


def test_page_of_a_changed_file_says_that_it_is_no_original(upload, two):
    page = upload(content_of(two[0]) + b"\n").content.decode()

    assert "不是原件。" in page
    assert two[0].serial in page
    assert "上官思远" not in page


@pytest.mark.parametrize(("content", "words"), [(pdf(), "不是本系统签发的文件"), (jpeg(), "的内容是JPG 图片")])
def test_page_of_another_file_says_what_is_wrong(upload, two, content, words):
    assert words in upload(content).content.decode()


def test_page_without_a_file_asks_for_one(client, two):
    assert "请先选择文件，再查验。" in client.post("/certificates/check/file/").content.decode()


def test_page_of_a_file_above_the_installations_limit_says_so(upload, two, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    assert "这里最大收 5 MB" in upload(b"%PDF-" + b"0" * 70000).content.decode()


def test_check_by_wrong_name_or_wrong_number_answers_the_same(client, two):
    wrong_name = client.post("/certificates/check/", {"serial": two[0].serial, "name": "王二"}).content.decode()
    wrong_number = client.post(
        "/certificates/check/", {"serial": "科普〔2026〕9999-0", "name": "王二"}
    ).content.decode()

    assert "没有查到" in wrong_name
    assert CSRF.sub("", wrong_name).replace(two[0].serial, "科普〔2026〕9999-0") == CSRF.sub("", wrong_number)


def test_wrong_name_and_wrong_number_cost_the_same_queries(two, now, django_assert_num_queries):
    for serial in (two[0].serial, "科普〔2026〕9999-0"):
        with django_assert_num_queries(4):
            assert look_up_certificate(serial=serial, name="王二", address="10.0.0.1", now=now) is None


def test_guessing_is_refused_by_either_way_and_does_not_lock_anybody_out(client, upload, check, two, now):
    for _ in range(FAILURE_LIMIT):
        look_up_certificate(serial=two[0].serial, name="王二", address="10.0.0.1", now=now)

    right = {"serial": two[0].serial, "name": "上官思远", "address": "10.0.0.1"}
    with pytest.raises(TooManyAttempts):
        look_up_certificate(**right, now=now)
    with pytest.raises(TooManyAttempts):
        check(content_of(two[0]))
    assert not too_many_failures(address="10.0.0.1", now=now)
    assert look_up_certificate(**{**right, "address": "10.0.0.2"}, now=now) == two[0]
    assert look_up_certificate(**right, now=now + timedelta(minutes=16)) == two[0]


def test_page_of_an_address_that_guesses_says_so(client, upload, two):
    wrong = {"serial": two[0].serial, "name": "王二"}
    for _ in range(FAILURE_LIMIT):
        client.post("/certificates/check/", wrong)

    for answer in (client.post("/certificates/check/", wrong), upload(content_of(two[0]))):
        assert (answer.status_code, "没有查到的次数过多" in answer.content.decode()) == (429, True)


def test_asking_by_get_finds_nothing_and_counts_nothing(client, two):
    page = client.get("/certificates/check/", {"serial": two[0].serial, "name": "上官思远"}).content.decode()

    assert "有效" not in page
    assert not FailedCode.objects.exists()
