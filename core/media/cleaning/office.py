"""DOCX and XLSX: the archive written anew, part by part, without what tells who worked on it."""

import io
import re
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from lxml import etree  # type: ignore[import-untyped]

from core.media.cleaning.exceptions import CleaningRefused
from core.media.cleaning.pictures import cleaned_jpeg, cleaned_png
from core.media.cleaning.workbooks import forget_in_workbook

_BROKEN = "读不出来，不能去除文件属性。请用 Office 或 WPS 打开，另存一份再上传。"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
# Pictures, sounds and films that may say whose they are, and whose insides are not read here.
_UNSEEN = {".gif", ".tif", ".tiff", ".webp", ".heic", ".jfif", ".jp2", ".mp3", ".wav", ".mp4", ".mov", ".wmv", ".avi"}
_MOST_BYTES = 512 * 1024 * 1024
_MOST_PARTS = 5000
_DEEPEST = 3
# A part of XML is read whole, and takes several times its size.
_LONGEST_XML = 64 * 1024 * 1024
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, etree.XMLSyntaxError, NotImplementedError),
    *(EOFError, OSError, RuntimeError, ValueError),
)
_TOO_LARGE = "解开后太大，不能去除文件属性。请压缩其中的图片、减少内容后再上传。"
# Parts that are about people, programs and places, not about the text: properties, thumbnail, custom data, signatures,
# labels, names of who commented, printers, the log of a shared workbook, what add-ins keep.
_LEFT_OUT = re.compile(
    r"^(docProps/|customXml/|_xmlsignatures/|docMetadata/|word/people\.xml$|"
    r"[a-z]+/printerSettings/|xl/(revisions/|customProperty|documentTasks/))",
    re.IGNORECASE,
)
# Settings that name the template's folder, data sources, variables of add-ins, when what was saved.
_SETTINGS = {"attachedTemplate", "rsids", "docVars", "mailMerge", "saveThroughXslt", "docId", "attachedSchema"}
# Attributes of tracked changes and comments, and of every edit ("rsid…"), in whichever namespace.
_AUTHOR, _DROPPED = {"author", "initials"}, {"date", "dateUtc", "userId", "providerId"}
_ANYBODY = "作者"
_LOCAL = re.compile(r"[\\/]|^\w+:|\.[A-Za-z0-9]{2,5}$")
# Excel's old drawings name the file of a picture; they are not always XML.
_TITLES = re.compile(rb"""\b(o:title|alt)\s*=\s*(?:"[^"]*"|'[^']*')""")
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


def clean_docx(path: Path, target: Path) -> None:
    """Text, tracked changes and comments stay, but nobody's; properties, thumbnail, custom data, signatures, edit ids,
    camera data of pictures and names of local files go.

    Refuses (CleaningRefused) an archive that cannot be read, unpacks to too much, or holds programs or old embedded
    objects, into which we do not see.
    """
    _clean(path, target)


def clean_xlsx(path: Path, target: Path) -> None:
    """Cells, formulas and comments stay, but nobody's; what clean_docx takes goes, and printers' settings, the folder
    where the workbook lay, personal views, names of who refreshed, reserved or protected what.

    Refuses (CleaningRefused) as clean_docx, and a workbook with external links or data sources: they hold other files.
    """
    _clean(path, target)


def _clean(path: Path, target: Path) -> None:
    try:
        with path.open("rb") as file, target.open("wb") as out:
            _clean_archive(zipfile.ZipFile(file), out, depth=0)
    except _UNREADABLE as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise CleaningRefused(_BROKEN) from error


def _clean_archive(archive: zipfile.ZipFile, out: "io.BufferedIOBase | io.BufferedWriter", *, depth: int) -> None:
    members = [each for each in archive.infolist() if not each.is_dir()]
    if len(members) > _MOST_PARTS or sum(each.file_size for each in members) > _MOST_BYTES or depth > _DEEPEST:
        raise CleaningRefused(_TOO_LARGE)
    if any(each.file_size > _LONGEST_XML for each in members if each.filename.lower().endswith((".xml", ".rels"))):
        raise CleaningRefused(_TOO_LARGE)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for member in members:
            if _LEFT_OUT.match(member.filename):
                continue
            entry = zipfile.ZipInfo(member.filename, _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, _clean_part(member.filename, archive.read(member), depth))


def _clean_part(name: str, content: bytes, depth: int) -> bytes:
    suffix = PurePosixPath(name).suffix.lower()
    if name.lower().endswith((".xml", ".rels")):
        return _clean_xml(name, content)
    if suffix in {".jpg", ".jpeg"} or content.startswith(b"\xff\xd8\xff"):
        return cleaned_jpeg(content)
    if suffix == ".png" or content.startswith(b"\x89PNG"):
        return cleaned_png(content)
    if content.startswith(b"PK\3\4"):  # a chart's workbook, an embedded document
        held = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as inner:
            _clean_archive(inner, held, depth=depth + 1)
        return held.getvalue()
    if "vbaproject" in name.lower() or content.startswith(bytes.fromhex("d0cf11e0a1b11ae1")):
        message = "里嵌有宏或旧格式的对象（如旧版公式、嵌入的表格），不能去除其中的属性。"
        raise CleaningRefused(f"{message}请把它们转成图片，或导出为 PDF 再上传。")
    if suffix == ".bin" and name.lower().startswith("xl/"):  # a binary workbook's sheets, a control
        raise CleaningRefused("里有读不出来的二进制内容，不能去除其中的属性。请删去控件，另存为 xlsx 再上传。")
    if suffix == ".vml":
        return _TITLES.sub(rb'\1=""', content)
    if suffix == ".svg":
        return _clean_drawing(content)
    if suffix in _UNSEEN:
        raise CleaningRefused(f"里有 {suffix} 文件，不能去除其中的属性。请换成 JPG 或 PNG 图片，或导出为 PDF 再上传。")
    return _without_description(content) if suffix == ".emf" else content


def _clean_drawing(content: bytes) -> bytes:
    """An SVG's shapes without the notes and attributes of the program that drew it."""
    root = etree.fromstring(content, _parser())
    for element in list(root.iter(etree.Element)):
        if _plain(element.tag) == "metadata" or not str(element.tag).startswith(f"{{{_SVG}}}"):
            parent = element.getparent()
            if parent is None:
                raise CleaningRefused(_BROKEN)
            parent.remove(element)
            continue
        for name in [each for each in element.attrib if str(each).startswith("{") and _XLINK not in str(each)]:
            del element.attrib[name]
    return bytes(etree.tostring(root))


def _without_description(content: bytes) -> bytes:
    """A Windows metafile names the program and the document that it was copied from in its header."""
    if len(content) < 88 or content[40:44] != b" EMF":
        return content
    letters, place = struct.unpack("<2L", content[60:68])
    end = min(place + 2 * letters, len(content))
    return content[:60] + b"\0" * 8 + content[68:place] + b"\0" * (end - place) + content[end:] if letters else content


def _clean_xml(name: str, content: bytes) -> bytes:
    root = etree.fromstring(content, _parser())
    if root.getroottree().docinfo.doctype:
        raise CleaningRefused(_BROKEN)
    if name == "[Content_Types].xml":
        _forget_types(root)
    elif name.endswith(".rels"):
        _forget_relations(root)
    elif name.endswith("settings.xml"):
        for element in [each for each in root if _plain(each.tag) in _SETTINGS]:
            root.remove(element)
    if name.lower().startswith("xl/"):
        forget_in_workbook(root)
    for element in root.iter(etree.Element):
        _forget_attributes(element)
    for binding in list(root.iter(f"{{{_WORD}}}dataBinding")):
        binding.getparent().remove(binding)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)


def _forget_types(root: etree._Element) -> None:
    for element in list(root):
        if _LEFT_OUT.match(element.get("PartName", "").lstrip("/")):
            root.remove(element)


def _forget_relations(root: etree._Element) -> None:
    """Links to parts that are left out, and to files on somebody's own disk."""
    for element in list(root.iter(f"{{{_RELATIONS}}}Relationship")):
        aim = element.get("Target", "")
        kind = element.get("Type", "").rpartition("/")[2]
        gone = aim.lstrip("/").removeprefix("../")
        if element.get("TargetMode") == "External":
            if not re.match(r"(https?|mailto):", aim, re.IGNORECASE):
                element.set("Target", "about:blank")
        elif kind == "people" or any(_LEFT_OUT.match(f"{folder}{gone}") for folder in ("", "word/", "xl/")):
            root.remove(element)


def _forget_attributes(element: etree._Element) -> None:
    for name in list(element.attrib):
        plain = _plain(name)
        if plain in _AUTHOR and _is_words(name):
            element.set(name, _ANYBODY)
        elif plain.startswith("rsid") or (plain in _DROPPED and _is_words(name)):
            del element.attrib[name]
    if _plain(element.tag) in {"docPr", "cNvPr"}:
        # Word writes the picture's file name, WPS its whole path.
        for name in ("name", "descr", "title"):
            if _LOCAL.search(element.get(name, "")):
                element.set(name, "图片")


def _is_words(name: str) -> bool:
    """Whether an attribute is of Word's own namespaces (w, w14, w15, w16…), not a drawing's or formula's."""
    return name.startswith("{") and "word" in name.partition("}")[0]


def _plain(name: object) -> str:
    return str(name).rpartition("}")[2]
