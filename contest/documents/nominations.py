"""The province's lists as workbooks: nominees, what is missing."""

from collections.abc import Sequence
from datetime import date

from contest.documents.word import nominee_remark, person_words
from contest.models import Contest, Finalist
from contest.selectors.finalists import basis_of
from core.spreadsheets import OutColumn, add_sheet, new_workbook, workbook_bytes, write_table
from core.text.dates import plain_date

# domain.md A4, 汇总表.
NOMINEE_COLUMNS = (
    OutColumn("序号", width=6),
    OutColumn("组别", width=10),
    OutColumn("姓名", width=12),
    OutColumn("性别", width=6),
    OutColumn("出生年月", width=12),
    OutColumn("单位", width=26),
    OutColumn("讲解题目", width=30),
    OutColumn("指导教师", width=14),
    OutColumn("联系电话", width=14),
    OutColumn("证件号码", width=22),
    OutColumn("推荐顺序", width=10),
    OutColumn("备注", width=18),
)


def nomination_workbook(contest: Contest, rows: Sequence[Finalist], *, on: date) -> bytes:
    """推荐名单汇总表.xlsx, in the order of nomination, with the snapshots and rosters that it rests on."""
    workbook = new_workbook()
    basis = "；".join(basis_of(rows))
    write_table(
        add_sheet(workbook, "推荐名单汇总表"),
        title=f"{contest.title}推荐名单汇总表",
        note=f"推荐单位（盖章）：{contest.edition.organiser_name}　　{plain_date(on)}　　依据：{basis}",
        columns=NOMINEE_COLUMNS,
        rows=[_line(place, row) for place, row in enumerate(rows, start=1)],
    )
    return workbook_bytes(workbook)


def _line(place: int, row: Finalist) -> tuple[object, ...]:
    words = person_words(row.contestant)
    names = ("组别", "姓名", "性别", "出生年月", "单位", "题目", "指导教师", "电话", "证件号码")
    return (place, *(words[name] for name in names), place, nominee_remark(row))
