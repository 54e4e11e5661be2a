"""The registration workbook of invented people, as a careful unit would send it."""

import io
from collections.abc import Sequence

from openpyxl import Workbook

from portal.services.rehearsal.people import Person

HEADER = (
    "序号 组别 姓名 性别 出生日期 身份证号 工作单位（学校） 讲解题目 指导教师 监护人 联系电话 电子邮箱 备注".split()
)


def registrations_workbook(people: Sequence[Person]) -> bytes:
    """One header row and a row per person; ID numbers and phones as text."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "报名汇总表"
    sheet.append(HEADER)
    for number, person in enumerate(people, start=1):
        born, guardian = f"{person.birth_date:%Y-%m-%d}", person.guardian or None
        row = [number, person.group, person.name, person.gender, born, person.id_number, person.unit, person.talk]
        sheet.append([*row, None, guardian, person.phone, person.email, None])
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()
