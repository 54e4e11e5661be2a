"""The list of contestants as a workbook (design §9)."""

from collections.abc import Iterable

from contest.models import Contestant
from core.spreadsheets import OutColumn, add_sheet, new_workbook, workbook_bytes, write_table
from core.text.masks import mask_id, mask_phone

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


def contestants_workbook(contestants: Iterable[Contestant], *, title: str, full: bool) -> bytes:
    """The list of contestants; ID numbers and phones are masked unless `full` (an official act, recorded before)."""
    workbook = new_workbook()
    sheet = add_sheet(workbook, "选手")
    rows = [_out_row(place, contestant, full) for place, contestant in enumerate(contestants, start=1)]
    write_table(sheet, title=title, columns=OUT_COLUMNS, rows=rows)
    return workbook_bytes(workbook)


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
