"""往届获奖作品 out of a workbook, and the empty table for them (domain.md B2)."""

from dataclasses import dataclass
from typing import BinaryIO

from core.spreadsheets import (
    Column,
    Fault,
    FormColumn,
    Row,
    add_form,
    all_faults,
    new_workbook,
    open_workbook,
    read_id_text,
    read_table,
    read_text,
    workbook_bytes,
)
from works.services.former_winners import LONGEST, FormerLine, former_winner_faults

COLUMNS = (
    Column(
        "title",
        ("作品名称", "书名", "片名", "获奖作品", "作品", "名称"),
        read_text(max_length=LONGEST["title"]),
        required=True,
    ),
    Column("author", ("第一作者", "作者", "主创"), read_text(max_length=LONGEST["author"])),
    Column("isbn", ("ISBN", "书号", "国际标准书号"), read_id_text),
    Column(
        "award",
        ("往届获奖", "获奖情况", "获奖", "奖项", "获奖等级"),
        read_text(max_length=LONGEST["award"]),
        required=True,
    ),
)


@dataclass(frozen=True)
class ReadFormerWinners:
    """What a workbook holds: lines when there is no fault."""

    lines: list[FormerLine]
    faults: list[Fault]


def read_former_winners(file: BinaryIO) -> ReadFormerWinners:
    """Every line, or every fault with its cell; changes nothing.

    Raises WorkbookRefused for a file that is no readable workbook or has no such table.
    """
    rows = read_table(open_workbook(file), COLUMNS)
    for row in rows:
        _note_faults(row)
    faults = all_faults(rows)
    return ReadFormerWinners([] if faults else [_line(row) for row in rows], faults)


def former_winners_template() -> bytes:
    """An empty table with the columns that the import reads."""
    workbook = new_workbook()
    columns = (
        FormColumn("作品名称", 36, required=True, prompt="写全称，不必加书名号。"),
        FormColumn("第一作者", 16, prompt="可以不填；不填时只比名称，由审查人员判断是不是同一件。"),
        FormColumn("ISBN", 22, prompt="图书填写，多册的写一个即可。"),
        FormColumn("往届获奖", 40, required=True, prompt="写明届次和奖项，例如：2025 年市优秀科普作品一等奖。"),
    )
    add_form(workbook, "往届获奖作品", columns, printed_title="往届获奖作品名单")
    return workbook_bytes(workbook)


def _line(row: Row) -> FormerLine:
    return FormerLine(row["title"] or "", row["author"] or "", row["isbn"] or "", row["award"] or "")


def _note_faults(row: Row) -> None:
    """What the service would refuse, at the cells; a cell that could not be read says so already."""
    faulty = {fault.cell for fault in row.faults}
    for field, message in former_winner_faults(_line(row)):
        if row.cells.get(field) not in faulty:
            row.add_fault(field, field, message)
