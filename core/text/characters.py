"""Characters that a name or title cannot mean: they print as nothing, as a box, or turn the line round."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Kind = Literal["private_use", "replacement", "control", "bidi", "invisible", "unassigned", "surrogate"]

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REPLACEMENT = "\ufffd"
# Printable ASCII, usual Chinese characters and punctuation: nearly every text of a workbook is of these alone.
_ORDINARY = re.compile("[ -~·‐-‧、-〿一-鿯！-～]*")
_ALLOWED_CONTROLS = frozenset("\n\t")
_MESSAGES: dict[Kind, str] = {
    "private_use": "是自造字区的字符（多见于旧系统录入的生僻字），别的电脑无法显示，请改用标准汉字",
    "replacement": "是乱码替换符，原字已丢失，请重新输入",
    "control": "是不可见的控制字符，请删除后重新输入",
    "bidi": "是改变文字方向的不可见字符，请删除",
    "invisible": "是不可见字符，请删除后重新输入",
    "unassigned": "不是已编码的字符，请改用标准汉字",
    "surrogate": "是残缺的字符，请重新输入",
}


@dataclass(frozen=True)
class BadCharacter:
    """One character that must not stay; `position` counts from 1, as people do."""

    position: int
    char: str
    codepoint: str
    kind: Kind
    message: str


def find_bad_characters(text: str, *, multiline: bool = False) -> list[BadCharacter]:
    """Private-use, control, direction-changing, invisible, unassigned characters and U+FFFD, in order.

    Line breaks and tabs are bad in a name or title; `multiline` allows them. Variation selectors are good: they
    choose between forms of one character.
    """
    if _ORDINARY.fullmatch(text):
        return []
    found: list[BadCharacter] = []
    for position, char in enumerate(text, start=1):
        kind = _kind(char)
        if kind is None or (multiline and char in _ALLOWED_CONTROLS):
            continue
        codepoint = f"U+{ord(char):04X}"
        message = f"第 {position} 个字符（{codepoint}）{_MESSAGES[kind]}。"
        found.append(BadCharacter(position=position, char=char, codepoint=codepoint, kind=kind, message=message))
    return found


def split_graphemes(text: str) -> list[str]:
    """Characters as people count them: combining marks and variation selectors stay with what they modify."""
    graphemes: list[str] = []
    for char in text:
        if graphemes and unicodedata.category(char) in ("Mn", "Me", "Mc"):
            graphemes[-1] += char
        else:
            graphemes.append(char)
    return graphemes


def is_han(char: str) -> bool:
    """Whether a single character is a Chinese one, 〇 included, of whatever extension."""
    return char == "〇" or unicodedata.name(char, "").startswith("CJK UNIFIED IDEOGRAPH") or _is_newer_han(char)


def _is_newer_han(char: str) -> bool:
    """Planes 2 and 3 hold ideographs only; Python's tables may be older than the newest extension."""
    return 0x20000 <= ord(char) <= 0x3FFFD or "豈" <= char <= "\ufaff"


def _kind(char: str) -> Kind | None:
    if char == _REPLACEMENT:
        return "replacement"
    if char in _BIDI:
        return "bidi"
    category = unicodedata.category(char)
    if category == "Cn" and _is_newer_han(char):
        return None
    kinds: dict[str, Kind] = {
        "Co": "private_use",
        "Cc": "control",
        "Cf": "invisible",
        "Zl": "invisible",
        "Zp": "invisible",
        "Cn": "unassigned",
        "Cs": "surrogate",
    }
    return kinds.get(category)
