"""Copies for reviewers who must not learn whose a file is: nothing in it tells, and it is still the same to look at."""

import io
import shutil
import struct
import subprocess
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime

import av
import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader, PdfWriter

from core.media import CLEANABLE, CleaningRefused, clean_file, read_media
from core.media.cleaning.pictures import cleaned_jpeg
from tests.core.canaries import (
    MAIN,
    box,
    chunk,
    docx_with_canaries,
    everything_in,
    film_with_canaries,
    jpeg_with_canaries,
    pdf_with_canaries,
    png_with_canaries,
    segment,
    xlsx_with_canaries,
)
from tests.core.films import film, picture, pictures_of

# Every way in which a file tells whose it is, by what is found in it before and must not be found after.
WAYS: dict[str, tuple[list[str], Callable[[], bytes]]] = {
    "jpg": (
        "exif-artist xmp iptc-by comment profile thumbnail trailer".split(),
        jpeg_with_canaries,
    ),
    "png": ("text xmp exif profile trailer".split(), png_with_canaries),
    "mp4": (
        "title artist comment copyright track xmp apple-author old-index skip unused-data".split(),
        film_with_canaries,
    ),
    "pdf": (
        "author company title annotator-0 annotator-1 annotator-2 note attachment attached script xmp picture-xmp "
        "piece-info thumbnail figure exif-artist iptc-by".split(),
        pdf_with_canaries,
    ),
    "docx": (
        "author modifier keywords manager custom thumbnail commenter inserter deleter person template variable bound "
        "path archive exif-artist".split(),
        docx_with_canaries,
    ),
    "xlsx": (
        "creator modifier keywords manager company custom thumbnail commenter reserver folder view sid planner plan "
        "printer logo sharer person login refresher bound exif-artist".split(),
        xlsx_with_canaries,
    ),
}


def found_in(content: bytes) -> bytes:
    """With the signs that PDF writes as octal numbers."""
    return everything_in(content).replace(rb"\055", b"-").lower()


@pytest.fixture
def clean(tmp_path):
    def cleaned(content: bytes, format: str) -> bytes:
        source, target = tmp_path / "source", tmp_path / "clean"
        source.write_bytes(content)
        clean_file(source, target, format=format, name=f"作品.{format}")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["clean", "source"]
        assert source.read_bytes() == content
        return target.read_bytes()

    return cleaned


@pytest.mark.parametrize("format", sorted(WAYS))
def test_nothing_in_the_copy_tells_whose_it_is(clean, format):
    ways, make = WAYS[format]
    content = make()
    before = found_in(content)
    assert [way for way in ways if f"canary-{way}".encode() not in before] == []

    assert b"canary" not in found_in(clean(content, format))


def test_more_than_twelve_kinds_of_metadata_are_looked_for():
    assert len({(format, way) for format, (ways, _) in WAYS.items() for way in ways}) == 77


def test_jpeg_shows_the_same_picture_the_same_way_up(clean):
    copy = clean(jpeg_with_canaries(), "jpg")

    assert pictures_of(copy) == pictures_of(picture())
    assert struct.pack(">HHLHH", 0x0112, 3, 1, 6, 0) in copy


def test_progressive_jpeg_with_restarts_keeps_all_its_scans(clean):
    scan = segment(0xDA, b"\1\1\0\0\x3f\0") + b"ab\xff\0cd\xff\xd0ef"
    content = b"\xff\xd8" + segment(0xC2, b"frame") + scan + segment(0xC4, b"table") + scan + b"\xff\xd9" + b"rest"

    assert clean(content, "jpg") == content.removesuffix(b"rest")


def test_png_shows_the_same_picture(clean):
    assert pictures_of(clean(png_with_canaries(), "png")) == pictures_of(picture("png"))


@pytest.mark.parametrize("format", ["mp4", "mov"])
@pytest.mark.parametrize("options", [(), (("movflags", "faststart"),)])
def test_film_shows_the_same_pictures_from_the_same_offsets(clean, tmp_path, format, options):
    content = film(format=format, options=options, metadata=(("title", "canary"),))

    copy = clean(content, format)

    assert len(copy) == len(content)
    assert pictures_of(copy) == pictures_of(content)
    assert sounds_of(copy) == sounds_of(content)
    (tmp_path / "film").write_bytes(copy)
    assert read_media(tmp_path / "film", name="a").duration == 2


def test_film_forgets_when_it_was_made(clean):
    content = film(metadata=(("creation_time", "2026-11-20T09:00:00Z"),))
    since_1904 = int(datetime(2026, 11, 20, 9, tzinfo=UTC).timestamp()) + 2_082_844_800
    made = struct.pack(">L", since_1904)
    assert made in content

    assert made not in clean(content, "mp4")


def test_fragmented_film_is_cleaned_too(clean):
    content = film(metadata=(("title", "canary"),), options=(("movflags", "frag_keyframe+empty_moov"),))

    copy = clean(content, "mp4")

    assert b"canary" not in copy
    assert pictures_of(copy) == pictures_of(content)


def test_camera_track_goes_with_its_data(clean):
    """A track of places among the pictures: its own samples are blank, those between which they lie are not."""
    content = with_timed_places(film(audio=False))
    assert b"N30.5 E114.3" in content

    copy = clean(content, "mp4")

    assert b"N30.5 E114.3" not in copy
    assert b"mebx" not in copy
    assert pictures_of(copy) == pictures_of(content)


def with_timed_places(content: bytes) -> bytes:
    """The film with a second media data box, and a track of kind `meta` that points into it."""
    place = len(content) + 8
    table = b"".join(
        (
            box(b"stsd", struct.pack(">LL", 0, 1) + box(b"mebx", b"\0" * 8)),
            box(b"stts", struct.pack(">4L", 0, 1, 1, 1)),
            box(b"stsc", struct.pack(">5L", 0, 1, 1, 1, 1)),
            box(b"stsz", struct.pack(">4L", 0, 0, 1, 12)),
            box(b"stco", struct.pack(">3L", 0, 1, place)),
        )
    )
    media = box(b"hdlr", b"\0" * 8 + b"meta" + b"\0" * 13)
    here = box(b"dinf", box(b"dref", struct.pack(">2L", 0, 1) + box(b"url ", b"\0\0\0\1")))
    media += box(b"minf", here + box(b"stbl", table))
    track = box(b"trak", box(b"tkhd", b"\0" * 84) + box(b"mdia", box(b"mdhd", b"\0" * 24) + media))
    at = content.index(b"moov") - 4
    length = struct.unpack(">L", content[at : at + 4])[0]
    assert at + length == len(content)  # FFmpeg writes the index last
    data = box(b"mdat", b"N30.5 E114.3")
    moved = content[:at] + box(b"free", b"\0" * (length - 8))
    assert len(moved) == len(content)
    return moved + data + box(b"moov", content[at + 8 :] + track)


def sounds_of(content: bytes) -> list[bytes]:
    with av.open(io.BytesIO(content)) as container:
        return [bytes(frame.planes[0]) for frame in container.decode(audio=0)]


@pytest.mark.parametrize(
    ("format", "content", "message"),
    [
        ("mp4", film()[:-400], "读不出来"),
        ("mp4", box(b"ftyp", b"isom") + box(b"mdat", b"x" * 50), "读不出来"),
        ("mp4", b"", "读不出来"),
        ("jpg", picture()[:-20], "已损坏"),
        ("jpg", b"\xff\xd8\xff\xe0\x00", "已损坏"),
        ("png", picture("png")[:-12], "已损坏"),
        ("png", b"GIF89a", "已损坏"),
        ("pdf", b"%PDF-1.7\nnothing", "读不出来"),
        ("docx", b"PK\3\4nothing", "读不出来"),
        ("xlsx", b"PK\3\4nothing", "读不出来"),
        ("xlsx", xlsx_with_canaries()[:-200], "读不出来"),
        ("pptx", b"PK\3\4", "的格式不能去除文件属性"),
    ],
)
def test_file_that_cannot_be_cleaned_for_certain_is_refused(clean, tmp_path, format, content, message):
    with pytest.raises(CleaningRefused) as refused:
        clean(content, format)

    assert refused.value.message.startswith(f"“作品.{format}”{message}")
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_fragmented_film_with_a_camera_track_is_refused(clean):
    content = with_timed_places(film(audio=False))

    with pytest.raises(CleaningRefused, match="拍摄信息轨道"):
        clean(content + box(b"moof", box(b"mfhd", b"\0" * 8)), "mp4")


def test_pdf_keeps_pages_text_links_and_printed_remarks(clean):
    reader = PdfReader(io.BytesIO(clean(pdf_with_canaries(), "pdf")))

    assert [page.extract_text() for page in reader.pages] == ["the text stays"]
    assert [note.get_object()["/Subtype"] for note in reader.pages[0]["/Annots"]] == ["/FreeText", "/Highlight"]
    drawing = reader.pages[0]["/Resources"]["/XObject"]["/Im1"].get_object()
    assert drawing._data == cleaned_jpeg(jpeg_with_canaries())
    assert reader.metadata is None


def test_pdf_that_needs_a_password_is_refused_and_one_that_forbids_printing_is_not(clean):
    def locked(password: str) -> bytes:
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_with_canaries())))
        writer.encrypt(password, "owner")
        held = io.BytesIO()
        writer.write(held)
        return held.getvalue()

    assert PdfReader(io.BytesIO(clean(locked(""), "pdf"))).is_encrypted is False
    with pytest.raises(CleaningRefused, match="设有打开密码"):
        clean(locked("secret"), "pdf")


def test_earlier_version_inside_a_pdf_is_left_behind(clean):
    """Saved again by appending: what was struck out still lies in the file."""
    writer = PdfWriter(fileobj=io.BytesIO(pdf_with_canaries()), incremental=True)
    writer.root_object.pop("/Metadata")
    held = io.BytesIO()
    writer.write(held)

    assert b"canary" not in found_in(clean(held.getvalue(), "pdf"))


def test_word_document_keeps_its_text_and_pictures(clean):
    copy = clean(docx_with_canaries(), "docx")

    document = Document(io.BytesIO(copy))
    assert document.paragraphs[0].text == "the text stays"
    assert len(document.inline_shapes) == 1
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        text = archive.read("word/document.xml").decode()
        assert archive.testzip() is None
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert 'w:author="作者"><w:r><w:t>stays</w:t></w:r></w:ins>' in text
    assert "w:rsid" not in text
    assert "w:date=" not in text


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("word/vbaProject.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "里嵌有宏或旧格式的对象"),
        ("word/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "里嵌有宏或旧格式的对象"),
        ("word/media/image9.tiff", b"II*\0", "里有 .tiff 文件"),
        ("word/media/image9.jpeg", b"nothing", "已损坏"),
        ("word/broken.xml", b"<a", "读不出来"),
        ("word/entity.xml", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "读不出来"),
    ],
)
def test_word_document_with_what_we_do_not_see_into_is_refused(clean, name, content, message):
    with pytest.raises(CleaningRefused, match=message):
        clean(with_part(name, content), "docx")


def test_workbook_keeps_its_cells_formulas_and_comments(clean):
    copy = clean(xlsx_with_canaries(), "xlsx")

    sheet = load_workbook(io.BytesIO(copy)).active
    assert [sheet[place].value for place in ("A1", "A2", "A3")] == ["the text stays", 41.5, "=A2+1"]
    assert (sheet["A1"].comment.author, sheet["A1"].comment.text) == ("作者", "作者:\nthe comment stays")
    assert sheet.page_setup.paperSize == 9
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        assert archive.testzip() is None
        assert b"rId77" not in archive.read("xl/worksheets/sheet1.xml")
        assert b"rId77" not in archive.read("xl/worksheets/_rels/sheet1.xml.rels")
        assert [name for name in archive.namelist() if name.startswith("docProps/")] == []


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "里嵌有宏或旧格式的对象"),
        ("xl/worksheets/sheet2.bin", b"\1\2\3", "里有读不出来的二进制内容"),
        (
            "xl/externalLinks/externalLink1.xml",
            f'<externalLink xmlns="{MAIN}"/>'.encode(),
            "外部链接.*断开链接，再上传",
        ),
        ("xl/connections.xml", f'<connections xmlns="{MAIN}"/>'.encode(), "连着外部数据源"),
        ("xl/worksheets/sheet2.xml", b"<a", "读不出来"),
    ],
)
def test_workbook_with_other_files_or_what_we_do_not_see_into_is_refused(clean, name, content, message):
    with pytest.raises(CleaningRefused, match=message):
        clean(with_part(name, content, xlsx_with_canaries), "xlsx")


def test_part_that_would_fill_the_memory_is_refused(clean, monkeypatch):
    monkeypatch.setattr("core.media.cleaning.office._LONGEST_XML", 1000)

    with pytest.raises(CleaningRefused, match="解开后太大"):
        clean(xlsx_with_canaries(), "xlsx")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("word/embeddings/book.xlsx", xlsx_with_canaries()),
        ("word/embeddings/chart.xlsx", docx_with_canaries()),
        (
            "word/media/image9.svg",
            b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:i="i" i:docname="canary"><metadata>canary</metadata>'
            b"<i:view>canary</i:view><!-- canary --><path d='M0 0'/></svg>",
        ),
        (
            "word/media/image9.emf",
            (b"\1\0\0\0" + b"\0" * 36 + b" EMF").ljust(60, b"\0")
            + struct.pack("<2L", 6, 88)
            + b"\0" * 20
            + "canary".encode("utf-16-le")
            + b"rest",
        ),
        ("word/media/image9.bin", png_with_canaries()),
    ],
)
def test_parts_of_a_word_document_are_cleaned_by_their_kind(clean, name, content):
    copy = clean(with_part(name, content), "docx")

    assert b"canary" not in found_in(copy)
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        assert len(archive.read(name)) > 0


def with_part(name: str, content: bytes, make: Callable[[], bytes] = docx_with_canaries) -> bytes:
    held = io.BytesIO(make())
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr(name, content)
    return held.getvalue()


def test_archive_that_unpacks_to_too_much_is_refused(clean, monkeypatch):
    monkeypatch.setattr("core.media.cleaning.office._MOST_BYTES", 1000)

    with pytest.raises(CleaningRefused, match="解开后太大"):
        clean(docx_with_canaries(), "docx")


def test_formats_that_can_be_cleaned():
    assert frozenset({"pdf", "docx", "xlsx", "jpg", "png", "mp4", "mov"}) == CLEANABLE


@pytest.mark.office
def test_word_copy_opens_in_libreoffice(clean, tmp_path):
    if not shutil.which("soffice"):
        pytest.skip("no LibreOffice here")
    clean(docx_with_canaries(), "docx")
    source = (tmp_path / "clean").rename(tmp_path / "clean.docx")
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf"]

    subprocess.run([*command, "--outdir", tmp_path, source], check=True, capture_output=True, timeout=180)

    assert "the text stays" in PdfReader(tmp_path / "clean.pdf").pages[0].extract_text()


@pytest.mark.office
def test_pdf_copy_is_sound_to_qpdf(clean, tmp_path):
    if not shutil.which("qpdf"):
        pytest.skip("no qpdf here")
    clean(pdf_with_canaries(), "pdf")

    subprocess.run(["qpdf", "--check", tmp_path / "clean"], check=True, capture_output=True, timeout=60)


def test_chunk_of_our_own_png_is_as_the_format_says():
    assert chunk(b"IEND", b"") == bytes.fromhex("0000000049454e44ae426082")
