"""Examining what was received: one Celery task per row, outside any transaction (design §10: the row is the truth).

SHA-256 is computed here, not while bytes come in: an upload comes in many requests, in many processes, and a digest
half computed cannot be handed from one to the next; the file is read once more anyway, and what counts is what is on
the disk.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from core.exceptions import DomainError
from core.files import check_file, drop_file
from core.media import CLEANABLE, MEASURED, clean_file, make_poster, read_media
from core.models import Upload
from core.resumable.appending import receive_whole
from core.resumable.disk import place_of, real_offset
from core.resumable.purposes import purpose_named
from core.tasks import enqueue

# Above the hard time limit of a task (settings.CELERY_TASK_TIME_LIMIT).
LEASE = timedelta(minutes=6)
MOST_ATTEMPTS = 3
# Rows of uploads that came to nothing: after that nobody asks any more.
FORGOTTEN_AFTER = timedelta(days=90)
MOST_PER_SWEEP = 500


@dataclass(frozen=True)
class Findings:
    """What a received file is."""

    format: str
    sha256: str
    media: dict[str, Any] | None = None
    poster_path: str = ""
    clean_path: str = ""
    clean_size: int | None = None
    clean_sha256: str = ""


def claim_upload(*, upload_id: int, now: datetime) -> Upload | None:
    """Take a received upload for a while, or None where somebody else has it, or it is done or was tried too often."""
    taken = Upload.objects.filter(_owed(now), pk=upload_id, attempts__lt=MOST_ATTEMPTS).update(
        state=Upload.State.EXAMINING, lease_until=now + LEASE, attempts=F("attempts") + 1
    )
    return Upload.objects.select_related("owner").get(pk=upload_id) if taken else None


def examine_file(upload: Upload) -> Findings:
    """Read a claimed upload's file from end to end.

    Refuses (DomainError) one that is not what its purpose takes, is damaged, no video inside, or cannot be cleaned
    where it has to be. A video whose picture cannot be decoded goes without a poster.
    """
    path = place_of(upload.path)
    with path.open("rb") as file:
        found = check_file(file, name=upload.name, accepted=upload.formats, max_bytes=upload.length)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    media = read_media(path, name=upload.name).as_json() if found in MEASURED else None
    poster = make_poster(path, place_of(f"{upload.path}.poster.jpg")) if media else False
    findings = Findings(
        format=found, sha256=digest, media=media, poster_path=f"{upload.path}.poster.jpg" if poster else ""
    )
    return _cleaned(upload, findings) if upload.wants_clean else findings


def finish_upload(*, upload: Upload, findings: Findings, now: datetime) -> bool:
    """Hand an examined upload to its programme; False when another worker took it over meanwhile.

    A DomainError of the programme leaves everything as it was before; the caller refuses the upload with its sentence.
    """
    with transaction.atomic():
        finished = _claimed(upload).update(
            state=Upload.State.READY,
            finished_at=now,
            lease_until=None,
            last_error="",
            format=findings.format,
            sha256=findings.sha256,
            media=findings.media,
            poster_path=findings.poster_path,
            clean_path=findings.clean_path,
            clean_size=findings.clean_size,
            clean_sha256=findings.clean_sha256,
        )
        if finished:
            upload.refresh_from_db()
            purpose_named(upload.purpose).finish(upload=upload, now=now)
    return bool(finished)


def refuse_upload(*, upload: Upload, message: str, now: datetime) -> None:
    """The file is not what it should be: the sentence stays for its sender, the bytes go."""
    refused = _claimed(upload).update(
        state=Upload.State.REFUSED, message=message[:300], finished_at=now, lease_until=None
    )
    if refused:
        _drop_all(upload)


def fail_upload(*, upload: Upload, reason: str) -> None:
    """Give the row back after a fault of ours; after three park it with the reason, for a person to look at."""
    state = Upload.State.PARKED if upload.attempts >= MOST_ATTEMPTS else Upload.State.RECEIVED
    _claimed(upload).update(state=state, lease_until=None, last_error=reason[:300])


def retry_upload(*, upload: Upload) -> None:
    """Owe a parked upload again, after the cause was removed."""
    with transaction.atomic():
        freed = Upload.objects.filter(pk=upload.pk, state=Upload.State.PARKED).update(
            state=Upload.State.RECEIVED, attempts=0, last_error=""
        )
        if freed:
            enqueue("core.tasks.examine_upload", upload_id=upload.pk)


def sweep_uploads(*, now: datetime) -> None:
    """Finish what a killed server or worker left, expire what was abandoned, and forget what came to nothing."""
    _receive_whole_ones(now)
    _park_hopeless(now)
    owed = Upload.objects.filter(_owed(now), attempts__lt=MOST_ATTEMPTS).order_by("pk")
    for upload_id in owed.values_list("pk", flat=True)[:MOST_PER_SWEEP]:
        enqueue("core.tasks.examine_upload", upload_id=upload_id)
    abandoned = _silent(now).filter(expires_at__lt=now)
    for upload in abandoned.order_by("expires_at")[:MOST_PER_SWEEP]:
        if abandoned.filter(pk=upload.pk).update(state=Upload.State.EXPIRED, finished_at=now, writer=""):
            drop_file(upload.path)
    Upload.objects.filter(state__in=Upload.GONE, finished_at__lt=now - FORGOTTEN_AFTER).delete()


def _receive_whole_ones(now: datetime) -> None:
    """Uploads whose last byte is on the disk but whose server was killed before it could say so.

    Received when the disk says: the file's time of change is by the server's clock.
    """
    for upload in _silent(now).order_by("pk"):
        if real_offset(upload) == upload.length:
            changed = datetime.fromtimestamp(place_of(upload.path).stat().st_mtime, tz=UTC)
            receive_whole(upload=upload, writer=upload.writer, received_at=max(changed, upload.started_at))


def _park_hopeless(now: datetime) -> None:
    """What killed its worker each time: nobody is left to count the failure."""
    dead = Upload.objects.filter(_owed(now), attempts__gte=MOST_ATTEMPTS)
    dead.update(state=Upload.State.PARKED, lease_until=None, last_error="检查时后台进程多次中断")


def _silent(now: datetime) -> "QuerySet[Upload]":
    """Running uploads that no request is writing."""
    return Upload.objects.filter(Q(writer="") | Q(writer_until__lt=now), state=Upload.State.RECEIVING)


def _owed(now: datetime) -> Q:
    return Q(state=Upload.State.RECEIVED) | Q(state=Upload.State.EXAMINING, lease_until__lt=now)


def _claimed(upload: Upload) -> "QuerySet[Upload]":
    """The row while this very claim holds."""
    return Upload.objects.filter(pk=upload.pk, state=Upload.State.EXAMINING, attempts=upload.attempts)


def _cleaned(upload: Upload, findings: Findings) -> Findings:
    if findings.format not in CLEANABLE:
        raise DomainError(f"“{upload.name}”的格式不能去除文件属性，请另存为 PDF 再上传。", code="not_cleanable")
    path = f"{upload.path}.clean"
    clean_file(place_of(upload.path), place_of(path), format=findings.format, name=upload.name)
    with place_of(path).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    size = place_of(path).stat().st_size
    return replace(findings, clean_path=path, clean_size=size, clean_sha256=digest)


def _drop_all(upload: Upload) -> None:
    for path in (upload.path, f"{upload.path}.poster.jpg", f"{upload.path}.clean"):
        drop_file(path)
