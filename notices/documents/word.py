"""Notices as Word files by GB/T 9704-2012, with the fonts that an office's computers have; nothing of who made them."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from core.text.dates import plain_date
from notices.documents.content import OfficialText, official_text, refuse_bad_characters
from notices.engine.wording import ListTable, Paragraph
from notices.models import Notice

TITLE, BODY, HEI, KAI, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
_LATIN = "Times New Roman"
_HEADINGS = {1: HEI, 2: KAI}
_LINE = 579  # twentieths of a point: 22 lines in 225 mm
_CLOSER = -4  # twentieths of a point between characters: 28 of 16 pt in 156 mm
_WIDTHS = {"序号": 12, "姓名": 24, "单位": 36, "作品（题目）": 40, "指导教师": 24, "备注": 20}
_TEXT_WIDTH = 156
_RIGHT, _CENTRE, _JUSTIFY = WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY


def notice_word(notice: Notice) -> bytes:
    """A notice as .docx: its text as text, its lists as tables; the same words give the same bytes.

    Raises NoticeRefused for a character that no file may hold. Which fonts have a character only Word will see.
    """
    text = official_text(notice)
    refuse_bad_characters(text)
    document = Document()
    _set_page(document)
    _set_base(document)
    _number_pages(document)
    if text.standing:
        _line(document.sections[0].header, text.standing, font=HEI, size=10.5, align=_RIGHT)
        _line(document.sections[0].even_page_header, text.standing, font=HEI, size=10.5, align=_RIGHT)
    _write_text(document, text)
    for number, table in enumerate(text.lists, start=1):
        _write_list(document, table, f"附件{number}" if len(text.enclosed) > 1 else "附件")
    if text.source:
        _line(document, f"依据：{text.source}", size=12)
    _forget_who(document, text)
    return _fixed(document)


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.start_type = WD_SECTION.NEW_PAGE
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(20), Mm(25)
    for grid in section._sectPr.findall(qn("w:docGrid")):  # LibreOffice and Word read a grid of characters differently
        section._sectPr.remove(grid)


def _set_base(document: Any) -> None:
    base = document.styles["Normal"]
    _set_font(base, BODY, 16)
    _speak_chinese(base)
    base.paragraph_format.space_before = base.paragraph_format.space_after = Pt(0)
    base.paragraph_format.line_spacing = Pt(_LINE / 20)


def _speak_chinese(style: Any) -> None:
    """Without the language punctuation is set as in Taiwan."""
    language = OxmlElement("w:lang")
    for script in ("val", "eastAsia"):
        language.set(qn(f"w:{script}"), "zh-CN")
    style.element.get_or_add_rPr().append(language)


def _number_pages(document: Any) -> None:
    """— 1 — outside: right on odd pages, left on even ones, one character from the edge."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, align in ((section.footer, _RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = align
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(14)
        _run(paragraph, "— ", SONG, 14)
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        number = _run(paragraph, "1", SONG, 14)
        field.append(number._r)
        paragraph._p.append(field)
        _run(paragraph, " —", SONG, 14)


def _write_text(document: Any, text: OfficialText) -> None:
    if text.number:
        _line(document, text.number, align=_CENTRE)
        _line(document, "")
    _line(document, text.title, font=TITLE, size=22, align=_CENTRE)
    _line(document, "")
    if text.addressees:
        _line(document, text.addressees)
    for paragraph in text.paragraphs:
        _write_paragraph(document, paragraph)
    if text.enclosed:
        _line(document, "")
        several = len(text.enclosed) > 1
        for place, name in enumerate(text.enclosed):
            label = "附件：" if place == 0 else ""
            line = _line(document, f"{label}{f'{place + 1}. ' if several else ''}{name}")
            line.paragraph_format.left_indent = Pt(16 * (2 if place == 0 else 5))
    _line(document, "")
    _line(document, "")
    _sign(document, text.signed_by, plain_date(text.dated))


def _write_paragraph(document: Any, found: Paragraph) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = _JUSTIFY
    paragraph.paragraph_format.first_line_indent = Pt(32)
    if found.heading:
        _run(paragraph, found.heading, _HEADINGS.get(found.level, BODY), 16)
        paragraph.paragraph_format.keep_with_next = found.heading == found.text
    if rest := found.text[len(found.heading) :]:
        _run(paragraph, rest, BODY, 16)


def _sign(document: Any, name: str, day: str) -> None:
    """署名 two characters from the right edge, 成文日期 beginning two characters right of it; a longer date decides."""
    long, short = _width(name), _width(day)
    right_of_name = 2.0 if short <= long else 4 + short - long
    right_of_day = long - short if short <= long else 2.0
    for words, right in ((name, max(right_of_name, 0)), (day, max(right_of_day, 0))):
        line = _line(document, words, align=_RIGHT)
        line.paragraph_format.right_indent = Pt(16 * min(right, 20))
        line.paragraph_format.keep_with_next = words == name


def _width(words: str) -> float:
    """Characters of a line: digits and letters are half as wide."""
    return sum(0.5 if char.isascii() else 1 for char in words)


def _write_list(document: Any, found: ListTable, label: str) -> None:
    first = _line(document, label, font=HEI)
    first.paragraph_format.page_break_before = True
    _line(document, found.title, font=TITLE, size=22, align=_CENTRE)
    if found.note:
        _line(document, f"（{found.note}）", font=KAI, size=14, align=_CENTRE)
    for tier in found.tiers:
        heading = _line(document, tier.title, font=HEI)
        heading.paragraph_format.keep_with_next = True
        _write_table(document, found.columns, tier.rows)


def _write_table(document: Any, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=1 + len(rows), cols=len(columns), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    total = sum(_WIDTHS[column] for column in columns)
    widths = [Mm(_WIDTHS[column] * _TEXT_WIDTH / total) for column in columns]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    repeat = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    for place, (row, words) in enumerate(zip(table._tbl.tr_lst, (columns, *rows), strict=True)):
        for index, (cell, word) in enumerate(zip(row.tc_lst, words, strict=True)):
            cell.width = widths[index]
            _fill(cell.p_lst[0], word, HEI if place == 0 else BODY, centred=place == 0 or index == 0)


def _fill(paragraph: Any, words: str, font: str, *, centred: bool) -> None:
    """A cell's words, on the XML itself: python-docx's rows take a second for every hundred."""
    properties = paragraph.get_or_add_pPr()
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:line"), "400")
    spacing.set(qn("w:lineRule"), "atLeast")
    properties.append(spacing)
    if centred:
        justify = OxmlElement("w:jc")
        justify.set(qn("w:val"), "center")
        properties.append(justify)
    run = paragraph.add_r()
    run.text = words
    _set_run_font(run, font, 12)


def _line(
    place: Any, words: str, *, font: str = BODY, size: float = 16, align: WD_ALIGN_PARAGRAPH | None = None
) -> Any:
    paragraph = place.add_paragraph()
    if align is not None:
        paragraph.alignment = align
    if words:
        _run(paragraph, words, font, size)
    if size > 16:
        paragraph.paragraph_format.line_spacing = Pt(35)
    return paragraph


def _run(paragraph: Any, words: str, font: str, size: float) -> Any:
    run = paragraph.add_run(words)
    _set_run_font(run._r, font, size)
    if size == 16:
        closer = OxmlElement("w:spacing")
        closer.set(qn("w:val"), str(_CLOSER))
        run._r.rPr.insert_element_before(closer, "w:w", "w:kern", "w:position", "w:sz", "w:szCs")
    return run


def _set_font(style: Any, font: str, size: float) -> None:
    style.font.size = Pt(size)
    style.font.name = _LATIN
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _set_run_font(run: Any, font: str, size: float) -> None:
    properties = run.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for script, name in (("ascii", _LATIN), ("hAnsi", _LATIN), ("eastAsia", font)):
        fonts.set(qn(f"w:{script}"), name)
    properties.sz_val = Pt(size)


def _forget_who(document: Any, text: OfficialText) -> None:
    """No names, no programs, no hours: the file says its title and its date."""
    noon = datetime(text.dated.year, text.dated.month, text.dated.day, 12)  # noqa: DTZ001 (the format keeps UTC)
    facts = document.core_properties
    facts.title, facts.language = text.title, "zh-CN"
    facts.author = facts.last_modified_by = facts.comments = facts.keywords = facts.subject = facts.category = ""
    facts.created = facts.modified = noon
    facts.revision = 1


def _fixed(document: Any) -> bytes:
    """The package with the same hour on every part, or each download would differ."""
    saved = BytesIO()
    document.save(saved)
    packed = BytesIO()
    with ZipFile(saved) as given, ZipFile(packed, "w", ZIP_DEFLATED) as fixed:
        for name in given.namelist():
            fixed.writestr(ZipInfo(name, (1980, 1, 1, 0, 0, 0)), given.read(name), ZIP_DEFLATED)
    return packed.getvalue()
