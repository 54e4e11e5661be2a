"""What the head of a PNG or JPEG says of its size, read before anything is decoded: a file of a few kilobytes may
unfold to gigabytes."""

from __future__ import annotations

import struct
from dataclasses import dataclass

_PNG = b"\x89PNG\r\n\x1a\n"
# Start-of-frame markers of JPEG: all of C0 to CF but the tables DHT, JPG and DAC.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
_SEE_THROUGH = (4, 6)


class RasterUnreadable(ValueError):
    """Neither PNG nor JPEG, or its head is cut off."""


@dataclass(frozen=True, slots=True)
class Raster:
    """`channels` of a JPEG: 1 grey, 3 colour, 4 CMYK for presses; 0 for PNG."""

    format: str
    width: int
    height: int
    is_see_through: bool = False
    channels: int = 0

    @property
    def pixels(self) -> int:
        return self.width * self.height


def read_raster(content: bytes) -> Raster:
    """Format and size by the head alone. Raises RasterUnreadable."""
    try:
        raster = _png(content) if content.startswith(_PNG) else _jpeg(content)
    except struct.error as error:
        raise RasterUnreadable("the head is cut off") from error
    if not raster.width or not raster.height:
        raise RasterUnreadable("no width or height")
    return raster


def _png(content: bytes) -> Raster:
    kind, width, height, _, colour = struct.unpack_from(">4sLLBB", content, 12)
    if kind != b"IHDR":
        raise RasterUnreadable("a PNG begins with IHDR")
    return Raster("png", width, height, colour in _SEE_THROUGH or _has_transparency(content))


def _has_transparency(content: bytes) -> bool:
    """Whether a tRNS chunk stands before the pixels: a palette may hold transparent colours."""
    place = 8
    while place + 8 <= len(content):
        length, kind = struct.unpack_from(">L4s", content, place)
        if kind in (b"tRNS", b"IDAT"):
            return bool(kind == b"tRNS")
        place += 12 + length
    return False


def _jpeg(content: bytes) -> Raster:
    if not content.startswith(b"\xff\xd8\xff"):
        raise RasterUnreadable("neither PNG nor JPEG")
    place = 2
    while place + 4 <= len(content):
        if content[place] != 0xFF:
            raise RasterUnreadable("no marker where one must stand")
        marker = content[place + 1]
        if marker == 0xFF or marker in _BARE:
            place += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack_from(">H", content, place + 2)
        if marker in _FRAMES:
            height, width, channels = struct.unpack_from(">HHB", content, place + 5)
            return Raster("jpg", width, height, channels=channels)
        place += 2 + max(2, length)
    raise RasterUnreadable("no frame")
