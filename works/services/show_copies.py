"""What the gallery shows of winning works: a small picture of the cover, the film without its metadata.

They are owed as soon as a list is published, and made by tasks; until then the work is shown without. The row is the
truth (design §10): claimed with a lease, given up with a reason that stands beside the file.
"""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import F, Q, QuerySet

from core.exceptions import DomainError
from core.media import CLEANABLE, clean_file, make_poster
from core.tasks import enqueue
from results.models import Result
from works.models import FileRequirement, WorkFile
from works.selectors.gallery import FILMS, PICTURES
from works.services.readings import LEASE, MOST_ATTEMPTS, MOST_PER_SWEEP

Role, Reading = FileRequirement.Role, WorkFile.Reading
_IN_LIST = "work__admission__entry__round__result"


def sweep_show_copies(*, now: datetime) -> None:
    """Enqueue what works on published lists still owe; those that won nothing owe nothing."""
    owed = _owed(now).filter(**{f"{_IN_LIST}__state": Result.State.PUBLISHED}).order_by("pk")
    rows = list(owed.values_list("pk", f"{_IN_LIST}", "work__admission__entry__code"))
    if not rows:
        return
    winners = _winners({result_id for _, result_id, _ in rows})
    due = [file_id for file_id, result_id, code in rows if code in winners.get(result_id, ())]
    for file_id in due[:MOST_PER_SWEEP]:
        enqueue("works.tasks.make_show_copy", file_id=file_id)


def claim_show_copy(*, file_id: int, now: datetime) -> WorkFile | None:
    """Take a file's row for a while, or None where somebody else has it or nothing is owed."""
    taken = _owed(now).filter(pk=file_id).update(lease_until=now + LEASE, attempts=F("attempts") + 1)
    return WorkFile.objects.get(pk=file_id) if taken else None


def make_copy(file: WorkFile) -> dict[str, str]:
    """Make a claimed file's copy; the column and the path below MEDIA_ROOT.

    Raises DomainError for a picture that cannot be drawn and a film that cannot be cleaned.
    """
    path = Path(settings.MEDIA_ROOT) / file.path
    if file.format in PICTURES:
        poster = f"{file.path}.poster.jpg"
        if not make_poster(path, Path(settings.MEDIA_ROOT) / poster, format=file.format):
            raise DomainError("这张图片画不出来，不能用于展示。", code="not_drawn")
        return {"poster_path": poster}
    clean = f"{file.path}.clean"
    clean_file(path, Path(settings.MEDIA_ROOT) / clean, format=file.format, name=file.original_name)
    return {"clean_path": clean}


def keep_copy(*, file: WorkFile, made: dict[str, str]) -> None:
    WorkFile.objects.filter(pk=file.pk).update(**made, lease_until=None)


def give_up(*, file: WorkFile, reason: str) -> None:
    """The work is shown without this file; the reason stays with it."""
    WorkFile.objects.filter(pk=file.pk).update(lease_until=None, last_error=f"不能用于作品展示：{reason}"[:300])


def _owed(now: datetime) -> "QuerySet[WorkFile]":
    """Files whose reading is over and of which the gallery has no copy; what failed again and again is left alone."""
    cover = Q(requirement__role=Role.COVER, format__in=PICTURES, poster_path="")
    film = Q(requirement__role=Role.MAIN, format__in=FILMS & CLEANABLE, clean_path="")
    return WorkFile.objects.filter(
        cover | film,
        Q(lease_until__isnull=True) | Q(lease_until__lt=now),
        superseded_at__isnull=True,
        reading=Reading.DONE,
        last_error="",
        attempts__lt=2 * MOST_ATTEMPTS,
    )


def _winners(result_ids: set[int]) -> dict[int, set[str]]:
    published = Result.objects.filter(pk__in=result_ids).select_related("published")
    return {
        result.pk: {row["entry"] for row in result.published.rows if row["tier"] or row["titles"]}
        for result in published
        if result.published is not None
    }
