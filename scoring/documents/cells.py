"""Cells, ranges and the look of the result workbook."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

HEAD_FILL = PatternFill("solid", start_color="FFE8F0F8")
INPUT_FILL = PatternFill("solid", start_color="FFFFF9E0")
THIN = Side("thin", color="FFCFCABD")
HAIRLINE = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
FACE = "微软雅黑"  # named only: the reader's machine supplies it
PLAIN = Font(name=FACE, size=11)
TITLE = Font(name=FACE, size=14, bold=True)
NOTE = Font(name=FACE, size=10, color="FF5C6672")
STRONG = Font(name=FACE, size=11, bold=True)
DROPPED_FONT = Font(strike=True, color="FF8A8F98")
ALERT_FONT = Font(bold=True, color="FFB92B1B")
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)


def put_text(cell: Cell | MergedCell, text: str) -> None:
    """Text stays text (pitfall 17): `=cmd` is shown, never computed, and a code like 01 keeps its zero."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    if cell.value:
        cell.data_type = "s"
        cell.number_format = "@"
        cell.quotePrefix = text.startswith(("=", "+", "-", "@"))


def quoted(text: str) -> str:
    """Text as a constant inside a formula."""
    return '"' + text.replace('"', '""') + '"'


def span(column: int, first: int, last: int, sheet: str = "") -> str:
    """The absolute range of one column, e.g. `'评分'!$K$5:$K$11`."""
    letter = get_column_letter(column)
    return f"{_prefix(sheet)}${letter}${first}:${letter}${max(first, last)}"


def spot(column: int, row: int, sheet: str = "") -> str:
    """One cell with its column fixed, e.g. `$K5`."""
    return f"{_prefix(sheet)}${get_column_letter(column)}{row}"


def fixed(column: int, row: int, sheet: str = "") -> str:
    """One cell with column and row fixed, e.g. `'奖项'!$F$4`."""
    return f"{_prefix(sheet)}${get_column_letter(column)}${row}"


def _prefix(sheet: str) -> str:
    return f"'{sheet}'!" if sheet else ""


@dataclass(slots=True)
class Columns:
    """The columns of a sheet by key, in the order in which they were added; a folded one is one level down."""

    index: dict[Hashable, int] = field(default_factory=dict)
    titles: list[str] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    folded: list[int] = field(default_factory=list)

    def add(self, key: Hashable, title: str, width: float = 10, *, folded: bool = False) -> int:
        self.titles.append(title)
        self.widths.append(width)
        self.index[key] = len(self.titles)
        if folded:
            self.folded.append(self.index[key])
        return self.index[key]

    def __getitem__(self, key: Hashable) -> int:
        return self.index[key]

    def __contains__(self, key: Hashable) -> bool:
        return key in self.index


def put_title(sheet: Worksheet, title: str, note: str, width: int) -> None:
    """Two rows above a table: what it is, and how to read it."""
    for row, text, font, height in ((1, title, TITLE, 26), (2, note, NOTE, 34)):
        put_text(sheet.cell(row, 1), text)
        sheet.cell(row, 1).font = font
        sheet.cell(row, 1).alignment = LEFT
        sheet.row_dimensions[row].height = height
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=max(2, width))


def put_head(sheet: Worksheet, row: int, columns: Columns) -> None:
    """The head of a table; frozen with the columns left of it by the caller."""
    for number, (title, width) in enumerate(zip(columns.titles, columns.widths, strict=True), 1):
        cell = sheet.cell(row, number)
        put_text(cell, title)
        cell.font, cell.fill, cell.border, cell.alignment = STRONG, HEAD_FILL, HAIRLINE, CENTRE
        sheet.column_dimensions[get_column_letter(number)].width = width
    for number in columns.folded:
        dimension = sheet.column_dimensions[get_column_letter(number)]
        dimension.outlineLevel, dimension.hidden = 1, True
    sheet.row_dimensions[row].height = 34


def put_formula(sheet: Worksheet, row: int, column: int, formula: str, number_format: str = "General") -> None:
    cell = sheet.cell(row, column, f"={formula}")
    cell.number_format = number_format


def lines_needed(text: str, width: float) -> int:
    """Lines that a text takes in a column; a Chinese character is two digits wide."""
    return 1 + int(sum(1 if character.isascii() else 2 for character in text) // width)


def frame(
    sheet: Worksheet, first: int, last: int, width: int, *, left_aligned: Sequence[int] = (), lines: int = 1
) -> None:
    """Hairlines, alignment and row heights for the body of a table."""
    for row in range(first, last + 1):
        sheet.row_dimensions[row].height = 4 + 16 * lines
        for column in range(1, width + 1):
            cell = sheet.cell(row, column)
            cell.font, cell.border = PLAIN, HAIRLINE
            cell.alignment = LEFT if column in left_aligned else CENTRE


def style_where(sheet: Worksheet, cells: str, condition: str, font: Font) -> None:
    """A conditional format: `condition` is written for the first cell of the range."""
    rule = Rule(type="expression", dxf=DifferentialStyle(font=font), formula=[condition])
    sheet.conditional_formatting.add(cells, rule)


def offer_choice(sheet: Worksheet, cells: str, words: Iterable[str]) -> None:
    choice = DataValidation(type="list", formula1=quoted(",".join(words)), allow_blank=False)
    choice.add(cells)
    sheet.add_data_validation(choice)


def decimals(places: int) -> str:
    return "0." + "0" * places if places else "0"


def set_up_page(sheet: Worksheet, *, head: int | None, mark: str) -> None:
    """A4 landscape, as wide as the page, the head on every page, snapshot and page numbers below (pitfall 10)."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    if head is not None:
        sheet.print_title_rows = f"{head}:{head}"
    footer = sheet.oddFooter
    assert footer is not None
    footer.left.text = mark.replace("&", "&&")
    footer.right.text = "第 &P 页 共 &N 页"
