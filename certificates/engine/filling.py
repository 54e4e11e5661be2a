"""Puts an award's words into a layout's boxes. The layout's own text is read for placeholders and **emphasis** once;
what is put in is never read again, so a name may hold any sign (pitfall 21)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from certificates.engine.layout import ISSUERS, PEOPLE, TEXT, Box, Layout

Words = Mapping[str, str]

_TOKEN = re.compile(r"\{([^{}]*)\}|(\*\*)")
# Words that an award may lack without anything being wrong.
OPTIONAL = ("称谓", "结语")
AWARD, WON = "奖项", "荣获"
_LONGEST_KEPT = 12
_LONGEST_AWARD = 6
_SEPARATOR = "、"


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one style. `place` is the placeholder they came from, "" for the layout's own; `is_whole` ones are not
    broken over two lines."""

    text: str
    place: str = ""
    is_strong: bool = False
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class FilledBox:
    """A text box with its lines; every line is a paragraph."""

    index: int
    box: Box
    lines: tuple[tuple[Run, ...], ...]
    unfilled: tuple[str, ...] = ()


def fill_layout(layout: Layout, words: Words) -> tuple[FilledBox, ...]:
    """Every text box with the award's words. A line whose placeholders are all empty is left out; where only some
    are, the line stays and they are `unfilled`."""
    return tuple(_fill_box(index, box, words) for index, box in enumerate(layout.boxes) if box.kind == TEXT)


def placeholders_of(document: Mapping[str, Any]) -> frozenset[str]:
    """The placeholders that a valid layout's document uses."""
    texts = [box.get("text", "") for box in document["boxes"]]
    return frozenset(token[1] for text in texts for token in _TOKEN.finditer(text) if token[1])


def _fill_box(index: int, box: Box, words: Words) -> FilledBox:
    lines: list[tuple[Run, ...]] = []
    unfilled: list[str] = []
    is_strong = False
    for line in box.text.split("\n"):
        if line.strip() == f"{{{ISSUERS}}}":
            lines += [(Run(name, ISSUERS, is_strong),) for name in words.get(ISSUERS, "").split("\n") if name]
            continue
        runs, is_strong, empty, filled = _fill_line(line, words, is_strong)
        if empty and not filled:
            continue
        unfilled += empty
        lines.append(runs)
    return FilledBox(index=index, box=box, lines=tuple(lines), unfilled=tuple(unfilled))


def _fill_line(line: str, words: Words, is_strong: bool) -> tuple[tuple[Run, ...], bool, list[str], bool]:
    runs: list[Run] = []
    empty: list[str] = []
    filled = False
    start = 0
    for token in _TOKEN.finditer(line):
        if start < token.start():
            runs.append(Run(line[start : token.start()], "", is_strong))
        start = token.end()
        name = token[1]
        if name is None:
            is_strong = not is_strong
        elif words.get(name, ""):
            filled = True
            runs += _value_runs(name, words[name], is_strong)
        elif name not in OPTIONAL:
            empty.append(name)
    if start < len(line):
        runs.append(Run(line[start:], "", is_strong))
    return tuple(runs), is_strong, empty, filled


def _value_runs(name: str, value: str, is_strong: bool) -> list[Run]:
    """Several people: every name stays in one piece, a line may end after 、. So are issuers listed within a line.

    Nor does a line end within 荣获, or within a short award: 荣 at the end of one line and 获 on the next is what a
    proof-reader marks first.
    """
    if name == ISSUERS:
        value = value.replace("\n", _SEPARATOR)
    if name == AWARD:
        return [Run(value, name, is_strong, len(value) <= _LONGEST_AWARD)]
    if value.endswith(WON):
        before = value.removesuffix(WON)
        return [*([Run(before, name, is_strong)] if before else []), Run(WON, name, is_strong, True)]
    parts = value.split(_SEPARATOR)
    if name not in PEOPLE or len(parts) == 1:
        return [Run(value, name, is_strong)]
    last = len(parts) - 1
    pieces = [part + (_SEPARATOR if place < last else "") for place, part in enumerate(parts)]
    return [Run(piece, name, is_strong, len(piece) <= _LONGEST_KEPT) for piece in pieces]


def printed_words(text: Mapping[str, Any], *, serial: str, date: str) -> Words:
    """Every word that a layout can show, by placeholder, of a certificate's stored text."""
    return {
        **text.get("fields", {}),
        "姓名": text["recipient"],
        "称谓": text["salutation"],
        "事由": text["before"],
        "奖项": text["award"],
        "结语": text["after"],
        "标题": text["heading"],
        ISSUERS: "\n".join(text["issuers"]),
        "编号": serial,
        "日期": date,
    }
