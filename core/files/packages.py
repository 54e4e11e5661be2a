"""A package for somebody outside: files renamed by rule, a list of checksums and one of what is missing, in one ZIP.

It is streamed: a video may be hundreds of megabytes. Checksums are taken of the bytes that leave, so the list of
checksums and the list of what is missing are its last two files.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from zipstream import ZIP_STORED, ZipStream

CHECKSUMS, GAPS = "SHA256SUMS.txt", "缺件清单.txt"
_CHUNK = 1 << 18


@dataclass
class Package:
    """The files of a package as they leave, with their digests and what turned out to be wrong on the way."""

    stream: ZipStream = field(default_factory=lambda: ZipStream(compress_type=ZIP_STORED))
    digests: dict[str, str] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)

    def add(self, name: str, content: bytes) -> None:
        """A file that is at hand whole."""
        self.stream.add(self._watched(name, (content,)), name)

    def add_file(self, name: str, path: Path, expected: str) -> None:
        """A stored file, read as it leaves; one whose SHA-256 is not `expected` is named among what is missing."""
        self.stream.add(self._watched(name, _chunks(path), expected), name)

    def finished(self, heading: Sequence[str], gaps: Sequence[str]) -> Iterator[bytes]:
        """The ZIP in pieces, stored not deflated, with the two lists at its end."""
        self.stream.add(self._gap_lines(heading, gaps), GAPS)
        self.stream.add(self._checksum_lines(), CHECKSUMS)
        return iter(self.stream)

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

    def _gap_lines(self, heading: Sequence[str], gaps: Sequence[str]) -> Iterator[bytes]:
        found = [*gaps, *self.damaged]
        lines = [*heading, "", *[f"{number}. {line}" for number, line in enumerate(found, start=1)]]
        lines += [] if found else ["没有缺件。"]
        content = "\r\n".join(lines).encode("utf-8-sig")  # Windows' Notepad reads it as UTF-8
        self.digests[GAPS] = hashlib.sha256(content).hexdigest()
        yield content

    def _checksum_lines(self) -> Iterator[bytes]:
        """As `sha256sum -c` reads them."""
        for name in sorted(self.digests):
            yield f"{self.digests[name]}  {name}\n".encode()


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
