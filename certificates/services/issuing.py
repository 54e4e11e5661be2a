"""Issuing certificates: rows first, files by Celery (design §10). Pages issue an approved batch (batches.py)."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from certificates.engine.shipped import DEFAULT
from certificates.models import Batch, Certificate, Layout, Series
from certificates.services.awards import Award, Changes, changes_of
from certificates.services.layouts import adopt_layout, refuse_what_cannot_be_printed
from certificates.services.making import LEASE, enqueue_certificates, tell_recipients
from certificates.services.voiding import void_certificates
from core.models import Edition
from ledger.services import record_event

CHECK_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY"
CORRECTED = "获奖名册更正，已由新证书替代"


@dataclass(frozen=True)
class Order:
    """What all certificates made in one act share."""

    edition: Edition
    prefix: str
    issued_on: date
    layout: Layout
    actor: User
    now: datetime
    batch: Batch | None = None
    why_void: str = CORRECTED


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

    No page calls this: certificates are drafted, proofed and approved in batches first. Idempotent: a certificate of
    the same `award_key` with the same words is returned as it is. One whose words have changed, and one of `family`
    (the common beginning of keys) that is no award any more, is superseded: it keeps its number and says so when it is
    checked. `layout` is the code of the layout, in its newest version, of those that are made now; the others keep
    theirs. Refuses (IssuingBlocked, before a row is made) words that this layout cannot print as they are.
    """
    texts = [award.text() for award in changes_of(awards, family=family).fresh]
    refuse_what_cannot_be_printed(edition=edition, code=layout, texts=texts, prefix=prefix, issued_on=issued_on)
    with transaction.atomic():
        chosen = adopt_layout(edition=edition, code=layout, actor=actor, now=now)
        lock_series(edition, prefix)
        changes = changes_of(awards, family=family)
        hand_over(changes.kept, awards, now)
        order = Order(edition, prefix, issued_on, chosen, actor, now)
        made = {row.award_key: row for row in make_rows(changes, order=order)}
    found = {**changes.kept, **made}
    return [found[award.award_key] for award in awards if award.award_key in found]


def make_rows(changes: Changes, *, order: Order) -> list[Certificate]:
    """Void what is outdated and make the rows of what is fresh, numbered on from the last of the locked series.

    Inside the caller's transaction, which holds the series' row (lock_series).
    """
    series = lock_series(order.edition, order.prefix)
    outdated = changes.outdated
    void_certificates(outdated, state=Certificate.State.SUPERSEDED, reason=order.why_void, now=order.now)
    numbered = enumerate(changes.fresh, start=1)
    made = Certificate.objects.bulk_create([_certificate(series, place, award, order) for place, award in numbered])
    if not made and not outdated:
        return []
    series.last_number += len(made)
    series.save(update_fields=["last_number"])
    payload = {
        "series": series.pk,
        "made": [row.number for row in made],
        "superseded": [row.serial for row in outdated],
        "layout": order.layout.code,
        "version": order.layout.version,
        **({"batch": order.batch.pk, "sha256": order.batch.sha256} if order.batch else {}),
    }
    record_event(edition=order.edition, kind="certificates_ordered", actor=order.actor, payload=payload, now=order.now)
    enqueue_certificates(certificate_ids=[row.pk for row in made])
    return made


def lock_series(edition: Edition, prefix: str) -> Series:
    """The series of a prefix, made if missing, its row locked while numbers are taken."""
    Series.objects.get_or_create(edition=edition, prefix=prefix)
    return Series.objects.select_for_update(no_key=True).get(edition=edition, prefix=prefix)


def hand_over(kept: Mapping[str, Certificate], awards: Sequence[Award], now: datetime) -> int:
    """Give certificates to the accounts that were opened since they were made, who are told, and to the units that
    recommended; not a word of them changes. Returns how many changed hands."""
    wanted = {award.award_key: award for award in awards}
    changed = []
    for key, certificate in kept.items():
        user, unit = wanted[key].recipient_user_id, wanted[key].unit_id
        if (certificate.recipient_user_id, certificate.unit_id) != (user, unit):
            certificate.recipient_user_id, certificate.unit_id = user, unit
            certificate.save(update_fields=["recipient_user", "unit"])
            changed.append(certificate)
    tell_recipients(certificates=[row for row in changed if row.state == Certificate.State.ISSUED], now=now)
    return len(changed)


def check_character(text: str) -> str:
    """A weighted sum modulo 31: finds any single wrong character and any two neighbours changed round."""
    total = 0
    for char in text:
        total = (total * 3 + ord(char)) % 31
    return CHECK_ALPHABET[total]


def _certificate(series: Series, place: int, award: Award, order: Order) -> Certificate:
    number = series.last_number + place
    plain = f"{series.prefix}{number:04d}"
    return Certificate(
        series=series,
        number=number,
        serial=f"{plain}-{check_character(plain)}",
        token=secrets.token_urlsafe(24),
        source=award.source,
        award_key=award.award_key,
        recipient_user_id=award.recipient_user_id,
        unit_id=award.unit_id,
        text=award.text(),
        layout=order.layout,
        batch=order.batch,
        place=place if order.batch else None,
        issued_on=order.issued_on,
        created_by=order.actor,
        created_at=order.now,
        lease_until=order.now + LEASE,  # see sweep_owed
    )
