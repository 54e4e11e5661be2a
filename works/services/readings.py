"""Reading what a handed-in file says: its figures, a poster frame, and for blind kinds a copy without metadata.

The row is the truth (design §10): claimed with a lease, read outside any transaction, parked after three failures.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F, Q

from core.media import CLEANABLE, MEASURED, clean_file, make_poster, read_media
from core.tasks import enqueue
from works.models import WorkFile

Reading = WorkFile.Reading
# Above the hard time limit of a task (settings.CELERY_TASK_TIME_LIMIT).
LEASE = timedelta(minutes=6)
MOST_ATTEMPTS = 3
MOST_PER_SWEEP = 500


@dataclass(frozen=True)
class FileFacts:
    """What was read of a file; paths are below MEDIA_ROOT, empty where there is none."""

    media: dict[str, Any] = field(default_factory=dict)
    poster_path: str = ""
    clean_path: str = ""


def claim_reading(*, file_id: int, now: datetime) -> WorkFile | None:
    """Take a file's row for a while, or None where somebody else has it, or it is done or was tried too often."""
    taken = WorkFile.objects.filter(_owed(now), pk=file_id, attempts__lt=MOST_ATTEMPTS).update(
        reading=Reading.CLAIMED, lease_until=now + LEASE, attempts=F("attempts") + 1
    )
    return WorkFile.objects.select_related("work__kind").get(pk=file_id) if taken else None


def read_file(file: WorkFile) -> FileFacts:
    """Read a claimed file from end to end.

    Raises DomainError for a video that is none, or a file that cannot be cleaned where it has to be. A video whose
    picture cannot be decoded goes without a poster.
    """
    path = Path(settings.MEDIA_ROOT) / file.path
    media = read_media(path, name=file.original_name).as_json() if file.format in MEASURED else {}
    poster = f"{file.path}.poster.jpg"
    has_poster = bool(media) and make_poster(path, Path(settings.MEDIA_ROOT) / poster)
    clean = f"{file.path}.clean"
    wants_clean = file.work.kind.is_blind and file.format in CLEANABLE
    if wants_clean:
        clean_file(path, Path(settings.MEDIA_ROOT) / clean, format=file.format, name=file.original_name)
    return FileFacts(media, poster if has_poster else "", clean if wants_clean else "")


def finish_reading(*, file: WorkFile, facts: FileFacts) -> bool:
    """Keep what was read. False when another worker took the row over meanwhile: that one's word counts."""
    return bool(
        _claimed(file).update(
            reading=Reading.DONE,
            media=facts.media,
            poster_path=facts.poster_path,
            clean_path=facts.clean_path,
            lease_until=None,
            last_error="",
        )
    )


def park_reading(*, file: WorkFile, reason: str) -> None:
    """The file itself is at fault: trying again would not help. Its reason stands beside it on every page."""
    _claimed(file).update(reading=Reading.PARKED, lease_until=None, last_error=reason[:300])


def fail_reading(*, file: WorkFile, reason: str) -> None:
    """Give the row back after a fault of ours; after three park it with the reason, for a person to look at."""
    state = Reading.PARKED if file.attempts >= MOST_ATTEMPTS else Reading.OWED
    _claimed(file).update(reading=state, lease_until=None, last_error=reason[:300])


def retry_reading(*, file: WorkFile) -> None:
    """Owe a parked file again, after the cause was removed."""
    freed = WorkFile.objects.filter(pk=file.pk, reading=Reading.PARKED).update(
        reading=Reading.OWED, attempts=0, last_error=""
    )
    if freed:
        enqueue("works.tasks.read_work_file", file_id=file.pk)


def sweep_readings(*, now: datetime) -> None:
    """Enqueue what is owed, and park what killed its worker three times. A kind that was made blind after its files
    came in owes them their clean copies."""
    blind = WorkFile.objects.filter(work__kind__is_blind=True, superseded_at__isnull=True, clean_path="")
    blind.filter(reading=Reading.DONE, format__in=CLEANABLE).update(reading=Reading.OWED, attempts=0)
    lost = WorkFile.objects.filter(reading=Reading.CLAIMED, lease_until__lt=now, attempts__gte=MOST_ATTEMPTS)
    lost.update(reading=Reading.PARKED, lease_until=None, last_error="读取多次没有完成，请人工核对这份文件。")
    owed = WorkFile.objects.filter(_owed(now), attempts__lt=MOST_ATTEMPTS).order_by("pk")
    for file_id in owed.values_list("pk", flat=True)[:MOST_PER_SWEEP]:
        enqueue("works.tasks.read_work_file", file_id=file_id)


def _owed(now: datetime) -> Q:
    return Q(reading=Reading.OWED) | Q(reading=Reading.CLAIMED, lease_until__lt=now)


def _claimed(file: WorkFile) -> Any:
    """The row as long as this claim of it holds."""
    return WorkFile.objects.filter(pk=file.pk, reading=Reading.CLAIMED, attempts=file.attempts)
