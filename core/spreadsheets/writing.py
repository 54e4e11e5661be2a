"""Workbooks as staff print and file them (design §9, domain.md D6): text stays text, and 0 is a number (pitfall 17)."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from core.canonical import rfc3339

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_THIN = Side(style="thin", color="FF9A9A9A")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEADER_FILL = PatternFill("solid", fgColor="FFF0EFEA")
_DATE_FORMAT = "yyyy-mm-dd"
_FORBIDDEN_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\", "－"))


@dataclass(frozen=True)
class OutColumn:
    """A column to write: its heading, its width in characters, and the format of its numbers ("0.00")."""

    heading: str
    width: int = 14
    number_format: str = "General"


_WIDE_FROM = 0x2E7F  # from here on characters are as wide as high
_LINE, _HIGHEST = 15, 409  # points; no row can be higher


def new_workbook() -> Workbook:
    """A workbook without sheets."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    workbook.properties.creator = "明评"
    return workbook


def add_sheet(workbook: Workbook, title: str) -> Worksheet:
    """A new sheet, A4 landscape and one page wide; signs that Excel forbids in a title are replaced."""
    sheet: Worksheet = workbook.create_sheet(title.translate(_FORBIDDEN_IN_TITLES)[:31])
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4; openpyxl's own constant is a string
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter = HeaderFooterItem(center=_HeaderFooterPart(text="第 &P 页，共 &N 页"))
    return sheet


def set_text(cell: Cell, value: str) -> None:
    """Text that stays text: `=cmd`, `+1`, `-1`, `@x`, `#N/A`, ID and phone numbers, also when the cell is edited.

    Control characters, which no workbook may hold, are left out.
    """
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = True


def set_value(cell: Cell, value: object, *, number_format: str = "General") -> None:
    """Text, a number, a date, 是/否, a time as RFC 3339, or nothing. Refuses floats and all else (TypeError)."""
    if value is None:
        return
    if isinstance(value, bool):
        set_text(cell, "是" if value else "否")
    elif isinstance(value, str):
        set_text(cell, value)
    elif isinstance(value, int | Decimal):
        cell.value = value
        cell.number_format = number_format
    elif isinstance(value, datetime):
        set_text(cell, rfc3339(value))
    elif isinstance(value, date):
        cell.value = value
        cell.number_format = _DATE_FORMAT
    else:
        raise TypeError(f"{type(value).__name__} is not written into a workbook")


def write_table(
    sheet: Worksheet, *, title: str, columns: Sequence[OutColumn], rows: Iterable[Sequence[object]], note: str = ""
) -> int:
    """Write a title, a line of remark if there is one, the header and the rows; return the header's row number.

    The header stays in sight when scrolling and is printed on every page.
    """
    last_column = get_column_letter(len(columns))
    header_row = 1
    for text, size in ((title, 18), (note, 10)):
        if not text:
            continue
        _write_banner(sheet, row=header_row, last_column=last_column, text=text, size=size)
        header_row += 1
    for number, column in enumerate(columns, start=1):
        _write_heading(_cell(sheet, header_row, number), column.heading)
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    styles: dict[tuple[int, type], StyleArray] = {}
    _fit_height(sheet, header_row, max(_lines(each.heading, each.width) for each in columns))
    for offset, row in enumerate(rows, start=1):
        lines = 1
        for number, (column, value) in enumerate(zip(columns, row, strict=True), start=1):
            cell = _cell(sheet, header_row + offset, number)
            _write_styled(cell, value, column.number_format, styles, (number, type(value)))
            if isinstance(value, str) and 2 * len(value) >= column.width:
                lines = max(lines, _lines(value, column.width))
        _fit_height(sheet, header_row + offset, lines)
    sheet.freeze_panes = f"A{header_row + 1}"
    sheet.print_title_rows = f"{header_row}:{header_row}"
    return header_row


def workbook_bytes(workbook: Workbook) -> bytes:
    """The file."""
    stream = BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    cell = sheet.cell(row=row, column=column)
    assert isinstance(cell, Cell)
    return cell


def _write_styled(
    cell: Any, value: object, number_format: str, styles: dict[tuple[int, type], StyleArray], kind: tuple[int, type]
) -> None:
    """Write a value with the style of its column and kind. A style is looked up among all others whenever a cell is
    given one, which costs more than the cell: it is made once, then copied."""
    known = styles.get(kind)
    if known is None:
        set_value(cell, value, number_format=number_format)
        cell.border = _BORDER
        cell.alignment = Alignment(vertical="center", wrap_text=isinstance(value, str))
        styles[kind] = copy(cell._style)
        return
    cell._style = copy(known)
    if isinstance(value, str):
        cell._value, cell.data_type = ILLEGAL_CHARACTERS_RE.sub("", value), "s"
    elif isinstance(value, bool | datetime) or not isinstance(value, int | Decimal | date | None):
        set_value(cell, value, number_format=number_format)
    else:
        cell.value = value


def _lines(text: str, width: int) -> int:
    """On how many lines a text stands in a column of `width` characters; a Chinese one takes two."""
    room = max(1, width - 1)
    return sum(
        max(1, -(-sum(2 if ord(char) > _WIDE_FROM else 1 for char in line) // room)) for line in text.split("\n")
    )


def _fit_height(sheet: Worksheet, row: int, lines: int) -> None:
    """Room for so many lines: LibreOffice and WPS do not make any when they print a file that they did not write."""
    if lines > 1:
        sheet.row_dimensions[row].height = min(_HIGHEST, lines * _LINE)


def _write_banner(sheet: Worksheet, *, row: int, last_column: str, text: str, size: int) -> None:
    cell = _cell(sheet, row, 1)
    set_text(cell, text)
    cell.font = Font(size=size, bold=size > 12)
    cell.alignment = Alignment(horizontal="center" if size > 12 else "left", vertical="center", wrap_text=True)
    sheet.row_dimensions[row].height = size * 2
    if last_column != "A":
        sheet.merge_cells(f"A{row}:{last_column}{row}")


def _write_heading(cell: Cell, heading: str) -> None:
    set_text(cell, heading)
    cell.font = Font(bold=True)
    cell.fill = _HEADER_FILL
    cell.border = _BORDER
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
