"""The words of an official text by GB/T 9704: levels of headings, and lists of honoured people as tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# 一、 黑体, （一） 楷体, 1. and （1） as the text itself; 0 is no heading.
_LEVELS = (
    (1, re.compile(r"[一二三四五六七八九十百]+、")),
    (2, re.compile(r"[（(][一二三四五六七八九十百]+[）)]")),
    (3, re.compile(r"\d{1,2}[.．、](?!\d)")),
    (4, re.compile(r"[（(]\d{1,2}[）)]")),
)
_LONGEST_HEADING = 40  # a longer paragraph that begins like a heading is a sentence with its number


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; `level` is 1 to 4 where it begins as a heading does, else 0. `heading` is the part of `text` that
    is set in the heading's font: all of a short paragraph, else up to its first full stop."""

    level: int
    heading: str
    text: str

    @property
    def rest(self) -> str:
        """What follows the heading in the same paragraph."""
        return self.text[len(self.heading) :]


@dataclass(frozen=True, slots=True)
class Tier:
    """Who is honoured alike: cells by row, as many as the list has columns."""

    title: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ListTable:
    """A list of a notice with the columns that at least one of its rows fills in."""

    title: str
    note: str
    columns: tuple[str, ...]
    tiers: tuple[Tier, ...]


def paragraphs_of(body: str) -> tuple[Paragraph, ...]:
    """A body of one paragraph to the line; empty lines and indents typed by hand are left out."""
    lines = (" ".join(line.split()) for line in body.splitlines())
    return tuple(_paragraph(line) for line in lines if line)


def list_table(found: Mapping[str, Any]) -> ListTable:
    """A list of `Notice.lists` as a table: number, names, and whatever columns are not empty throughout."""
    tiers = found.get("tiers", [])
    rows = [row for tier in tiers for row in tier["rows"]]
    used = {label: say for label, say in _COLUMNS.items() if label == "姓名" or any(say(row) for row in rows)}
    return ListTable(
        title=found.get("title", ""),
        note=found.get("note", ""),
        columns=("序号", *used),
        tiers=tuple(Tier(tier["title"], _cells(tier["rows"], used.values())) for tier in tiers),
    )


def addressed(addressees: str) -> str:
    """主送 with the colon that ends it."""
    return addressees if not addressees or addressees.endswith(("：", ":")) else addressees + "："


def _paragraph(text: str) -> Paragraph:
    level = next((level for level, begins in _LEVELS if begins.match(text)), 0)
    if level not in (1, 2):
        return Paragraph(level, "", text)
    sentence = text.partition("。")[0]
    if sentence == text:
        return Paragraph(level, text if len(text) <= _LONGEST_HEADING else "", text)
    return Paragraph(level, sentence + "。" if len(sentence) <= _LONGEST_HEADING else "", text)


def _cells(
    rows: Iterable[Mapping[str, Any]], says: Iterable[Callable[[Mapping[str, Any]], str]]
) -> tuple[tuple[str, ...], ...]:
    columns = list(says)
    return tuple((str(place), *(say(row) for say in columns)) for place, row in enumerate(rows, start=1))


def _names(key: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda row: "、".join(row.get(key) or [])


def _word(key: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda row: str(row.get(key) or "")


_COLUMNS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "姓名": _names("people"),
    "单位": _word("unit"),
    "作品（题目）": _word("title"),
    "指导教师": _names("tutors"),
    "备注": _word("note"),
}
