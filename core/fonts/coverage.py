"""Which characters a font file has, by the `cmap` table of a TrueType or OpenType font or of one in a collection."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class FontUnreadable(ValueError):
    """The file is no font, or has no table of characters that can be read."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Characters as ranges of code points, both ends included, in order."""

    firsts: tuple[int, ...]
    lasts: tuple[int, ...]

    def __contains__(self, char: str) -> bool:
        place = bisect_right(self.firsts, ord(char)) - 1
        return place >= 0 and ord(char) <= self.lasts[place]


@dataclass(frozen=True, slots=True)
class Family:
    """A font family of a chain and the characters that it has."""

    name: str
    characters: Coverage


def coverage_of(ranges: Iterable[tuple[int, int]]) -> Coverage:
    """The coverage of ranges in whatever order."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return Coverage(tuple(first for first, _ in merged), tuple(last for _, last in merged))


def read_coverage(font: bytes, index: int = 0) -> Coverage:
    """The characters of a font file; `index` counts in a collection. Refuses (FontUnreadable) what is no font."""
    try:
        start = struct.unpack_from(">L", font, 12 + 4 * index)[0] if font[:4] == b"ttcf" else 0
        cmap = _table(font, start, b"cmap")
        return coverage_of(_ranges(font, cmap, _best_subtable(font, cmap)))
    except struct.error as error:
        raise FontUnreadable("the font file is cut off") from error


def _table(font: bytes, start: int, wanted: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, start + 4)
    for place in range(count):
        tag, _, offset, _ = struct.unpack_from(">4sLLL", font, start + 12 + 16 * place)
        if tag == wanted:
            return int(offset)
    raise FontUnreadable("the file has no table of characters")


def _best_subtable(font: bytes, cmap: int) -> int:
    """Offset of the Unicode subtable with the most characters: format 12 before format 4."""
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    found: dict[int, int] = {}
    for place in range(count):
        platform, encoding, offset = struct.unpack_from(">HHL", font, cmap + 4 + 8 * place)
        (form,) = struct.unpack_from(">H", font, cmap + offset)
        if form in (4, 12) and (platform, encoding) in _UNICODE:
            found[form] = cmap + offset
    if not found:
        raise FontUnreadable("the font has no Unicode table of characters")
    return found[max(found)]


_UNICODE = {(0, 0), (0, 1), (0, 2), (0, 3), (0, 4), (0, 6), (3, 1), (3, 10)}


def _ranges(font: bytes, cmap: int, subtable: int) -> Iterable[tuple[int, int]]:
    (form,) = struct.unpack_from(">H", font, subtable)
    if form == 12:
        (groups,) = struct.unpack_from(">L", font, subtable + 12)
        for place in range(groups):
            first, last, glyph = struct.unpack_from(">LLL", font, subtable + 16 + 12 * place)
            yield (first + (glyph == 0), last)
        return
    yield from _segments(font, subtable)


def _segments(font: bytes, subtable: int) -> Iterable[tuple[int, int]]:
    """Of format 4; a character whose glyph is 0 is none."""
    (twice,) = struct.unpack_from(">H", font, subtable + 6)
    count = twice // 2
    lasts = _shorts(font, subtable + 14, count)
    firsts = _shorts(font, subtable + 16 + twice, count)
    deltas = _shorts(font, subtable + 16 + 2 * twice, count)
    offsets_at = subtable + 16 + 3 * twice
    offsets = _shorts(font, offsets_at, count)
    for place, (first, last, delta, offset) in enumerate(zip(firsts, lasts, deltas, offsets, strict=True)):
        for code in range(first, last + 1):
            glyph = code
            if offset:
                (glyph,) = struct.unpack_from(">H", font, offsets_at + 2 * place + offset + 2 * (code - first))
            if code != 0xFFFF and (glyph or not offset) and (glyph + delta) & 0xFFFF:
                yield (code, code)


def _shorts(font: bytes, start: int, count: int) -> Sequence[int]:
    return struct.unpack_from(f">{count}H", font, start)
