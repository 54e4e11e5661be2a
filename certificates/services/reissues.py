"""补发: one certificate again, with its reason; it goes through proof and approval like every other."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from certificates.engine.layout_reading import parse_layout
from certificates.engine.preflight import stops
from certificates.engine.shipped import DEFAULT
from certificates.exceptions import CertificateRefused, IssuingBlocked
from certificates.models import Batch, Certificate
from certificates.rendering import check_texts
from certificates.services.awards import Award
from certificates.services.batches import create_batch
from certificates.services.issuing import lock_series
from certificates.services.layouts import adopt_layout

FROM_LISTS = "list-"  # how the keys of certificates from workbooks begin: their words are the office's own
CHANGEABLE = ("recipient", "salutation", "before", "award")


@transaction.atomic
def draft_reissue(
    *, certificate: Certificate, reason: str, actor: User, now: datetime, words: Mapping[str, str] | None = None
) -> Batch:
    """A batch of one that replaces a certificate, in the same layout and with the same date.

    `words` corrects what it says (CHANGEABLE), of a certificate from a workbook only: what a roster honours is
    corrected in the roster, and the next batch of its result replaces what changed. Refuses (CertificateRefused) an
    empty reason, a superseded certificate, and one for which a reissue is on its way; (IssuingBlocked) words that the
    layout cannot print.
    """
    locked = (
        Certificate.objects.select_for_update(of=("self",), no_key=True)
        .select_related("series__edition", "layout", "batch")
        .get(pk=certificate.pk)
    )
    _refuse(locked, reason, dict(words or {}))
    edition, prefix = locked.series.edition, locked.series.prefix
    layout = locked.layout or adopt_layout(edition=edition, code=DEFAULT, actor=actor, now=now)
    award = _award(locked, dict(words or {}))
    [findings] = check_texts(
        parse_layout(layout.document), [award.text()], serial=f"{prefix}0000-0", day=locked.issued_on
    )
    if stopped := stops(findings):
        sentences = "".join(f"\n· {finding.message}" for finding in stopped)
        raise IssuingBlocked(f"还不能补发：{sentences}", [(award.recipient, each.message) for each in stopped])
    lock_series(edition, prefix)
    return create_batch(
        edition=edition,
        title=f"补发 {locked.serial}",
        source=locked.source,
        family="",
        prefix=prefix,
        layout=layout,
        issued_on=locked.issued_on,
        awards=[award.document()],
        supersedes=[] if locked.state == Certificate.State.REVOKED else [locked.serial],
        reason=reason.strip()[:200],
        drafted_by=actor,
        drafted_at=now,
    )


def _refuse(certificate: Certificate, reason: str, words: Mapping[str, str]) -> None:
    if not reason.strip():
        raise CertificateRefused("请写明补发的原因，查验旧证书时会公开显示。")
    if certificate.state == Certificate.State.SUPERSEDED:
        raise CertificateRefused(f"证书 {certificate.serial} 已由新证书替代，请补发新的那一张。")
    if certificate.state == Certificate.State.REVOKED and _has_valid(certificate):
        raise CertificateRefused(f"证书 {certificate.serial} 撤销之后已经补发过。")
    changed = {name for name, text in words.items() if text != certificate.text[name]}
    if changed and not certificate.award_key.startswith(FROM_LISTS):
        raise CertificateRefused("这张证书依据获奖名册：请先更正名册并公布，再从结果页拟定，只会重做变了的证书。")
    if not changed.issubset(CHANGEABLE) or not all(words.get(name, "x").strip() for name in ("recipient", "award")):
        raise CertificateRefused("获奖人和奖项不能为空。")
    reissues = Batch.objects.filter(edition=certificate.series.edition, state__in=Batch.OPEN).exclude(reason="")
    if any(award["award_key"] == certificate.award_key for batch in reissues for award in batch.awards):
        raise CertificateRefused(f"证书 {certificate.serial} 已有一批补发没有签发，请先签发或作废那一批。")


def _has_valid(certificate: Certificate) -> bool:
    same = Certificate.objects.filter(award_key=certificate.award_key)
    return same.exclude(state__in=Certificate.VOID).exists()


def _award(certificate: Certificate, words: Mapping[str, str]) -> Award:
    text = {**certificate.text, **{name: " ".join(value.split()) for name, value in words.items()}}
    return Award(
        award_key=certificate.award_key,
        recipient=text["recipient"],
        salutation=text["salutation"],
        before=text["before"],
        award=text["award"],
        issuers=tuple(text["issuers"]),
        source=certificate.source,
        recipient_user_id=certificate.recipient_user_id,
        after=text["after"],
        heading=text["heading"],
        fields=text.get("fields", {}),
        unit_id=certificate.unit_id,
    )
