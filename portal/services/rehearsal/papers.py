"""Small whole files for invented people's materials: a page, a portrait, a video that says only that it is one."""

import math
import struct
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile

WIDTH, HEIGHT = 118, 165  # a portrait of one inch, at 118 dots a centimetre and a quarter of the size


def paper_for(formats: list[str], title: str, *, shade: int = 0, mark: str = "") -> "SimpleUploadedFile":
    """A file that a requirement with these formats takes, by the material's name; `shade` tells portraits apart, and
    `mark`, which nobody sees, every page and portrait."""
    if "pdf" in formats:
        return SimpleUploadedFile(f"{title}.pdf", _page() + (f"\n%{mark}".encode() if mark else b""))
    if "png" in formats:
        return SimpleUploadedFile(f"{title}.png", _portrait(shade, mark))
    return SimpleUploadedFile(f"{title}.mp4", _video())


def _page() -> bytes:
    """A blank page of A4."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>",
    )
    body, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj" % number + text + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 4\n0000000000 65535 f \n" + table
    return body + head + b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(body)


def _portrait(shade: int, mark: str) -> bytes:
    """A plain background with head and shoulders in another grey."""
    rows = []
    for y in range(HEIGHT):
        half = _half_width(y)
        line = [90 + shade * 13 % 70 if abs(x - WIDTH // 2) <= half else 215 for x in range(WIDTH)]
        rows.append(b"\0" + bytes(line))
    header = struct.pack(">LLBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(rows))
    note = _chunk(b"tEXt", b"Comment\0" + mark.encode()) if mark else b""
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + note + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _half_width(y: int) -> int:
    head, shoulders = (y - 62) / 34, (y - 190) / 80
    if abs(head) < 1:
        return int(26 * math.sqrt(1 - head**2))
    return int(52 * math.sqrt(max(0.0, 1 - shoulders**2))) if y > 100 else -1


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))


def _video() -> bytes:
    boxes = ((b"ftyp", b"isom" + bytes(12)), (b"moov", bytes(40)), (b"mdat", bytes(200)))
    return b"".join(struct.pack(">L4s", len(body) + 8, kind) + body for kind, body in boxes)
