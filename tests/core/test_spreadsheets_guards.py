import io
import struct
import zipfile

import pytest
from openpyxl import Workbook

from core.spreadsheets import WorkbookRefused, check_workbook_file, open_workbook

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
TYPES = "xl/worksheets/sheet1.xml"


def xlsx(**extra):
    """A real workbook, with members added or replaced."""
    workbook = Workbook()
    workbook.worksheets[0]["A1"] = "姓名"
    stream = io.BytesIO()
    workbook.save(stream)
    if not extra:
        return stream.getvalue()
    out = io.BytesIO()
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in extra:
                new.writestr(name, old.read(name))
        for name, content in extra.items():
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def member(name):
    with zipfile.ZipFile(io.BytesIO(xlsx())) as archive:
        return archive.read(name)


def refusal(content, **limits):
    with pytest.raises(WorkbookRefused) as caught:
        check_workbook_file(io.BytesIO(content), **limits)
    return caught.value


def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (OLE + b"\0" * 600, "xls"),
        (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"<html><body><table></table></body></html>", "html"),
        (b"\xef\xbb\xbf  <TABLE border=1>", "html"),
        (b'<?xml version="1.0"?><Workbook/>', "html"),
        ("姓名,电话\n张三,13800001234\n".encode(), "csv"),
        ("姓名,电话\n张三,13800001234\n".encode("gb18030"), "csv"),
        ("姓名\t电话\n".encode("utf-16"), "csv"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\xff\x00" * 40, "other_format"),
        (zipped(**{"a.txt": "text"}), "other_format"),
        (zipped(**{"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}), "other_format"),
        (xlsx()[: len(xlsx()) // 2], "damaged"),
        (b"PK\x03\x04 and no more", "damaged"),
        (xlsx(**{"xl/vbaProject.bin": b"macro"}), "macros"),
    ],
)
def test_file_that_is_no_plain_workbook_is_refused(content, code):
    refused = refusal(content)

    assert refused.code == code
    assert refused.message.endswith("。")


def test_whole_workbook_is_accepted_and_left_at_its_start():
    file = io.BytesIO(xlsx())

    check_workbook_file(file)

    assert file.tell() == 0
    assert open_workbook(file).worksheets[0]["A1"].value == "姓名"


def test_macro_enabled_content_type_is_refused():
    types = member("[Content_Types].xml").replace(b"spreadsheetml.sheet.main", b"macroEnabled.spreadsheetml.sheet.main")

    assert refusal(xlsx(**{"[Content_Types].xml": types})).code == "macros"


def test_strict_workbook_is_refused():
    strict = b'<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>'

    assert refusal(xlsx(**{"xl/workbook.xml": strict})).code == "strict"


def test_file_above_the_limit_is_refused():
    assert refusal(xlsx(), max_bytes=1000).code == "too_large"


def test_bomb_that_declares_its_size_is_refused():
    assert refusal(xlsx(**{"xl/media/image1.png": b"\0" * 3_000_000}), max_unpacked_bytes=2_000_000).code == "bomb"


def test_bomb_that_lies_about_its_size_is_refused():
    content = bytearray(xlsx(**{"xl/media/image1.png": b"\0" * 3_000_000}))
    true_size, small = struct.pack("<I", 3_000_000), struct.pack("<I", 10)
    assert bytes(content).count(true_size) == 2

    lying = bytes(content).replace(true_size, small)

    assert refusal(lying, max_unpacked_bytes=2_000_000).code == "damaged"


def test_bomb_of_many_members_is_refused():
    assert refusal(xlsx(**{f"xl/x{number}.xml": b"" for number in range(2001)})).code == "bomb"


def test_bomb_of_one_enormous_merged_range_is_refused():
    sheet = member(TYPES).replace(
        b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    )

    assert refusal(xlsx(**{TYPES: sheet})).code == "bomb"


def test_bomb_of_nested_entities_is_refused():
    entities = b'<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    sheet = member(TYPES)
    start = sheet.index(b"<worksheet")

    with pytest.raises(WorkbookRefused) as caught:
        open_workbook(io.BytesIO(xlsx(**{TYPES: sheet[:start] + entities + sheet[start:]})))

    assert caught.value.code == "damaged"


def test_encrypted_archive_is_refused():
    content = bytearray(xlsx())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(signature, at + 4)

    assert refusal(bytes(content)).code == "encrypted"


@pytest.mark.parametrize("broken", [{"xl/workbook.xml": None}, {"xl/workbook.xml": b"<broken"}, {TYPES: b"<broken"}])
def test_workbook_with_a_broken_part_is_refused(broken):
    with pytest.raises(WorkbookRefused) as caught:
        open_workbook(io.BytesIO(xlsx(**broken)))

    assert caught.value.code == "damaged"
