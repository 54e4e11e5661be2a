"""The registration workbook of invented people, as units really send it: nothing in it has to be guessed."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from portal.services.rehearsal.people import Person

# Other words than ours, with the blanks that people put in to widen a heading.
HEADER = (
    "序号,参赛组别,选手姓名,性 别,出生年月日,身份证号码,单位/学校,讲解作品名称,辅导老师,监护人姓名,手机号,邮箱,备 注"
).split(",")
HIDDEN_ROW = 5
_FULL_WIDTH = str.maketrans("0123456789X-", "０１２３４５６７８９Ｘ－")
_LAST_COLUMN = len(HEADER)


def registrations_workbook(people: Sequence[Person]) -> bytes:
    """A sheet of instructions, then the table: merged title and unit rows above its header, a hidden row, an empty
    one in the middle, notes and a signature line at the end; in the cells everything that a careful reader can read.
    """
    workbook = Workbook()
    leaflet = workbook.active
    assert isinstance(leaflet, Worksheet)
    leaflet.title = "填表说明"
    leaflet.append(["请认真阅读：每单位限报，逾期不予受理。"])
    sheet = workbook.create_sheet("报名表")
    _merged(sheet, "科普讲解大赛选手推荐汇总表")
    _merged(sheet, "推荐单位（盖章）：各推荐单位      联系人：联络员      日期：2026年10月20日")
    sheet.append(HEADER)
    for place, person in enumerate(people):
        if place == len(people) // 2:
            sheet.append([])
            sheet.append([None] * _LAST_COLUMN)
        sheet.append(_row(place, person))
    sheet.row_dimensions[HIDDEN_ROW].hidden = True
    sheet.append([])
    sheet.append(["注：1. 少年组须填写监护人；2. 本表一式两份。"])
    sheet.append(["填表人：", None, None, "审核人：", None, None, "单位负责人（签章）："])
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _merged(sheet: Worksheet, text: str) -> None:
    sheet.append([text])
    sheet.merge_cells(start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=_LAST_COLUMN)


def _row(place: int, person: Person) -> list[Any]:
    born, number = _birth_date(place, person.birth_date), _id_number(place, person.id_number)
    guardian, email = person.guardian or None, person.email if place % 3 else f" {person.email.upper()} "
    return [
        *(place + 1, person.group, _name(place, person.name), person.gender, born, number, person.unit, person.talk),
        *(None, guardian, _phone(place, person.phone), email, None),
    ]


def _name(place: int, name: str) -> str:
    """Two-character names are spread to the width of three, by hand."""
    if len(name) == 2:
        return f"{name[0]}{('　', ' ', '  ')[place % 3]}{name[1]}"
    return name.replace("·", "•") if place % 2 else name


def _birth_date(place: int, born: date) -> object:
    """Five ways to write a date."""
    ways: tuple[object, ...] = (
        f"{born:%Y.%m.%d}",
        f"{born.year}年{born.month}月{born.day}日",
        datetime(born.year, born.month, born.day),  # noqa: DTZ001 (a cell knows no time zone)
        f"{born:%Y%m%d}",
        f"{born:%Y-%m-%d}".translate(_FULL_WIDTH),
    )
    return ways[place % len(ways)]


def _id_number(place: int, number: str) -> str:
    if place % 4 == 1:
        return number.translate(_FULL_WIDTH)
    return number.lower() if place % 4 == 2 else number


def _phone(place: int, phone: str) -> object:
    """Text, a number as Excel makes one of it, or digits in groups."""
    ways: tuple[object, ...] = (phone, float(phone), f"{phone[:3]} {phone[3:7]}-{phone[7:]}")
    return ways[place % len(ways)]
