"""扣分: the deductions that were recorded one by one; time penalties are computed in 名次."""

from dataclasses import dataclass
from decimal import Decimal

from openpyxl.workbook import Workbook

from scoring.documents.cells import INPUT_FILL, Columns, frame, put_head, put_text, put_title, set_up_page, span
from scoring.documents.wording import Document

NAME = "扣分"
HEAD, FIRST = 3, 4
SPARE = 10
NOTE = "逐笔记录的扣分；浅黄格可以试改，空行可以试加（编号、分值）。用时扣分在“名次”表中由用时算出。"


@dataclass(frozen=True, slots=True)
class Deductions:
    """Where the lines stand."""

    entries: str
    points: str

    def sum_for(self, code: str) -> str:
        """EXACT, because SUMIFS would take the codes 1 and 01 for the same number."""
        return f"ROUND(SUMPRODUCT(EXACT({self.entries},{code})*{self.points}),2)"


def add_deductions_sheet(workbook: Workbook, book: Document, *, mark: str) -> Deductions:
    sheet = workbook.create_sheet(NAME)
    columns = Columns()
    for key, title, width in (("entry", "编号", 10), ("points", "扣分", 10), ("reason", "原因", 60)):
        columns.add(key, title, width)
    put_title(sheet, f"{book['round']['title']} 扣分", NOTE, len(columns.titles))
    put_head(sheet, HEAD, columns)
    lines = [(entry["code"], line) for entry in book["input"]["entries"] for line in entry["deductions"]]
    last = FIRST + len(lines) + SPARE - 1
    for row, (code, line) in enumerate(lines, FIRST):
        put_text(sheet.cell(row, columns["entry"]), code)
        sheet.cell(row, columns["points"], Decimal(line["points"]))
        put_text(sheet.cell(row, columns["reason"]), line["reason"])
    for row in range(FIRST, last + 1):
        sheet.cell(row, columns["entry"]).number_format = "@"
        for key in ("entry", "points"):
            sheet.cell(row, columns[key]).fill = INPUT_FILL
    frame(sheet, FIRST, last, len(columns.titles), left_aligned=[columns["reason"]])
    sheet.freeze_panes = sheet.cell(FIRST, 1)
    set_up_page(sheet, head=HEAD, mark=mark)
    return Deductions(span(columns["entry"], FIRST, last, NAME), span(columns["points"], FIRST, last, NAME))
