"""Making certificate files: claimed, made, finished; what a dead worker left is found (design §10, pitfall 30)."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.db.models import F, Prefetch, Q
from django.urls import reverse

from accounts.models import User
from certificates.models import Batch, Certificate
from certificates.rendering import render_certificate
from core.models import Edition
from core.tasks import enqueue
from ledger.services import record_events
from outbox.services import Letter, send_letters

# Above the task's time limit: who takes a row over finds its first owner dead, not slow.
LEASE = timedelta(seconds=settings.CERTIFICATE_LEASE_SECONDS)
MOST_ATTEMPTS = 3  # failures
MOST_LOST = 10  # a certificate that takes its worker with it must not do so for ever
GROUP = 20  # made by one task: two transactions and one message for all of them
SWEPT_AT_ONCE = 2000
_LOST = f"制作这张证书的进程中途停止了 {MOST_LOST} 次，请联系系统管理员。"


@dataclass(frozen=True)
class MadeFile:
    """A claimed certificate whose file lies in its place: `file` under MEDIA_ROOT, and the SHA-256 of its bytes."""

    certificate: Certificate
    file: str
    file_sha256: str


def enqueue_certificates(*, certificate_ids: Sequence[int]) -> None:
    """Ask the workers, after commit, for the files of these rows."""
    for start in range(0, len(certificate_ids), GROUP):
        group = list(certificate_ids[start : start + GROUP])
        enqueue("certificates.tasks.make_certificates", certificate_ids=group)


@transaction.atomic
def claim_certificates(*, certificate_ids: Sequence[int], now: datetime) -> list[Certificate]:
    """Take these rows for a while; those that somebody else has, that are done or void are left out."""
    rows = Certificate.objects.filter(_owed(now), pk__in=certificate_ids)
    free = rows.select_for_update(of=("self",), no_key=True).order_by("pk")
    shared = ("layout", Prefetch("batch", Batch.objects.defer("awards")))  # one for all rows
    taken = list(free.select_related("series__edition", "created_by").prefetch_related(*shared))
    until = now + LEASE
    Certificate.objects.filter(pk__in=[row.pk for row in taken]).update(
        state=Certificate.State.CLAIMED, lease_until=until, attempts=F("attempts") + 1
    )
    for row in taken:
        row.state, row.lease_until, row.attempts = Certificate.State.CLAIMED, until, row.attempts + 1
    return taken


def make_file(certificate: Certificate, *, check_url: str) -> MadeFile:
    """Typeset and store a claimed certificate, outside any transaction.

    The file is written beside its place, forced to the disk and renamed: neither a killed worker nor a power cut leaves
    half a file under the name.
    """
    content = render_certificate(certificate, check_url=check_url)
    name = f"certificates/{certificate.series.edition.slug}/{certificate.token}.pdf"
    path = settings.MEDIA_ROOT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{certificate.attempts}.part")
    with partial.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)
    return MadeFile(certificate, name, hashlib.sha256(content).hexdigest())


@transaction.atomic
def finish_certificates(*, made: Sequence[MadeFile], now: datetime) -> int:
    """Mark claimed rows issued, each with an event, and tell their recipients, once in a certificate's life; return how
    many. A row that another worker took over meanwhile, or that was declared void, is left as it is."""
    mine = {one.certificate.pk: one for one in made}
    rows = Certificate.objects.filter(pk__in=mine, state=Certificate.State.CLAIMED).select_related(
        "recipient_user", "series__edition"
    )
    locked = rows.select_for_update(of=("self",), no_key=True).order_by("pk")
    held = [row for row in locked if row.attempts == mine[row.pk].certificate.attempts]
    for row in held:
        row.file, row.file_sha256 = mine[row.pk].file, mine[row.pk].file_sha256
    Certificate.objects.bulk_update(held, ["file", "file_sha256"])
    Certificate.objects.filter(pk__in=[row.pk for row in held]).update(
        state=Certificate.State.ISSUED, finished_at=now, lease_until=None, last_error=""
    )
    tell_recipients(certificates=held, now=now)
    for (edition, actor), group in _by_edition_and_issuer([mine[row.pk].certificate for row in held]):
        payloads = [
            {"serial": row.serial, "file_sha256": mine[row.pk].file_sha256, "source": row.source} for row in group
        ]
        record_events(edition=edition, kind="certificate_issued", actor=actor, payloads=payloads, now=now)
    return len(held)


def tell_recipients(*, certificates: Sequence[Certificate], now: datetime) -> None:
    """Tell the accounts of issued certificates that they are there, once in a certificate's life; inside the caller's
    transaction."""
    told = [row for row in certificates if row.recipient_user is not None and row.told_at is None]
    if not told:
        return
    Certificate.objects.filter(pk__in=[row.pk for row in told]).update(told_at=now)
    by_edition: dict[Edition, list[Letter]] = {}
    for row in told:
        by_edition.setdefault(row.series.edition, []).append(_letter(row))
    for edition, letters in by_edition.items():
        send_letters(edition=edition, code="certificate_issued", letters=letters, now=now)


def fail_certificate(*, certificate: Certificate, reason: str, parks: bool = False) -> None:
    """Give the row back; after three failures, or at once where trying again cannot help (`parks`), park it with the
    reason, for a person to look at."""
    parked = parks or certificate.attempts >= MOST_ATTEMPTS
    state = Certificate.State.PARKED if parked else Certificate.State.OWED
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
            enqueue_certificates(certificate_ids=[certificate.pk])


def retry_batch(*, batch: Batch) -> int:
    """Owe every parked certificate of a batch again; returns how many."""
    with transaction.atomic():
        parked = batch.certificates.filter(state=Certificate.State.PARKED)
        ids = list(parked.order_by("pk").values_list("pk", flat=True))
        parked.update(state=Certificate.State.OWED, attempts=0, last_error="")
        enqueue_certificates(certificate_ids=ids)
    return len(ids)


@transaction.atomic
def sweep_owed(*, now: datetime) -> int:
    """Enqueue what is owed or was claimed by a worker that died (pitfall 30); return how many.

    `lease_until` of an owed row says until when its message is trusted to be in the queue, so that a long queue is not
    filled anew every half minute. What was tried before goes alone: a certificate that ends its worker takes no
    others along, and after ten times it is parked.
    """
    lost = Q(state=Certificate.State.CLAIMED, lease_until__lt=now)
    Certificate.objects.filter(lost, attempts__gte=MOST_LOST).update(
        state=Certificate.State.PARKED, lease_until=None, last_error=_LOST
    )
    unqueued = Q(state=Certificate.State.OWED) & (Q(lease_until=None) | Q(lease_until__lt=now))
    rows = Certificate.objects.filter(lost | unqueued).select_for_update(no_key=True).order_by("pk")
    due = dict(rows.values_list("pk", "attempts")[:SWEPT_AT_ONCE])
    Certificate.objects.filter(pk__in=due).update(state=Certificate.State.OWED, lease_until=now + LEASE)
    enqueue_certificates(certificate_ids=[pk for pk, attempts in due.items() if not attempts])
    for pk, attempts in due.items():
        if attempts:
            enqueue_certificates(certificate_ids=[pk])
    return len(due)


def remove_leftovers(*, now: datetime) -> int:
    """Delete half files that nobody works on any more: their worker was killed; return how many."""
    removed = 0
    for path in (settings.MEDIA_ROOT / "certificates").glob("*/*.part"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < (now - LEASE).timestamp():
                path.unlink()
                removed += 1
    return removed


def _owed(now: datetime) -> Q:
    return Q(state=Certificate.State.OWED) | Q(state=Certificate.State.CLAIMED, lease_until__lt=now)


def _letter(certificate: Certificate) -> Letter:
    assert certificate.recipient_user is not None
    text = certificate.text
    words = {"证书": text["heading"], "事由": text["before"], "奖项": text["award"], "编号": certificate.serial}
    return Letter(certificate.recipient_user, words, reverse("my_certificates"))


def _by_edition_and_issuer(rows: Sequence[Certificate]) -> Iterator[tuple[tuple[Edition, User], Iterator[Certificate]]]:
    """In the order of editions, for each has a chain whose head is locked."""
    ordered = sorted(rows, key=lambda row: (row.series.edition_id, row.created_by_id, row.pk))
    return groupby(ordered, key=lambda row: (row.series.edition, row.created_by))
