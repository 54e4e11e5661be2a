"""Files handed in get names by the contest's rule: `{组别}-{姓名}-{材料}` makes 少年组-王小明-讲稿.pdf."""

from contest.models import Contestant
from core.files.naming import rule_fault

PLACEHOLDERS = ("组别", "编号", "姓名", "单位", "题目", "材料", "推荐顺序", "手机后四位", "报名号")
EXAMPLE = {
    "组别": "少年组",
    "编号": "07",
    "姓名": "王小明",
    "单位": "示范小学",
    "题目": "看得见的声音",
    "材料": "讲稿",
    "推荐顺序": "1",
    "手机后四位": "0012",
    "报名号": "12",
}


def file_name_fault(rule: str) -> str:
    """What is wrong with a rule, as a sentence; empty if nothing is."""
    return rule_fault(rule, placeholders=PLACEHOLDERS, telling=("姓名", "报名号"))


def name_parts(contestant: Contestant, *, material: str, code: str = "") -> dict[str, str]:
    """What the placeholders stand for; `code` is the entry's code, empty before the draw."""
    return {
        "组别": contestant.group.title,
        "编号": code,
        "姓名": contestant.name or "未填姓名",
        "单位": contestant.workplace,
        "题目": contestant.title,
        "材料": material,
        "推荐顺序": "" if contestant.unit_order is None else str(contestant.unit_order),
        "手机后四位": (contestant.phone or "")[-4:],
        "报名号": str(contestant.pk),
    }
