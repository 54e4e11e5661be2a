"""Certificates that are valid no more: superseded by a corrected one, or revoked; both keep number and reason."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from certificates.exceptions import CertificateRefused
from certificates.models import Certificate
from core.models import Edition
from ledger.services import record_event
from outbox.services import Letter, send_letters


@transaction.atomic
def revoke_certificates(*, edition: Edition, family: str, reason: str, actor: User, now: datetime) -> int:
    """Declare every valid certificate of a family void, e.g. when its result is withdrawn; return how many."""
    valid = Certificate.objects.exclude(state__in=Certificate.VOID).select_related("recipient_user")
    rows = list(valid.filter(series__edition=edition, award_key__startswith=family).order_by("pk"))
    if not rows:
        return 0
    void_certificates(rows, state=Certificate.State.REVOKED, reason=reason, now=now)
    _tell(edition, rows, reason, now)
    payload = {"serials": [row.serial for row in rows]}
    record_event(edition=edition, kind="certificates_revoked", actor=actor, payload=payload, now=now)
    return len(rows)


@transaction.atomic
def revoke_certificate(*, certificate: Certificate, reason: str, actor: User, now: datetime) -> None:
    """Declare one certificate void for itself; no later batch makes it again by itself, a reissue with a reason does.

    Refuses (CertificateRefused) an empty reason and a certificate that is void already.
    """
    if not reason.strip():
        raise CertificateRefused("请写明撤销的原因，查验时会公开显示。")
    locked = (
        Certificate.objects.select_for_update(of=("self",), no_key=True)
        .select_related("series__edition", "recipient_user")
        .get(pk=certificate.pk)
    )
    if locked.state in Certificate.VOID:
        raise CertificateRefused(f"证书 {locked.serial} {locked.get_state_display()}，不能再撤销。")
    void_certificates([locked], state=Certificate.State.REVOKED, reason=reason.strip(), now=now, bars=True)
    _tell(locked.series.edition, [locked], reason.strip(), now)
    payload = {"serials": [locked.serial]}
    record_event(edition=locked.series.edition, kind="certificates_revoked", actor=actor, payload=payload, now=now)


def void_certificates(
    certificates: Sequence[Certificate], *, state: Certificate.State, reason: str, now: datetime, bars: bool = False
) -> None:
    """Mark rows superseded or revoked, inside the caller's transaction, who records the event."""
    Certificate.objects.filter(pk__in=[row.pk for row in certificates]).update(
        state=state, voided_at=now, void_reason=reason[:300], lease_until=None, is_barred=bars
    )


def _tell(edition: Edition, certificates: Sequence[Certificate], reason: str, now: datetime) -> None:
    """Whoever was told that a certificate is there is told that it is void."""
    link = reverse("my_certificates")
    letters = [
        Letter(row.recipient_user, {"编号": row.serial, "奖项": row.text["award"], "原因": reason}, link)
        for row in certificates
        if row.recipient_user is not None and row.told_at is not None
    ]
    send_letters(edition=edition, code="certificate_revoked", letters=letters, now=now)
