"""Who enters the contest of the office's journey, the workbook that their unit sends, and the smallest whole files."""

import io
import random
from dataclasses import replace
from datetime import date

from openpyxl import Workbook

from portal.services.rehearsal.people import Person, invent_people
from tests.browser.office_stage import UNIT
from tests.core.samples import mp4, pdf, png

NAMES = {
    "成年组": ("上官思远", "吴若曦", "贺泽怡", "欧阳一鸣", "买买提·吐尔逊", "林望舒"),
    "少年组": ("铉书瑶", "王䶮", "陈彧", "许星野"),
}
FILES = {
    "报名表（盖章扫描件）": ("报名表.pdf", "application/pdf", pdf()),
    "免冠照片": ("照片.png", "image/png", png()),
    "参评视频": ("视频.mp4", "video/mp4", mp4()),
}
_INVENTED = invent_people(random.Random(7), groups=list(NAMES), count=12, first_day=date(2026, 11, 20))
ADULTS, JUNIORS = (
    [
        replace(one, name=name, unit=UNIT, guardian=f"{name[0]}家长" if one.guardian else "")
        for one, name in zip((each for each in _INVENTED if each.group == group), names, strict=False)
    ]
    for group, names in NAMES.items()
)
SINGLE, CHILD = ADULTS[-1], JUNIORS[-1]
SENT = [*ADULTS[:-1], *JUNIORS[:-1]]


def upload(title: str) -> dict[str, object]:
    """A file for a material, as Playwright takes it."""
    name, kind, content = FILES[title]
    return {"name": name, "mimeType": kind, "buffer": content}


def unit_workbook(people: list[Person]) -> bytes:
    """The unit's list, in its own words and order of columns."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.append(["科普讲解大赛推荐汇总表"])
    sheet.append("序号 选手姓名 性别 出生年月日 身份证号码 参赛组别 讲解作品名称 手机号 监护人姓名 单位/学校".split())
    for number, one in enumerate(people, start=1):
        born = f"{one.birth_date:%Y.%m.%d}"
        sheet.append(
            [number, one.name, one.gender, born, one.id_number, one.group, one.talk, one.phone, one.guardian, UNIT]
        )
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()
