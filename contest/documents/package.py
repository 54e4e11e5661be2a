"""The package for the province: lists, forms, media renamed by rule, checksums and what is missing, in one ZIP.

It is streamed: a finalist's video may be hundreds of megabytes. Checksums are taken of the bytes that leave, so the
list of checksums and the list of what is missing are its last two files.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from zipstream import ZIP_STORED, ZipStream

from contest.documents.nominations import nomination_workbook
from contest.documents.word import chinese_date, delegation_docx, nomination_docx, registration_docx
from contest.models import Contest, Contestant, Delegation, Finalist, Material
from contest.services.file_names import file_name_by_rule, name_parts
from contest.services.nominations import package_gaps

CHECKSUMS, GAPS = "SHA256SUMS.txt", "缺件清单.txt"
_CHUNK = 1 << 18


@dataclass
class _Package:
    """The files of a package as they leave, with their digests and what turned out to be wrong on the way."""

    stream: ZipStream = field(default_factory=lambda: ZipStream(compress_type=ZIP_STORED))
    digests: dict[str, str] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)

    def add(self, name: str, content: bytes) -> None:
        self.stream.add(self._watched(name, (content,)), name)

    def add_file(self, name: str, path: Path, expected: str) -> None:
        self.stream.add(self._watched(name, _chunks(path), expected), name)

    def _watched(self, name: str, chunks: Iterable[bytes], expected: str = "") -> Iterator[bytes]:
        digest = hashlib.sha256()
        try:
            for chunk in chunks:
                digest.update(chunk)
                yield chunk
        except OSError:
            self.damaged.append(f"{name}：文件读取失败，请重新上传")
        self.digests[name] = digest.hexdigest()
        if expected and digest.hexdigest() != expected and not any(line.startswith(name) for line in self.damaged):
            self.damaged.append(f"{name}：与提交时的校验值不一致，请重新上传")


def province_package(contest: Contest, rows: Sequence[Finalist], *, now: datetime) -> Iterator[bytes]:
    """The ZIP in pieces, stored not deflated; everything but the media is made before the first piece leaves."""
    today = timezone.localdate(now)
    package = _Package()
    delegation = Delegation.objects.filter(contest=contest).first()
    package.add("推荐名单汇总表.xlsx", nomination_workbook(contest, rows, on=today))
    package.add("推荐名单汇总表.docx", nomination_docx(contest, rows, on=today))
    if delegation is not None:
        content = delegation_docx(contest, delegation, people=len(rows), on=today)
        package.add("代表队信息表.docx", content)
    for place, row in enumerate(rows, start=1):
        name = _file_name(contest, place, row.contestant, "报名表", "docx")
        package.add(f"报名表/{name}", registration_docx(row.contestant, on=today))
    _add_media(package, contest, rows)
    gaps = package_gaps(contest, rows)
    package.stream.add(_gap_lines(contest, gaps, package, now), GAPS)
    package.stream.add(_checksum_lines(package), CHECKSUMS)
    return iter(package.stream)


def _add_media(package: _Package, contest: Contest, rows: Sequence[Finalist]) -> None:
    media = Material.objects.filter(contestant__in=[row.contestant_id for row in rows], superseded_at=None)
    by_contestant: dict[int, list[Material]] = {}
    for material in media.select_related("requirement").order_by("requirement__order", "pk"):
        by_contestant.setdefault(material.contestant_id, []).append(material)
    for place, row in enumerate(rows, start=1):
        for material in by_contestant.get(row.contestant_id, []):
            name = _file_name(contest, place, row.contestant, material.requirement.title, material.format)
            package.add_file(f"材料/{name}", Path(settings.MEDIA_ROOT) / material.path, material.sha256)


def _file_name(contest: Contest, place: int, contestant: Contestant, material: str, extension: str) -> str:
    """The contest's rule behind the order of nomination, which keeps namesakes apart."""
    parts = name_parts(contestant, material=material)
    return f"{place:02d}-{file_name_by_rule(contest.file_name_rule, parts, extension=extension)}"


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _gap_lines(contest: Contest, gaps: Sequence[str], package: _Package, now: datetime) -> Iterator[bytes]:
    lines = [f"{contest.title}推荐材料缺件清单", chinese_date(timezone.localdate(now)), ""]
    found = [*gaps, *package.damaged]
    lines += [f"{number}. {line}" for number, line in enumerate(found, start=1)] or ["没有缺件。"]
    content = "\r\n".join(lines).encode("utf-8-sig")  # Windows' Notepad reads it as UTF-8
    package.digests[GAPS] = hashlib.sha256(content).hexdigest()
    yield content


def _checksum_lines(package: _Package) -> Iterator[bytes]:
    """As `sha256sum -c` reads them."""
    for name in sorted(package.digests):
        yield f"{package.digests[name]}  {name}\n".encode()
