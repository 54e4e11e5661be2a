"""Files that tell in every way they can whose they are: each way names a person of its own, so that a test can say
which was forgotten."""

import contextlib
import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from functools import cache

from docx import Document
from docx.shared import Mm
from openpyxl import Workbook
from openpyxl.comments import Comment
from pypdf import PdfWriter
from pypdf.annotations import FreeText, Highlight, Text
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

from tests.core.films import film, picture

CANARY = "canary"


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">L4s", len(body) + 8, kind) + body


def segment(marker: int, body: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def tiff(artist: bytes, orientation: int = 6) -> bytes:
    """An Exif block: which way is up, and the artist."""
    text = artist + b"\0"
    entries = struct.pack(">HHLHH", 0x0112, 3, 1, orientation, 0) + struct.pack(">HHLL", 0x013B, 2, len(text), 38)
    return b"MM\0*" + struct.pack(">LH", 8, 2) + entries + struct.pack(">L", 0) + text


def jpeg_with_canaries() -> bytes:
    plain = picture()
    told = segment(0xE1, b"Exif\0\0" + tiff(b"canary-exif-artist"))
    told += segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>canary-xmp</x:xmpmeta>")
    told += segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0" + b"\x1c\x02\x50\x00\x0ecanary-iptc-by")
    told += segment(0xE2, b"ICC_PROFILE\0\x01\x01canary-profile")
    told += segment(0xE0, b"JFXX\0\x10canary-thumbnail")
    told += segment(0xFE, b"canary-comment")
    return plain[:2] + told + plain[2:] + b"canary-trailer"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))


def png_with_canaries() -> bytes:
    plain = picture("png")
    told = chunk(b"tEXt", b"Author\0canary-text") + chunk(b"zTXt", b"Author\0\0" + zlib.compress(b"x"))
    told += chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0canary-xmp") + chunk(b"eXIf", tiff(b"canary-exif"))
    told += chunk(b"tIME", struct.pack(">HBBBBB", 2026, 11, 20, 9, 0, 0))
    told += chunk(b"iCCP", b"canary-profile\0\0" + zlib.compress(b"profile"))
    return plain[:33] + told + plain[33:] + b"canary-trailer"


@cache
def film_with_canaries() -> bytes:
    """©-atoms from FFmpeg; XMP, Apple's keys, a hidden remain and a track name by hand, all behind the media data or
    with the index moved."""
    told = tuple((name, f"canary-{name}") for name in ("title", "artist", "comment", "copyright", "location"))
    plain = film(metadata=(*told, ("creation_time", "2026-11-20T09:00:00Z")))
    xmp = bytes.fromhex("be7acfcb97a942e89c71999491e3afac") + b"<x:xmpmeta>canary-xmp</x:xmpmeta>"
    keys = box(b"keys", struct.pack(">LL", 0, 1) + box(b"mdta", b"com.apple.quicktime.author"))
    values = box(b"ilst", box(b"\0\0\0\1", box(b"data", struct.pack(">LL", 1, 0) + b"canary-apple-author")))
    meta = box(b"meta", box(b"hdlr", b"\0" * 8 + b"mdta" + b"\0" * 14) + keys + values)
    remains = box(b"free", b"canary-old-index") + box(b"uuid", xmp) + meta + box(b"skip", b"canary-skip")
    return plain.replace(b"VideoHandler", b"canary-track") + remains + box(b"mdat", b"canary-unused-data") + b"canary"


def pdf_with_canaries() -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    content = DecodedStreamObject()
    content.set_data(b"BT /F1 24 Tf 72 700 Td (the text stays) Tj ET")
    page[NameObject("/Contents")] = writer._add_object(content)
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    named = DictionaryObject({NameObject(name): NameObject(value) for name, value in font.items()})
    fonts = DictionaryObject({NameObject("/F1"): named})
    image = StreamObject()
    image._data = jpeg_with_canaries()
    for name, value in (("/Type", "/XObject"), ("/Subtype", "/Image"), ("/Filter", "/DCTDecode")):
        image[NameObject(name)] = NameObject(value)
    image.update({NameObject("/Width"): FloatObject(32), NameObject("/Height"): FloatObject(16)})
    image[NameObject("/BitsPerComponent")], image[NameObject("/ColorSpace")] = FloatObject(8), NameObject("/DeviceRGB")
    image[NameObject("/Metadata")] = writer._add_object(_stream(b"<x:xmpmeta>canary-picture-xmp</x:xmpmeta>"))
    image[NameObject("/PTEX.FileName")] = TextStringObject("/home/canary-figure/a.pdf")
    images = DictionaryObject({NameObject("/Im1"): writer._add_object(image)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts, NameObject("/XObject"): images})
    private = DictionaryObject({NameObject("/Private"): TextStringObject("canary-piece-info")})
    page[NameObject("/PieceInfo")] = DictionaryObject({NameObject("/Word"): private})
    page[NameObject("/Thumb")] = writer._add_object(_stream(b"canary-thumbnail"))
    corners = ArrayObject([FloatObject(number) for number in (50, 420, 200, 420, 50, 400, 200, 400)])
    notes = [
        Text(text="canary-note", rect=(50, 550, 200, 650)),
        FreeText(text="printed remark", rect=(50, 450, 200, 500)),
        Highlight(rect=(50, 400, 200, 420), quad_points=corners),
    ]
    for number, note in enumerate(notes):
        note[NameObject("/T")] = TextStringObject(f"canary-annotator-{number}")
        writer.add_annotation(0, note)
    writer.add_attachment("canary-attachment.txt", b"canary-attached")
    script = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert('canary-script')")}
    action = DictionaryObject({NameObject(name): value for name, value in script.items()})
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)
    writer.add_metadata({"/Author": "canary-author", "/Company": "canary-company", "/Title": "canary-title"})
    writer.root_object[NameObject("/Metadata")] = writer._add_object(_stream(b"<x:xmpmeta>canary-xmp</x:xmpmeta>"))
    held = io.BytesIO()
    writer.write(held)
    return held.getvalue()


def _stream(content: bytes) -> StreamObject:
    made = DecodedStreamObject()
    made.set_data(content)
    made[NameObject("/Type")] = NameObject("/Metadata")
    return made


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
CHANGES = (
    '<w:ins w:id="1" w:author="canary-inserter" w:date="2026-11-20T09:00:00Z"><w:r w:rsidR="00CANARY"><w:t>stays</w:t>'
    '</w:r></w:ins><w:del w:id="2" w:author="canary-deleter"><w:r><w:delText>gone</w:delText></w:r></w:del>'
)
COMMENTS = (
    f'<?xml version="1.0"?><w:comments xmlns:w="{W}"><w:comment w:id="0" w:author="canary-commenter" '
    'w:initials="canary">'
    "<w:p><w:r><w:t>a remark</w:t></w:r></w:p></w:comment></w:comments>"
)
PEOPLE = (
    '<?xml version="1.0"?><w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"><w15:person '
    'w15:author="canary-person"><w15:presenceInfo w15:providerId="AD" w15:userId="canary@example.com"/></w15:person>'
    "</w15:people>"
)
CUSTOM = (
    '<?xml version="1.0"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties">'
    "canary-custom</Properties>"
)
SETTINGS_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" TargetMode="External" Target="file:///C:\\Users\\canary-template\\Normal.dotm" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/></Relationships>'
)
RSIDS = (
    '<w:rsids><w:rsidRoot w:val="00CANARY"/></w:rsids>'
    '<w:docVars><w:docVar w:name="a" w:val="canary-variable"/></w:docVars>'
)


def docx_with_canaries() -> bytes:
    document = Document()
    document.add_paragraph("the text stays")
    document.add_picture(io.BytesIO(jpeg_with_canaries()), width=Mm(20))
    document.core_properties.author = "canary-author"
    document.core_properties.last_modified_by = "canary-modifier"
    document.core_properties.keywords = "canary-keywords"
    held = io.BytesIO()
    document.save(held)
    return _with_more(held.getvalue(), REPLACED, ADDED)


PEOPLE_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.people+xml"
PEOPLE_LINK = (
    '<Relationship Id="rId90" Target="people.xml" '
    'Type="http://schemas.microsoft.com/office/2011/relationships/people"/>'
)
# part → (what is there, what stands there instead)
REPLACED = {
    "word/document.xml": (
        ("the text stays</w:t></w:r>", f"the text stays</w:t></w:r>{CHANGES}"),
        ('<pic:cNvPr id="0"', '<pic:cNvPr descr="D:\\canary-path\\a.jpg" id="0"'),
    ),
    "word/settings.xml": (("</w:settings>", f"{RSIDS}</w:settings>"),),
    "docProps/app.xml": (("</Properties>", "<Manager>canary-manager</Manager></Properties>"),),
    "word/_rels/document.xml.rels": (("</Relationships>", f"{PEOPLE_LINK}</Relationships>"),),
    "[Content_Types].xml": (
        ("</Types>", f'<Override PartName="/word/people.xml" ContentType="{PEOPLE_TYPE}"/></Types>'),
    ),
}
ADDED = {
    "word/people.xml": PEOPLE,
    "word/comments2.xml": COMMENTS,
    "docProps/custom.xml": CUSTOM,
    "docProps/thumbnail.emf": "canary-thumbnail",
    "customXml/item9.xml": "<a>canary-bound</a>",
    "word/_rels/settings.xml.rels": SETTINGS_RELS,
}


def _with_more(
    plain: bytes, replaced: Mapping[str, tuple[tuple[str, str], ...]], added: Mapping[str, str | bytes]
) -> bytes:
    """The same document with parts that our libraries do not write."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as archive, zipfile.ZipFile(made, "w") as out:
        for name in archive.namelist():
            content = archive.read(name)
            for old, new in replaced.get(name, ()):
                assert old.encode() in content, (name, old)
                content = content.replace(old.encode(), new.encode())
            out.writestr(name, content)
        for name, text in added.items():
            out.writestr(name, text)
        out.comment = b"canary-archive"
    return made.getvalue()


def everything_in(content: bytes) -> bytes:
    """Bytes as they lie, and what is packed in them: members of archives, deflated streams of PDFs."""
    found = [content]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found += [name.encode() + everything_in(archive.read(name)) for name in archive.namelist()]
    place = 0
    while (place := content.find(b"x\x9c", place)) >= 0:
        with contextlib.suppress(zlib.error):
            found.append(zlib.decompressobj().decompress(content[place:]))
        place += 2
    whole = b"\n".join(found)
    return whole + whole.replace(b"\0", b"")


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
THREADED = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
ABSOLUTE = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    '<mc:Choice Requires="x15" xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main">'
    '<x15ac:absPath url="C:\\Users\\canary-folder\\" '
    'xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac"/></mc:Choice></mc:AlternateContent>'
)
VIEWS = '<customWorkbookViews><customWorkbookView name="canary-view" guid="{A}"/></customWorkbookViews>'
# part → (what is there, what stands there instead)
SHEET_REPLACED = {
    "docProps/app.xml": (
        ("</Properties>", "<Manager>canary-manager</Manager><Company>canary-company</Company></Properties>"),
    ),
    "xl/workbook.xml": (
        ("<workbookPr", f'<fileSharing userName="canary-reserver"/>{ABSOLUTE}<workbookPr'),
        ("</workbook>", f"{VIEWS}</workbook>"),
    ),
    "xl/worksheets/sheet1.xml": (
        (
            "<pageMargins",
            '<protectedRanges><protectedRange name="a" sqref="A1" securityDescriptor="canary-sid"/>'
            '</protectedRanges><scenarios><scenario name="a" user="canary-planner" comment="canary-plan"/></scenarios>'
            "<pageMargins",
        ),
        ("<pageSetup", f'<pageSetup xmlns:r="{OFFICE}" r:id="rId77"'),
    ),
    "xl/worksheets/_rels/sheet1.xml.rels": (
        (
            "</Relationships>",
            f'<Relationship Id="rId77" Target="../printerSettings/printerSettings1.bin" '
            f'Type="{OFFICE}/printerSettings"/></Relationships>',
        ),
    ),
}
SHEET_ADDED = {
    "docProps/custom.xml": CUSTOM,
    "docProps/thumbnail.jpeg": "canary-thumbnail",
    "xl/printerSettings/printerSettings1.bin": "canary-printer",
    "xl/revisions/userNames.xml": f'<users xmlns="{MAIN}"><userInfo name="canary-sharer"/></users>',
    "xl/persons/person.xml": f'<personList xmlns="{THREADED}"><person displayName="canary-person" id="{{B}}" '
    'userId="canary-login" providerId="AD"/></personList>',
    "xl/pivotCache/pivotCacheDefinition1.xml": f'<pivotCacheDefinition xmlns="{MAIN}" refreshedBy="canary-refresher"/>',
    "customXml/item1.xml": "<a>canary-bound</a>",
    "xl/drawings/vmlDrawing9.vml": '<xml><v:imagedata o:relid="rId1" o:title="canary-logo"><br></xml>',
}


def xlsx_with_canaries() -> bytes:
    book = Workbook()
    sheet = book.active
    sheet["A1"], sheet["A2"], sheet["A3"] = "the text stays", 41.5, "=A2+1"
    sheet["A1"].comment = Comment("canary-commenter:\nthe comment stays", "canary-commenter")
    sheet.page_setup.paperSize = 9
    book.properties.creator = "canary-creator"
    book.properties.lastModifiedBy = "canary-modifier"
    book.properties.keywords = "canary-keywords"
    held = io.BytesIO()
    book.save(held)
    return _with_more(held.getvalue(), SHEET_REPLACED, SHEET_ADDED | {"xl/media/image1.jpeg": jpeg_with_canaries()})
