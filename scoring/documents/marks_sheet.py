"""评分: one row per entry × segment × judge, from criterion marks to the judge's total."""

from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from scoring.documents.cells import (
    ALERT_FONT,
    DROPPED_FONT,
    INPUT_FILL,
    Columns,
    frame,
    offer_choice,
    put_formula,
    put_head,
    put_text,
    put_title,
    set_up_page,
    span,
    spot,
    style_where,
)
from scoring.documents.formulas import Trim
from scoring.documents.wording import STATE_WORDS, Document, panel_segments

NAME = "评分"
HEAD, FIRST = 3, 4
NOTE = (
    "浅黄格可以试改：改单项分或状态，右边和其他各表随即重算（中间列收在列标上方的 + 号下）。"
    "单项分先化为百分之一分的整数再相加；只有“已提交”且各项齐全的评分计入，回避、缺席不计，不作 0 分。"
)


@dataclass(frozen=True, slots=True)
class MarkRows:
    """Where the marks stand, for the formulas of the other sheets.

    In an assigned round an entry may have no rows in a segment: then the blank row under the table stands for them.
    """

    columns: Columns
    blocks: dict[tuple[str, str], tuple[int, int]]
    rows: dict[tuple[str, str, str], int]
    judges: dict[tuple[str, str], list[str]]
    last: int

    def block(self, entry: str, segment: str, key: Hashable) -> str:
        """One column of the judges' rows of an entry's segment."""
        blank = self.last + 1
        first, last = self.blocks.get((entry, segment), (blank, blank))
        return span(self.columns[key], first, last, NAME)

    def judges_of(self, entry: str, segment: str) -> list[str]:
        """Who has a row of an entry's segment, in judge order."""
        return self.judges.get((entry, segment), [])

    def has_rows(self, entry: str) -> bool:
        return any(code == entry for code, _ in self.blocks)

    def entry_block(self, entry: str, key: Hashable) -> str:
        """One column of all rows of an entry that has any."""
        own = [rows for (code, _), rows in self.blocks.items() if code == entry]
        return span(self.columns[key], own[0][0], own[-1][1], NAME)


def trimmed_units(rulebook: Document) -> list[Hashable]:
    """What is trimmed: judges' totals, or each criterion of each segment."""
    if rulebook["aggregation"]["level"] == "total":
        return ["total"]
    return [("hundredths", s["code"], c["code"]) for s in panel_segments(rulebook) for c in s["criteria"]]


def mark_columns(rulebook: Document) -> Columns:
    columns = Columns()
    for key, title, width in (
        ("entry", "编号", 8),
        ("segment", "环节", 14),
        ("judge", "评委", 7),
        ("state", "状态", 9),
    ):
        columns.add(key, title, width)
    segments = panel_segments(rulebook)
    items = [(segment, criterion) for segment in segments for criterion in segment["criteria"]]
    for segment, criterion in items:
        prefix = f"{segment['title']}\n" if len(segments) > 1 else ""
        title = f"{prefix}{criterion['title']}（{criterion['max_points']}）"
        columns.add(("mark", segment["code"], criterion["code"]), title, 12)
    columns.add("points", "总分", 9)
    for unit in trimmed_units(rulebook):
        named = [
            criterion["title"]
            for segment, criterion in items
            if ("hundredths", segment["code"], criterion["code"]) == unit
        ]
        columns.add(("flag", unit), "\n".join(["去分", *named]), 10)
    columns.add("snapshot", "定格总分", 9)
    columns.add("complete", "计入", 6, folded=True)
    for segment, criterion in items:
        item = ("hundredths", segment["code"], criterion["code"])
        columns.add(item, f"{criterion['title']}\n百分之一分", 11, folded=True)
    columns.add("total", "总分\n百分之一分", 11, folded=True)
    return columns


def add_marks_sheet(workbook: Workbook, book: Document, *, mark: str) -> MarkRows:
    """The sheet and where its figures stand."""
    sheet = workbook.create_sheet(NAME)
    rulebook = book["rulebook"]
    columns = mark_columns(rulebook)
    segments = {segment["code"]: segment for segment in panel_segments(rulebook)}
    put_title(sheet, f"{book['round']['title']} 评分", NOTE, len(columns.titles))
    put_head(sheet, HEAD, columns)
    blocks: dict[tuple[str, str], tuple[int, int]] = {}
    rows: dict[tuple[str, str, str], int] = {}
    judges: dict[tuple[str, str], list[str]] = {}
    for row, given in enumerate(book["input"]["sheets"], FIRST):
        key = (given["entry"], given["segment"])
        blocks[key] = (blocks.get(key, (row, row))[0], row)
        rows[*key, given["judge"]] = row
        judges.setdefault(key, []).append(given["judge"])
    places = MarkRows(columns, blocks, rows, judges, FIRST + len(rows) - 1)
    for row, given in enumerate(book["input"]["sheets"], FIRST):
        _put_marks(sheet, row, given, segments[given["segment"]], columns)
        _put_formulas(sheet, row, places, rulebook, segments[given["segment"]], given["entry"])
    frame(sheet, FIRST, places.last, len(columns.titles))
    _add_formats(sheet, places, rulebook)
    sheet.freeze_panes = sheet.cell(FIRST, columns["state"])
    set_up_page(sheet, head=HEAD, mark=mark)
    return places


def _put_marks(sheet: Worksheet, row: int, given: Document, segment: Document, columns: Columns) -> None:
    """The input: codes, state, marks, and the total of the snapshot to compare with."""
    put_text(sheet.cell(row, columns["entry"]), given["entry"])
    put_text(sheet.cell(row, columns["segment"]), segment["title"])
    put_text(sheet.cell(row, columns["judge"]), given["judge"])
    put_text(sheet.cell(row, columns["state"]), STATE_WORDS[given["state"]])
    sheet.cell(row, columns["state"]).fill = INPUT_FILL
    for criterion in segment["criteria"]:
        cell = sheet.cell(row, columns["mark", segment["code"], criterion["code"]])
        cell.fill = INPUT_FILL
        if given["marks"] is not None:
            cell.value = Decimal(given["marks"][criterion["code"]])
            cell.number_format = "0.0#"
    if given["total"] is not None:
        sheet.cell(row, columns["snapshot"], Decimal(given["total"])).number_format = "0.0#"


def _put_formulas(
    sheet: Worksheet, row: int, places: MarkRows, rulebook: Document, segment: Document, entry: str
) -> None:
    columns, code = places.columns, segment["code"]
    criteria = [criterion["code"] for criterion in segment["criteria"]]
    marks = f"{spot(columns['mark', code, criteria[0]], row)}:{spot(columns['mark', code, criteria[-1]], row)}"
    state, complete = spot(columns["state"], row), spot(columns["complete"], row)
    whole = f'AND({state}="{STATE_WORDS["submitted"]}",COUNT({marks})={len(criteria)})'
    put_formula(sheet, row, columns["complete"], f"IF({whole},1,0)")
    for criterion in criteria:
        mark = spot(columns["mark", code, criterion], row)
        put_formula(sheet, row, columns["hundredths", code, criterion], f'IF({complete}=1,ROUND({mark}*100,0),"")')
    first, last = (spot(columns["hundredths", code, criterion], row) for criterion in (criteria[0], criteria[-1]))
    put_formula(sheet, row, columns["total"], f'IF({complete}=1,SUM({first}:{last}),"")')
    put_formula(sheet, row, columns["points"], f'IF({complete}=1,{spot(columns["total"], row)}/100,"")', "0.0#")
    trim = Trim.of(rulebook["aggregation"])
    top, bottom = places.blocks[entry, code]
    for unit in trimmed_units(rulebook):
        if unit != "total" and unit[1] != code:  # type: ignore[index]
            continue
        column = columns[unit]
        flag = trim.flag(spot(column, row), span(column, top, bottom), span(column, top, row))
        put_formula(sheet, row, columns["flag", unit], f'IF({complete}=1,{flag},"不计")')


def _add_formats(sheet: Worksheet, places: MarkRows, rulebook: Document) -> None:
    """Dropped marks are struck through, changed totals are red, states are chosen from a list."""
    columns, last = places.columns, max(FIRST, places.last)
    for unit in trimmed_units(rulebook):
        shown = columns["points"] if unit == "total" else columns["mark", *unit[1:]]  # type: ignore[index]
        dropped = f'LEFT({spot(columns["flag", unit], FIRST)},1)="去"'
        cells = f"{get_column_letter(shown)}{FIRST}:{get_column_letter(shown)}{last}"
        style_where(sheet, cells, dropped, DROPPED_FONT)
    letter = get_column_letter(columns["snapshot"])
    changed = f"{spot(columns['points'], FIRST)}<>{spot(columns['snapshot'], FIRST)}"
    style_where(sheet, f"{letter}{FIRST}:{letter}{last}", changed, ALERT_FONT)
    state = get_column_letter(columns["state"])
    offer_choice(sheet, f"{state}{FIRST}:{state}{last}", STATE_WORDS.values())
