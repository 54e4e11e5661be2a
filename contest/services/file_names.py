"""Files handed in get names by the contest's rule: `{组别}-{姓名}-{材料}` makes 少年组-王小明-讲稿.pdf."""

import re
from collections.abc import Mapping

from contest.models import Contestant
from core.files import forbidden_sign, safe_name
from core.files.names import LONGEST_PART

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
# ext4 keeps 255 bytes of a name, Windows 260 characters of a whole path; a number for duplicates comes on top.
LONGEST_STEM_BYTES = 180
_SHORTEST_PART = 4
_BRACED = re.compile(r"\{([^{}]*)\}")
_SEPARATORS = re.compile(r"([-_－—])[-_－—]+")
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


def file_name_fault(rule: str) -> str:
    """What is wrong with a rule, as a sentence; empty if nothing is."""
    known = "、".join(f"{{{name}}}" for name in PLACEHOLDERS)
    found = _BRACED.findall(rule)
    for name in found:
        if name not in PLACEHOLDERS:
            return f"没有“{{{name}}}”这一项，可以用：{known}。"
    rest = _BRACED.sub("", rule)
    if "{" in rest or "}" in rest:
        return "大括号没有成对，请核对。"
    if bad := forbidden_sign(rest):
        return f"文件名里不能有“{bad}”。"
    if "材料" not in found or not {"姓名", "报名号"} & set(found):
        return "须包含 {材料}，以及 {姓名} 或 {报名号}，否则不同的文件会重名。"
    return ""


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


def file_name_by_rule(rule: str, parts: Mapping[str, str], *, extension: str) -> str:
    """The name of one file, safe for Windows, macOS, Linux and ZIP; the rule was checked when it was saved.

    A part that is empty takes its separator with it. Where the whole is too long its longest parts are shortened.
    """
    for longest in range(LONGEST_PART, _SHORTEST_PART - 1, -2):
        stem = _stem(rule, parts, longest)
        if len(stem.encode()) <= LONGEST_STEM_BYTES:
            break
    else:
        stem = stem.encode()[:LONGEST_STEM_BYTES].decode(errors="ignore")
    return f"{stem}.{extension}" if extension else stem


def _stem(rule: str, parts: Mapping[str, str], longest: int) -> str:
    filled = _BRACED.sub(lambda match: safe_name(parts.get(match[1], ""), longest=longest), rule)
    stem = _SEPARATORS.sub(r"\1", filled).strip(" .-_—")
    return f"_{stem}" if not stem or _RESERVED.match(stem) else stem
