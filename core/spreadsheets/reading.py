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

from openpyxl import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from core.spreadsheets.cells import CellFault, Given
from core.spreadsheets.columns import Column
from core.spreadsheets.grid import Grid, coordinate
from core.spreadsheets.guards import MAX_BYTES, WorkbookRefused, check_workbook_file, damaged
from core.spreadsheets.headers import (
    HEADER_SEARCH_ROWS,
    Header,
    find_header,
    may_have_header,
    refuse_unusable,
    squeeze,
)
from core.spreadsheets.loading import load_for_reading

MAX_ROWS = 5000
_ROWS_AROUND = 1000  # titles, notes, signature lines and blank rows around the rows that count
# Lines below or between the rows: notes, signature rows, totals. In NFKC, so brackets and colons are ASCII.
_LABEL = re.compile(
    r"^(?:注\s*[:\d.、]|(?:备注|说明|填表说明|填表人?|填报人?|制表人?|经办人?|审核人?|复核人?|单位负责人|负责人|联系人|联系电话"
    r"|联系方式|推荐单位|单位意见|推荐意见|单位盖章|盖章|签字|签章|签名|日期|填表日期|合计|总计|共计|小计)\s*(?:\([^()]*\))?\s*(?::|$))"
)
_MOST_IN_A_NOTE = 6
_COUNT = re.compile(r"^[\d.]+\s*[人件部名个项篇]?$")
_REMARK = re.compile(r"^(?:注|以上|以下|本表|共\s*\d)")
_SAMPLE = re.compile(r"^\(?(?:填写|填表|参考)?(?:示例|样例|范例|举例|例)(?:行|数据)?\)?[:：]?\d*\)?$")


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
    """One row: values of the columns that were read, None for empty and for faulty ones; the names of its cells.

    `table` is the name of the table that its sheet has; `merged` are the columns whose cell is merged with one above.
    """

    sheet: str
    number: int
    values: dict[str, Any]
    cells: Mapping[str, str]
    hidden: bool = False
    faults: list[Fault] = field(default_factory=list)
    table: str = ""
    merged: frozenset[str] = frozenset()

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def add_fault(self, name: str, code: str, message: str) -> None:
        """Report a fault that only the caller can see (a duplicate, a group that does not exist) at a column's cell."""
        cell = self.cells.get(name, f"A{self.number}")
        self.faults.append(Fault(cell=cell, code=code, message=message, sheet=self.sheet))


@dataclass(frozen=True)
class Ignored:
    """A column with contents that nobody asked for: whoever sent the file is told that it was not read."""

    cell: str
    heading: str
    sheet: str = ""

    def __str__(self) -> str:
        return f"{self.heading}（{self.cell}）"


@dataclass(frozen=True)
class Tables:
    """The rows of all sheets that have the table, the columns that were not read, and those sheets' titles."""

    rows: list[Row]
    ignored: list[Ignored]
    sheets: tuple[str, ...]


def open_workbook(file: BinaryIO, *, max_bytes: int = MAX_BYTES) -> Workbook:
    """The workbook of an uploaded file, its sheets not read yet. Refuses (WorkbookRefused) what `check_workbook_file`
    refuses."""
    check_workbook_file(file, max_bytes=max_bytes)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl warns of decoration that it leaves out
        try:
            return load_for_reading(file)
        except Exception as error:  # whatever openpyxl meets in a file that is no workbook: KeyError, ParseError, …
            raise damaged() from error


def read_table(workbook: Workbook, columns: Sequence[Column], *, max_rows: int = MAX_ROWS) -> list[Row]:
    """The rows of `read_tables`, for callers that do not tell of other columns."""
    return read_tables(workbook, columns, max_rows=max_rows).rows


def read_tables(workbook: Workbook, columns: Sequence[Column], *, max_rows: int = MAX_ROWS) -> Tables:
    """All rows of all visible sheets that have this table, with the faults of their cells.

    Refuses (WorkbookRefused) a workbook in which no sheet has such a header (`no_header`), a header that lacks a
    required column (`missing_column`) or has one twice (`duplicate_column`), no rows (`no_rows`) and more than
    `max_rows` (`too_many_rows`).
    """
    return read_several_tables(workbook, {"": columns}, max_rows=max_rows)


def read_several_tables(
    workbook: Workbook, kinds: Mapping[str, Sequence[Column]], *, max_rows: int = MAX_ROWS
) -> Tables:
    """The same where a sheet may have one of several tables, by their names: that of which it names most columns."""
    rows: list[Row] = []
    ignored: list[Ignored] = []
    sheets: list[str] = []
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible" or not isinstance(sheet, ReadOnlyWorksheet):
            continue
        grid = Grid(sheet, epoch=workbook.epoch, top_rows=HEADER_SEARCH_ROWS)
        if not any(may_have_header(grid, columns) for columns in kinds.values()):
            continue
        whole = grid.read_on(most_rows=max_rows + _ROWS_AROUND)
        header, table = _best_header(grid, kinds)
        if header is None:
            continue
        refuse_unusable(grid, header, kinds[table])
        if not whole:
            raise _too_many_rows(max_rows)
        sheets.append(grid.title)
        found = list(_rows(grid, header, kinds[table], table))
        ignored += _ignored(grid, header, found)
        rows += found
        if len(rows) > max_rows:
            raise _too_many_rows(max_rows)
    if not sheets:
        wanted = "；或者".join(
            "、".join(column.heading for column in columns if column.required) for columns in kinds.values()
        )
        raise WorkbookRefused(f"没有找到表头。表格需要有一行列名，至少包括：{wanted}。", code="no_header")
    if not rows:
        raise WorkbookRefused("表头下面没有内容，请填写后再上传。", code="no_rows")
    return Tables(rows, ignored, tuple(sheets))


def _best_header(grid: Grid, kinds: Mapping[str, Sequence[Column]]) -> tuple[Header | None, str]:
    """The header that names most columns, and whose table it is; of two equal ones the table named first."""
    best: tuple[Header | None, str] = (None, "")
    for table, columns in kinds.items():
        header = find_header(grid, columns)
        if header is not None and (best[0] is None or header.rating > best[0].rating):
            best = (header, table)
    return best


def _too_many_rows(most: int) -> WorkbookRefused:
    return WorkbookRefused(f"超过 {most} 行，请分成几个文件上传。", code="too_many_rows")


def all_faults(rows: Sequence[Row]) -> list[Fault]:
    """The faults of all rows, in the order of the rows."""
    return [fault for row in rows for fault in row.faults]


def _rows(grid: Grid, header: Header, columns: Sequence[Column], table: str) -> Iterator[Row]:
    heading = {name: squeeze(header.headings[number]) for name, number in header.columns.items()}
    for number in grid.row_numbers:
        if number <= header.bottom:
            continue
        if not any(grid.has_own(number, column) for column in header.columns.values()):
            continue
        given = {name: grid.given(number, column) for name, column in header.columns.items()}
        filled = {name: content for name, content in given.items() if not content.is_empty}
        if not filled or _is_note(grid, number, header, filled):
            continue
        if all(squeeze(content.text) == heading[name] for name, content in filled.items()):
            continue  # the header again, on the next printed page
        yield _read_row(grid, number, header, (table, columns), given)


def _is_note(grid: Grid, number: int, header: Header, filled: Mapping[str, Given]) -> bool:
    """Whether a row is a sample, a remark, a total or a signature line: nothing in it but labels and counts."""
    first = unicodedata.normalize("NFKC", grid.first_text(number))
    if _SAMPLE.match(first):
        return True
    if len(filled) > _MOST_IN_A_NOTE:
        return False
    texts = [unicodedata.normalize("NFKC", content.text) for content in filled.values()]
    # The label may stand in a column that is not read: 合计 below 序号.
    labels = [text for text in {first, *texts} if _LABEL.match(text)]
    if labels:
        return all(text in labels or text.endswith(":") or _COUNT.match(text) for text in texts)
    if len(texts) > 1:
        return False
    return bool(_REMARK.match(texts[0])) or grid.spans_columns(number, header.columns[next(iter(filled))])


def _ignored(grid: Grid, header: Header, rows: Sequence[Row]) -> Iterator[Ignored]:
    for column, heading in sorted(header.others.items()):
        if any(grid.has_own(row.number, column) for row in rows):
            yield Ignored(cell=coordinate(header.top, column), heading=heading, sheet=grid.title)


def _read_row(
    grid: Grid, number: int, header: Header, wanted: tuple[str, Sequence[Column]], given: Mapping[str, Given]
) -> Row:
    table, columns = wanted
    row = Row(
        sheet=grid.title,
        number=number,
        values=dict.fromkeys(column.name for column in columns),
        cells={name: coordinate(number, at) for name, at in header.columns.items()},
        hidden=grid.is_hidden(number),
        table=table,
        merged=frozenset(name for name, at in header.columns.items() if grid.merge_top(number, at) < number),
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
    if not given.is_empty or (column.reads_nothing and given.text):
        return column.reader(given)
    if column.required:
        raise CellFault("required", f"“{column.heading}”没有填写。")
    return None
