"""申报材料 of a kind: which files are asked for, their formats and sizes, and what the product does with them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Min

from accounts.models import User
from core.files import FORMATS, readable_size
from ledger.services import record_event
from works.exceptions import SettingRefused, WorkRefused
from works.models import FileRequirement, Kind, WorkFile
from works.services.defaults import MB
from works.services.selections import lock_selection

MOST_MEGABYTES = 4096
MOST_REQUIREMENTS = 20
Role = FileRequirement.Role
# The product itself works with these, so a kind has one of each at most.
_ONE_OF = (Role.MAIN, Role.COVER, Role.STAMPED_FORM)


@dataclass(frozen=True)
class RequirementSettings:
    """What an organiser sets of a file; sizes in megabytes, `least` 0 for any."""

    title: str
    hint: str
    role: str
    formats: Sequence[str]
    least: int
    most: int
    required: bool
    or_link: bool
    shown_to_reviewers: bool


@transaction.atomic
def add_requirement(*, kind: Kind, settings: RequirementSettings, actor: User, now: datetime) -> FileRequirement:
    """Ask for one more file, last in the list. Refuses (SettingRefused, with the field) what cannot be."""
    lock_selection(kind.selection)
    rows = list(kind.file_requirements.all())
    if len(rows) >= MOST_REQUIREMENTS:
        raise SettingRefused(f"最多 {MOST_REQUIREMENTS} 种材料，请先删去不用的。")
    _refuse_shape(kind, settings, rows)
    order = max((row.order for row in rows), default=0) + 1
    made = FileRequirement(kind=kind, code=_free_code(rows), order=order)
    _apply(made, settings)
    made.save(force_insert=True)
    _record(made, "added", actor, now)
    return made


@transaction.atomic
def change_requirement(
    *, requirement: FileRequirement, settings: RequirementSettings, actor: User, now: datetime
) -> FileRequirement:
    """Change a file that is asked for. What was handed in stays valid (pitfall 24): refuses (SettingRefused, with the
    field) to drop a format or to move a limit past a file that is there, besides what cannot be at all."""
    lock_selection(requirement.kind.selection)
    row = FileRequirement.objects.select_related("kind__selection__edition").get(pk=requirement.pk)
    _refuse_shape(row.kind, settings, [other for other in row.kind.file_requirements.all() if other.pk != row.pk])
    _refuse_losing_files(row, settings)
    before = [getattr(row, name) for name in _COLUMNS]
    _apply(row, settings)
    if before != [getattr(row, name) for name in _COLUMNS]:
        row.save()
        _record(row, "changed", actor, now)
    return row


@transaction.atomic
def remove_requirement(*, requirement: FileRequirement, actor: User, now: datetime) -> None:
    """Ask for a file no more. Refuses (WorkRefused) one that has files (pitfall 24)."""
    lock_selection(requirement.kind.selection)
    row = FileRequirement.objects.select_related("kind__selection__edition").get(pk=requirement.pk)
    count = WorkFile.objects.filter(requirement=row).values("work").distinct().count()
    if count:
        raise WorkRefused(f"已有 {count} 件作品交过“{row.title}”，不能删除。可以改为“选交”。")
    _record(row, "removed", actor, now)
    row.delete()


@transaction.atomic
def move_requirement(*, requirement: FileRequirement, up: bool, actor: User, now: datetime) -> None:
    """Exchange a file with its neighbour in the list; at the end of it nothing happens."""
    lock_selection(requirement.kind.selection)
    rows = list(
        FileRequirement.objects.filter(kind=requirement.kind_id)
        .select_related("kind__selection__edition")
        .order_by("order", "pk")
    )
    place = next(index for index, row in enumerate(rows) if row.pk == requirement.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for order, row in enumerate(rows, start=1):
        row.order = order
    FileRequirement.objects.bulk_update(rows, ["order"])
    _record(rows[other], "moved", actor, now)


_COLUMNS = (
    *("title", "hint", "role", "formats", "min_bytes", "max_bytes"),
    *("required", "or_link", "shown_to_reviewers"),
)


def requirement_settings(requirement: FileRequirement) -> RequirementSettings:
    """A file's settings as they are."""
    values = {each.name: getattr(requirement, each.name, None) for each in fields(RequirementSettings)}
    sizes = {"least": requirement.min_bytes // MB, "most": requirement.max_bytes // MB}
    return RequirementSettings(**{**values, **sizes})  # type: ignore[arg-type]


def _refuse_shape(kind: Kind, settings: RequirementSettings, others: Sequence[FileRequirement]) -> None:
    if not settings.title.strip():
        raise SettingRefused("请填写材料的名称。", field="title")
    if any(other.title == settings.title for other in others):
        raise SettingRefused(f"已经有一种材料叫“{settings.title}”，请改名。", field="title")
    if settings.role not in Role.values:
        raise SettingRefused("请选择用途。", field="role")
    taken = next((other for other in others if other.role == settings.role and other.role in _ONE_OF), None)
    if taken is not None:
        raise SettingRefused(f"“{taken.title}”已是{taken.get_role_display()}，每个类别只有一种。", field="role")
    if not settings.formats:
        raise SettingRefused("请至少选一种格式。", field="formats")
    if unknown := [name for name in settings.formats if name not in FORMATS]:
        raise SettingRefused(f"不支持的格式：{'、'.join(unknown)}。", field="formats")
    if not 1 <= settings.most <= MOST_MEGABYTES:
        raise SettingRefused(f"大小上限请填 1 到 {MOST_MEGABYTES} 之间的整数（MB）。", field="most")
    if not 0 <= settings.least <= settings.most:
        raise SettingRefused("大小下限不能超过上限；不限时填 0。", field="least")
    if settings.or_link and (kind.form != Kind.Form.VIDEO or settings.role != Role.MAIN):
        raise SettingRefused("只有视频作品本体可以用播放链接代替。", field="or_link")


def _refuse_losing_files(row: FileRequirement, settings: RequirementSettings) -> None:
    files = WorkFile.objects.filter(requirement=row, superseded_at__isnull=True)
    used = set(files.values_list("format", flat=True))
    if dropped := [name for name in row.formats if name in used and name not in settings.formats]:
        raise SettingRefused(
            f"已经有人交了{'、'.join(dropped)}文件，不能取消这种格式。可以另设一种材料。", field="formats"
        )
    sizes = files.aggregate(most=Max("size"), least=Min("size"))
    if (sizes["most"] or 0) > settings.most * MB:
        raise SettingRefused(f"已经交来的文件最大 {readable_size(sizes['most'])}，上限不能更小。", field="most")
    raised = settings.least * MB > row.min_bytes
    if raised and sizes["least"] is not None and sizes["least"] < settings.least * MB:
        raise SettingRefused(f"已经交来的文件最小 {readable_size(sizes['least'])}，下限不能更大。", field="least")


def _apply(row: FileRequirement, settings: RequirementSettings) -> None:
    row.title, row.hint, row.role = settings.title.strip(), settings.hint.strip(), settings.role
    row.formats = [name for name in FORMATS if name in settings.formats]
    row.min_bytes, row.max_bytes = max(1, settings.least * MB), settings.most * MB
    row.required, row.or_link, row.shown_to_reviewers = settings.required, settings.or_link, settings.shown_to_reviewers


def _free_code(rows: Sequence[FileRequirement]) -> str:
    taken = {row.code for row in rows}
    return next(code for number in range(1, len(taken) + 2) if (code := f"file-{number}") not in taken)


def _record(row: FileRequirement, act: str, actor: User, now: datetime) -> None:
    selection = row.kind.selection
    payload = {"selection": selection.pk, "requirement": row.pk, "act": act}
    record_event(edition=selection.edition, kind="file_requirement_set", actor=actor, payload=payload, now=now)
