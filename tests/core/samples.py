"""The smallest files of each format that are whole."""

import io
import struct
import zipfile
import zlib

from pypdf import PdfWriter


def pdf() -> bytes:
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def readable_pdf(width: int = 200) -> bytes:
    """A PDF of an empty page that a program can read through; of another width it is another file."""
    writer = PdfWriter()
    writer.add_blank_page(width, 200)
    held = io.BytesIO()
    writer.write(held)
    return held.getvalue()


def jpeg(*, thumbnail: bool = False) -> bytes:
    inner = b"Exif\0\0" + b"\xff\xd8\xff\xd9" if thumbnail else b"JFIF\0"
    header = b"\xff\xe0" + struct.pack(">H", len(inner) + 2) + inner
    return b"\xff\xd8" + header + b"\xff\xda\x00\x04ab" + b"picture" * 20 + b"\xff\xd9"


def png() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))

    start = chunk(b"IHDR", struct.pack(">LLBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + start + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def mp4(brand: bytes = b"isom") -> bytes:
    def box(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">L4s", len(body) + 8, kind) + body

    return box(b"ftyp", brand + b"\0" * 12) + box(b"moov", b"\0" * 40) + box(b"mdat", b"\1" * 200)


def office(part: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, "<x/>" * 50)
    return held.getvalue()


def archive() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("素材/1.txt", "a")
    return held.getvalue()


def compound_file(stream: str, *, directory_sector: int = 1) -> bytes:
    """A compound file whose directory, in two sectors, names the stream in the second; its tables come after it."""
    free, end = 0xFFFFFFFF, 0xFFFFFFFE

    def entry(name: str) -> bytes:
        text = name.encode("utf-16-le") + b"\0\0"
        return text.ljust(64, b"\0") + struct.pack("<H", len(text)) + b"\0" * 62

    first, second = directory_sector, directory_sector + 1
    tables = second // 128 + 1
    links = [free] * (tables * 128)
    links[first], links[second] = second, end
    table_at = second + 1
    chains = max(0, -(-(tables - 109) // 127))
    chain_at = table_at + tables
    numbers = list(range(table_at, table_at + tables))
    header = bytearray(bytes.fromhex("d0cf11e0a1b11ae1").ljust(512, b"\0"))
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<L", header, 48, first)
    struct.pack_into("<L", header, 68, chain_at if chains else end)
    in_header = (numbers + [free] * 109)[:109]
    struct.pack_into("<109L", header, 76, *in_header)
    body = io.BytesIO()
    body.write(bytes(header))
    body.seek((first + 1) * 512)
    body.write(b"".join(entry(name) for name in ("Root Entry", "a", "b", "c")))
    body.write(b"".join(entry(name) for name in (stream, "d", "e", "f")))
    body.write(struct.pack(f"<{len(links)}L", *links))
    rest = numbers[109:]
    for number in range(chains):
        part = (rest[number * 127 : (number + 1) * 127] + [free] * 127)[:127]
        body.write(struct.pack("<128L", *part, chain_at + number + 1 if number + 1 < chains else end))
    return body.getvalue()


SAMPLES = {
    "pdf": pdf(),
    "jpg": jpeg(),
    "png": png(),
    "docx": office("word/document.xml"),
    "doc": compound_file("WordDocument"),
    "wps": compound_file("WordDocument"),
    "pptx": office("ppt/presentation.xml"),
    "ppt": compound_file("PowerPoint Document"),
    "dps": compound_file("PowerPoint Document"),
    "xlsx": office("xl/workbook.xml"),
    "mp4": mp4(),
    "mov": mp4(b"qt  "),
    "zip": archive(),
}
