"""Files handed in get names by the contest's rule: `{组别}-{姓名}-{材料}` makes 少年组-王小明-讲稿.pdf."""

import re
import unicodedata
from collections.abc import Mapping

PLACEHOLDERS = ("组别", "姓名", "单位", "题目", "材料", "报名号")
EXAMPLE = {
    "组别": "少年组",
    "姓名": "王小明",
    "单位": "示范小学",
    "题目": "看得见的声音",
    "材料": "讲稿",
    "报名号": "12",
}
LONGEST_PART = 40
_BRACED = re.compile(r"\{([^{}]*)\}")
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


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
    if bad := _FORBIDDEN.search(rest):
        return f"文件名里不能有“{bad[0]}”。"
    if "材料" not in found or not {"姓名", "报名号"} & set(found):
        return "须包含 {材料}，以及 {姓名} 或 {报名号}，否则不同的文件会重名。"
    return ""


def file_name_by_rule(rule: str, parts: Mapping[str, str], *, extension: str) -> str:
    """The name of one file. Every part becomes safe for Windows and ZIP; the rule was checked when it was saved."""
    stem = _BRACED.sub(lambda match: _safe(parts.get(match[1], "")), rule)
    return f"{stem.strip(' .')}.{extension}"


def _safe(part: str) -> str:
    plain = "".join(sign for sign in unicodedata.normalize("NFC", part) if unicodedata.category(sign) not in _UNSEEN)
    return _FORBIDDEN.sub("－", plain).strip(" .")[:LONGEST_PART]


_UNSEEN = {"Cc", "Cf"}
