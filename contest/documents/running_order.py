"""出场顺序表: the running order as a workbook for hall, host and notice board."""

from collections.abc import Sequence

from django.utils import timezone

from contest.models import GroupRound
from contest.selectors import Slot
from core.spreadsheets import OutColumn, add_sheet, new_workbook, workbook_bytes, write_table

_COLUMNS = (
    OutColumn("出场号", width=8),
    OutColumn("预计时间", width=12),
    OutColumn("姓名", width=12),
    OutColumn("讲解题目", width=34),
)
_UNIT = OutColumn("工作单位（学校）", width=30)


def running_order_workbook(group_round: GroupRound, slots: Sequence[Slot], *, units: bool) -> bytes:
    """The list as it is printed; without units where they are not to be shown."""
    workbook = new_workbook()
    columns = (*_COLUMNS, _UNIT) if units else _COLUMNS
    write_table(
        add_sheet(workbook, "出场顺序"),
        title=f"{group_round.round.title}出场顺序",
        note=f"{group_round.group.contest.title}　{group_round.group.title}　{group_round.room}".rstrip("　"),
        columns=columns,
        rows=[_row(slot, units) for slot in slots],
    )
    return workbook_bytes(workbook)


def _row(slot: Slot, units: bool) -> tuple[object, ...]:
    person, entry = slot.appearance.contestant, slot.appearance.entry
    at = timezone.localtime(slot.starts_at).strftime("%H:%M") if slot.starts_at else ""
    line = (entry.code, at, person.name, entry.title)
    return (*line, person.workplace) if units else line
