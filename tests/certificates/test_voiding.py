"""One certificate revoked or issued again, for a reason; who is told of it, and how often."""

import pytest
from django.urls import reverse

from accounts.models import Role
from certificates.exceptions import CertificateRefused, IssuingBlocked
from certificates.models import Batch, Certificate
from certificates.services import (
    claim_certificates,
    draft_reissue,
    fail_certificate,
    hand_over_certificates,
    issue_batch,
    retry_certificate,
)
from certificates.services import revoke_certificate as revoke
from certificates.tasks import make_certificate
from ledger.models import Event
from outbox.models import Message
from tests.certificates.conftest import honour
from tests.certificates.proofed import proofed_and_approved


@pytest.fixture
def winner(make_person):
    return make_person("上官思远", email="winner@example.com")


@pytest.fixture
def certificate(issued, winner):
    return issued(honour(1, "上官思远", recipient_user_id=winner.pk), honour(2)).certificates.get(place=1)


def act(certificate, name=""):
    return reverse(f"organise_certificate{name}", args=["2026", certificate.pk])


def test_revoked_for_itself_is_void_for_good(certificate, draft, organiser, client, now):
    revoke(certificate=certificate, reason="作品抄袭", actor=organiser, now=now)

    certificate.refresh_from_db()
    assert (certificate.state, certificate.void_reason) == (Certificate.State.REVOKED, "作品抄袭")
    assert Event.objects.get(kind="certificates_revoked").payload == f'{{"serials":["{certificate.serial}"]}}'
    page = client.get(f"/v/{certificate.token}/").content.decode()
    assert "已撤销" in page
    assert "作品抄袭" in page
    assert [row["recipient"] for row in draft(honour(1, "上官思远"), honour(2), honour(3)).awards] == ["单位3"]


def test_revoking_takes_a_reason_and_is_done_once(certificate, organiser, now):
    with pytest.raises(CertificateRefused, match="请写明撤销的原因"):
        revoke(certificate=certificate, reason=" ", actor=organiser, now=now)
    revoke(certificate=certificate, reason="作品抄袭", actor=organiser, now=now)
    with pytest.raises(CertificateRefused, match="已撤销，不能再撤销"):
        revoke(certificate=certificate, reason="再来", actor=organiser, now=now)


def test_reissue_replaces_one_after_proof_and_approval_and_leaves_the_other(certificate, organiser, supervisor, now):
    other = Certificate.objects.get(place=2)
    batch = draft_reissue(certificate=certificate, reason="原件遗失", actor=organiser, now=now)
    assert (batch.size, batch.supersedes, batch.layout_id) == (1, [certificate.serial], certificate.layout_id)
    proofed_and_approved(batch, approver=supervisor, now=now)
    certificate.refresh_from_db()
    assert certificate.state == Certificate.State.ISSUED

    (fresh,) = issue_batch(batch=batch, actor=organiser, now=now)
    make_certificate(certificate_id=fresh.pk)

    certificate.refresh_from_db()
    fresh.refresh_from_db()
    assert (certificate.state, certificate.void_reason) == ("superseded", "补发：原件遗失，已由新证书替代")
    assert (fresh.number, fresh.text, fresh.issued_on, fresh.state) == (
        3,
        certificate.text,
        certificate.issued_on,
        "issued",
    )
    assert Certificate.objects.get(pk=other.pk).file_sha256 == other.file_sha256


def test_reissue_of_a_certificate_from_a_workbook_may_correct_its_words(certificate, organiser, supervisor, now):
    words = {"recipient": "上官思媛", "award": "优秀组织奖"}
    batch = draft_reissue(certificate=certificate, reason="姓名有误", words=words, actor=organiser, now=now)
    proofed_and_approved(batch, approver=supervisor, now=now)
    (fresh,) = issue_batch(batch=batch, actor=organiser, now=now)

    assert (fresh.text["recipient"], fresh.award_key) == ("上官思媛", certificate.award_key)


def test_reissue_refuses_what_must_not_be(certificate, organiser, now):
    with pytest.raises(CertificateRefused, match="请写明补发的原因"):
        draft_reissue(certificate=certificate, reason="", actor=organiser, now=now)
    with pytest.raises(IssuingBlocked, match="标准字是“䶮”"):
        draft_reissue(certificate=certificate, reason="改", words={"recipient": "王\ue863"}, actor=organiser, now=now)
    with pytest.raises(CertificateRefused, match="获奖人和奖项不能为空"):
        draft_reissue(certificate=certificate, reason="改", words={"recipient": " "}, actor=organiser, now=now)
    draft_reissue(certificate=certificate, reason="原件遗失", actor=organiser, now=now)
    with pytest.raises(CertificateRefused, match="已有一批补发没有签发"):
        draft_reissue(certificate=certificate, reason="原件遗失", actor=organiser, now=now)
    Certificate.objects.filter(pk=certificate.pk).update(award_key="result-1:01:gold")
    with pytest.raises(CertificateRefused, match="请先更正名册"):
        draft_reissue(certificate=certificate, reason="改", words={"recipient": "别人"}, actor=organiser, now=now)
    Certificate.objects.filter(pk=certificate.pk).update(state="superseded", voided_at=now)
    with pytest.raises(CertificateRefused, match="请补发新的那一张"):
        draft_reissue(certificate=certificate, reason="改", actor=organiser, now=now)


def test_reissue_of_one_corrected_meanwhile_is_not_issued(certificate, organiser, supervisor, now):
    batch = draft_reissue(certificate=certificate, reason="原件遗失", actor=organiser, now=now)
    proofed_and_approved(batch, approver=supervisor, now=now)
    Certificate.objects.filter(pk=certificate.pk).update(state="superseded", voided_at=now)
    fresh = Certificate.objects.get(pk=certificate.pk)
    fresh.pk, fresh.number, fresh.serial, fresh.token, fresh.state, fresh.voided_at = None, 9, "x", "y", "owed", None
    fresh.save()

    with pytest.raises(Exception, match="要补发的证书在校样之后已被更正"):
        issue_batch(batch=batch, actor=organiser, now=now)


def test_a_revoked_certificate_can_be_issued_again_with_a_reason_once(certificate, organiser, supervisor, now):
    revoke(certificate=certificate, reason="误撤", actor=organiser, now=now)
    certificate.refresh_from_db()
    batch = draft_reissue(certificate=certificate, reason="撤销有误", actor=organiser, now=now)
    proofed_and_approved(batch, approver=supervisor, now=now)
    (fresh,) = issue_batch(batch=batch, actor=organiser, now=now)

    certificate.refresh_from_db()
    assert (certificate.state, fresh.state) == ("revoked", "owed")
    with pytest.raises(CertificateRefused, match="已经补发过"):
        draft_reissue(certificate=certificate, reason="又", actor=organiser, now=now)


def test_recipient_is_told_once_though_the_file_is_made_again(certificate, winner, organiser, now):
    assert [(one.subject, one.link) for one in Message.objects.filter(recipient=winner, channel="in_app")] == [
        ("荣誉证书已签发", "/my/certificates/")
    ]
    assert certificate.serial in Message.objects.get(recipient=winner, channel="in_app").body

    Certificate.objects.filter(pk=certificate.pk).update(state="owed", attempts=0)
    (row,) = claim_certificates(certificate_ids=[certificate.pk], now=now)
    fail_certificate(certificate=row, reason="磁盘满", parks=True)
    retry_certificate(certificate=row)
    make_certificate(certificate_id=certificate.pk)

    assert Message.objects.filter(recipient=winner, channel="in_app").count() == 1


def test_recipient_gets_a_mail_where_mail_is_set_up(issued, winner, settings):
    settings.EMAIL_HOST = "mail.example.com"
    issued(honour(1, "上官思远", recipient_user_id=winner.pk))

    assert sorted(Message.objects.filter(recipient=winner).values_list("channel", flat=True)) == ["in_app", "mail"]


def test_recipient_is_told_of_a_revocation(certificate, winner, organiser, now):
    revoke(certificate=certificate, reason="作品抄袭", actor=organiser, now=now)

    last = Message.objects.filter(recipient=winner).order_by("pk").last()
    assert last.subject == "证书已撤销"
    assert "原因：作品抄袭" in last.body


def test_page_of_one_revokes_and_drafts_a_reissue(certificate, signed_in, organiser):
    client = signed_in(organiser)
    page = client.get(act(certificate)).content.decode()
    assert "上官思远" in page
    assert 'name="recipient"' in page
    assert "请写明补发的原因" in client.post(act(certificate, "_reissue"), {"recipient": "x"}).content.decode()
    words = {"recipient": "上官思远", "salutation": "", "before": "荣获", "award": "优秀组织奖"}
    answer = client.post(act(certificate, "_reissue"), {**words, "reason": "原件遗失"})
    batch = Batch.objects.order_by("pk").last()
    assert answer.url == reverse("organise_certificate_batch", args=["2026", batch.pk])
    assert "已有一批补发" in client.post(act(certificate, "_reissue"), {**words, "reason": "又"}).content.decode()

    assert "请写明原因" in client.post(act(certificate, "_revoke"), {"revoke-reason": ""}).content.decode()
    page = client.post(act(certificate, "_revoke"), {"revoke-reason": "作品抄袭"}, follow=True).content.decode()
    assert "已失效：</strong>作品抄袭" in page


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.CLERK])
def test_page_of_one_is_not_there_for_others(certificate, signed_in, make_person, winner, role):
    for person in (winner, make_person("别人", role, email="other@example.com")):
        client = signed_in(person)
        assert client.get(act(certificate)).status_code == 404
        for name in ("_revoke", "_reissue"):
            assert client.post(act(certificate, name), {"reason": "x", "revoke-reason": "x"}).status_code == 404
    certificate.refresh_from_db()
    assert certificate.state == Certificate.State.ISSUED


def test_an_account_opened_later_is_told_when_it_gets_its_certificate_once(issued, winner, now):
    row = issued(honour(1, "上官思远")).certificates.get()
    award = honour(1, "上官思远", recipient_user_id=winner.pk)

    assert [hand_over_certificates(awards=[award], family="", now=now) for _ in range(2)] == [1, 0]

    row.refresh_from_db()
    assert (row.recipient_user, row.told_at) == (winner, now)
    assert Message.objects.filter(recipient=winner, channel="in_app").count() == 1
