"""Empty tables for people to fill in: text columns, drop-downs, prompts (design §9, domain.md D6)."""

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.worksheet import Worksheet

from core.spreadsheets.writing import add_sheet, set_text

_LINE = Side(style="thin", color="FF9A9A9A")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_REQUIRED = PatternFill("solid", fgColor="FFFBE9D0")
_OPTIONAL = PatternFill("solid", fgColor="FFF0EFEA")
_PREPARED_ROWS = 300
_LAST_ROW = 5001
_LONGEST_LIST = 250  # Excel allows 255 characters of choices written into the rule itself
_CHOICES_SHEET = "选项"


@dataclass(frozen=True)
class FormColumn:
    """A column to fill in: its heading, width in characters, the choices if there are any, and what a click on one
    of its cells says."""

    heading: str
    width: int = 14
    required: bool = False
    choices: tuple[str, ...] = ()
    prompt: str = ""


def add_form(workbook: Workbook, title: str, columns: Sequence[FormColumn], *, printed_title: str) -> Worksheet:
    """A sheet with the header in its first row and text cells below, whatever is typed or pasted there.

    Required columns are coloured; choices are drop-downs that refuse anything else. The header stays in sight and is
    printed on every page, below `printed_title`.
    """
    sheet = add_sheet(workbook, title)
    for number, column in enumerate(columns, start=1):
        letter = get_column_letter(number)
        _write_heading(sheet, number, column)
        sheet.column_dimensions[letter].width = column.width
        sheet.column_dimensions[letter].number_format = "@"
        for row in range(2, _PREPARED_ROWS + 2):
            _prepare(sheet.cell(row=row, column=number))
        rule = _rule(workbook, column)
        if rule is not None:
            rule.add(f"{letter}2:{letter}{_LAST_ROW}")
            sheet.add_data_validation(rule)
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.oddHeader = HeaderFooterItem(center=_HeaderFooterPart(text=printed_title.replace("&", "&&"), size=16))
    return sheet


def _write_heading(sheet: Worksheet, number: int, column: FormColumn) -> None:
    cell = sheet.cell(row=1, column=number)
    assert isinstance(cell, Cell)
    set_text(cell, column.heading)
    cell.font = Font(bold=True)
    cell.fill = _REQUIRED if column.required else _OPTIONAL
    cell.border = _BORDER
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _prepare(cell: object) -> None:
    assert isinstance(cell, Cell)
    cell.number_format = "@"
    cell.border = _BORDER
    cell.alignment = Alignment(vertical="center", wrap_text=True)


def _rule(workbook: Workbook, column: FormColumn) -> DataValidation | None:
    if not column.choices and not column.prompt:
        return None
    rule = DataValidation(allow_blank=True, showInputMessage=bool(column.prompt), showErrorMessage=bool(column.choices))
    if column.prompt:
        rule.promptTitle, rule.prompt = column.heading[:32], column.prompt[:255]
    if column.choices:
        rule.type, rule.errorStyle, rule.formula1 = "list", "stop", _list(workbook, column)
        rule.errorTitle, rule.error = column.heading[:32], "请从下拉列表中选择。"
    return rule


def _list(workbook: Workbook, column: FormColumn) -> str:
    """The choices in the rule itself; where they are too long or hold a comma, on a hidden sheet."""
    listed = ",".join(column.choices)
    if len(listed) <= _LONGEST_LIST and not any(sign in choice for choice in column.choices for sign in ',"'):
        return f'"{listed}"'
    if _CHOICES_SHEET in workbook.sheetnames:
        sheet = workbook[_CHOICES_SHEET]
    else:
        sheet = workbook.create_sheet(_CHOICES_SHEET)
        sheet.sheet_state = "hidden"
    number = sheet.max_column + 1
    for row, choice in enumerate(column.choices, start=1):
        cell = sheet.cell(row=row, column=number)
        assert isinstance(cell, Cell)
        set_text(cell, choice)
    letter = get_column_letter(number)
    return f"{quote_sheetname(_CHOICES_SHEET)}!${letter}$1:${letter}${len(column.choices)}"
