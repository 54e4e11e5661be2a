"""A batch from a workbook's awards, which needs no result; files in a folder of the test's own."""

import pytest

from certificates.models import Batch
from certificates.services import Award, draft_batch, issue_batch
from certificates.tasks import make_certificate
from tests.certificates.proofed import proofed_and_approved


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def honour(number, recipient="", **words):
    return Award(
        award_key=f"list-{number}",
        recipient=recipient or f"单位{number}",
        salutation="",
        before="在2026年科普讲解大赛中组织得力，荣获",
        award="优秀组织奖",
        issuers=("示范市科学技术协会",),
        source="示科协〔2026〕12号",
        **words,
    )


@pytest.fixture
def draft(edition, organiser, now):
    """Return a function: a batch of these awards, drafted by the organiser."""

    def do(*awards, **values) -> Batch:
        given = {"title": "优秀组织奖证书", "source": "示科协〔2026〕12号", "family": "", "prefix": "荣誉〔2026〕"}
        return draft_batch(
            edition=edition, awards=awards, issued_on=now.date(), actor=organiser, now=now, **{**given, **values}
        )

    return do


@pytest.fixture
def issued(draft, organiser, supervisor, now):
    """Return a function: a batch of these awards issued, its files made unless told."""

    def do(*awards, made=True, **values) -> Batch:
        batch = proofed_and_approved(draft(*awards, **values), approver=supervisor, now=now)
        for row in issue_batch(batch=batch, actor=organiser, now=now):
            if made:
                make_certificate(certificate_id=row.pk)
        batch.refresh_from_db()
        return batch

    return do
