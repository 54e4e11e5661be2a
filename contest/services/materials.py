"""参赛材料: handed in, replaced, taken back. Rows and files stay until the contest's retention ends."""

from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from contest.exceptions import ContestRefused
from contest.models import Contestant, Material, MaterialRequirement
from contest.permissions import can_organise
from contest.services.eligibility import is_asked_of
from contest.services.exhibits import pin_contestants_videos
from contest.services.window import refuse_late
from core.files import StoredFile, check_file, drop_file, keep_file
from ledger.services import record_event

FOLDER = "materials"
# Replaced files stay on the disk: somebody who goes on replacing would fill it.
MOST_FILES = 20
LONGEST_NAME = 200


def hand_in_material(
    *, contestant: Contestant, requirement: MaterialRequirement, file: "UploadedFile[bytes]", actor: User, now: datetime
) -> Material:
    """Keep a file as what a registration hands in for a requirement; the one before is superseded.

    The very same file again changes nothing. Refuses (FileRefused) an empty, too large or broken file and one whose
    content is of a kind that is not taken; (ContestRefused) what is not asked of this registration, what is late or
    already handed in for review (the office is not bound by either), and replacing one without end.
    """
    _refuse_closed(contestant, requirement, actor, now)
    name = file.name or ""
    found = check_file(
        cast(BinaryIO, file.file), name=name, accepted=requirement.formats, max_bytes=requirement.max_bytes
    )
    file.seek(0)
    stored = keep_file(file, FOLDER)
    try:
        material = _supersede(contestant, requirement, stored, (name[-LONGEST_NAME:], found), actor, now)
    except BaseException:
        drop_file(stored.path)
        raise
    if material.path != stored.path:
        drop_file(stored.path)
    return material


@transaction.atomic
def take_back_material(*, material: Material, actor: User, now: datetime) -> None:
    """Hand a file in no more; the row and the file stay.

    Refuses (ContestRefused) one that was replaced or taken back already, and what hand_in_material refuses as closed.
    """
    contestant = _locked(material.contestant_id)
    row = Material.objects.select_related("requirement").get(pk=material.pk)
    _refuse_closed(contestant, row.requirement, actor, now)
    if row.superseded_at is not None:
        raise ContestRefused("这份文件已经换掉或撤下，请刷新页面。")
    row.superseded_at = now
    row.save(update_fields=["superseded_at"])
    _record(row, "material_taken_back", contestant, actor, now)


def current_materials(contestants: Sequence[Contestant]) -> dict[int, list[Material]]:
    """What each registration has handed in, in the contest's order, by the registration's number: one query."""
    found: dict[int, list[Material]] = {one.pk: [] for one in contestants}
    current = Material.objects.filter(contestant__in=found, superseded_at__isnull=True)
    for material in current.select_related("requirement").order_by("requirement__order", "requirement_id"):
        found[material.contestant_id].append(material)
    return found


def asked_materials(contestant: Contestant) -> list[MaterialRequirement]:
    """What is asked of a registration, in the contest's order."""
    requirements = MaterialRequirement.objects.filter(contest=contestant.contest_id).order_by("order", "pk")
    return [each for each in requirements if is_asked_of(each, contestant, contestant.group)]


@transaction.atomic
def _supersede(
    contestant: Contestant,
    requirement: MaterialRequirement,
    stored: StoredFile,
    named: tuple[str, str],
    actor: User,
    now: datetime,
) -> Material:
    locked = _locked(contestant.pk)
    _refuse_closed(locked, requirement, actor, now)
    rows = Material.objects.filter(contestant=locked, requirement=requirement)
    before = rows.filter(superseded_at__isnull=True).first()
    if before is not None and before.sha256 == stored.sha256:
        return before
    if rows.count() >= MOST_FILES:
        raise ContestRefused(f"“{requirement.title}”已经换过 {MOST_FILES} 次，请联系组委会。")
    if before is not None:
        before.superseded_at = now
        before.save(update_fields=["superseded_at"])
    original_name, found = named
    material = Material.objects.create(
        contestant=locked,
        requirement=requirement,
        path=stored.path,
        original_name=original_name.replace("\0", ""),
        format=found,
        size=stored.size,
        sha256=stored.sha256,
        uploaded_by=actor,
        uploaded_at=now,
    )
    _record(material, "material_handed_in", locked, actor, now)
    return material


def _locked(pk: int) -> Contestant:
    return (
        Contestant.objects.select_for_update(of=("self",), no_key=True)
        .select_related("contest__edition", "group__contest")
        .get(pk=pk)
    )


def _refuse_closed(contestant: Contestant, requirement: MaterialRequirement, actor: User, now: datetime) -> None:
    if requirement.contest_id != contestant.contest_id or not is_asked_of(requirement, contestant, contestant.group):
        raise ContestRefused(f"这份报名不需要提交“{requirement.title}”。")
    if contestant.status in Contestant.LEFT:
        raise ContestRefused(f"这份报名已是“{contestant.get_status_display()}”，不能再提交材料。")
    if can_organise(actor, contestant.contest.edition):
        return
    if contestant.status not in Contestant.EDITABLE:
        raise ContestRefused(
            f"这份报名已是“{contestant.get_status_display()}”，材料不能再换。截止之前可以先撤回提交；之后请联系组委会。"
        )
    refuse_late(contestant, now)


def _record(material: Material, kind: str, contestant: Contestant, actor: User, now: datetime) -> None:
    payload = {
        "contestant": contestant.pk,
        "material": material.pk,
        "requirement": material.requirement_id,
    }
    pin_contestants_videos(contestant_id=contestant.pk, actor=actor, now=now)
    record_event(edition=contestant.contest.edition, kind=kind, actor=actor, payload=payload, now=now)
