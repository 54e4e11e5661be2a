"""MP4 and MOV: a copy of the same length in which everything that is no picture or sound is blank.

Nothing moves: a box that has to go becomes a `free` box of the same size, filled with zeros, so that every offset to
the pictures (stco, co64) stays right by itself. Of the media data only what a kept track uses is copied; what lies
between, or belonged to a track of places or camera settings, is zero too. What the coded pictures say inside themselves
(an encoder's settings) stays.
"""

import bisect
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from core.media.cleaning.exceptions import CleaningRefused
from core.media.cleaning.samples import Chunk, chunks_of

_DAMAGED = "读不出来，不能去除文件属性。请用剪辑软件重新导出为 MP4 再上传。"
_BLOCK = 1024 * 1024
_MOST_BOXES = 200_000
_LARGEST_INDEX = 256 * 1024 * 1024
# What a player needs, at each level; any other box is blanked.
_TOP = {b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"sidx", b"ssix", b"mfra"}
_INSIDE = {
    b"moov": {b"mvhd", b"trak", b"mvex", b"iods"},
    b"trak": {b"tkhd", b"edts", b"mdia", b"tapt", b"clip", b"matt"},
    b"mdia": {b"mdhd", b"hdlr", b"minf", b"elng"},
    b"minf": {b"vmhd", b"smhd", b"nmhd", b"sthd", b"gmhd", b"hdlr", b"dinf", b"stbl"},
    b"moof": {b"mfhd", b"traf"},
}
_PARENTS = {*_INSIDE, b"traf", b"mvex", b"edts", b"dinf", b"stbl", b"mfra"}
# Tracks that are watched, heard or read; places, timecodes with names, camera settings are not.
_KEPT_TRACKS = {b"vide", b"soun", b"sbtl", b"subt", b"clcp"}
_ANYWHERE_BLANK = {b"udta", b"meta", b"uuid", b"free", b"skip", b"wide", b"prft", b"emsg"}


@dataclass
class _Box:
    """A box of the file: where it begins, where its content does, where it ends."""

    kind: bytes
    start: int
    body: int
    end: int


@dataclass
class _Plan:
    """What the copy differs in: bytes written over the copy, and of the media data the ranges that are used."""

    patches: list[tuple[int, bytes]] = field(default_factory=list)
    blanks: list[tuple[int, int]] = field(default_factory=list)
    media: list[tuple[int, int]] = field(default_factory=list)
    used: list[Chunk] = field(default_factory=list)
    unused: list[Chunk] = field(default_factory=list)
    fragmented: bool = False
    kept_tracks: int = 0
    dropped_track: bool = False
    seen: int = 0


def clean_movie(path: Path, target: Path) -> None:
    """Titles, authors, places, times of making, XMP, covers, camera tracks and hidden remains are blank in the copy.

    Refuses (CleaningRefused) a file whose boxes do not add up, and a fragmented one with such a track, whose data we
    could not tell from the pictures.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        plan = _Plan()
        try:
            _walk_top(file, size, plan)
        except (struct.error, IndexError) as error:
            raise CleaningRefused(_DAMAGED) from error
        if plan.fragmented and plan.dropped_track:
            raise CleaningRefused("含有拍摄信息轨道，不能去除。请用剪辑软件另存为普通的 MP4 再上传。")
        if not plan.fragmented:
            plan.blanks += _unused(plan)
        with target.open("wb") as out:
            _copy(file, out, size, sorted(plan.blanks))
            for place, content in plan.patches:
                out.seek(place)
                out.write(content)


def _walk_top(file: BinaryIO, size: int, plan: _Plan) -> None:
    kinds = set()
    end = 0
    for box in _boxes(file, 0, size, plan):
        kinds.add(box.kind)
        end = box.end
        if box.kind == b"mdat":
            plan.media.append((box.body, box.end))
        elif box.kind in _TOP:
            plan.fragmented |= box.kind == b"moof"
            _walk(file, box, plan)
        else:
            _blank(box, plan)
    plan.blanks.append((end, size))
    if not kinds >= {b"moov", b"mdat"} or not plan.kept_tracks:
        raise CleaningRefused(_DAMAGED)


def _walk(file: BinaryIO, box: _Box, plan: _Plan) -> None:
    if box.kind == b"trak":
        chunks = chunks_of(_content(file, _find(file, box, plan, b"mdia", b"minf", b"stbl")))
        if _handler(file, box, plan) not in _KEPT_TRACKS:
            plan.dropped_track = True
            plan.unused += chunks
            _blank(box, plan)
            return
        plan.kept_tracks += 1
        plan.used += chunks
    if box.kind in _PARENTS:
        kept = _INSIDE.get(box.kind)
        for child in _boxes(file, box.body, box.end, plan):
            if child.kind in _ANYWHERE_BLANK or (kept is not None and child.kind not in kept):
                _blank(child, plan)
            else:
                _walk(file, child, plan)
    elif box.kind in _LEAVES:
        plan.patches += _LEAVES[box.kind](_content(file, box), box)


def _blank(box: _Box, plan: _Plan) -> None:
    plan.patches.append((box.start + 4, b"free"))
    plan.blanks.append((box.body, box.end))


def _times(content: bytes, box: _Box) -> list[tuple[int, bytes]]:
    """Creation and change of mvhd, tkhd and mdhd, which begin alike."""
    return [(box.body + 4, b"\0" * (16 if content[0] == 1 else 8))]


def _handler_name(content: bytes, box: _Box) -> list[tuple[int, bytes]]:
    """The maker and the name behind the type; zeros read as an empty one, in MP4 and in MOV."""
    return [(box.body + 12, b"\0" * (len(content) - 12))] if len(content) > 12 else []


def _references(content: bytes, box: _Box) -> list[tuple[int, bytes]]:
    """A MOV's data references are aliases: where the file lay on somebody's disk. Data elsewhere cannot be cleaned."""
    patches, place = [], 8
    while place + 12 <= len(content):
        length, _, flags = struct.unpack(">L4sL", content[place : place + 12])
        if length < 12 or place + length > len(content) or not flags & 1:
            raise CleaningRefused("的画面存在别的文件里，不能去除文件属性。请用剪辑软件导出为完整的 MP4 再上传。")
        patches.append((box.body + place + 12, b"\0" * (length - 12)))
        place += length
    return patches


def _compressor(content: bytes, box: _Box) -> list[tuple[int, bytes]]:
    """The name of camera or program in each picture's sample entry."""
    patches, place = [], 8
    while place + 8 <= len(content):
        length, kind = struct.unpack(">L4s", content[place : place + 8])
        if length < 8:
            break
        if length >= 86 and kind in _PICTURES:
            patches.append((box.body + place + 50, b"\0" * 32))
        place += length
    return patches


_PICTURES = {b"avc1", b"avc2", b"avc3", b"avc4", b"hvc1", b"hev1", b"mp4v", b"av01", b"vp09", b"jpeg", b"apch", b"apcn"}
_LEAVES = {b"mvhd": _times, b"tkhd": _times, b"mdhd": _times, b"hdlr": _handler_name, b"stsd": _compressor}
_LEAVES[b"dref"] = _references


def _boxes(file: BinaryIO, place: int, end: int, plan: _Plan) -> Iterator[_Box]:
    """The boxes from `place` to `end`; stray bytes behind the last are nobody's."""
    while place + 8 <= end:
        file.seek(place)
        head = file.read(16)
        length, kind = struct.unpack(">L4s", head[:8])
        body = place + 8
        if length == 1:
            length, body = struct.unpack(">Q", head[8:16])[0], place + 16
        elif length == 0:
            length = end - place
        plan.seen += 1
        if length < body - place or place + length > end or plan.seen > _MOST_BOXES:
            if kind.isalnum():
                raise CleaningRefused(_DAMAGED)
            return
        yield _Box(kind, place, body, place + length)
        place += length


def _find(file: BinaryIO, box: _Box, plan: _Plan, *way: bytes) -> _Box:
    for kind in way:
        found = next((each for each in _boxes(file, box.body, box.end, plan) if each.kind == kind), None)
        if found is None:
            raise CleaningRefused(_DAMAGED)
        box = found
    return box


def _handler(file: BinaryIO, track: _Box, plan: _Plan) -> bytes:
    return _content(file, _find(file, track, plan, b"mdia", b"hdlr"))[8:12]


def _content(file: BinaryIO, box: _Box) -> bytes:
    if box.end - box.body > _LARGEST_INDEX:
        raise CleaningRefused(_DAMAGED)
    file.seek(box.body)
    return file.read(box.end - box.body)


def _unused(plan: _Plan) -> list[tuple[int, int]]:
    """The parts of the media data that no kept track uses."""
    starts = sorted({chunk.start for chunk in (*plan.used, *plan.unused)})
    blanks, chunks, number = [], sorted(plan.used, key=lambda chunk: chunk.start), 0
    for start, end in sorted(plan.media):
        place = start
        while number < len(chunks) and chunks[number].start < end:
            chunk = chunks[number]
            if chunk.start > place:
                blanks.append((place, chunk.start))
            if chunk.size is None:  # to the next chunk of whatever track
                following = bisect.bisect_right(starts, chunk.start)
                last = min(starts[following] if following < len(starts) else end, end)
            else:
                last = chunk.start + chunk.size
            place = max(place, last)
            number += 1
        if place < end:
            blanks.append((place, end))
    return blanks


def _copy(file: BinaryIO, out: BinaryIO, size: int, blanks: list[tuple[int, int]]) -> None:
    """Block by block, with zeros in the ranges of `blanks`."""
    place, number = 0, 0
    file.seek(0)
    while place < size:
        block = bytearray(file.read(_BLOCK))
        if not block:
            raise CleaningRefused(_DAMAGED)
        end = place + len(block)
        while number < len(blanks) and blanks[number][0] < end:
            first, last = max(blanks[number][0], place), min(blanks[number][1], end)
            if first < last:
                block[first - place : last - place] = bytes(last - first)
            if blanks[number][1] > end:
                break
            number += 1
        out.write(block)
        place = end
