"""Files of works that come in pieces (core.resumable): who may send one, and taking it over."""

from datetime import datetime
from typing import Any

from django.http import Http404

from accounts.models import User
from core.models import Upload
from core.resumable.purposes import Allowance, Purpose
from works.models import FileRequirement, Work
from works.permissions import can_hand_in
from works.services.files import hand_in_file, refuse_too_small, refuse_unwanted


def upload_target(work: Work, requirement: FileRequirement) -> str:
    """What an upload's page names as its target."""
    return f"{work.pk}-{requirement.pk}"


def start_work_file(*, owner: Any, target: str, name: str, length: int, now: datetime) -> Allowance:
    """Whether this person may send such a file for this work now. Another person's work is not there (Http404)."""
    work, requirement = _target(target)
    if not isinstance(owner, User) or not can_hand_in(owner, work, requirement):
        raise Http404
    refuse_unwanted(work, requirement, owner, now)
    refuse_too_small(name, length, requirement)
    return Allowance(tuple(requirement.formats), requirement.max_bytes, clean=work.kind.is_blind)


def finish_work_file(*, upload: Upload, now: datetime) -> None:
    """Take a received and examined upload over as the work's file; received in time is what counts."""
    work, requirement = _target(upload.target)
    if not can_hand_in(upload.owner, work, requirement):
        raise Http404
    hand_in_file(work=work, requirement=requirement, upload=upload, actor=upload.owner, now=now)


def _target(target: str) -> tuple[Work, FileRequirement]:
    numbers = [int(part) if part.isascii() and part.isdecimal() and len(part) < 19 else 0 for part in target.split("-")]
    if len(numbers) != 2:
        raise Http404
    work = Work.objects.select_related("selection__edition", "kind", "unit").filter(pk=numbers[0]).first()
    requirement = FileRequirement.objects.filter(pk=numbers[1]).first()
    if work is None or requirement is None or requirement.kind_id != work.kind_id:
        raise Http404
    return work, requirement


PURPOSE = "works.file"  # settings.UPLOAD_PURPOSES
WORK_FILE = Purpose("申报材料", start_work_file, finish_work_file)
