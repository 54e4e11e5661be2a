"""推荐汇总表 of one unit: in its own order, with the row that is signed and stamped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from accounts.models import Unit
from contest.documents.nominations import NOMINEE_COLUMNS
from contest.documents.word import person_words
from contest.models import Contest, Contestant
from core.spreadsheets import add_sheet, new_workbook, set_text, workbook_bytes, write_table
from core.text.dates import plain_date
from core.text.masks import mask_id, mask_phone

_NAMES = ("组别", "姓名", "性别", "出生年月", "单位", "题目", "指导教师", "电话", "证件号码")
_BLANK = "　" * 8
STAMP = f"推荐单位意见（盖章）：{_BLANK}联络员（签字）：{_BLANK}联系电话：{_BLANK}　　年　　月　　日"


@dataclass(frozen=True)
class UnitListLine:
    """One recommended person as printed; `words` has the columns by their Chinese names."""

    number: int
    place: int
    words: dict[str, str]
    remark: str


def unit_list_lines(entries: Sequence[Contestant], *, full: bool) -> list[UnitListLine]:
    """The lines of the list, numbered through, with the place in each group; masked unless `full`."""
    places: dict[int, int] = {}
    lines = []
    for number, one in enumerate(entries, start=1):
        places[one.group_id] = places.get(one.group_id, 0) + 1
        words = person_words(one)
        if not full:
            words |= {"电话": mask_phone(words["电话"]), "证件号码": mask_id(words["证件号码"])}
        remark = f"名额外：{one.outside_quota_reason}" if one.outside_quota else one.remark
        lines.append(UnitListLine(number, places[one.group_id], words, remark))
    return lines


def unit_list_workbook(unit: Unit, contest: Contest, lines: Sequence[UnitListLine], *, on: date, full: bool) -> bytes:
    """推荐汇总表.xlsx; ID numbers and phones are masked unless `full` (an official act, recorded before)."""
    workbook = new_workbook()
    sheet = add_sheet(workbook, "推荐汇总表")
    masked = "" if full else "　　（证件号码和电话已遮盖）"
    header = write_table(
        sheet,
        title=f"{contest.title}推荐汇总表",
        note=f"推荐单位：{unit.name}　　共 {len(lines)} 人　　{plain_date(on)}{masked}",
        columns=NOMINEE_COLUMNS,
        rows=[_row(line) for line in lines],
    )
    _write_stamp(sheet, header + len(lines) + 1)
    return workbook_bytes(workbook)


def _row(line: UnitListLine) -> tuple[object, ...]:
    return (line.number, *(line.words[name] for name in _NAMES), line.place, line.remark)


def _write_stamp(sheet: Worksheet, row: int) -> None:
    last = get_column_letter(len(NOMINEE_COLUMNS))
    cell = sheet[f"A{row}"]
    set_text(cell, STAMP)
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    sheet.merge_cells(f"A{row}:{last}{row}")
    sheet.row_dimensions[row].height = 72
