"""申报材料: handed in, replaced, taken back. Rows and files stay until the selection's retention ends."""

from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from core.files import FileRefused, StoredFile, check_file, drop_file, keep_file, readable_size
from core.files.formats import shortened
from core.models import Upload
from core.tasks import enqueue
from ledger.services import record_event
from works.exceptions import WorkRefused
from works.models import FileRequirement, Work, WorkFile
from works.permissions import can_manage_selection
from works.services.columns import stored_content
from works.services.drafts import locked_work
from works.services.submissions import keep_submission
from works.services.window import refuse_late

FOLDER = "works"
# Replaced files stay on the disk: somebody who goes on replacing would fill it.
MOST_FILES = 20
LONGEST_NAME = 200
Status, Role, Reading = Work.Status, FileRequirement.Role, WorkFile.Reading


def hand_in_file(
    *,
    work: Work,
    requirement: FileRequirement,
    file: "UploadedFile[bytes] | None" = None,
    upload: Upload | None = None,
    actor: User,
    now: datetime,
) -> WorkFile:
    """Keep a file as what a work hands in for a requirement; the one before is superseded.

    A `file` came by an ordinary form and is read later by its task; an `upload` came in pieces and was examined. The
    very same file again changes nothing. Refuses (FileRefused) an empty, too small, too large or broken file and one
    whose content is of a kind that is not taken; (WorkRefused) what is not asked of this work, what is late or decided
    on (the office is not bound by either), and replacing one without end.
    """
    if upload is not None:
        refuse_too_small(upload.name, upload.length, requirement)
        return _supersede(work, requirement, _uploaded(upload), actor, now)
    assert file is not None
    refuse_unwanted(work, requirement, actor, now)
    name = (file.name or "").replace("\0", "")
    refuse_too_small(name, file.size or 0, requirement)
    found = check_file(
        cast(BinaryIO, file.file), name=name, accepted=requirement.formats, max_bytes=requirement.max_bytes
    )
    file.seek(0)
    stored = keep_file(file, FOLDER)
    try:
        kept = _supersede(work, requirement, _received(stored, name, found, now), actor, now)
    except BaseException:
        drop_file(stored.path)
        raise
    if kept.path != stored.path:
        drop_file(stored.path)
    return kept


@transaction.atomic
def take_back_file(*, file: WorkFile, actor: User, now: datetime) -> None:
    """Hand a file in no more; the row and the file stay.

    Refuses (WorkRefused) one that was replaced or taken back already, and what hand_in_file refuses as closed.
    """
    work = locked_work(file.work)
    row = WorkFile.objects.select_related("requirement").get(pk=file.pk)
    refuse_unwanted(work, row.requirement, actor, now)
    if row.superseded_at is not None:
        raise WorkRefused("这份文件已经换掉或撤下，请刷新页面。")
    row.superseded_at = now
    row.save(update_fields=["superseded_at"])
    _record(row, "work_file_taken_back", work, actor, now)


def refuse_unwanted(
    work: Work, requirement: FileRequirement, actor: User, now: datetime, *, begun_at: datetime | None = None
) -> None:
    """Raise WorkRefused for a file that is not asked of this work, or may not be changed now.

    The stamped form of an author's own work comes from the unit, which may bring it after he submitted.
    """
    if requirement.kind_id != work.kind_id:
        raise WorkRefused(f"这件作品不需要提交“{requirement.title}”。")
    if work.status in Work.LEFT:
        raise WorkRefused(f"这件作品已是“{work.get_status_display()}”，不能再提交材料。")
    if can_manage_selection(actor, work.selection.edition):
        return
    if work.status == Status.ACCEPTED:
        raise WorkRefused("这件作品已受理，材料不能再换。需要更换的，请联系组委会退回补正。")
    refuse_late(work, now, begun_at=begun_at)


def current_files(works: Sequence[Work]) -> dict[int, list[WorkFile]]:
    """What each work has handed in, in its kind's order, by the work's number: one query."""
    found: dict[int, list[WorkFile]] = {one.pk: [] for one in works}
    current = WorkFile.objects.filter(work__in=found, superseded_at__isnull=True)
    for file in current.select_related("requirement").order_by("requirement__order", "requirement_id"):
        found[file.work_id].append(file)
    return found


def _received(stored: StoredFile, name: str, found: str, now: datetime) -> WorkFile:
    return WorkFile(
        path=stored.path,
        original_name=name[-LONGEST_NAME:],
        format=found,
        size=stored.size,
        sha256=stored.sha256,
        upload_started_at=now,
        uploaded_at=now,
    )


def _uploaded(upload: Upload) -> WorkFile:
    return WorkFile(
        path=upload.path,
        original_name=upload.name[-LONGEST_NAME:],
        format=upload.format,
        size=upload.length,
        sha256=upload.sha256,
        upload_started_at=upload.started_at,
        uploaded_at=upload.received_at or upload.started_at,
        reading=Reading.DONE,
        media=upload.media or {},
        poster_path=upload.poster_path,
        clean_path=upload.clean_path,
    )


@transaction.atomic
def _supersede(work: Work, requirement: FileRequirement, file: WorkFile, actor: User, now: datetime) -> WorkFile:
    locked = locked_work(work)
    # By when a file was received counts, not by when it had been examined.
    refuse_unwanted(locked, requirement, actor, file.uploaded_at, begun_at=file.upload_started_at)
    rows = WorkFile.objects.filter(work=locked, requirement=requirement)
    before = rows.filter(superseded_at__isnull=True).first()
    if before is not None and before.sha256 == file.sha256:
        return before
    if rows.count() >= MOST_FILES:
        raise WorkRefused(f"“{requirement.title}”已经换过 {MOST_FILES} 次，请联系组委会。")
    if before is not None:
        before.superseded_at = now
        before.save(update_fields=["superseded_at"])
    file.work, file.requirement, file.uploaded_by = locked, requirement, actor
    file.save()
    if file.reading == Reading.OWED:
        enqueue("works.tasks.read_work_file", file_id=file.pk)
    _record(file, "work_file_handed_in", locked, actor, now)
    return file


def refuse_too_small(name: str, size: int, requirement: FileRequirement) -> None:
    """Raise FileRefused for a file below what is asked; too large check_file and the upload's allowance tell."""
    if 0 < size < requirement.min_bytes:
        message = (
            f"“{shortened(name)}”只有 {readable_size(size)}，“{requirement.title}”不小于 "
            f"{readable_size(requirement.min_bytes)}，请提交清晰度足够的原片或原件。"
        )
        raise FileRefused(message, code="too_small")


def _record(file: WorkFile, kind: str, work: Work, actor: User, now: datetime) -> None:
    """Of a submitted work a new submission is kept with it, so that the record says what the office has."""
    work.version += 1
    work.save(update_fields=["version"])
    payload = {"work": work.pk, "work_file": file.pk, "requirement": file.requirement_id}
    record_event(edition=work.selection.edition, kind=kind, actor=actor, payload=payload, now=now)
    if work.status == Status.SUBMITTED:
        keep_submission(work, stored_content(work), actor, now)
