"""What a contest asks to be handed in: kinds of material, their formats and limits."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from contest.exceptions import ContestRefused, SettingRefused
from contest.models import Contest, GroupRound, Material, MaterialRequirement
from contest.services.defaults import MB
from core.files import FORMATS
from ledger.services import record_event

MOST_MEGABYTES = 500
MOST_REQUIREMENTS = 20


@dataclass(frozen=True)
class RequirementSettings:
    """What an organiser sets of a material."""

    title: str
    hint: str
    formats: Sequence[str]
    megabytes: int
    required: bool
    audience: str


@transaction.atomic
def add_requirement(
    *, contest: Contest, settings: RequirementSettings, actor: User, now: datetime
) -> MaterialRequirement:
    """Ask for one more material, last in the list. Refuses (SettingRefused, with the field) what cannot be."""
    locked = _locked(contest)
    rows = list(locked.material_requirements.all())
    if len(rows) >= MOST_REQUIREMENTS:
        raise ContestRefused(f"最多 {MOST_REQUIREMENTS} 种材料，请先删去不用的。")
    _refuse_shape(settings, rows)
    order = max((row.order for row in rows), default=0) + 1
    made = MaterialRequirement(contest=locked, code=_free_code(rows), order=order)
    _apply(made, settings)
    made.save(force_insert=True)
    _record(made, "added", actor, now)
    return made


@transaction.atomic
def change_requirement(
    *, requirement: MaterialRequirement, settings: RequirementSettings, actor: User, now: datetime
) -> MaterialRequirement:
    """Change a material. What was handed in stays valid (pitfall 24): refuses (SettingRefused, with the field) to drop
    the format or to go below the size of a file that is there, besides what cannot be at all."""
    contest = _locked(requirement.contest)
    row = MaterialRequirement.objects.get(pk=requirement.pk)
    _refuse_shape(settings, [other for other in contest.material_requirements.all() if other.pk != row.pk])
    files = Material.objects.filter(requirement=row)
    used = set(files.values_list("format", flat=True))
    if dropped := [name for name in row.formats if name in used and name not in settings.formats]:
        raise SettingRefused(
            f"已经有人交了{'、'.join(dropped)}文件，不能取消这种格式。可以另设一种材料。", field="formats"
        )
    largest = files.aggregate(size=Max("size"))["size"] or 0
    if largest > settings.megabytes * MB:
        raise SettingRefused(f"已经交来的文件最大 {largest / MB:.1f} MB，上限不能更小。", field="megabytes")
    before = [getattr(row, name) for name in _COLUMNS]
    _apply(row, settings)
    if before != [getattr(row, name) for name in _COLUMNS]:
        row.save()
        _record(row, "changed", actor, now)
    return row


@transaction.atomic
def remove_requirement(*, requirement: MaterialRequirement, actor: User, now: datetime) -> None:
    """Ask for a material no more. Refuses (ContestRefused) one that has files (pitfall 24) or that a round shows."""
    _locked(requirement.contest)
    row = MaterialRequirement.objects.select_related("contest__edition").get(pk=requirement.pk)
    count = Material.objects.filter(requirement=row).values("contestant").distinct().count()
    if count:
        raise ContestRefused(f"已有 {count} 位选手交过“{row.title}”，不能删除。可以改为“选交”。")
    if GroupRound.objects.filter(video_requirement=row).exists():
        raise ContestRefused(f"有视频评审的轮次用“{row.title}”，不能删除。")
    _record(row, "removed", actor, now)
    row.delete()


@transaction.atomic
def move_requirement(*, requirement: MaterialRequirement, up: bool, actor: User, now: datetime) -> None:
    """Exchange a material with its neighbour in the list; at the end of it nothing happens."""
    contest = _locked(requirement.contest)
    rows = list(contest.material_requirements.order_by("order", "pk"))
    place = next(index for index, row in enumerate(rows) if row.pk == requirement.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for order, row in enumerate(rows, start=1):
        row.order = order
    MaterialRequirement.objects.bulk_update(rows, ["order"])
    _record(rows[other], "moved", actor, now)


_COLUMNS = ("title", "hint", "formats", "max_bytes", "required", "audience")


def settings_of(requirement: MaterialRequirement) -> RequirementSettings:
    """A material's settings as they are."""
    values = {each.name: getattr(requirement, each.name, None) for each in fields(RequirementSettings)}
    return RequirementSettings(**{**values, "megabytes": requirement.max_bytes // MB})  # type: ignore[arg-type]


def _refuse_shape(settings: RequirementSettings, others: Sequence[MaterialRequirement]) -> None:
    if not settings.title.strip():
        raise SettingRefused("请填写材料的名称。", field="title")
    if any(other.title == settings.title for other in others):
        raise SettingRefused(f"已经有一种材料叫“{settings.title}”，请改名。", field="title")
    if not settings.formats:
        raise SettingRefused("请至少选一种格式。", field="formats")
    if unknown := [name for name in settings.formats if name not in FORMATS]:
        raise SettingRefused(f"不支持的格式：{'、'.join(unknown)}。", field="formats")
    if not 1 <= settings.megabytes <= MOST_MEGABYTES:
        raise SettingRefused(f"大小上限请填 1 到 {MOST_MEGABYTES} 之间的整数（MB）。", field="megabytes")
    if settings.audience not in MaterialRequirement.Audience.values:
        raise SettingRefused("请选择由谁提交。", field="audience")


def _apply(row: MaterialRequirement, settings: RequirementSettings) -> None:
    row.title, row.hint = settings.title.strip(), settings.hint.strip()
    row.formats = [name for name in FORMATS if name in settings.formats]
    row.max_bytes = settings.megabytes * MB
    row.required, row.audience = settings.required, settings.audience


def _free_code(rows: Sequence[MaterialRequirement]) -> str:
    taken = {row.code for row in rows}
    return next(code for number in range(1, len(taken) + 2) if (code := f"material-{number}") not in taken)


def _locked(contest: Contest) -> Contest:
    """The contest's row serialises every change of its list."""
    return Contest.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=contest.pk)


def _record(row: MaterialRequirement, act: str, actor: User, now: datetime) -> None:
    payload = {"contest": row.contest_id, "requirement": row.pk, "act": act}
    record_event(edition=row.contest.edition, kind="material_requirement_set", actor=actor, payload=payload, now=now)
