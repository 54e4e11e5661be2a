"""JPEG and PNG, segment by segment: the picture's own data is copied as it is, everything else stays behind."""

import struct
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from core.media.cleaning.exceptions import CleaningRefused

_DAMAGED = "已损坏，不能去除文件属性。请重新导出后再上传。"
_BLOCK = 256 * 1024
# Tables, frame and scan headers, restart interval: what a decoder needs.
_JPEG_KEPT = {0xDA, 0xDB, 0xDC, 0xDD, *(0xC0 + n for n in range(16))} - {0xC8}
_ADOBE = 0xEE
_PNG_START = b"\x89PNG\r\n\x1a\n"
# Pixels, their colours and size; an animation's frames. No texts, times, Exif or named colour profiles.
_PNG_KEPT = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs", b"cICP"),
    *(b"acTL", b"fcTL", b"fdAT"),
}
_EXIF_ORIENTATION = 0x0112


def clean_jpeg(path: Path, target: Path) -> None:
    """Exif, XMP, IPTC, comments, thumbnails and what lies behind the picture are left out; only which way is up stays.

    A colour profile goes too: it may be named after a person's screen. Refuses (CleaningRefused) a broken file.
    """
    with path.open("rb") as file, target.open("wb") as out:
        out.write(cleaned_jpeg(file.read()))


def cleaned_jpeg(content: bytes) -> bytes:
    """The same for a JPEG in memory, as it lies inside a PDF or Word file."""
    if not content.startswith(b"\xff\xd8"):
        raise CleaningRefused(_DAMAGED)
    parts, place, turned = [b"\xff\xd8"], 2, 1
    while True:
        while content[place : place + 2] == b"\xff\xff":
            place += 1
        if len(content) < place + 4 or content[place] != 0xFF:
            raise CleaningRefused(_DAMAGED)
        marker, length = content[place + 1], struct.unpack(">H", content[place + 2 : place + 4])[0]
        segment = content[place : place + 2 + length]
        if marker == 0xE1 and segment[4:10] == b"Exif\0\0":
            turned = _orientation(segment[10:])
        elif marker == _ADOBE and segment[4:9] == b"Adobe":
            parts.append(b"\xff\xee\x00\x0e" + segment[4:16])
        elif marker in _JPEG_KEPT:
            parts.append(segment)
        place += 2 + length
        if marker == 0xDA:
            end = _end_of_scan(content, place)
            parts.append(content[place:end])
            place = end
            if content[place : place + 2] == b"\xff\xd9":
                break
    if turned != 1:
        parts.insert(1, _orientation_segment(turned))
    return b"".join([*parts, b"\xff\xd9"])


def clean_png(path: Path, target: Path) -> None:
    """Chunks that are no picture are left out, and what lies behind it. Refuses (CleaningRefused) a broken file."""
    with path.open("rb") as file, target.open("wb") as out:
        _copy_png(file, out)


def cleaned_png(content: bytes) -> bytes:
    """The same for a PNG in memory."""
    out = BytesIO()
    _copy_png(BytesIO(content), out)
    return out.getvalue()


def _copy_png(file: BinaryIO, out: BinaryIO) -> None:
    if file.read(8) != _PNG_START:
        raise CleaningRefused(_DAMAGED)
    out.write(_PNG_START)
    while len(head := file.read(8)) == 8:
        length, kind = struct.unpack(">L4s", head)
        if kind in _PNG_KEPT:
            out.write(head)
            _copy(file, out, length + 4)
        else:
            file.seek(length + 4, 1)
        if kind == b"IEND":
            return
    raise CleaningRefused(_DAMAGED)


def _copy(file: BinaryIO, out: BinaryIO, left: int) -> None:
    while left > 0:
        block = file.read(min(_BLOCK, left))
        if not block:
            raise CleaningRefused(_DAMAGED)
        out.write(block)
        left -= len(block)


def _end_of_scan(content: bytes, place: int) -> int:
    """Where the coded pixels end: at a marker that is neither a stuffed zero nor a restart."""
    while (found := content.find(b"\xff", place)) >= 0 and found + 1 < len(content):
        following = content[found + 1]
        if following == 0xFF:
            place = found + 1
        elif following == 0 or 0xD0 <= following <= 0xD7:
            place = found + 2
        else:
            return found
    raise CleaningRefused(_DAMAGED)


def _orientation(tiff: bytes) -> int:
    """1 to 8, 1 where the Exif data does not say."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return 1
    start = struct.unpack(f"{order}L", tiff[4:8])[0]
    if start + 2 > len(tiff):
        return 1
    for number in range(struct.unpack(f"{order}H", tiff[start : start + 2])[0]):
        entry = tiff[start + 2 + number * 12 : start + 14 + number * 12]
        if len(entry) == 12 and struct.unpack(f"{order}H", entry[:2])[0] == _EXIF_ORIENTATION:
            turned: int = struct.unpack(f"{order}H", entry[8:10])[0]
            return turned if 1 <= turned <= 8 else 1
    return 1


def _orientation_segment(turned: int) -> bytes:
    entry = struct.pack(">HHLHH", _EXIF_ORIENTATION, 3, 1, turned, 0)
    body = b"Exif\0\0MM\0*" + struct.pack(">LH", 8, 1) + entry + struct.pack(">L", 0)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
