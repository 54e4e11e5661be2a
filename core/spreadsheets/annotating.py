"""The workbook that somebody sent, given back with its faults shown in it (design §9)."""

import warnings
from collections.abc import Sequence
from io import BytesIO
from typing import BinaryIO

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from core.spreadsheets.guards import WorkbookRefused, check_workbook_file, count_cells, damaged
from core.spreadsheets.reading import Fault
from core.spreadsheets.writing import OutColumn, add_sheet, write_table

SUMMARY_TITLE = "需要改正"
_MOST_CELLS = 500_000
_FAULTY = PatternFill("solid", fgColor="FFFFD9D2")
_LINK = Font(color="FF9C2B1B", underline="single")
_AUTHOR = "明评"
_BEFORE = "\n—— 原有批注 ——\n"
_COMMENT_WIDTH = 300
_COLUMNS = (OutColumn("序号", 6), OutColumn("工作表", 18), OutColumn("单元格", 10), OutColumn("问题", 80))


def annotate_workbook(file: BinaryIO, faults: Sequence[Fault]) -> bytes:
    """The workbook with every faulty cell filled and commented, and a first sheet that lists the faults with links.

    All else stays as it was sent: text is text, formulas are written back and not computed. Pictures and drawings,
    which openpyxl does not know, are left out. Refuses (WorkbookRefused) what `check_workbook_file` refuses, and
    (`too_many_cells`) a workbook in which too many empty cells have a format.
    """
    check_workbook_file(file)
    if count_cells(file) > _MOST_CELLS:
        message = "工作表里设了格式的空单元格太多，不能在原表上标注，请按列表中的单元格改正。"
        raise WorkbookRefused(message, code="too_many_cells")
    workbook = _load(file)
    _clear_earlier(workbook)
    for cell, messages in _by_cell(workbook, faults).items():
        _mark(cell, messages)
    _add_summary(workbook, faults)
    stream = BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _load(file: BinaryIO) -> Workbook:
    file.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        try:
            return load_workbook(file, keep_links=False, rich_text=True)
        except Exception as error:  # see reading.open_workbook
            raise damaged() from error


def _clear_earlier(workbook: Workbook) -> None:
    """What an earlier annotation left in a workbook that is sent again."""
    if SUMMARY_TITLE in workbook.sheetnames:
        workbook.remove(workbook[SUMMARY_TITLE])
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment is not None and cell.comment.author == _AUTHOR and isinstance(cell, Cell):
                    cell.fill = PatternFill()
                    _, _, before = cell.comment.text.partition(_BEFORE)
                    cell.comment = Comment(before, "") if before else None


def _by_cell(workbook: Workbook, faults: Sequence[Fault]) -> dict[Cell, list[str]]:
    found: dict[Cell, list[str]] = {}
    for fault in faults:
        sheet = workbook[fault.sheet]
        assert isinstance(sheet, Worksheet)
        found.setdefault(_shown(sheet, fault.cell), []).append(fault.message)
    return found


def _shown(sheet: Worksheet, name: str) -> Cell:
    """The cell, or of merged ones the first: only that is drawn."""
    cell = sheet[name]
    if isinstance(cell, MergedCell):
        area = next(area for area in sheet.merged_cells.ranges if name in area)
        cell = sheet.cell(row=area.min_row, column=area.min_col)
    assert isinstance(cell, Cell)
    return cell


def _mark(cell: Cell, messages: Sequence[str]) -> None:
    text = "\n".join(messages)
    if cell.comment is not None:
        text = f"{text}{_BEFORE}{cell.comment.text}"
    cell.fill = _FAULTY
    cell.comment = Comment(text, _AUTHOR, height=40 + 20 * (1 + len(text) // 22), width=_COMMENT_WIDTH)


def _add_summary(workbook: Workbook, faults: Sequence[Fault]) -> None:
    sheet = add_sheet(workbook, SUMMARY_TITLE)
    header = write_table(
        sheet,
        title=f"有 {len(faults)} 处需要改正，没有导入任何人",
        note="点单元格名称可以跳到出错的地方；改正后把整个文件重新上传即可，本页和批注不必删除。",
        columns=_COLUMNS,
        rows=[(place, fault.sheet, fault.cell, fault.message) for place, fault in enumerate(faults, start=1)],
    )
    for row, fault in enumerate(faults, start=header + 1):
        link = sheet.cell(row=row, column=3)
        assert isinstance(link, Cell)
        link.hyperlink = Hyperlink(ref=link.coordinate, location=f"{quote_sheetname(fault.sheet)}!{fault.cell}")
        link.font = _LINK
        link.alignment = Alignment(horizontal="center", vertical="center")
    workbook.move_sheet(sheet, offset=-workbook.index(sheet))
    for other in workbook.worksheets:
        other.sheet_view.tabSelected = other is sheet
    workbook.active = 0
