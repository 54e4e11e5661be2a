"""A worksheet seen as rows of contents, with merged cells filled in."""

from datetime import datetime

from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from core.spreadsheets.cells import Given, Kind

_KINDS: dict[str, Kind] = {"s": "text", "n": "number", "d": "date", "b": "bool", "f": "formula", "e": "error"}


class Grid:
    """Only the cells that exist are visited: a stray format in the last of a million rows costs nothing."""

    def __init__(self, sheet: Worksheet, *, epoch: datetime) -> None:
        self.title = sheet.title
        self._sheet = sheet
        self._epoch = epoch
        self._columns: dict[int, list[int]] = {}
        for row, column in sheet._cells:
            self._columns.setdefault(row, []).append(column)
        self._merges = {
            (row, column): merged
            for merged in sheet.merged_cells.ranges
            for row in range(merged.min_row, merged.max_row + 1)
            for column in range(merged.min_col, merged.max_col + 1)
        }

    @property
    def row_numbers(self) -> list[int]:
        return sorted(self._columns)

    def columns_of(self, row: int) -> list[int]:
        return sorted(self._columns.get(row, ()))

    def given(self, row: int, column: int) -> Given:
        """What a cell holds; a cell merged with those above it holds what the topmost does (one unit, many rows)."""
        merged = self._merges.get((row, column))
        return self._own(merged.min_row if merged and merged.min_col == column else row, column)

    def heading(self, row: int, column: int) -> str:
        """Text of a heading, wherever in its merged range the cell lies; line breaks and blanks do not matter."""
        merged = self._merges.get((row, column))
        given = self._own(merged.min_row, merged.min_col) if merged else self._own(row, column)
        return "" if given.kind in ("formula", "error") else given.text

    def first_text(self, row: int) -> str:
        """Text of the first cell of a row that has any."""
        return next((text for column in self.columns_of(row) if (text := self._own(row, column).text)), "")

    def spans_columns(self, row: int, column: int) -> bool:
        merged = self._merges.get((row, column))
        return merged is not None and merged.max_col > merged.min_col

    def merge_bottom(self, row: int, column: int) -> int:
        merged = self._merges.get((row, column))
        return merged.max_row if merged else row

    def merge_left(self, row: int, column: int) -> int:
        merged = self._merges.get((row, column))
        return merged.min_col if merged else column

    def is_hidden(self, row: int) -> bool:
        return row in self._sheet.row_dimensions and bool(self._sheet.row_dimensions[row].hidden)

    def _own(self, row: int, column: int) -> Given:
        cell = self._sheet._cells.get((row, column))
        if not isinstance(cell, Cell) or cell.value is None or cell.value == "":
            return Given(kind="empty")
        return Given(kind=_KINDS.get(cell.data_type, "text"), value=cell.value, epoch=self._epoch)
