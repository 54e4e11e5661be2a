"""The office's list of works as a workbook (design §9)."""

from collections.abc import Iterable

from django.utils.timezone import localtime

from core.spreadsheets import OutColumn, add_sheet, new_workbook, workbook_bytes, write_table
from works.engine.checks import LEVELS
from works.engine.durations import shown_duration
from works.services.work_list import ListRow

_COLUMNS = (
    OutColumn("序号", width=6),
    OutColumn("编号", width=10),
    OutColumn("类别", width=10),
    OutColumn("作品名称", width=30),
    OutColumn("作者", width=24),
    OutColumn("第一作者单位", width=24),
    OutColumn("推荐单位", width=24),
    OutColumn("推荐顺序", width=8),
    OutColumn("出版社或版权单位", width=20),
    OutColumn("出版或首播", width=12),
    OutColumn("ISBN", width=18),
    OutColumn("时长", width=10),
    OutColumn("状态", width=10),
    OutColumn("提交时间", width=16),
    OutColumn("样书", width=6),
    OutColumn("机器核查", width=10),
    OutColumn("核查结果", width=40),
    OutColumn("备注", width=16),
)
_CONTACTS = (OutColumn("联系人", width=10), OutColumn("联系电话", width=14), OutColumn("电子邮箱", width=24))


def works_workbook(rows: Iterable[ListRow], *, title: str, contacts: bool) -> bytes:
    """The list of works; `contacts` adds phones and e-mails (an official act, recorded before)."""
    workbook = new_workbook()
    sheet = add_sheet(workbook, "作品")
    columns = _COLUMNS + _CONTACTS if contacts else _COLUMNS
    lines = [_line(place, row, contacts) for place, row in enumerate(rows, start=1)]
    write_table(sheet, title=title, columns=columns, rows=lines)
    return workbook_bytes(workbook)


def _line(place: int, row: ListRow, contacts: bool) -> tuple[object, ...]:
    work, own = row.work, row.own
    by_month = work.kind.form == "book"
    published = (
        "" if work.published_on is None else f"{work.published_on:%Y-%m}" if by_month else f"{work.published_on}"
    )
    findings = "".join(check.sentence for check in row.checks if check.level != "ok")
    line: tuple[object, ...] = (
        place,
        work.number,
        work.kind.title,
        work.title,
        "、".join(author["name"] for author in own.authors),
        work.workplace,
        work.unit.name if work.unit else "",
        work.unit_order,
        work.publisher,
        published,
        "、".join(volume["isbn"] for volume in own.volumes),
        shown_duration(work.seconds),
        work.get_status_display(),
        f"{localtime(work.submitted_at):%Y-%m-%d %H:%M}" if work.submitted_at else "",
        own.paper if work.kind.paper_copies else None,
        LEVELS.get(row.level, ""),
        findings,
        work.remark,
    )
    return (*line, work.contact_name, work.phone or "", work.email) if contacts else line
