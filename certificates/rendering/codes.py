"""A certificate's code as it is printed, in pixels, to be read back."""

import struct
import zlib
from dataclasses import replace
from decimal import Decimal

from certificates.engine.layout import QR, Background, Box, Layout, Page
from certificates.rendering.typesetting import set_png
from core.qr import qr_svg

PPI = 150  # about three pixels to a module at the smallest size that a layout may have


def printed_code(design: Layout, *, check_url: str) -> tuple[int, int, bytes] | None:
    """Width, height and grey pixels of the layout's code at the size at which it is printed; None where it has none."""
    box = next((box for box in design.boxes if box.kind == QR), None)
    if box is None:
        return None
    return _grey(set_png(_only(design, box), {}, qr=qr_svg(check_url), assets={}, ppi=PPI))


def _only(design: Layout, box: Box) -> Layout:
    """The layout's page cut down to its code."""
    page = Page(width=box.width, height=box.height, paper=design.page.paper)
    return replace(
        design,
        page=page,
        boxes=(replace(box, x=Decimal(0), y=Decimal(0)),),
        background=Background(),
        offset_x=Decimal(0),
        offset_y=Decimal(0),
    )


def _grey(png: bytes) -> tuple[int, int, bytes]:
    """The pixels of an 8-bit RGB or RGBA picture over white paper. Raises ValueError for another kind of PNG."""
    width, height, depth, colours = struct.unpack_from(">IIBB", png, 16)
    if depth != 8 or colours not in (2, 6):
        raise ValueError("not a picture of Typst")
    size = 4 if colours == 6 else 3
    rows = _rows(zlib.decompress(_data(png)), width * size, height, size)
    pixels = bytearray()
    for row in rows:
        if size == 3:
            pixels += row[::3]
            continue
        pixels += bytes(
            (shade * alpha + 255 * (255 - alpha)) // 255 for shade, alpha in zip(row[::4], row[3::4], strict=True)
        )
    return width, height, bytes(pixels)


def _data(png: bytes) -> bytes:
    """All IDAT chunks."""
    found, at = [], 8
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        if kind == b"IDAT":
            found.append(png[at + 8 : at + 8 + length])
        at += length + 12
    return b"".join(found)


def _rows(raw: bytes, length: int, height: int, size: int) -> list[bytearray]:
    """Undo the PNG filters, row by row (PNG specification, 9.2)."""
    rows: list[bytearray] = []
    above = bytearray(length)
    for number in range(height):
        start = number * (length + 1)
        row = bytearray(raw[start + 1 : start + 1 + length])
        _unfilter(raw[start], row, above, size)
        rows.append(row)
        above = row
    return rows


def _unfilter(kind: int, row: bytearray, above: bytearray, size: int) -> None:
    for at in range(len(row)):
        left = row[at - size] if at >= size else 0
        if kind == 1:
            row[at] = (row[at] + left) & 255
        elif kind == 2:
            row[at] = (row[at] + above[at]) & 255
        elif kind == 3:
            row[at] = (row[at] + (left + above[at]) // 2) & 255
        elif kind == 4:
            row[at] = (row[at] + _nearest(left, above[at], above[at - size] if at >= size else 0)) & 255


def _nearest(left: int, up: int, corner: int) -> int:
    """The neighbour that is nearest to left + up - corner."""
    guess = left + up - corner
    distances = (abs(guess - left), abs(guess - up), abs(guess - corner))
    return (left, up, corner)[distances.index(min(distances))]
