"""Registrations out of a workbook, and the list of contestants into one (design §9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from contest.models import Contest, Contestant, Group
from contest.services.registrations import LONGEST, FieldFault, Registration, registration_faults
from core.spreadsheets import (
    Column,
    Fault,
    OutColumn,
    Row,
    add_sheet,
    new_workbook,
    open_workbook,
    read_choice,
    read_date,
    read_email,
    read_id_text,
    read_name,
    read_phone,
    read_table,
    read_text,
    workbook_bytes,
    write_table,
)
from core.text.idnumber import IdNumberInvalid, check_id_number
from core.text.masks import mask_id, mask_phone

# Our heading first, then what units write instead.
HEADINGS: dict[str, tuple[str, ...]] = {
    "group": ("组别", "参赛组别", "参赛组"),
    "name": ("姓名", "选手姓名", "选手", "参赛者", "参赛选手"),
    "gender": ("性别",),
    "birth_date": ("出生日期", "出生年月日", "出生年月", "生日"),
    "id_number": ("身份证号", "身份证号码", "身份证", "公民身份号码", "证件号码"),
    "workplace": ("工作单位（学校）", "工作单位", "单位/学校", "单位（学校）", "学校", "单位", "推荐单位", "所在单位"),
    "title": ("讲解题目", "讲解作品名称", "作品名称", "题目", "讲解主题"),
    "tutors": ("指导教师", "指导老师", "辅导老师", "辅导教师"),
    "guardian_name": ("监护人", "监护人姓名", "家长", "家长姓名"),
    "phone": ("联系电话", "手机号", "手机", "手机号码", "电话", "联系方式"),
    "email": ("电子邮箱", "邮箱", "电子邮件", "E-mail"),
    "remark": ("备注",),
}
_OPTIONAL = frozenset(("tutors", "guardian_name", "email", "remark"))
# 少年组 may be called by what the notice calls it.
_GROUP_WORDS = {"adult": ("成人组", "成年"), "junior": ("青少年组", "少年", "中小学生组")}


@dataclass(frozen=True)
class ReadRegistrations:
    """What a workbook holds: registrations when there is no fault, the rows for the annotated workbook."""

    registrations: list[Registration]
    faults: list[Fault]
    row_count: int


def read_registrations(file: BinaryIO, contest: Contest) -> ReadRegistrations:
    """Every row of every sheet that has the table, and every fault with its cell; changes nothing.

    Raises WorkbookRefused for a file that is no readable workbook or has no such table.
    """
    groups = list(contest.groups.order_by("pk"))
    for group in groups:
        group.contest = contest
    rows = read_table(open_workbook(file), _columns(groups))
    registrations: list[Registration] = []
    seen: dict[str, Row] = {}
    for row in rows:
        registration = _registration(row, contest)
        _refuse_repeat(row, seen)
        if registration is not None:
            registrations.append(registration)
    faults = [fault for row in rows for fault in row.faults]
    return ReadRegistrations([] if faults else registrations, faults, len(rows))


def contestants_workbook(contestants: Iterable[Contestant], *, title: str, full: bool) -> bytes:
    """The list of contestants; ID numbers and phones are masked unless `full` (an official act, recorded before)."""
    workbook = new_workbook()
    sheet = add_sheet(workbook, "选手")
    rows = [_out_row(place, contestant, full) for place, contestant in enumerate(contestants, start=1)]
    write_table(sheet, title=title, columns=OUT_COLUMNS, rows=rows)
    return workbook_bytes(workbook)


def _columns(groups: Sequence[Group]) -> list[Column]:
    words: dict[str, Group] = {}
    for group in groups:
        words[group.title] = group
    for group in groups:
        for word in _GROUP_WORDS.get(group.code, ()):
            words.setdefault(word, group)
    genders = {"男": "男", "女": "女", "男性": "男", "女性": "女"}
    readers: dict[str, Any] = {
        "group": read_choice(words, code="group"),
        "name": read_name,
        "gender": read_choice(genders, code="gender"),
        "birth_date": read_date,
        "id_number": read_id_text,
        "workplace": read_text(max_length=LONGEST["workplace"]),
        "title": read_text(max_length=LONGEST["title"]),
        "tutors": read_text(max_length=LONGEST["tutors"]),
        "guardian_name": read_name,
        "phone": read_phone,
        "email": read_email,
        "remark": read_text(max_length=LONGEST["remark"]),
    }
    return [
        Column(name=name, aliases=aliases, reader=readers[name], required=name not in _OPTIONAL)
        for name, aliases in HEADINGS.items()
    ]


def _registration(row: Row, contest: Contest) -> Registration | None:
    """The row's registration with its faults noted at their cells; None where a cell that it needs cannot be read."""
    _check_id(row, contest)
    values = row.values
    needed = [name for name in HEADINGS if name not in _OPTIONAL]
    faulty = {fault.cell for fault in row.faults}
    guardian_cell = row.cells.get("guardian_name")
    group: Group | None = values["group"]
    if any(values[name] is None for name in needed) or group is None:
        if group is not None and group.needs_guardian and not values["guardian_name"] and guardian_cell not in faulty:
            row.add_fault("guardian_name", "guardian_required", f"{group.title}选手须填写监护人姓名。")
        return None
    texts = {name: values[name] or "" for name in HEADINGS if name not in ("group", "birth_date")}
    registration = Registration(group=group, birth_date=values["birth_date"], **texts)
    for fault in _new_faults(registration, row):
        row.add_fault(fault.field, fault.code, fault.message)
    return registration


def _check_id(row: Row, contest: Contest) -> None:
    """The number's own faults stand even where another cell of the row cannot be read."""
    if row.values["id_number"] is None:
        return
    try:
        row.values["id_number"] = check_id_number(row.values["id_number"], today=contest.first_day).number
    except IdNumberInvalid as error:
        row.add_fault("id_number", error.code, error.message)
        row.values["id_number"] = None


def _new_faults(registration: Registration, row: Row) -> list[FieldFault]:
    faulty = {fault.cell for fault in row.faults}
    return [fault for fault in registration_faults(registration) if row.cells.get(fault.field) not in faulty]


def _refuse_repeat(row: Row, seen: dict[str, Row]) -> None:
    number = row.values["id_number"]
    if not isinstance(number, str):
        return
    first = seen.setdefault(number, row)
    if first is not row:
        where = first.cells.get("id_number", "")
        row.add_fault("id_number", "duplicate_in_file", f"与 {where} 的身份证号相同，同一个人只能报名一次。")


OUT_COLUMNS = (
    OutColumn("序号", width=6),
    OutColumn("组别", width=10),
    OutColumn("姓名", width=12),
    OutColumn("性别", width=6),
    OutColumn("出生日期", width=12),
    OutColumn("身份证号", width=22),
    OutColumn("工作单位（学校）", width=26),
    OutColumn("讲解题目", width=30),
    OutColumn("指导教师", width=12),
    OutColumn("监护人", width=10),
    OutColumn("联系电话", width=14),
    OutColumn("电子邮箱", width=24),
    OutColumn("状态", width=10),
    OutColumn("备注", width=16),
)


def _out_row(place: int, contestant: Contestant, full: bool) -> tuple[object, ...]:
    number, phone = contestant.id_number or "", contestant.phone or ""
    return (
        place,
        contestant.group.title,
        contestant.name,
        contestant.gender,
        contestant.birth_date if full else None,
        number if full else mask_id(number),
        contestant.workplace,
        contestant.title,
        contestant.tutors,
        contestant.guardian_name,
        phone if full else mask_phone(phone),
        contestant.email if full else "",
        contestant.get_status_display(),
        contestant.remark,
    )
