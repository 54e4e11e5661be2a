"""Workbooks as units really send them, made into rows (design §9, domain.md D6).

The table is found by its header, wherever it stands: below titles and unit lines, with columns in any order and under
any of their usual names, on one sheet or several. Nothing is guessed and nothing is left out: what cannot be read is
a `Fault` with its cell, and the caller imports only when there is none.
"""

import re
import unicodedata
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from core.spreadsheets.cells import CellFault, Given, Reader
from core.spreadsheets.grid import Grid
from core.spreadsheets.guards import MAX_BYTES, WorkbookRefused, check_workbook_file, damaged

MAX_ROWS = 5000
_HEADER_SEARCH_ROWS = 60
_BRACKETS = re.compile(r"\([^()]*\)")
_HEADER_NOISE = re.compile(r"[\s*:、_]+")
# Lines below or between the rows: notes, signature rows, totals. In NFKC, so brackets and colons are ASCII.
_LABEL = re.compile(
    r"^(?:注\s*[:\d.、]|(?:备注|说明|填表说明|填表人?|填报人?|制表人?|经办人?|审核人?|复核人?|单位负责人|负责人|联系人|联系电话"
    r"|联系方式|推荐单位|单位意见|推荐意见|单位盖章|盖章|签字|签章|签名|日期|填表日期|合计|总计|共计|小计)\s*(?:\([^()]*\))?\s*(?::|$))"
)
_COUNT = re.compile(r"^[\d.]+\s*[人件部名个项篇]?$")
_REMARK = re.compile(r"^(?:注|以上|以下|本表|共\s*\d)")
_SAMPLE = re.compile(r"^(?:示例|样例|例)[:：]?\d*$")


@dataclass(frozen=True)
class Column:
    """A column that the caller wants: its name for programs, the headings it may stand under (the first is ours),
    what makes a value of its cells, and whether a row may leave it empty."""

    name: str
    aliases: Sequence[str]
    reader: Reader
    required: bool = False

    @property
    def heading(self) -> str:
        return self.aliases[0]


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell, and what to do, in Chinese."""

    cell: str
    code: str
    message: str
    sheet: str = ""

    def __str__(self) -> str:
        return f"{self.sheet} {self.cell}：{self.message}".strip()


@dataclass
class Row:
    """One row: values of the columns that were read, None for empty and for faulty ones."""

    sheet: str
    number: int
    values: dict[str, Any]
    given: dict[str, str]
    cells: Mapping[str, str]
    hidden: bool = False
    faults: list[Fault] = field(default_factory=list)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def add_fault(self, name: str, code: str, message: str) -> None:
        """Report a fault that only the caller can see (a duplicate, a group that does not exist) at a column's cell."""
        cell = self.cells.get(name, f"A{self.number}")
        self.faults.append(Fault(cell=cell, code=code, message=message, sheet=self.sheet))


@dataclass(frozen=True)
class _Header:
    """Where a table begins on a sheet: its columns by number, the rows that the header takes."""

    top: int
    bottom: int
    columns: dict[str, int]
    duplicates: list[tuple[int, int]]


def open_workbook(file: BinaryIO, *, max_bytes: int = MAX_BYTES) -> Workbook:
    """The workbook of an uploaded file. Refuses (WorkbookRefused) what `check_workbook_file` refuses."""
    check_workbook_file(file, max_bytes=max_bytes)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl warns of decoration that it leaves out
        try:
            return load_workbook(file, keep_links=False)
        except Exception as error:  # whatever openpyxl meets in a file that is no workbook: KeyError, ParseError, …
            raise damaged() from error


def read_table(workbook: Workbook, columns: Sequence[Column], *, max_rows: int = MAX_ROWS) -> list[Row]:
    """All rows of all visible sheets that have this table, with the faults of their cells.

    Refuses (WorkbookRefused) a workbook in which no sheet has such a header (`no_header`), a header that lacks a
    required column (`missing_column`) or has one twice (`duplicate_column`), no rows (`no_rows`) and more than
    `max_rows` (`too_many_rows`).
    """
    rows: list[Row] = []
    tables = 0
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            continue
        grid = Grid(sheet, epoch=workbook.epoch)
        header = _find_header(grid, columns)
        if header is None:
            continue
        tables += 1
        _check_header(grid, header, columns)
        for row in _rows(grid, header, columns):
            rows.append(row)
            if len(rows) > max_rows:
                raise WorkbookRefused(f"超过 {max_rows} 行，请分成几个文件上传。", code="too_many_rows")
    if not tables:
        wanted = "、".join(column.heading for column in columns if column.required)
        raise WorkbookRefused(f"没有找到表头。表格需要有一行列名，至少包括：{wanted}。", code="no_header")
    if not rows:
        raise WorkbookRefused("表头下面没有内容，请填写后再上传。", code="no_rows")
    return rows


def all_faults(rows: Sequence[Row]) -> list[Fault]:
    """The faults of all rows, in the order of the rows."""
    return [fault for row in rows for fault in row.faults]


def _find_header(grid: Grid, columns: Sequence[Column]) -> _Header | None:
    """The row under which most columns are named, if that is at least half of the required ones."""
    required = {column.name for column in columns if column.required}
    best: _Header | None = None
    for number in grid.row_numbers[:_HEADER_SEARCH_ROWS]:
        header = _match_header(grid, number, columns)
        if best is None or len(header.columns) > len(best.columns):
            best = header
    if best is None or len(best.columns) < min(2, len(columns)):
        return None
    if 2 * len(required & best.columns.keys()) < len(required):
        return None
    return best


def _match_header(grid: Grid, number: int, columns: Sequence[Column]) -> _Header:
    """Columns named in a row, or, below a heading that spans several columns, in the row after it."""
    names = {_squeeze(alias): column.name for column in columns for alias in column.aliases}
    found: dict[str, int] = {}
    duplicates: list[tuple[int, int]] = []
    bottom = number
    for column in grid.columns_of(number):
        name = _named(grid.heading(number, column), names)
        if name is None and grid.spans_columns(number, column):
            name = _named(grid.heading(number + 1, column), names)
            bottom = max(bottom, number + 1) if name else bottom
        if name is None:
            continue
        if name in found:
            if grid.merge_left(number, column) != found[name]:
                duplicates.append((found[name], column))
            continue
        found[name] = column
        bottom = max(bottom, grid.merge_bottom(number, column))
    return _Header(top=number, bottom=bottom, columns=found, duplicates=duplicates)


def _named(heading: str, names: Mapping[str, str]) -> str | None:
    """The column of a heading, with or without what it adds in brackets."""
    if not heading:
        return None
    return names.get(_squeeze(heading)) or names.get(
        _squeeze(_BRACKETS.sub("", unicodedata.normalize("NFKC", heading)))
    )


def _check_header(grid: Grid, header: _Header, columns: Sequence[Column]) -> None:
    for pair in header.duplicates:
        first, second = (f"{get_column_letter(at)}{header.top}" for at in pair)
        raise WorkbookRefused(
            f"工作表“{grid.title}”的 {first} 和 {second} 是同一列，请只保留一列。", code="duplicate_column"
        )
    missing = [column.heading for column in columns if column.required and column.name not in header.columns]
    if missing:
        listed = "、".join(f"“{heading}”" for heading in missing)
        raise WorkbookRefused(
            f"工作表“{grid.title}”第 {header.top} 行的表头缺少{listed}，请补上这一列再上传。", code="missing_column"
        )


def _rows(grid: Grid, header: _Header, columns: Sequence[Column]) -> Iterator[Row]:
    heading = {name: _squeeze(grid.heading(header.top, number)) for name, number in header.columns.items()}
    for number in grid.row_numbers:
        if number <= header.bottom:
            continue
        given = {name: grid.given(number, column) for name, column in header.columns.items()}
        filled = {name: content for name, content in given.items() if not content.is_empty}
        if not filled or _is_note(grid, number, list(filled.values())):
            continue
        if all(_squeeze(content.text) == heading[name] for name, content in filled.items()):
            continue  # the header again, on the next printed page
        yield _read_row(grid, number, header, columns, given)


def _is_note(grid: Grid, number: int, filled: Sequence[Given]) -> bool:
    """Whether a row is a sample, a remark, a total or a signature line: nothing in it but labels and counts."""
    if _SAMPLE.match(grid.first_text(number)):
        return True
    texts = [unicodedata.normalize("NFKC", content.text) for content in filled]
    labels = [text for text in texts if _LABEL.match(text)]
    if labels:
        return all(text in labels or text.endswith(":") or _COUNT.match(text) for text in texts)
    return len(texts) == 1 and bool(_REMARK.match(texts[0]))


def _read_row(grid: Grid, number: int, header: _Header, columns: Sequence[Column], given: Mapping[str, Given]) -> Row:
    row = Row(
        sheet=grid.title,
        number=number,
        values={column.name: None for column in columns},
        given={name: content.text for name, content in given.items()},
        cells={name: f"{get_column_letter(at)}{number}" for name, at in header.columns.items()},
        hidden=grid.is_hidden(number),
    )
    for column in columns:
        content = given.get(column.name)
        if content is None:
            continue
        try:
            row.values[column.name] = _read_cell(column, content)
        except CellFault as fault:
            row.add_fault(column.name, fault.code, fault.message)
    return row


def _read_cell(column: Column, given: Given) -> object:
    if given.kind == "formula":
        raise CellFault("formula", f"“{column.heading}”里是公式，请改成文字（复制后选择性粘贴“数值”）。")
    if given.kind == "error":
        raise CellFault("error_value", f"“{column.heading}”里是错误值 {given.text}，请重新填写。")
    if not given.is_empty:
        return column.reader(given)
    if column.required:
        raise CellFault("required", f"“{column.heading}”没有填写。")
    return None


def _squeeze(heading: str) -> str:
    return _HEADER_NOISE.sub("", unicodedata.normalize("NFKC", heading)).casefold()
