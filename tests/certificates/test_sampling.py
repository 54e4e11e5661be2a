"""The third line of preflight: what was made is read back on a sample, and parked where it does not say its row."""

import pytest
from django.conf import settings

from certificates.documents.sampling import is_sampled, sample_faults
from certificates.engine.shipped import CODES
from certificates.models import Batch, Certificate
from certificates.rendering.codes import printed_code
from certificates.tasks import check_url, make_certificate
from tests.certificates.conftest import honour

TWELVE = "王䶮、㛃小溪、赵𬭎、𫖯仰之、买买提·吐尔逊、欧阳一鸣、上官思远、贺泽怡、爱新觉罗·启功、李四、王二、诸葛明"


@pytest.mark.parametrize(
    ("size", "places"), [(1, [1]), (2, [1, 2]), (5, [1, 3, 5]), (120, [1, 50, 60, 100, 120]), (0, [])]
)
def test_first_last_and_every_fiftieth_are_looked_at_at_least_three(size, places):
    batch = Batch(size=size)
    rows = [Certificate(batch=batch, place=place) for place in range(1, size + 1)]

    assert [row.place for row in rows if is_sampled(row)] == places
    assert not is_sampled(Certificate())


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("recipient", ["王", "#panic()*王*{姓名}", TWELVE])
def test_every_layout_is_read_back_as_it_was_meant(issued, code, recipient):
    batch = issued(honour(1, recipient, fields={"指导教师": "李老师、王老师", "作品": "星空 的秘密"}), layout=code)

    row = batch.certificates.select_related("batch", "layout").get()
    assert (row.state, row.last_error) == ("issued", "")
    assert sample_faults(row, file=row.file, check_url=check_url(row)) == []


def test_a_file_that_says_something_else_is_parked_with_the_reason(issued, monkeypatch):
    batch = issued(honour(1), honour(2), made=False)
    first, second = batch.certificates.order_by("place")
    make_certificate(certificate_id=second.pk)
    second.refresh_from_db()
    wrong = (settings.MEDIA_ROOT / second.file).read_bytes()
    monkeypatch.setattr("certificates.services.making.render_certificate", lambda *args, **values: wrong)

    make_certificate(certificate_id=first.pk)

    first.refresh_from_db()
    assert (first.state, first.attempts) == (Certificate.State.PARKED, 1)
    assert first.last_error.startswith("抽查不符：“")
    assert "应印“单位1" in first.last_error


def test_a_code_that_leads_elsewhere_is_found(issued, monkeypatch):
    row = issued(honour(1)).certificates.select_related("batch", "layout").get()
    other = "http://127.0.0.1:8000/v/another/"
    monkeypatch.setattr(
        "certificates.documents.sampling.printed_code", lambda design, check_url: printed_code(design, check_url=other)
    )

    assert sample_faults(row, file=row.file, check_url=check_url(row)) == ["二维码读出来不是这张证书的查验地址"]
