"""What a file must be before openpyxl may touch it (design §9): a real, whole, harmless .xlsx of bearable size."""

import codecs
import re
import zipfile
from typing import BinaryIO
from zlib import error as ZlibError

from core.exceptions import DomainError

MEGABYTE = 1024 * 1024
MAX_BYTES = 10 * MEGABYTE
MAX_UNPACKED_BYTES = 80 * MEGABYTE
_MAX_MEMBERS = 2000
_MAX_TEXT_BYTES = 24 * MEGABYTE  # of the table of shared strings: 5,000 rows of 40 columns have 5 MB
_MAX_VALUES = 400_000
_MAX_CELLS = 2_000_000  # most of them empty: formats as far as a sheet goes
_MAX_MERGED_CELLS = 200_000
_MAX_GAP = MEGABYTE  # between two tags: Excel allows 32,767 characters in a cell
_DOCTYPE = b"<!DOCTYPE"
_CHUNK = 64 * 1024
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_MARKUP = re.compile(rb"^\s*(?:<!doctype\s+html|<html|<head|<table|<meta|<\?xml|mime-version:)", re.IGNORECASE)
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|is|si)[\s>]")
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_MERGE = re.compile(rb'mergeCell\s[^>]*?ref\s*=\s*["\']\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})')
_SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”后再上传。"


class WorkbookRefused(DomainError):
    """A file that is not read at all; `code` says why."""


def check_workbook_file(
    file: BinaryIO, *, max_bytes: int = MAX_BYTES, max_unpacked_bytes: int = MAX_UNPACKED_BYTES
) -> None:
    """Refuse (WorkbookRefused) what is no .xlsx, encrypted, cut off, too large, a zip bomb, or carries macros.

    Codes: `empty`, `too_large`, `encrypted`, `xls`, `xlsb`, `ods`, `html`, `csv`, `other_format`, `damaged`, `bomb`,
    `too_many_rows`, `too_many_cells`, `macros`, `strict`. Memory stays at some hundred kilobytes whatever the file
    unpacks to, and the position in the file is left at its start.
    """
    size = file.seek(0, 2)
    file.seek(0)
    if size == 0:
        raise WorkbookRefused("文件是空的，请重新选择文件。", code="empty")
    if size > max_bytes:
        limit = max_bytes // MEGABYTE
        raise WorkbookRefused(f"文件超过 {limit} MB，请删去图片和多余的工作表后再上传。", code="too_large")
    head = file.read(4096)
    file.seek(0)
    if not head.startswith(b"PK"):
        raise _not_a_zip(file, head)
    try:
        with zipfile.ZipFile(file) as archive:
            _check_archive(archive, max_unpacked_bytes)
    except (zipfile.BadZipFile, ZlibError, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise damaged() from error
    finally:
        file.seek(0)


def count_cells(file: BinaryIO) -> int:
    """How many cells a checked workbook has, those included that hold only a format."""
    count = 0
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            if not name.endswith(".xml"):
                continue
            rest = b""
            with archive.open(name) as stream:
                while chunk := stream.read(_CHUNK):
                    tags, bracket, rest = (rest + chunk).rpartition(b">")
                    count += len(_CELL.findall(tags + bracket))
    file.seek(0)
    return count


def damaged() -> WorkbookRefused:
    return WorkbookRefused(f"文件不完整或已损坏，可能没有传完。{_SAVE_AS}", code="damaged")


def _not_a_zip(file: BinaryIO, head: bytes) -> WorkbookRefused:
    if head.startswith(_OLE):
        content = file.read()
        file.seek(0)
        if "EncryptedPackage".encode("utf-16-le") in content:
            return _encrypted()
        return WorkbookRefused(f"这是旧版 .xls 文件，只是改了扩展名也不行。{_SAVE_AS}", code="xls")
    if _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        return WorkbookRefused(f"这是网页格式的表格，不是真正的 .xlsx。{_SAVE_AS}", code="html")
    if _is_text(head):
        return WorkbookRefused(f"这是 CSV 或文本文件，不是 .xlsx。{_SAVE_AS}", code="csv")
    return WorkbookRefused(f"这不是 .xlsx 文件。{_SAVE_AS}", code="other_format")


def _encrypted() -> WorkbookRefused:
    return WorkbookRefused("文件设有打开密码，请取消密码后再上传。", code="encrypted")


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return head.startswith(_UTF_16)
    return any(_decodes(head, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(head: bytes, encoding: str) -> bool:
    """Whether bytes, of which the last character may be cut off, are text in an encoding."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _check_archive(archive: zipfile.ZipFile, max_unpacked_bytes: int) -> None:
    members = archive.infolist()
    if any(member.flag_bits & 0x1 for member in members):
        raise _encrypted()
    sizes = {member.filename: member.file_size for member in members}
    if len(members) > _MAX_MEMBERS or sum(member.file_size for member in members) > max_unpacked_bytes:
        raise _bomb()
    if sizes.get("xl/sharedStrings.xml", 0) > _MAX_TEXT_BYTES:
        raise _too_many_values()
    names = sizes.keys()
    if "mimetype" in names and "content.xml" in names:
        raise WorkbookRefused(f"这是 OpenDocument 表格（.ods），不是 .xlsx。{_SAVE_AS}", code="ods")
    if "[Content_Types].xml" not in names:
        raise WorkbookRefused(f"这是压缩包，不是 .xlsx 文件。{_SAVE_AS}", code="other_format")
    for member in members:
        _read_through(archive, member)
    types = archive.read("[Content_Types].xml")
    if b"sheet.binary" in types:
        raise WorkbookRefused(f"这是二进制工作簿（.xlsb），不是 .xlsx。{_SAVE_AS}", code="xlsb")
    if any(name.endswith("vbaProject.bin") for name in names) or b"macroEnabled" in types:
        raise WorkbookRefused(f"文件带有宏，不能上传。{_SAVE_AS}", code="macros")
    if b"spreadsheetml.sheet.main+xml" not in types:
        raise WorkbookRefused(f"这不是 Excel 工作簿。{_SAVE_AS}", code="other_format")
    if "xl/workbook.xml" in names and b"purl.oclc.org/ooxml" in archive.read("xl/workbook.xml"):
        raise WorkbookRefused(f"这是“Strict Open XML”格式的工作簿。{_SAVE_AS}", code="strict")


def _read_through(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Unpack one member. A size that lies is found here: zipfile never unpacks more than was declared, and then the
    checksum is wrong (BadZipFile). What openpyxl would make objects of is counted on the way, whatever the member's
    name: a relation may point anywhere."""
    is_xml = member.filename.endswith((".xml", ".rels"))
    values = cells = merged = 0
    rest = b""
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            if is_xml and not values and chunk.startswith(_UTF_16):
                raise damaged()  # no program writes it, and the count below would see nothing
            tags, bracket, rest = (rest + chunk).rpartition(b">")
            values += len(_VALUE.findall(tags + bracket))
            cells += tags.count(b"<c ") + tags.count(b"<c/") + tags.count(b"<row")
            merged += _merged_cells(tags)
            if is_xml and _DOCTYPE in tags:
                raise damaged()  # no workbook has one; entities come with it
            if values > _MAX_VALUES:
                raise _too_many_values()
            if cells > _MAX_CELLS:
                message = "设了格式的空行太多，请把有内容的部分复制到新的工作簿再上传。"
                raise WorkbookRefused(message, code="too_many_cells")
            if merged > _MAX_MERGED_CELLS or (is_xml and len(rest) > _MAX_GAP):
                raise _bomb()
            rest = rest if is_xml else b""


def _merged_cells(sheet: bytes) -> int:
    """How many cells a sheet's merged ranges cover: openpyxl makes an object for each of them."""
    total = 0
    for left, top, right, bottom in _MERGE.findall(sheet):
        columns = abs(_column(right) - _column(left)) + 1
        total += columns * (abs(int(bottom) - int(top)) + 1)
    return total


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _too_many_values() -> WorkbookRefused:
    message = "有内容的单元格太多，请删去无关的工作表和行，或分成几个文件上传。"
    return WorkbookRefused(message, code="too_many_rows")


def _bomb() -> WorkbookRefused:
    return WorkbookRefused("文件解压后过大，不能读取，请删去多余的工作表、行和图片后再上传。", code="bomb")
