"""Making a batch's proof (校样) in the background, part by part: the row is the truth, the queue a hint."""

import hashlib
import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from certificates.exceptions import BatchRefused
from certificates.models import Batch
from certificates.rendering.proofs import merge_parts, proof_pages, proof_table
from core.tasks import enqueue
from ledger.services import record_event

PART = 50  # certificates typeset under one claim
LEASE = timedelta(minutes=5)  # the longest task (settings.CELERY_TASK_TIME_LIMIT)
MOST_ATTEMPTS = 3


def claim_proof(*, batch_id: int, now: datetime) -> Batch | None:
    """Take the next part of a proof that is owed, or None where another worker has it or it is done or parked."""
    taken = (
        _owed(now)
        .filter(pk=batch_id, proof_attempts__lt=MOST_ATTEMPTS)
        .update(proof_lease_until=now + LEASE, proof_attempts=F("proof_attempts") + 1)
    )
    if not taken:
        return None
    return Batch.objects.select_related("edition", "layout", "drafted_by").get(pk=batch_id)


def make_part(*, batch: Batch, check_url: str) -> int:
    """Typeset and store the claimed part, outside any transaction; returns how many rows it holds, 0 after the last."""
    rows = batch.awards[batch.proof_done : batch.proof_done + PART]
    if rows:
        content = proof_pages(batch, rows, first=batch.proof_done + 1, check_url=check_url)
        _store(_part(batch, batch.proof_done), content)
    return len(rows)


def finish_part(*, batch: Batch, rows: int) -> None:
    """Count a stored part and owe the next one."""
    with transaction.atomic():
        done = batch.proof_done + rows
        if _mine(batch).update(proof_done=done, proof_attempts=0, proof_lease_until=None, proof_error=""):
            enqueue("certificates.tasks.make_proof", batch_id=batch.pk)


def make_whole(*, batch: Batch) -> tuple[str, str]:
    """The table and all parts as one file; its path under MEDIA_ROOT and SHA-256."""
    drafted_at = f"{timezone.localtime(batch.drafted_at):%Y-%m-%d %H:%M}"
    table = proof_table(batch, drafted_by=batch.drafted_by.name, drafted_at=drafted_at)
    parts = [_part(batch, start).read_bytes() for start in range(0, batch.size, PART)]
    content = merge_parts([table, *parts], title=f"{batch.title}（校样）")
    sha256 = hashlib.sha256(content).hexdigest()
    name = f"{_folder(batch)}-{sha256[:16]}.pdf"
    _store(Path(settings.MEDIA_ROOT) / name, content)
    return name, sha256


def finish_proof(*, batch: Batch, file: str, file_sha256: str, now: datetime) -> bool:
    """Mark the batch proofed. False when another worker took it over meanwhile, or it was cancelled."""
    with transaction.atomic():
        finished = _mine(batch).update(
            state=Batch.State.PROOFED,
            proof_file=file,
            proof_sha256=file_sha256,
            proofed_at=now,
            proof_attempts=0,
            proof_lease_until=None,
            proof_error="",
        )
        if not finished:
            return False
        payload = {"batch": batch.pk, "sha256": batch.sha256, "proof_sha256": file_sha256}
        record_event(edition=batch.edition, kind="batch_proofed", actor=batch.drafted_by, payload=payload, now=now)
    shutil.rmtree(Path(settings.MEDIA_ROOT) / _folder(batch), ignore_errors=True)
    return True


def fail_proof(*, batch: Batch, reason: str) -> None:
    """Give the part back with the reason; after three failures it waits for a person."""
    _mine(batch).update(proof_error=reason[:300], proof_lease_until=None)


def retry_proof(*, batch: Batch, now: datetime) -> None:
    """Owe a proof again that failed three times, from its beginning. Refuses (BatchRefused) one that did not."""
    with transaction.atomic():
        parked = Batch.objects.filter(pk=batch.pk, state=Batch.State.DRAFTED, proof_attempts__gte=MOST_ATTEMPTS)
        idle = parked.filter(Q(proof_lease_until=None) | Q(proof_lease_until__lt=now))
        if not idle.update(proof_attempts=0, proof_done=0, proof_error="", proof_lease_until=None):
            raise BatchRefused("校样没有失败，不需要重试；请刷新页面看进度。")
        enqueue("certificates.tasks.make_proof", batch_id=batch.pk)


def sweep_proofs(*, now: datetime) -> int:
    """Enqueue proofs that are owed or whose worker died; those that lost three workers are parked."""
    lost = _owed(now).filter(proof_attempts__gte=MOST_ATTEMPTS, proof_error="")
    lost.update(proof_error=f"{MOST_ATTEMPTS} 次制作都中途中断。", proof_lease_until=None)
    ids = list(_owed(now).filter(proof_attempts__lt=MOST_ATTEMPTS).order_by("pk").values_list("pk", flat=True))
    for batch_id in ids:
        enqueue("certificates.tasks.make_proof", batch_id=batch_id)
    return len(ids)


def _owed(now: datetime) -> QuerySet[Batch]:
    free = Q(proof_lease_until=None) | Q(proof_lease_until__lt=now)
    return Batch.objects.filter(free, state=Batch.State.DRAFTED)


def _mine(batch: Batch) -> QuerySet[Batch]:
    """The row while this worker's claim stands."""
    return Batch.objects.filter(
        pk=batch.pk, state=Batch.State.DRAFTED, proof_done=batch.proof_done, proof_attempts=batch.proof_attempts
    )


def _folder(batch: Batch) -> str:
    return f"certificates/{batch.edition.slug}/proofs/{batch.pk}"


def _part(batch: Batch, start: int) -> Path:
    return Path(settings.MEDIA_ROOT) / _folder(batch) / f"{start:05d}.pdf"


def _store(path: Path, content: bytes) -> None:
    """Under its name only when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.part")
    partial.write_bytes(content)
    partial.replace(path)
