"""Pictures for tests, made byte by byte: none of them is anybody's seal."""

import struct
import zlib

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="297" height="210" viewBox="0 0 297 210">%s</svg>'
RED_FRAME = SVG % b'<rect x="9" y="9" width="279" height="192" fill="none" stroke="#a9201a"/>'


def png(width=8, height=8, *, see_through=True, claims=None):
    """A PNG of one colour; `claims` is another size in its head."""
    pixel = b"\xb9\x2b\x1b\x80" if see_through else b"\xb9\x2b\x1b"
    rows = zlib.compress((b"\0" + pixel * width) * height, 9)
    head = struct.pack(">LLBBBBB", *(claims or (width, height)), 8, 6 if see_through else 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def jpeg_head(width, height, channels=3):
    """The head of a JPEG and its end: enough to be measured, not to be drawn."""
    frame = struct.pack(">BHHB", 8, height, width, channels) + b"\1\x11\0" * channels
    table = b"\xff\xdb" + struct.pack(">H", 4) + b"\0\0"
    scan = b"\xff\xda\0\2"
    return b"\xff\xd8" + table + b"\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame + scan + b"\xff\xd9"


def svg(body):
    return SVG % body.encode()


def _chunk(kind, content):
    return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))
