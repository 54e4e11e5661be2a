"""Names of files by a rule that an office writes: `{组别}-{姓名}-{材料}` makes 少年组-王小明-讲稿.pdf."""

import re
from collections.abc import Collection, Mapping

from core.files.names import LONGEST_PART, forbidden_sign, safe_name

# ext4 keeps 255 bytes of a name, Windows 260 characters of a whole path; a number for duplicates comes on top.
LONGEST_STEM_BYTES = 180
_SHORTEST_PART = 4
_BRACED = re.compile(r"\{([^{}]*)\}")
_SEPARATORS = re.compile(r"([-_－—])[-_－—]+")
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


def rule_fault(rule: str, *, placeholders: Collection[str], telling: Collection[str]) -> str:
    """What is wrong with a rule, as a sentence; empty if nothing is.

    It must hold {材料} and one of `telling`, the placeholders that keep two people's or works' files apart.
    """
    known = "、".join(f"{{{name}}}" for name in placeholders)
    found = _BRACED.findall(rule)
    for name in found:
        if name not in placeholders:
            return f"没有“{{{name}}}”这一项，可以用：{known}。"
    rest = _BRACED.sub("", rule)
    if "{" in rest or "}" in rest:
        return "大括号没有成对，请核对。"
    if bad := forbidden_sign(rest):
        return f"文件名里不能有“{bad}”。"
    if "材料" not in found or not set(telling) & set(found):
        names = " 或 ".join(f"{{{name}}}" for name in telling)
        return f"须包含 {{材料}}，以及 {names}，否则不同的文件会重名。"
    return ""


def name_by_rule(rule: str, parts: Mapping[str, str], *, extension: str) -> str:
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
