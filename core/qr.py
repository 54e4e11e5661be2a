"""QR codes, drawn by zxing-cpp (design §11) and written as plain SVG or PNG without another library."""

import struct
import zlib
from math import isqrt
from typing import Any

import zxingcpp
from django.utils.html import format_html
from django.utils.safestring import SafeString

_QUIET_ZONE = 4  # modules of white around, as ISO/IEC 18004 asks


def qr_svg(text: str, *, label: str = "") -> SafeString:
    """An `<svg>` element for a template or a file of its own; its size is left to the page.

    Only presentation attributes, so a strict Content-Security-Policy lets it be. `label` is what a screen reader
    says; without one the code is decoration.
    """
    rows = _modules(text)
    size = len(rows) + 2 * _QUIET_ZONE
    named = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" shape-rendering="crispEdges" {}>'
        '<rect width="{}" height="{}" fill="#fff"/><path fill="#000" d="{}"/></svg>',
        size,
        size,
        named,
        size,
        size,
        "".join(_path(rows)),
    )


def qr_png(text: str, *, scale: int = 8) -> bytes:
    """A black and white PNG, `scale` pixels to a module."""
    rows = _modules(text)
    size = (len(rows) + 2 * _QUIET_ZONE) * scale
    margin = [b"\0" + b"\xff" * size] * (_QUIET_ZONE * scale)
    lines = list(margin)
    for row in rows:
        dark_and_light = [False] * _QUIET_ZONE + row + [False] * _QUIET_ZONE
        lines += [b"\0" + b"".join((b"\0" if dark else b"\xff") * scale for dark in dark_and_light)] * scale
    lines += margin
    header = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"".join(lines), 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _modules(text: str) -> list[list[bool]]:
    """The dark modules, row by row, without the quiet zone. Level M: a quarter of it may be dirty."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image: Any = zxingcpp.write_barcode_to_image(barcode, scale=1, add_quiet_zones=False)  # a buffer its stub hides
    pixels = memoryview(image).tobytes()
    width = isqrt(len(pixels))
    return [[pixel == 0 for pixel in pixels[start : start + width]] for start in range(0, len(pixels), width)]


def _path(rows: list[list[bool]]) -> list[str]:
    """One rectangle for each run of dark modules in a row."""
    parts: list[str] = []
    for y, row in enumerate(rows):
        start = 0
        for x in range(1, len(row) + 1):
            if x < len(row) and row[x] == row[start]:
                continue
            if row[start]:
                parts.append(f"M{start + _QUIET_ZONE} {y + _QUIET_ZONE}h{x - start}v1h-{x - start}z")
            start = x
    return parts


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
