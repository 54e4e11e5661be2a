"""Registrations out of a workbook: every row, every fault with its cell; nothing is changed by reading."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from accounts.models import Unit
from contest.models import Contest, Contestant, Group
from contest.services.documents import check_document
from contest.services.imports import unit_row_faults
from contest.services.registrations import Registration, registration_faults
from contest.spreadsheets.headings import HEADINGS, REQUIRED, group_words, registration_columns
from core.exceptions import DomainError
from core.spreadsheets import Fault, Ignored, Row, WorkbookRefused, open_workbook, read_tables

_DETAIL = "details."


@dataclass(frozen=True)
class ReadRegistrations:
    """What a workbook holds: registrations when there is no fault; the columns with contents that were not read,
    the rows that are hidden in it, the titles of the sheets that have the table."""

    registrations: list[Registration]
    faults: list[Fault]
    row_count: int
    ignored: list[Ignored] = field(default_factory=list)
    hidden_count: int = 0
    sheets: tuple[str, ...] = ()


def read_registrations(file: BinaryIO, contest: Contest, *, unit: Unit | None = None) -> ReadRegistrations:
    """Every row of every sheet that has the table, and every fault with its cell; changes nothing.

    With `unit`, a coordinator's workbook, rows that are not the unit's to bring are faults too.
    Raises WorkbookRefused for a file that is no readable workbook or has no such table.
    """
    groups = list(contest.groups.order_by("pk"))
    for group in groups:
        group.contest = contest
    tables = read_tables(open_workbook(file), registration_columns(contest, groups))
    registrations: list[Registration] = []
    readable: list[Row] = []
    seen: dict[str, Row] = {}
    for row in tables.rows:
        _settle_group(row, groups)
        registration = _registration(row, contest)
        _refuse_repeat(row, seen, several_sheets=len(tables.sheets) > 1)
        if registration is not None:
            registrations.append(registration)
            readable.append(row)
    if unit is not None:
        for foreign in unit_row_faults(contest=contest, rows=registrations, unit=unit):
            readable[foreign.row].add_fault(foreign.field, foreign.code, foreign.message)
    faults = [fault for row in tables.rows for fault in _in_order(row)]
    return ReadRegistrations(
        registrations=[] if faults else registrations,
        faults=faults,
        row_count=len(tables.rows),
        ignored=tables.ignored,
        hidden_count=sum(row.hidden for row in tables.rows),
        sheets=tables.sheets,
    )


def _settle_group(row: Row, groups: Sequence[Group]) -> None:
    """The group of a row: its cell; without such a column the sheet's title, or the only group that there is."""
    if row.values["group"] is not None or _is_faulty(row, "group"):
        return
    if "group" in row.cells:
        row.add_fault("group", "required", "“组别”没有填写。")
        return
    title = "".join(unicodedata.normalize("NFKC", row.sheet).split())
    named = {group.pk: group for word, group in group_words(groups).items() if word in title}
    only = list(named.values()) or list(groups)
    if len(only) != 1:
        raise WorkbookRefused(
            f"工作表“{row.sheet}”的表头缺少“{HEADINGS['group'][0]}”，请补上这一列再上传。", code="missing_column"
        )
    row.values["group"] = only[0]


def _registration(row: Row, contest: Contest) -> Registration | None:
    """The row's registration with its faults noted at their cells; None where a cell that it needs cannot be read."""
    _check_document(row, contest)
    values = row.values
    group: Group | None = values["group"]
    if group is None or any(values[name] is None for name in REQUIRED) or _is_faulty(row, "id_kind"):
        _ask_for_guardian(row, group)
        return None
    texts = {name: values[name] or "" for name in HEADINGS if name not in ("group", "birth_date", "id_kind")}
    registration = Registration(
        group=group,
        birth_date=values["birth_date"],
        id_kind=values["id_kind"] or Contestant.IdKind.ID_CARD,
        details=_details(values),
        **texts,
    )
    for fault in registration_faults(registration):
        if not _is_faulty(row, fault.field):
            row.add_fault(fault.field, fault.code, fault.message)
    return registration


def _details(values: Mapping[str, str | None]) -> dict[str, str]:
    return {name.removeprefix(_DETAIL): text for name, text in values.items() if name.startswith(_DETAIL) and text}


def _check_document(row: Row, contest: Contest) -> None:
    """The number's own faults stand even where another cell of the row cannot be read."""
    if row.values["id_number"] is None or _is_faulty(row, "id_kind"):
        return
    kind = row.values["id_kind"] or Contestant.IdKind.ID_CARD
    try:
        row.values["id_number"] = check_document(kind, row.values["id_number"], today=contest.first_day).number
    except DomainError as error:
        hint = "" if row.values["id_kind"] or row.values["id_number"][:1].isdigit() else _OTHER_DOCUMENTS
        row.add_fault("id_number", error.code, f"{error.message}{hint}")
        row.values["id_number"] = None


_OTHER_DOCUMENTS = "不是身份证的，请加一列“证件类型”写明是什么证件。"


def _ask_for_guardian(row: Row, group: Group | None) -> None:
    if group is None or not group.needs_guardian or row.values["guardian_name"] or _is_faulty(row, "guardian_name"):
        return
    row.add_fault("guardian_name", "guardian_required", f"{group.title}选手须填写监护人姓名。")


def _refuse_repeat(row: Row, seen: dict[str, Row], *, several_sheets: bool) -> None:
    number = row.values["id_number"]
    if not isinstance(number, str):
        return
    first = seen.setdefault(number, row)
    if first is not row:
        sheet = f"工作表“{first.sheet}”的 " if several_sheets else ""
        where = f"{sheet}{first.cells.get('id_number', '')}"
        row.add_fault("id_number", "duplicate_in_file", f"与 {where} 的证件号码相同，同一个人只能报名一次。")


def _is_faulty(row: Row, name: str) -> bool:
    cell = row.cells.get(name)
    return cell is not None and any(fault.cell == cell for fault in row.faults)


def _in_order(row: Row) -> list[Fault]:
    """The faults of a row as its columns stand."""
    if len(row.faults) < 2:
        return row.faults
    places = {cell: place for place, cell in enumerate(sorted(row.cells.values(), key=lambda cell: (len(cell), cell)))}
    return sorted(row.faults, key=lambda fault: places.get(fault.cell, -1))
