"""Files made to hurt: refused with a sentence, within a second and without the memory they ask for."""

import io
import os
import subprocess
import sys
import zipfile

import pytest
from openpyxl import Workbook

from core.spreadsheets import Column, WorkbookRefused, open_workbook, read_name, read_table

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
COLUMNS = [Column("name", ("姓名",), read_name, True), Column("unit", ("单位",), read_name, True)]
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'

# Reads the file in a process of its own and prints what was refused, the seconds it took, and by how many megabytes
# the process grew beyond what it had after its imports.
_PROBE = """
import re, sys, time
from pathlib import Path
from core.spreadsheets import Column, WorkbookRefused, open_workbook, read_name, read_table
columns = [Column("name", ("姓名",), read_name, True), Column("unit", ("单位",), read_name, True)]
def resident(name):
    return int(re.search(name + r":\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
# getrusage would begin with the peak of the process that started this one.
Path("/proc/self/clear_refs").write_text("5")
before = resident("VmRSS")
begun = time.process_time()
try:
    with open(sys.argv[1], "rb") as file:
        read_table(open_workbook(file), columns)
    code = "read"
except WorkbookRefused as refused:
    code = refused.code
print(code, time.process_time() - begun, resident("VmHWM") - before)
"""


def workbook_with(members, *, rows=(("姓名", "单位"), ("张三", "某校"))):
    """A workbook of openpyxl's with members added or replaced; a function gets what is there."""
    workbook = Workbook()
    for row in rows:
        workbook.worksheets[0].append(row)
    plain = io.BytesIO()
    workbook.save(plain)
    out = io.BytesIO()
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name in members:
                made = members[name]
                content = made(content) if callable(made) else made
            new.writestr(name, content)
        for name in members.keys() - set(old.namelist()):
            new.writestr(name, members[name])
    return out.getvalue()


def probe(content, tmp_path):
    if not os.access("/proc/self/clear_refs", os.W_OK):
        pytest.skip("the kernel does not tell peaks of memory here")
    file = tmp_path / "probe.xlsx"
    file.write_bytes(content)
    done = subprocess.run([sys.executable, "-c", _PROBE, str(file)], capture_output=True, text=True, check=True)
    code, seconds, megabytes = done.stdout.split()
    return code, float(seconds), float(megabytes)


def refused(content):
    with pytest.raises(WorkbookRefused) as caught:
        read_table(open_workbook(io.BytesIO(content)), COLUMNS)
    assert caught.value.message.endswith("。")
    return caught.value.code


def test_200_kilobytes_that_unpack_to_200_megabytes(tmp_path):
    content = workbook_with({"xl/media/image1.bmp": b"\0" * 200_000_000})
    assert 190_000 < len(content) < 220_000

    code, seconds, megabytes = probe(content, tmp_path)

    assert code == "bomb"
    assert seconds < 1
    assert megabytes < 50


def test_bomb_whose_directory_says_that_it_is_small(tmp_path):
    big = b"\0" * 200_000_000
    content = bytearray(workbook_with({"xl/media/image1.bmp": big}))
    true_size, small = len(big).to_bytes(4, "little"), (4000).to_bytes(4, "little")
    assert bytes(content).count(true_size) == 2

    code, seconds, megabytes = probe(bytes(content).replace(true_size, small), tmp_path)

    assert code == "damaged"
    assert seconds < 1
    assert megabytes < 50


def test_a_million_cells_in_a_small_file(tmp_path):
    rows = b'<row><c t="str"><v>1</v></c><c t="str"><v>1</v></c></row>' * 500_000
    content = workbook_with({SHEET: lambda old: old.replace(b"</sheetData>", rows + b"</sheetData>")})

    code, seconds, megabytes = probe(content, tmp_path)

    assert code == "too_many_rows"
    assert seconds < 1.5
    assert megabytes < 50


def test_millions_of_empty_cells(tmp_path):
    rows = b"<row><c/><c/></row>" * 700_000
    content = workbook_with({SHEET: lambda old: old.replace(b"</sheetData>", rows + b"</sheetData>")})

    code, seconds, megabytes = probe(content, tmp_path)

    assert code == "too_many_cells"
    assert seconds < 1.5
    assert megabytes < 50


def test_a_million_shared_strings(tmp_path):
    strings = f"<sst {_MAIN}>".encode() + b"<si><t/></si>" * 1_000_000 + b"</sst>"

    code, seconds, megabytes = probe(workbook_with({STRINGS: strings}), tmp_path)

    assert code == "too_many_rows"
    assert seconds < 1.5
    assert megabytes < 50


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({STRINGS: f"<sst {_MAIN}><si><t>{'长' * 9_000_000}</t></si></sst>".encode()}, "too_many_rows"),
        ({STRINGS: f"<sst {_MAIN}><si><t>{'a' * 2_000_000}</t></si></sst>".encode()}, "bomb"),
        ({SHEET: "<worksheet/>".encode("utf-16")}, "damaged"),
        ({SHEET: lambda old: old[: len(old) // 2]}, "damaged"),
        ({"xl/styles.xml": b"<broken"}, "damaged"),
        (
            {"[Content_Types].xml": lambda old: old.replace(b".sheet.main+xml", b".sheet.binary.macroEnabled.main")},
            "xlsb",
        ),
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}, "ods"),
    ],
)
def test_parts_that_are_not_what_they_should_be(members, code):
    assert refused(workbook_with(members)) == code


def test_100_000_rows_are_refused_before_they_are_made_objects_of(tmp_path):
    rows = [("姓名", "单位"), *[("张三", "某校")] * 100_000]

    code, seconds, megabytes = probe(workbook_with({}, rows=rows), tmp_path)

    assert code == "too_many_rows"
    assert seconds < 3
    assert megabytes < 50


def test_dimension_that_lies_is_not_asked(tmp_path):
    def lie(old):
        assert b'<dimension ref="A1:B2"' in old
        return old.replace(b'<dimension ref="A1:B2"', b'<dimension ref="A1:XFD1048576"')

    code, seconds, megabytes = probe(workbook_with({SHEET: lie}), tmp_path)

    assert code == "read"
    assert seconds < 1
    assert megabytes < 50


def test_entities_are_never_expanded(tmp_path):
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE worksheet [<!ENTITY e0 "lol">{entities}]>'.encode()

    def grow(old):
        start = old.index(b"<worksheet")
        return old[:start] + doctype + old[start:].replace(b"\xe5\xbc\xa0\xe4\xb8\x89", b"&e11;")

    code, seconds, megabytes = probe(workbook_with({SHEET: grow}), tmp_path)

    assert code == "damaged"
    assert seconds < 1
    assert megabytes < 50


def test_entity_of_a_file_is_not_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("张三丰", encoding="utf-8")

    def point(old):
        start = old.index(b"<worksheet")
        doctype = f'<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file://{secret}">]>'.encode()
        return old[:start] + doctype + old[start:].replace("张三".encode(), b"&x;")

    assert refused(workbook_with({SHEET: point})) == "damaged"


def test_links_to_other_workbooks_are_left_alone():
    relation = (
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink"'
        b' Target="externalLinks/externalLink1.xml"/></Relationships>'
    )
    members = {
        "xl/_rels/workbook.xml.rels": lambda old: old.replace(b"</Relationships>", relation),
        "xl/workbook.xml": lambda old: old.replace(
            b"</sheets>",
            b'</sheets><externalReferences><externalReference xmlns:r="http://schemas.openxmlformats.org/'
            b'officeDocument/2006/relationships" r:id="rId99"/></externalReferences>',
        ),
    }

    (row,) = read_table(open_workbook(io.BytesIO(workbook_with(members))), COLUMNS)

    assert row["name"] == "张三"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_file_cut_off_is_damaged(share):
    whole = workbook_with({})

    assert refused(whole[: int(len(whole) * share)]) == "damaged"
