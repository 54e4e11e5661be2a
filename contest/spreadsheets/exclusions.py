"""往届获奖者 out of a workbook, and the empty table for them (domain.md A4)."""

from dataclasses import dataclass
from typing import BinaryIO

from contest.models import Contest
from contest.services.exclusions import LONGEST, Exclusion, exclusion_faults
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
    read_name,
    read_table,
    read_text,
    workbook_bytes,
)

COLUMNS = (
    Column("name", ("姓名", "选手姓名", "选手", "获奖者"), read_name, required=True),
    Column("document_number", ("证件号码", "身份证号", "身份证号码", "身份证"), read_id_text),
    Column(
        "award",
        ("往届获奖", "获奖情况", "获奖", "奖项", "获奖等级"),
        read_text(max_length=LONGEST["award"]),
        required=True,
    ),
)


@dataclass(frozen=True)
class ReadExclusions:
    """What a workbook holds: lines when there is no fault."""

    rows: list[Exclusion]
    faults: list[Fault]
    row_count: int


def read_exclusions(file: BinaryIO, contest: Contest) -> ReadExclusions:
    """Every line, or every fault with its cell; changes nothing.

    Raises WorkbookRefused for a file that is no readable workbook or has no such table.
    """
    rows = read_table(open_workbook(file), COLUMNS)
    for row in rows:
        _note_faults(row, contest)
    faults = all_faults(rows)
    lines = [Exclusion(row["name"], row["document_number"] or "", row["award"]) for row in rows if not faults]
    return ReadExclusions(lines, faults, len(rows))


def exclusions_template() -> bytes:
    """An empty table with the columns that the import reads."""
    workbook = new_workbook()
    columns = (
        FormColumn("姓名", 14, required=True, prompt="只填一个人的姓名，字间不必加空格。"),
        FormColumn("证件号码", 24, prompt="可以不填；不填时只比姓名，由审核人员判断是不是同一个人。"),
        FormColumn("往届获奖", 40, required=True, prompt="写明届次和奖项，例如：2025 年省科普讲解大赛金奖。"),
    )
    add_form(workbook, "往届获奖者", columns, printed_title="往届获奖者名单")
    return workbook_bytes(workbook)


def _note_faults(row: Row, contest: Contest) -> None:
    """What the service would refuse, at the cells; a cell that could not be read says so already."""
    faulty = {fault.cell for fault in row.faults}
    line = Exclusion(row["name"] or "", row["document_number"] or "", row["award"] or "")
    for field, message in exclusion_faults(line, contest=contest):
        if row.cells.get(field) not in faulty:
            row.add_fault(field, field, message)
