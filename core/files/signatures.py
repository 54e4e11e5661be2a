"""What a file is by its bytes, and whether it is whole. Nothing is unpacked, and no more than a few blocks are read."""

import re
import struct
import zipfile
from typing import BinaryIO

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_END_OF_ZIP = b"PK\5\6"
_TAIL = 64 * 1024 + 22
_MOST_MEMBERS = 20_000
_MOST_BOXES = 10_000
_CHUNK = 256 * 1024
_MARKUP = re.compile(rb"^\s*(?:<!doctype\s+html|<html|<head|<body|<\?xml|<svg|<script)", re.IGNORECASE)
_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
_HEIC = {b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif"}

# Kinds that are no format of ours: their names, so that a refusal can say what was sent.
FOREIGN = {
    "encrypted_office": "设有打开密码的 Office 文件",
    "ole": "旧版 Office 文件或安装包",
    "xls": "旧版 Excel 表格",
    "gif": "GIF 图片",
    "webp": "WebP 图片",
    "bmp": "BMP 图片",
    "heic": "HEIC 照片（苹果手机的“高效”格式）",
    "tiff": "TIFF 图片",
    "psd": "Photoshop 文件",
    "rar": "RAR 压缩包",
    "7z": "7z 压缩包",
    "gzip": "GZ 压缩包",
    "avi": "AVI 视频",
    "matroska": "MKV 或 WebM 视频",
    "asf": "WMV 视频",
    "flv": "FLV 视频",
    "mp3": "MP3 音频",
    "wav": "WAV 音频",
    "rtf": "RTF 文档",
    "program": "程序",
    "html": "网页",
    "text": "纯文本",
    "": "无法识别的内容",
}
_STARTS = (
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"8BPS", "psd"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"\x1a\x45\xdf\xa3", "matroska"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (b"FLV\1", "flv"),
    (b"ID3", "mp3"),
    (b"{\\rtf", "rtf"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
)
_RIFF = {b"WEBP": "webp", b"AVI ": "avi", b"WAVE": "wav"}
_OFFICE_PARTS = {
    "word/document.xml": "docx",
    "ppt/presentation.xml": "pptx",
    "xl/workbook.xml": "xlsx",
}
# The only sizes of a compound file's sectors: 512 and 4096 bytes.
_SECTOR_SHIFTS = {9, 12}
# Streams of the compound files that Office 97–2003 and WPS write.
_STREAMS = {
    "EncryptedPackage": "encrypted_office",
    "WordDocument": "doc",
    "PowerPoint Document": "ppt",
    "Workbook": "xls",
    "Book": "xls",
}


def kind_of(file: BinaryIO) -> str:
    """The kind by content: `pdf`, `jpg`, `png`, `doc`, `docx`, `ppt`, `pptx`, `xlsx`, `mp4`, `mov`, `zip`, or a key of
    FOREIGN, "" for what nobody knows. The position is left at the start."""
    file.seek(0)
    head = file.read(4096)
    kind = _kind(file, head)
    file.seek(0)
    return kind


def is_whole(file: BinaryIO, kind: str) -> bool:
    """Whether the end that such a file must have is there: an upload that broke off lacks it."""
    checks = {
        "pdf": _whole_pdf,
        "jpg": _whole_jpeg,
        "png": _whole_png,
        "mp4": _whole_movie,
        "mov": _whole_movie,
    }
    file.seek(0)
    whole = checks[kind](file) if kind in checks else True
    file.seek(0)
    return whole


def _kind(file: BinaryIO, head: bytes) -> str:
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(_OLE):
        return _ole_kind(file)
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return _zip_kind(file)
    if head[4:8] in _BOXES:
        return _movie_kind(head)
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], "")
    found = next((kind for start, kind in _STARTS if head.startswith(start)), None)
    if found is not None:
        return found
    if _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        return "html"
    return "text" if head and b"\0" not in head and _reads_as_text(head) else ""


def _reads_as_text(head: bytes) -> bool:
    for encoding in ("utf-8", "gb18030"):
        try:
            head[:-4].decode(encoding)
        except UnicodeDecodeError as error:
            if error.start >= len(head) - 8:
                return True
        else:
            return True
    return False


def _movie_kind(head: bytes) -> str:
    if head[4:8] != b"ftyp":
        return "mov"
    brand = head[8:12]
    if brand in _HEIC:
        return "heic"
    return "mov" if brand == b"qt  " else "mp4"


def _zip_kind(file: BinaryIO) -> str:
    """Of the central directory only; one that promises too many members is not read: it would fill the memory."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    end = tail.rfind(_END_OF_ZIP)
    if end < 0 or len(tail) < end + 22:
        return "zip"
    members, directory = struct.unpack("<HL", tail[end + 10 : end + 16])
    if members > _MOST_MEMBERS or directory > 16 * 1024 * 1024:
        return "zip"
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "zip"
    if "[Content_Types].xml" not in names:
        return "zip"
    return next((kind for part, kind in _OFFICE_PARTS.items() if part in names), "zip")


def whole_zip(file: BinaryIO) -> bool:
    """Whether the directory at the end of a ZIP (and so of a .docx, .pptx, .xlsx) can be read."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    found = _END_OF_ZIP in file.read(_TAIL)
    file.seek(0)
    return found


def _ole_kind(file: BinaryIO) -> str:
    names = _stream_names(file)
    return next((kind for stream, kind in _STREAMS.items() if stream in names), "ole")


def _stream_names(file: BinaryIO) -> set[str]:
    """Names in the directory of a compound file ([MS-CFB]); what is damaged gives as many as could be read."""
    size = file.seek(0, 2)
    file.seek(0)
    header = file.read(512)
    if len(header) < 512:
        return set()
    shift = struct.unpack("<H", header[30:32])[0]
    if shift not in _SECTOR_SHIFTS:
        return set()
    sector_size = 1 << shift
    tables = _allocation_tables(file, header, sector_size, size)
    names: set[str] = set()
    sector, steps = struct.unpack("<L", header[48:52])[0], 0
    while sector < 0xFFFFFFFA and steps < 1000:
        block = _sector(file, sector, sector_size)
        for start in range(0, len(block) - 127, 128):
            length = struct.unpack("<H", block[start + 64 : start + 66])[0]
            names.add(block[start : start + max(0, min(length, 64) - 2)].decode("utf-16-le", "ignore"))
        sector, steps = _next_sector(file, sector, tables, sector_size), steps + 1
    return names


def _allocation_tables(file: BinaryIO, header: bytes, sector_size: int, size: int) -> list[int]:
    """Sectors of the allocation table: the first 109 stand in the header, the others in a chain of their own."""
    tables = list(struct.unpack("<109L", header[76:512]))
    chain, steps = struct.unpack("<L", header[68:72])[0], 0
    while chain < 0xFFFFFFFA and steps < size // sector_size // 64 + 1:
        block = _sector(file, chain, sector_size)
        if len(block) < sector_size:
            break
        *more, chain = struct.unpack(f"<{sector_size // 4}L", block)
        tables += more
        steps += 1
    return [table for table in tables if table < 0xFFFFFFFA]


def _next_sector(file: BinaryIO, sector: int, tables: list[int], sector_size: int) -> int:
    per_table = sector_size // 4
    if sector // per_table >= len(tables):
        return 0xFFFFFFFE
    block = _sector(file, tables[sector // per_table], sector_size)
    place = sector % per_table * 4
    following: int = struct.unpack("<L", block[place : place + 4])[0] if len(block) >= place + 4 else 0xFFFFFFFE
    return following


def _sector(file: BinaryIO, number: int, sector_size: int) -> bytes:
    file.seek((number + 1) * sector_size)
    return file.read(sector_size)


def _whole_pdf(file: BinaryIO) -> bool:
    size = file.seek(0, 2)
    file.seek(max(0, size - 4096))
    return b"%%EOF" in file.read()


def _whole_jpeg(file: BinaryIO) -> bool:
    """An end marker after the picture's data: a thumbnail's own end, inside a header segment, is no end."""
    file.seek(2)
    while len(marker := file.read(4)) == 4 and marker[0] == 0xFF:
        length = struct.unpack(">H", marker[2:])[0]
        file.seek(length - 2, 1)
        if marker[1] == 0xDA:
            break
    last = b""
    while chunk := file.read(_CHUNK):
        if b"\xff\xd9" in last + chunk:
            return True
        last = chunk[-1:]
    return False


def _whole_png(file: BinaryIO) -> bool:
    size = file.seek(0, 2)
    file.seek(8)
    while len(head := file.read(8)) == 8:
        length = struct.unpack(">L", head[:4])[0]
        if head[4:] == b"IEND":
            return True
        if file.seek(length + 4, 1) > size:
            return False
    return False


def _whole_movie(file: BinaryIO) -> bool:
    """Top-level boxes up to the end, with pictures (mdat) and their index (moov) among them."""
    size = file.seek(0, 2)
    found: set[bytes] = set()
    place = boxes = 0
    while place + 8 <= size and boxes < _MOST_BOXES:
        file.seek(place)
        head = file.read(16)
        length, kind = struct.unpack(">L4s", head[:8])
        if length == 1 and len(head) == 16:
            length = struct.unpack(">Q", head[8:])[0]
        elif length == 0:
            length = size - place
        if length < 8 or place + length > size:
            # Some phones leave a few stray bytes after the last box.
            return {b"moov", b"mdat"} <= found
        found.add(kind)
        place, boxes = place + length, boxes + 1
    return {b"moov", b"mdat"} <= found or b"moof" in found
