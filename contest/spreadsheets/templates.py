"""The empty registration table that units fill in: exactly the columns that the import reads."""

from collections.abc import Sequence

from contest.models import Contest, Contestant, Group
from contest.services.fields import AskedField, asked_fields
from contest.services.registrations import LONGEST
from contest.spreadsheets.headings import HEADINGS, REQUIRED
from core.spreadsheets import (
    FormColumn,
    OutColumn,
    add_form,
    add_sheet,
    new_workbook,
    workbook_bytes,
    write_table,
)

_WIDTHS = {"gender": 7, "name": 12, "id_kind": 18, "id_number": 22, "workplace": 26, "title": 30, "email": 24}
_ID_KINDS = tuple(str(kind.label) for kind in Contestant.IdKind)
_HINTS = {
    "group": "从下拉列表中选择。",
    "name": "只填一个人的姓名，字间不必加空格。",
    "gender": "从下拉列表中选择。",
    "birth_date": "写成 1998-05-01 的样子，与证件一致。",
    "id_kind": "不填就是居民身份证；其他证件从下拉列表中选择。",
    "id_number": "单元格已设为文本，直接填写，不要改成数字，否则末几位会丢失。",
    "workplace": f"写全称，最多 {LONGEST['workplace']} 个字。",
    "title": f"最多 {LONGEST['title']} 个字。",
    "tutors": "几位教师用顿号分开；没有就不填。",
    "guardian_name": "未成年组别必填，填一位监护人的姓名。",
    "guardian_phone": "未成年组别填写，11 位手机号。",
    "phone": "11 位手机号，或带区号的固定电话。",
    "email": "可以不填。",
    "remark": f"可以不填，最多 {LONGEST['remark']} 个字。",
}


def registrations_template(contest: Contest) -> bytes:
    """A workbook with the table of a contest to fill in, and a sheet that says how. It imports as it is filled in."""
    groups = list(contest.groups.order_by("pk"))
    columns = _columns(contest, groups)
    workbook = new_workbook()
    add_form(workbook, "报名表", columns, printed_title=f"{contest.title}报名汇总表")
    guide = add_sheet(workbook, "填写说明")
    write_table(
        guide,
        title=f"{contest.title}报名汇总表填写说明",
        note=_note(contest, groups),
        columns=(OutColumn("列名", 20), OutColumn("必填", 8), OutColumn("怎样填写", 80)),
        rows=[(column.heading, "必填" if column.required else "", column.prompt) for column in columns],
    )
    guide.row_dimensions[2].height = 96
    # The choices' sheet, if there is one, is hidden and stays last.
    workbook.move_sheet(guide, offset=1 - workbook.index(guide))
    return workbook_bytes(workbook)


def _columns(contest: Contest, groups: Sequence[Group]) -> list[FormColumn]:
    choices = {
        "group": tuple(group.title for group in groups),
        "gender": tuple(Contestant.Gender.values),
        "id_kind": _ID_KINDS,
    }
    names = [name for name in HEADINGS if name != "remark"]
    if not any(group.needs_guardian for group in groups):
        names = [name for name in names if not name.startswith("guardian_")]
    fixed = {
        name: FormColumn(
            HEADINGS[name][0],
            width=_WIDTHS.get(name, 14),
            required=name in REQUIRED or name == "group",
            choices=choices.get(name, ()),
            prompt=_HINTS[name],
        )
        for name in (*names, "remark")
    }
    remark = fixed.pop("remark")
    return [*fixed.values(), *(_asked(asked) for asked in asked_fields(contest)), remark]


def _asked(asked: AskedField) -> FormColumn:
    spec = asked.spec
    hint = "从下拉列表中选择。" if spec.choices else "写成 1998-05-01 的样子。" if spec.kind == "date" else spec.hint
    limit = "" if spec.choices or spec.kind == "date" else f"最多 {spec.longest} 个字。"
    prompt = "，".join(part for part in (hint, limit) if part) if not hint.endswith("。") else f"{hint}{limit}"
    width = 40 if spec.kind == "long" else 16
    return FormColumn(spec.label, width=width, required=asked.required, choices=spec.choices, prompt=prompt)


def _note(contest: Contest, groups: Sequence[Group]) -> str:
    ages = "；".join(text for group in groups if (text := _ages(group)))
    first_day = contest.first_day
    lines = [
        "一人一行，填在“报名表”里；列名不要改，不需要的列可以空着，橙色的列必填。",
        "单元格都是文本格式，从别处粘贴时请选“只粘贴文本（值）”，不要留公式。",
        f"年龄按比赛首日 {first_day.year}年{first_day.month}月{first_day.day}日 计算：{ages}。" if ages else "",
        "上传后系统先检查，每个问题都指出单元格，全部改正后才会导入；同一份表导入两次不会重复。",
    ]
    return "\n".join(line for line in lines if line)


def _ages(group: Group) -> str:
    low = "" if group.min_age is None else f"满 {group.min_age} 周岁"
    high = "" if group.max_age is None else f"{group.max_age} 周岁以下（含）"
    return f"{group.title}{low}{'、' if low and high else ''}{high}" if low or high else ""
