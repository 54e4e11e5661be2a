"""PDF: written anew from its pages, without what it says about itself."""

import struct
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

from core.media.cleaning.exceptions import CleaningRefused
from core.media.cleaning.pictures import cleaned_jpeg

# Of the document: XMP, attachments, scripts and what opens by itself, signatures' permissions, portfolios.
_OF_DOCUMENT = ("/Metadata", "/AF", "/OpenAction", "/AA", "/Perms", "/DSS", "/Collection", "/Threads", "/Legal")
_OF_NAMES = ("/EmbeddedFiles", "/JavaScript")
# Of any object in it: XMP, a program's private notes, when it was changed, attached files, thumbnails, makers of
# layers, and what pdfTeX copies from the figures that it embeds.
_OF_ANYTHING = (
    "/Metadata",
    "/PieceInfo",
    "/LastModified",
    "/AF",
    "/Thumb",
    "/CreatorInfo",
    "/PTEX.FileName",
    "/PTEX.InfoDict",
)
# Of a note on the page: whose it is and when; what it says in rich text too, which may name its writer again.
_OF_NOTES = ("/T", "/M", "/CreationDate", "/NM", "/Subj", "/RC", "/IRT")
# Notes that are no part of the page as it is printed, with what hangs from them.
_NOT_PRINTED = {"/Text", "/Popup", "/FileAttachment", "/Sound", "/Movie", "/Screen", "/RichMedia", "/Caret"}
_DEEPEST = 200_000


def clean_pdf(path: Path, target: Path) -> None:
    """Pages, outline and form fields as they were; author, program, dates, XMP, notes, attachments, signatures gone.

    Earlier versions that lie in the file are left behind: only what the newest one uses is written. Refuses
    (CleaningRefused) a file that cannot be read or needs a password.
    """
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise CleaningRefused("设有打开密码，不能去除文件属性。请取消密码后再上传。")
        writer = PdfWriter(clone_from=reader)
        _forget(writer)
        held = BytesIO()
        writer.write(held)
        # Once more: what the first copy's objects no longer lead to is not carried over into the second.
        final = PdfWriter(clone_from=PdfReader(held))
        final.metadata = None
        with target.open("wb") as out:
            final.write(out)
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError, OverflowError, AttributeError) as error:
        raise CleaningRefused("读不出来，不能去除文件属性。请用 WPS 或 Word 重新导出为 PDF 再上传。") from error


def _forget(writer: PdfWriter) -> None:
    root = writer.root_object
    _drop(root, _OF_DOCUMENT)
    names = root.get("/Names")
    if names is not None:
        _drop(names.get_object(), _OF_NAMES)
    form = root.get("/AcroForm")
    if form is not None:
        _drop(form.get_object(), ("/XFA", "/SigFlags"))
    for page in writer.pages:
        _drop(page, ("/AA",))
        _forget_notes(page)
    for held in list(writer._objects):
        if held is not None:
            _forget_inside(held)
    writer.metadata = None
    writer._ID = None


def _forget_notes(page: DictionaryObject) -> None:
    kept = ArrayObject()
    for reference in _listed(page.get("/Annots")):
        note = reference.get_object()
        kind = str(note.get("/Subtype", "")) if isinstance(note, DictionaryObject) else "/Text"
        if kind in _NOT_PRINTED:
            continue
        if kind == "/Widget":
            _forget_signature(note)
        else:
            _drop(note, (*_OF_NOTES, "/Popup", "/AA"))
            if kind not in {"/FreeText", "/Link"}:
                _drop(note, ("/Contents",))  # a remark on what is marked, seen by hovering only
        kept.append(reference)
    if "/Annots" in page:
        page[NameObject("/Annots")] = kept


def _forget_signature(field: DictionaryObject) -> None:
    """A signature names its signer in its picture and its value; a copy that was changed does not bear it anyway."""
    parent = field.get("/Parent")
    holder = parent.get_object() if parent is not None else field
    if "/Sig" in {str(field.get("/FT", "")), str(holder.get("/FT", ""))}:
        _drop(field, ("/V", "/AP", "/SV", "/Lock"))
        _drop(holder, ("/V", "/SV", "/Lock"))


def _forget_inside(start: Any) -> None:
    """All of an object that is written in it, not by reference."""
    waiting, seen = [start], 0
    while waiting and seen < _DEEPEST:
        found = waiting.pop()
        seen += 1
        if isinstance(found, StreamObject):
            _clean_picture(found)
        if isinstance(found, DictionaryObject):
            _drop(found, _OF_ANYTHING)
            waiting += found.values()
        elif isinstance(found, ArrayObject):
            waiting += found


def _clean_picture(stream: StreamObject) -> None:
    """A JPEG in a PDF is a JPEG file with all that its camera wrote."""
    filters = [str(each) for each in _listed(stream.get("/Filter"))]
    if filters == ["/DCTDecode"]:
        try:
            stream._data = cleaned_jpeg(stream._data)
        except CleaningRefused as error:
            raise CleaningRefused("里有读不出来的图片，不能去除文件属性。请重新导出为 PDF 再上传。") from error
    elif filters == ["/JPXDecode"]:
        stream._data = _without_texts(stream._data)


def _without_texts(content: bytes) -> bytes:
    """A JPEG 2000 without its XMP and other texts: boxes as in MP4. A bare codestream has none."""
    place, kept = 0, []
    while content[4:8] == b"jP  " and place + 8 <= len(content):
        length, kind = struct.unpack(">L4s", content[place : place + 8])
        end = len(content) if length < 8 else place + length
        if kind not in {b"xml ", b"uuid", b"uinf"}:
            kept.append(content[place:end])
        place = end
    return b"".join(kept) or content


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    found = value.get_object()
    return list(found) if isinstance(found, ArrayObject) else [found]


def _drop(holder: Any, names: tuple[str, ...]) -> None:
    if isinstance(holder, DictionaryObject):
        for name in names:
            holder.pop(NameObject(name), None)
