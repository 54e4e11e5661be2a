"""Files of a notice go public: what they say of who made them, where and when is gone before they are kept."""

import hashlib
import io
from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from ledger.models import Event
from notices.exceptions import NoticeRefused
from notices.models import Attachment
from notices.services import add_attachment, publish_notice
from tests.core import samples
from tests.core.canaries import (
    docx_with_canaries,
    everything_in,
    jpeg_with_canaries,
    pdf_with_canaries,
    png_with_canaries,
    xlsx_with_canaries,
)
from tests.core.films import picture, pictures_of


def text_of_pdf(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def text_of_word(content: bytes) -> str:
    return Document(io.BytesIO(content)).paragraphs[0].text


def cells_of(content: bytes) -> list[object]:
    sheet = load_workbook(io.BytesIO(content)).active
    return [sheet[place].value for place in ("A1", "A2", "A3")]


# By format: how the file is made, what it tells, how it is read, and what is still to be read.
MADE: dict[str, tuple[Callable[[], bytes], str, Callable[[bytes], object], object]] = {
    "jpg": (jpeg_with_canaries, "exif-artist xmp comment thumbnail", pictures_of, pictures_of(picture())),
    "png": (png_with_canaries, "text xmp exif", pictures_of, pictures_of(picture("png"))),
    "pdf": (pdf_with_canaries, "author company xmp attachment", text_of_pdf, ["the text stays"]),
    "docx": (docx_with_canaries, "author modifier commenter", text_of_word, "the text stays"),
    "xlsx": (xlsx_with_canaries, "creator company commenter printer", cells_of, ["the text stays", 41.5, "=A2+1"]),
}


def told(content: bytes) -> bytes:
    """All that is in a file, with the signs that PDF writes as octal numbers."""
    return everything_in(content).replace(rb"\055", b"-").lower()


@pytest.mark.parametrize("format", sorted(MADE))
def test_what_the_public_gets_does_not_tell_who_made_it(draft, organiser, now, media_files, client, format):
    make, ways, read, stays = MADE[format]
    sent = make()
    assert [way for way in ways.split() if f"canary-{way}".encode() not in told(sent)] == []
    notice = draft()
    file = add_attachment(notice=notice, file=ContentFile(sent, f"附表.{format}"), actor=organiser, now=now)
    publish_notice(notice=notice, actor=organiser, now=now)

    answer = client.get(reverse("public_notice_attachment", args=[notice.pk, file.pk]))
    got = b"".join(answer.streaming_content)

    assert b"canary" not in told(got)
    assert read(got) == stays
    assert (file.size, file.sha256) == (len(got), hashlib.sha256(got).hexdigest())
    assert [path.read_bytes() for path in media_files()] == [got]
    notice.refresh_from_db()
    assert notice.text.document["attachments"] == [
        {"id": file.pk, "name": f"附表.{format}", "format": format, "size": len(got), "sha256": file.sha256}
    ]


def test_photo_forgets_where_it_was_taken(draft, organiser, now, media_files):
    north = b"GPS-30.5928N-114.3055E"
    body = b"Exif\0\0" + b"MM\0*\0\0\0\x08\0\x01\x88\x25\0\x04\0\0\0\x01\0\0\0\x1a\0\0\0\0" + north
    plain = picture()
    sent = plain[:2] + b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body + plain[2:]

    add_attachment(notice=draft(), file=ContentFile(sent, "现场.jpg"), actor=organiser, now=now)

    (kept,) = [path.read_bytes() for path in media_files()]
    assert (north in kept, b"Exif" in kept) == (False, False)
    assert pictures_of(kept) == pictures_of(plain)


def test_a_file_that_came_through_the_disk_is_cleaned_too(draft, organiser, now, media_files):
    with TemporaryUploadedFile("表.pdf", "application/pdf", 0, None) as file:
        file.write(pdf_with_canaries())
        add_attachment(notice=draft(), file=file, actor=organiser, now=now)

    assert b"canary" not in told(media_files()[0].read_bytes())


def test_the_same_file_again_is_known_although_its_copy_is_kept(draft, organiser, now, media_files):
    notice = draft()
    add_attachment(notice=notice, file=ContentFile(xlsx_with_canaries(), "名单.xlsx"), actor=organiser, now=now)

    with pytest.raises(NoticeRefused, match="不必重复添加"):
        add_attachment(notice=notice, file=ContentFile(xlsx_with_canaries(), "又.xlsx"), actor=organiser, now=now)

    assert len(media_files()) == 1


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("表.pdf", samples.pdf(), "“表.pdf”读不出来，不能去除文件属性。请用 WPS 或 Word 重新导出为 PDF 再上传。"),
        (
            "表.docx",
            samples.office("word/document.xml"),
            "“表.docx”读不出来，不能去除文件属性。请用 Office 或 WPS 打开",
        ),
        ("表.xlsx", samples.office("xl/workbook.xml"), "“表.xlsx”读不出来，不能去除文件属性。请用 Office 或 WPS 打开"),
    ],
)
def test_what_cannot_be_cleaned_is_refused_and_leaves_nothing(
    draft, organiser, now, media_files, name, content, sentence
):
    notice = draft()
    events = Event.objects.count()

    with pytest.raises(NoticeRefused) as refused:
        add_attachment(notice=notice, file=ContentFile(content, f"夹\\{name}"), actor=organiser, now=now)

    assert refused.value.message.startswith(sentence)
    assert refused.value.field == "file"
    assert (Attachment.objects.count(), media_files(), Event.objects.count()) == (0, [], events)
