"""Where a track's samples lie in the file, from its sample table (ISO 14496-12: stsc, stsz or stz2, stco or co64)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from core.media.cleaning.exceptions import CleaningRefused

_DAMAGED = "的画面索引读不出来，不能去除文件属性。请用剪辑软件重新导出为 MP4 再上传。"
_MOST_SAMPLES = 5_000_000


@dataclass(frozen=True)
class Chunk:
    """Samples of a track that lie together: the first byte, and how many bytes; None where the table does not say."""

    start: int
    size: int | None


def chunks_of(table: bytes) -> list[Chunk]:
    """The chunks of a track, from the content of its `stbl`; none where it has none (a fragmented film's).

    A table of one size for all samples leaves the size open: of uncompressed sound old programs wrote it in units of
    their own. Refuses (CleaningRefused) a table that contradicts itself: what is kept could be wrong.
    """
    boxes = dict(_boxes(table))
    offsets = _offsets(boxes)
    if not offsets or _one_size(boxes):
        return [Chunk(offset, None) for offset in offsets]
    sizes = _sizes(boxes)
    runs = _numbers(boxes.get(b"stsc", b""), 3)
    if not runs or runs[0][0] != 1:
        raise CleaningRefused(_DAMAGED)
    chunks, sample = [], 0
    for number, (first, samples, _) in enumerate(runs):
        following = runs[number + 1][0] if number + 1 < len(runs) else len(offsets) + 1
        if not first <= following <= len(offsets) + 1:
            raise CleaningRefused(_DAMAGED)
        for chunk in range(first, following):
            chunks.append(Chunk(offsets[chunk - 1], sum(sizes[sample : sample + samples])))
            sample += samples
    if sample < len(sizes):
        raise CleaningRefused(_DAMAGED)
    return chunks


def _one_size(boxes: dict[bytes, bytes]) -> bool:
    return b"stsz" in boxes and struct.unpack(">L", boxes[b"stsz"][4:8])[0] != 0


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place + 8 <= len(content):
        length, kind = struct.unpack(">L4s", content[place : place + 8])
        if length < 8 or place + length > len(content):
            raise CleaningRefused(_DAMAGED)
        yield kind, content[place + 8 : place + length]
        place += length


def _offsets(boxes: dict[bytes, bytes]) -> list[int]:
    if b"co64" in boxes:
        return [offset for (offset,) in _numbers(boxes[b"co64"], 1, "Q")]
    return [offset for (offset,) in _numbers(boxes.get(b"stco", b""), 1)]


def _sizes(boxes: dict[bytes, bytes]) -> list[int]:
    if b"stsz" in boxes:
        count = _sane(struct.unpack(">L", boxes[b"stsz"][8:12])[0])
        return [size for (size,) in _rows(boxes[b"stsz"][12:], count, 1, "L")]
    if b"stz2" in boxes:
        width, count = boxes[b"stz2"][7], _sane(struct.unpack(">L", boxes[b"stz2"][8:12])[0])
        packed = boxes[b"stz2"][12:]
        if width == 4:
            halves = [half for byte in packed for half in (byte >> 4, byte & 15)]
            return halves[:count]
        return [size for (size,) in _rows(packed, count, 1, "H" if width == 16 else "B")]
    raise CleaningRefused(_DAMAGED)


def _numbers(content: bytes, width: int, code: str = "L") -> list[tuple[int, ...]]:
    """Rows of a table with version, flags and count before them."""
    if len(content) < 8:
        return []
    return _rows(content[8:], _sane(struct.unpack(">L", content[4:8])[0]), width, code)


def _rows(content: bytes, count: int, width: int, code: str) -> list[tuple[int, ...]]:
    row = struct.Struct(f">{width}{code}")
    if len(content) < count * row.size:
        raise CleaningRefused(_DAMAGED)
    return list(row.iter_unpack(content[: count * row.size]))


def _sane(count: int) -> int:
    if count > _MOST_SAMPLES:
        raise CleaningRefused(_DAMAGED)
    return count
