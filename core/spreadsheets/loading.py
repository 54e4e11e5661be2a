"""openpyxl's reader without what nobody asks for: fonts within a cell, validations, the objects of every text.

Sheets stay in the file and are streamed. lxml reads the XML, without entities and network: openpyxl's own way of doing
that safely is written in Python and takes three times as long.
"""

from collections.abc import Generator, Iterator
from typing import Any, BinaryIO

from lxml.etree import iterparse  # type: ignore[import-untyped]
from openpyxl import Workbook
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet._reader import INLINE_STRING, MERGE_TAG, ROW_TAG, VALUE_TAG, WorkSheetParser
from openpyxl.worksheet.merge import MergeCells
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

_ITEM = f"{{{SHEET_MAIN_NS}}}si"
_TEXT = f"{{{SHEET_MAIN_NS}}}t"
_READING = f"{{{SHEET_MAIN_NS}}}rPh"


def load_for_reading(file: BinaryIO) -> Workbook:
    """The workbook with its sheets still in the file."""
    reader = _Reader(file, read_only=True, keep_links=False)
    reader.read()
    return reader.wb


def parse_sheet(sheet: Any) -> "SheetParser":
    """The parser of one sheet of a workbook that was loaded for reading."""
    workbook = sheet.parent
    return SheetParser(
        sheet._get_source(),
        sheet._shared_strings,
        epoch=workbook.epoch,
        date_formats=workbook._date_formats,
        timedelta_formats=workbook._timedelta_formats,
    )


class SheetParser(WorkSheetParser):
    """Rows as openpyxl has them, without the cells that hold nothing; then `merged_cells` and `row_dimensions`."""

    def parse(self) -> Generator[tuple[int, list[dict[str, Any]]], None, None]:
        for element in _elements(self.source, ROW_TAG, MERGE_TAG):
            if element.tag == ROW_TAG:
                yield self.parse_row(element)
            else:
                self.merged_cells = MergeCells.from_tree(element)
            _free(element)

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """Texts the short way, they are nearly all there is; numbers, dates and formulas as openpyxl reads them."""
        only = element[0] if len(element) == 1 else None
        kind = element.get("t")
        if only is not None and kind == "s" and only.tag == VALUE_TAG:
            text = self.shared_strings[int(only.text)]
        elif only is not None and kind == "inlineStr" and only.tag == INLINE_STRING:
            text = _content(only)
        elif len(element) == 0:
            text = None
        else:
            cell: dict[str, Any] = super().parse_cell(element)
            return cell
        return {"column": self._column_of(element), "value": text, "data_type": "s"}

    def _column_of(self, element: Any) -> int:
        place = element.get("r")
        self.col_counter = coordinate_to_tuple(place)[1] if place else self.col_counter + 1
        return self.col_counter


class _Reader(ExcelReader):
    def read_strings(self) -> None:
        part: Any = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
        if part is None:
            return
        with self.archive.open(part.PartName[1:]) as stream:
            for item in _elements(stream, _ITEM):
                self.shared_strings.append(_content(item))
                _free(item)


def _elements(stream: Any, *tags: str) -> Iterator[Any]:
    for _, element in iterparse(stream, tag=tags, resolve_entities=False, no_network=True, huge_tree=False):
        yield element


def _free(element: Any) -> None:
    """Forget an element and what stood before it."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _content(item: Any) -> str:
    """The text of an item: its runs joined, furigana left out, Excel's escape of what looks like an escape undone."""
    if len(item) == 1 and item[0].tag == _TEXT:
        parts = [item[0].text or ""]
    else:
        parts = [text.text or "" for text in item.iter(_TEXT) if text.getparent().tag != _READING]
    return "".join(parts).replace("x005F_", "")
