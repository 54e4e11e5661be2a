"""Issuing certificates: rows first, files by Celery (design §10). The row is the truth, the queue a hint."""

import hashlib
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from accounts.models import User
from certificates.engine.shipped import DEFAULT
from certificates.models import Certificate, Layout, Series
from certificates.rendering import render_certificate
from certificates.services.layouts import adopt_layout, refuse_what_cannot_be_printed
from core.models import Edition
from core.tasks import enqueue
from ledger.services import record_event

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
CHECK_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY"


@dataclass(frozen=True)
class Award:
    """What one certificate says, as plain values from a roster. `award_key` makes issuing twice the same as once."""

    award_key: str
    recipient: str
    salutation: str
    before: str
    award: str
    issuers: tuple[str, ...]
    source: str
    recipient_user_id: int | None = None
    after: str = "。特发此证，以资鼓励。"
    heading: str = "荣誉证书"
    # Further words that a layout may ask for: 作品, 届次, 比赛, 组别, 单位, 作者, 指导教师.
    fields: Mapping[str, str] = field(default_factory=dict)

    def text(self) -> dict[str, object]:
        """Every word that may be printed, apart from number, date and code."""
        fields = {"fields": dict(self.fields)} if self.fields else {}
        return {
            **fields,
            "heading": self.heading,
            "recipient": self.recipient,
            "salutation": self.salutation,
            "before": self.before,
            "award": self.award,
            "after": self.after,
            "issuers": list(self.issuers),
        }


def issue_certificates(
    *,
    edition: Edition,
    prefix: str,
    awards: Sequence[Award],
    issued_on: date,
    actor: User,
    now: datetime,
    family: str = "",
    layout: str = DEFAULT,
) -> list[Certificate]:
    """Make the rows of certificates that are not there yet, numbered without gaps, and enqueue their files.

    Idempotent: a certificate of the same `award_key` with the same words is returned as it is. One whose words have
    changed, and one of `family` (the common beginning of keys) that is no award any more, is superseded: it keeps its
    number and says so when it is checked. The caller has authorised the act and checked that nothing stands in its way.
    `layout` is the code of the layout, in its newest version, of those that are made now; the others keep theirs.
    Refuses (IssuingBlocked, before a row is made) words that this layout cannot print as they are.
    """
    texts = [award.text() for award in _not_yet_made(awards)]
    refuse_what_cannot_be_printed(edition=edition, code=layout, texts=texts, prefix=prefix, issued_on=issued_on)
    with transaction.atomic():
        chosen = adopt_layout(edition=edition, code=layout, actor=actor, now=now)
        return _issue(edition, prefix, awards, issued_on, actor, now, family, chosen)


def _not_yet_made(awards: Sequence[Award]) -> list[Award]:
    valid = Certificate.objects.exclude(state__in=Certificate.VOID)
    known = {row.award_key: row for row in valid.filter(award_key__in=[award.award_key for award in awards])}
    return [award for award in awards if award.award_key not in known or not _says(known[award.award_key], award)]


def _issue(
    edition: Edition,
    prefix: str,
    awards: Sequence[Award],
    issued_on: date,
    actor: User,
    now: datetime,
    family: str,
    layout: Layout,
) -> list[Certificate]:
    Series.objects.get_or_create(edition=edition, prefix=prefix)
    series = Series.objects.select_for_update(no_key=True).get(edition=edition, prefix=prefix)
    wanted = {award.award_key: award for award in awards}
    valid = Certificate.objects.exclude(state__in=Certificate.VOID)
    known = list(valid.filter(award_key__in=wanted))
    known += valid.filter(award_key__startswith=family).exclude(award_key__in=wanted) if family else []
    kept = {row.award_key: row for row in known if _says(row, wanted.get(row.award_key))}
    _hand_over(kept, wanted)
    outdated = [row for row in known if row.award_key not in kept]
    _void(outdated, state=Certificate.State.SUPERSEDED, reason="获奖名册更正，已由新证书替代", now=now)
    fresh = [award for award in awards if award.award_key not in kept]
    rows = [
        _new_certificate(series, series.last_number + index, award, issued_on, actor, now, layout)
        for index, award in enumerate(fresh, start=1)
    ]
    made = Certificate.objects.bulk_create(rows)
    if made or outdated:
        series.last_number += len(made)
        series.save(update_fields=["last_number"])
        payload = {
            "series": series.pk,
            "made": [row.number for row in made],
            "superseded": [row.serial for row in outdated],
            "layout": layout.code,
            "version": layout.version,
        }
        record_event(edition=edition, kind="certificates_ordered", actor=actor, payload=payload, now=now)
    for row in made:
        enqueue("certificates.tasks.make_certificate", certificate_id=row.pk)
    kept.update({row.award_key: row for row in made})
    return [kept[award.award_key] for award in awards]


@transaction.atomic
def revoke_certificates(*, edition: Edition, family: str, reason: str, actor: User, now: datetime) -> int:
    """Declare every valid certificate of a family void, e.g. when its result is withdrawn; return how many."""
    valid = Certificate.objects.exclude(state__in=Certificate.VOID)
    rows = list(valid.filter(series__edition=edition, award_key__startswith=family).order_by("pk"))
    if not rows:
        return 0
    _void(rows, state=Certificate.State.REVOKED, reason=reason, now=now)
    payload = {"serials": [row.serial for row in rows]}
    record_event(edition=edition, kind="certificates_revoked", actor=actor, payload=payload, now=now)
    return len(rows)


def claim_certificate(*, certificate_id: int, now: datetime) -> Certificate | None:
    """Take the row for a while, or return None where somebody else has it or it is done."""
    owed = Q(state=Certificate.State.OWED) | Q(state=Certificate.State.CLAIMED, lease_until__lt=now)
    taken = Certificate.objects.filter(owed, pk=certificate_id).update(
        state=Certificate.State.CLAIMED, lease_until=now + LEASE, attempts=F("attempts") + 1
    )
    if not taken:
        return None
    return Certificate.objects.select_related("series__edition", "layout").get(pk=certificate_id)


def make_file(certificate: Certificate, *, check_url: str) -> tuple[str, str]:
    """Typeset and store a claimed certificate outside any transaction; return its path under MEDIA_ROOT and SHA-256.

    The file is written beside its place and renamed, so that a killed worker leaves no half file under the name.
    """
    content = render_certificate(certificate, check_url=check_url)
    name = f"certificates/{certificate.series.edition.slug}/{certificate.token}.pdf"
    path = settings.MEDIA_ROOT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.part")
    partial.write_bytes(content)
    partial.replace(path)
    return name, hashlib.sha256(content).hexdigest()


@transaction.atomic
def finish_certificate(*, certificate: Certificate, file: str, file_sha256: str, now: datetime) -> bool:
    """Mark the claimed row issued. False when another worker took it over meanwhile: that one's word counts."""
    finished = Certificate.objects.filter(
        pk=certificate.pk, state=Certificate.State.CLAIMED, attempts=certificate.attempts
    ).update(
        state=Certificate.State.ISSUED,
        file=file,
        file_sha256=file_sha256,
        finished_at=now,
        lease_until=None,
        last_error="",
    )
    if not finished:
        return False
    payload = {"serial": certificate.serial, "file_sha256": file_sha256, "source": certificate.source}
    record_event(
        edition=certificate.series.edition,
        kind="certificate_issued",
        actor=certificate.created_by,
        payload=payload,
        now=now,
    )
    return True


def fail_certificate(*, certificate: Certificate, reason: str) -> None:
    """Give the row back; after three failures park it with the reason, for a person to look at."""
    state = Certificate.State.PARKED if certificate.attempts >= MOST_ATTEMPTS else Certificate.State.OWED
    Certificate.objects.filter(
        pk=certificate.pk, state=Certificate.State.CLAIMED, attempts=certificate.attempts
    ).update(state=state, lease_until=None, last_error=reason[:300])


def retry_certificate(*, certificate: Certificate) -> None:
    """Owe a parked certificate again, after its cause was removed."""
    with transaction.atomic():
        freed = Certificate.objects.filter(pk=certificate.pk, state=Certificate.State.PARKED).update(
            state=Certificate.State.OWED, attempts=0, last_error=""
        )
        if freed:
            enqueue("certificates.tasks.make_certificate", certificate_id=certificate.pk)


def sweep_owed(*, now: datetime) -> int:
    """Enqueue what is owed or was claimed by a worker that died (pitfall 30); return how many."""
    owed = Q(state=Certificate.State.OWED) | Q(state=Certificate.State.CLAIMED, lease_until__lt=now)
    ids = list(Certificate.objects.filter(owed).order_by("pk").values_list("pk", flat=True)[:2000])
    for certificate_id in ids:
        enqueue("certificates.tasks.make_certificate", certificate_id=certificate_id)
    return len(ids)


def check_character(text: str) -> str:
    """A weighted sum modulo 31: finds any single wrong character and any two neighbours changed round."""
    total = 0
    for char in text:
        total = (total * 3 + ord(char)) % 31
    return CHECK_ALPHABET[total]


def _says(certificate: Certificate, award: Award | None) -> bool:
    """Whether the certificate says exactly what the award says, to the same account; one that had none may get it."""
    if award is None:
        return False
    text = award.text()
    if "fields" not in certificate.text:  # made before layouts could ask for them
        text.pop("fields", None)
    if certificate.text != text:
        return False
    return certificate.recipient_user_id in {None, award.recipient_user_id}


def _hand_over(kept: Mapping[str, Certificate], wanted: Mapping[str, Award]) -> None:
    """Give certificates to the accounts that were opened since they were made; not a word of them changes."""
    for key, certificate in kept.items():
        user = wanted[key].recipient_user_id
        if certificate.recipient_user_id != user:
            certificate.recipient_user_id = user
            certificate.save(update_fields=["recipient_user"])


def _void(certificates: Sequence[Certificate], *, state: Certificate.State, reason: str, now: datetime) -> None:
    Certificate.objects.filter(pk__in=[row.pk for row in certificates]).update(
        state=state, voided_at=now, void_reason=reason[:300], lease_until=None
    )


def _new_certificate(
    series: Series, number: int, award: Award, issued_on: date, actor: User, now: datetime, layout: Layout
) -> Certificate:
    plain = f"{series.prefix}{number:04d}"
    return Certificate(
        series=series,
        number=number,
        serial=f"{plain}-{check_character(plain)}",
        token=secrets.token_urlsafe(24),
        source=award.source,
        award_key=award.award_key,
        recipient_user_id=award.recipient_user_id,
        text=award.text(),
        layout=layout,
        issued_on=issued_on,
        created_by=actor,
        created_at=now,
    )
