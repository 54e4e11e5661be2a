"""Files of works get names by the selection's rule: `{类别}-{编号}-{作品}` makes 图书-B0012-看得见的声音."""

from core.files.naming import rule_fault
from works.models import Work

PLACEHOLDERS = ("类别", "编号", "作品", "作者", "单位", "材料", "推荐顺序")
EXAMPLE = {
    "类别": "图书",
    "编号": "B0012",
    "作品": "看得见的声音",
    "作者": "苏作者",
    "单位": "市天文馆",
    "材料": "封面",
    "推荐顺序": "1",
}


def file_name_fault(rule: str) -> str:
    """What is wrong with a rule, as a sentence; empty if nothing is."""
    return rule_fault(rule, placeholders=PLACEHOLDERS, telling=("编号", "作品"))


def name_parts(work: Work, *, material: str) -> dict[str, str]:
    """What the placeholders stand for."""
    first = next(iter(work.authors.all()), None)
    return {
        "类别": work.kind.title,
        "编号": work.number,
        "作品": work.title or "未填名称",
        "作者": first.name if first else "",
        "单位": work.workplace,
        "材料": material,
        "推荐顺序": "" if work.unit_order is None else str(work.unit_order),
    }
