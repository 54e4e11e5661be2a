"""A worksheet seen as rows of contents, with merged cells filled in."""

import warnings
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet.cell_range import CellRange

from core.spreadsheets.cells import Given, Kind
from core.spreadsheets.guards import damaged
from core.spreadsheets.loading import parse_sheet

_KINDS: dict[str, Kind] = {"s": "text", "n": "number", "d": "date", "b": "bool", "f": "formula", "e": "error"}
_EMPTY = Given(kind="empty")
_LAST_COLUMN = 16_384


class Grid:
    """The cells that hold something, read from the sheet's stream once: what it says of its own size is not asked,
    and a stray format in the last of a million rows costs nothing.

    `top_rows` are there at first; `read_on` reads the others and the merged ranges, which come last in the file.
    """

    def __init__(self, sheet: ReadOnlyWorksheet, *, epoch: datetime, top_rows: int) -> None:
        self.title: str = sheet.title
        self._epoch = epoch
        self._cells: dict[int, dict[int, Given]] = {}
        self._merges: dict[tuple[int, int], CellRange] = {}
        self._merged_columns: dict[int, set[int]] = {}
        self._parser = parse_sheet(sheet)
        self._stream = self._parser.parse()
        self._read_rows(top_rows)

    @property
    def row_numbers(self) -> list[int]:
        return sorted(self._cells)

    @property
    def texts(self) -> Iterator[str]:
        """Texts of all cells read so far."""
        return (given.text for row in self._cells.values() for given in row.values())

    def read_on(self, *, most_rows: int) -> bool:
        """Read the rest, unless there are more than so many rows with contents; whether the sheet is read whole."""
        if not self._read_rows(most_rows):
            return False
        for merged in self._parser.merged_cells.mergeCell if self._parser.merged_cells else ():
            area = CellRange(merged.ref)
            columns = range(area.min_col, area.max_col + 1)
            for row in range(area.min_row, area.max_row + 1):
                self._merged_columns.setdefault(row, set()).update(columns)
                self._merges |= dict.fromkeys(((row, column) for column in columns), area)
        return True

    def columns_of(self, row: int) -> list[int]:
        """The columns with contents, merged ones included, from left to right."""
        return sorted({*self._cells.get(row, ()), *self._merged_columns.get(row, ())})

    def given(self, row: int, column: int) -> Given:
        """What a cell holds; a cell merged with those above it holds what the topmost does (one unit, many rows)."""
        merged = self._merges.get((row, column))
        if merged is None:
            return self._own(row, column)
        return self._own(merged.min_row, column) if merged.min_col == column else _EMPTY

    def heading(self, row: int, column: int) -> str:
        """Text of a heading, wherever in its merged range the cell lies; line breaks and blanks do not matter."""
        merged = self._merges.get((row, column))
        given = self._own(merged.min_row, merged.min_col) if merged else self._own(row, column)
        return "" if given.kind in ("formula", "error") else given.text

    def has_own(self, row: int, column: int) -> bool:
        """Whether a cell holds something itself, not by being merged with another."""
        return column in self._cells.get(row, {}) and self.given(row, column) is not _EMPTY

    def first_text(self, row: int) -> str:
        """Text of the first cell of a row that has any."""
        return next((text for _, given in sorted(self._cells.get(row, {}).items()) if (text := given.text)), "")

    def spans_columns(self, row: int, column: int) -> bool:
        merged = self._merges.get((row, column))
        return merged is not None and merged.max_col > merged.min_col

    def merge_bottom(self, row: int, column: int) -> int:
        merged = self._merges.get((row, column))
        return merged.max_row if merged else row

    def merge_top(self, row: int, column: int) -> int:
        merged = self._merges.get((row, column))
        return merged.min_row if merged else row

    def merge_left(self, row: int, column: int) -> int:
        merged = self._merges.get((row, column))
        return merged.min_col if merged else column

    def is_hidden(self, row: int) -> bool:
        return self._parser.row_dimensions.get(str(row), {}).get("hidden") in ("1", "true")

    def _own(self, row: int, column: int) -> Given:
        cells = self._cells.get(row)
        return cells.get(column, _EMPTY) if cells else _EMPTY

    def _read_rows(self, most: int) -> bool:
        """Read until so many rows with contents are there; whether the sheet ended before."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of decoration that openpyxl leaves out
            try:
                return self._take(most)
            except Exception as error:  # whatever openpyxl meets in what is no sheet: KeyError, ParseError, …
                raise damaged() from error

    def _take(self, most: int) -> bool:
        for number, cells in self._stream:
            held = {cell["column"]: self._given(cell) for cell in cells if cell["value"] not in (None, "")}
            if not held:
                continue
            if max(held) > _LAST_COLUMN:
                raise ValueError(f"row {number} has a column {max(held)}")
            self._cells.setdefault(number, {}).update(held)
            if len(self._cells) > most:
                return False
        return True

    def _given(self, cell: dict[str, Any]) -> Given:
        return Given(_KINDS.get(cell["data_type"], "text"), cell["value"], self._epoch)


def coordinate(row: int, column: int) -> str:
    """The name by which people know a cell: F9."""
    return f"{get_column_letter(column)}{row}"
