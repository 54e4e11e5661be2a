"""Everything that was handed in as one ZIP, named by the contest's rule: stored not deflated, streamed, of known size.

The list 目录.xlsx in it names every file with its person, size and SHA-256 and says what is missing; whoever has the
ZIP can check it without this system. Nothing is held in memory but that list: a video is read as it leaves.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from zipstream import ZIP_STORED, ZipStream

from contest.models import Appearance, Contest, Contestant, Group, Material
from contest.services.eligibility import Missing, missing_for
from contest.services.file_names import name_parts
from contest.services.materials import current_materials
from core.files import safe_name, unique_name
from core.files.naming import name_by_rule
from core.spreadsheets import OutColumn, add_sheet, new_workbook, workbook_bytes, write_table

CATALOGUE = "目录.xlsx"
_CHUNK = 1 << 18
_FILE_COLUMNS = (
    OutColumn("序号", width=6),
    OutColumn("组别", width=10),
    OutColumn("姓名", width=12),
    OutColumn("推荐单位", width=24),
    OutColumn("材料", width=18),
    OutColumn("文件", width=52),
    OutColumn("原文件名", width=36),
    OutColumn("字节数", width=14, number_format="0"),
    OutColumn("SHA-256", width=70),
    OutColumn("上传时间", width=26),
)
_GAP_COLUMNS = (
    OutColumn("序号", width=6),
    OutColumn("组别", width=10),
    OutColumn("姓名", width=12),
    OutColumn("推荐单位", width=24),
    OutColumn("缺什么", width=60),
)


@dataclass(frozen=True)
class ArchiveFile:
    """A file as it will stand in the ZIP."""

    name: str
    path: Path
    material: Material
    contestant: Contestant


@dataclass(frozen=True)
class ArchivePlan:
    """What a ZIP will hold, decided before its first byte leaves: its files, and what is missing."""

    contest: Contest
    files: list[ArchiveFile]
    gaps: list[tuple[Contestant, str]]
    people: int

    @property
    def size(self) -> int:
        return sum(each.material.size for each in self.files)


def plan_archive(contest: Contest, contestants: Sequence[Contestant]) -> ArchivePlan:
    """The files of these registrations in the list's order, and what each lacks.

    A file that is gone from the disk, or not as large as it was, is named among the gaps and left out.
    """
    codes = _codes(contestants)
    missing = missing_for(contestants, groups=_groups(contest))
    handed_in = current_materials(contestants)
    taken: set[str] = {CATALOGUE.casefold()}
    files: list[ArchiveFile] = []
    gaps: list[tuple[Contestant, str]] = []
    for one in contestants:
        gaps += [(one, message) for message in _lacking(missing[one.pk])]
        folder = safe_name(one.group.title) or "组别"
        for material in handed_in[one.pk]:
            path = Path(settings.MEDIA_ROOT) / material.path
            title = material.requirement.title
            if not path.is_file() or path.stat().st_size != material.size:
                gaps.append((one, f"文件读不到或不完整：{title}，请重新上传"))
                continue
            parts = name_parts(one, material=title, code=codes.get(one.pk, ""))
            name = name_by_rule(contest.file_name_rule, parts, extension=material.format)
            files.append(ArchiveFile(unique_name(f"{folder}/{name}", taken), path, material, one))
    return ArchivePlan(contest, files, gaps, len(contestants))


def archive_stream(plan: ArchivePlan, *, now: datetime) -> tuple[int, Iterator[bytes]]:
    """The ZIP's size in bytes and the ZIP in pieces; a download that breaks off is seen to be short.

    Raises RuntimeError in mid-stream where a file changed under the download: better none than a wrong one.
    """
    stream = ZipStream(compress_type=ZIP_STORED, sized=True)
    stream.add(catalogue(plan, now=now), CATALOGUE)
    for each in plan.files:
        stream.add(_pieces(each.path), each.name, size=each.material.size)
    return len(stream), iter(stream)


def catalogue(plan: ArchivePlan, *, now: datetime) -> bytes:
    """目录.xlsx: the files, and on a second sheet what is missing."""
    workbook = new_workbook()
    made = f"{timezone.localtime(now):%Y-%m-%d %H:%M} 生成，{plan.people} 份报名，{len(plan.files)} 个文件。"
    rows = [
        (
            place,
            each.contestant.group.title,
            each.contestant.name,
            _unit(each.contestant),
            each.material.requirement.title,
            each.name,
            each.material.original_name,
            each.material.size,
            each.material.sha256,
            f"{timezone.localtime(each.material.uploaded_at):%Y-%m-%d %H:%M}",
        )
        for place, each in enumerate(plan.files, start=1)
    ]
    title = f"{plan.contest.title}参赛材料"
    write_table(add_sheet(workbook, "目录"), title=f"{title}目录", columns=_FILE_COLUMNS, rows=rows, note=made)
    gaps = [
        (place, one.group.title, one.name, _unit(one), message) for place, (one, message) in enumerate(plan.gaps, 1)
    ]
    note = "" if gaps else "没有缺件。"
    write_table(add_sheet(workbook, "缺件"), title=f"{title}缺件", columns=_GAP_COLUMNS, rows=gaps, note=note)
    return workbook_bytes(workbook)


def _lacking(missing: Iterable[Missing]) -> list[str]:
    return [item.message for item in missing if item.code.startswith("material.")]


def _unit(contestant: Contestant) -> str:
    return contestant.unit.name if contestant.unit is not None else ""


def _groups(contest: Contest) -> dict[int, Group]:
    groups = {group.pk: group for group in contest.groups.all()}
    for group in groups.values():
        group.contest = contest
    return groups


def _codes(contestants: Iterable[Contestant]) -> dict[int, str]:
    """The entry's code in the latest round that each was drawn for."""
    rows = Appearance.objects.filter(contestant__in=[one.pk for one in contestants]).order_by("pk")
    return dict(rows.values_list("contestant_id", "entry__code"))


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            yield piece
