"""A batch of certificates as one ZIP: stored not deflated, streamed, of known size, with lists anybody can check."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils import timezone
from zipstream import ZIP_STORED, ZipStream

from certificates.documents.batches import BatchItem, work_of
from certificates.models import Certificate
from core.files import safe_name, unique_name
from core.spreadsheets import OutColumn, add_sheet, new_workbook, workbook_bytes, write_table

CATALOGUE = "目录.xlsx"
DIGESTS = "SHA256SUMS.txt"
_COLUMNS = (
    OutColumn("序号", width=6),
    OutColumn("证书编号", width=26),
    OutColumn("获奖人", width=24),
    OutColumn("奖项", width=16),
    OutColumn("作品", width=36),
    OutColumn("状态", width=10),
    OutColumn("文件", width=46),
)
_GAP_COLUMNS = (
    OutColumn("序号", width=6),
    OutColumn("证书编号", width=26),
    OutColumn("获奖人", width=24),
    OutColumn("奖项", width=16),
    OutColumn("作品", width=36),
    OutColumn("为什么没有文件", width=60),
)


@dataclass(frozen=True)
class NamedFile:
    """A certificate's file as it will stand in the ZIP."""

    name: str
    item: BatchItem
    path: Path


@dataclass(frozen=True)
class CertificateArchive:
    """What a ZIP will hold, decided before its first byte leaves."""

    title: str
    items: list[BatchItem]
    files: list[NamedFile]

    @property
    def gaps(self) -> list[BatchItem]:
        return [item for item in self.items if item.gap]


def plan_archive(items: Sequence[BatchItem], *, title: str) -> CertificateArchive:
    """Name every file by serial number and name; certificates without a file stay on the list with the reason."""
    taken = {CATALOGUE.casefold(), DIGESTS.casefold()}
    files = []
    for item in items:
        if item.path is None:
            continue
        serial, name = safe_name(item.certificate.serial), safe_name(item.certificate.text["recipient"])
        files.append(NamedFile(unique_name(f"{serial} {name}".strip() + ".pdf", taken), item, item.path))
    return CertificateArchive(title, list(items), files)


def archive_stream(archive: CertificateArchive, *, now: datetime) -> tuple[int, Iterator[bytes]]:
    """The ZIP's size in bytes and the ZIP in pieces.

    Raises RuntimeError in mid-stream where a file's size changed under the download: better none than a wrong one.
    """
    stream = ZipStream(compress_type=ZIP_STORED, sized=True)
    listed = catalogue(archive, now=now)
    stream.add(listed, CATALOGUE)
    stream.add(_digests(archive, listed), DIGESTS)
    for each in archive.files:
        stream.add(_pieces(each.path), each.name, size=each.item.size)
    return len(stream), iter(stream)


def catalogue(archive: CertificateArchive, *, now: datetime) -> bytes:
    """目录.xlsx: every certificate, and on a second sheet those without a file; nothing personal beyond the names."""
    workbook = new_workbook()
    names = {each.item.certificate.pk: each.name for each in archive.files}
    rows = [
        (place, *_words(item.certificate), item.certificate.get_state_display(), names.get(item.certificate.pk, ""))
        for place, item in enumerate(archive.items, start=1)
    ]
    note = f"{timezone.localtime(now):%Y-%m-%d %H:%M} 生成，{len(rows)} 张证书，{len(names)} 个文件。"
    write_table(add_sheet(workbook, "目录"), title=f"{archive.title}目录", columns=_COLUMNS, rows=rows, note=note)
    gaps = [(place, *_words(item.certificate), item.gap) for place, item in enumerate(archive.gaps, start=1)]
    note = "" if gaps else "没有缺件。"
    write_table(add_sheet(workbook, "缺件"), title=f"{archive.title}缺件", columns=_GAP_COLUMNS, rows=gaps, note=note)
    return workbook_bytes(workbook)


def _words(row: Certificate) -> tuple[str, str, str, str]:
    return row.serial, row.text["recipient"], row.text["award"], work_of(row)


def _digests(archive: CertificateArchive, listed: bytes) -> bytes:
    """In the form that `sha256sum -c` reads."""
    lines = [f"{hashlib.sha256(listed).hexdigest()}  {CATALOGUE}"]
    lines += [f"{each.item.certificate.file_sha256}  {each.name}" for each in archive.files]
    return ("\n".join(lines) + "\n").encode()


def _pieces(path: Path) -> Iterator[bytes]:
    yield path.read_bytes()
