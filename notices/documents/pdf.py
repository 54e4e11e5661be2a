"""Notices as PDF/A by GB/T 9704-2012, set by Typst: the same words give the same bytes."""

import json
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import typst

from core.fonts import installed
from core.fonts.coverage import Family
from core.text.dates import plain_date
from notices.documents.content import OfficialText, around, official_text, refuse_bad_characters, words_of
from notices.exceptions import NoticeRefused
from notices.models import Notice

FOLDER = Path(__file__).parent.parent / "typst"
TEMPLATE = FOLDER / "notice.typ"
_REST = (*installed.SONG, *installed.RARE)
# GB/T 9704 asks for 小标宋 and 仿宋, which are nobody's to ship: where the office's folder has them they lead.
_FONTS = {
    "title": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", *_REST),
    "body": ("FangSong_GB2312", "FangSong", "STFangsong", *_REST),
    "hei": (*installed.HEI, *_REST),
    "kai": (*installed.KAI, *_REST),
    "song": _REST,
}
_WIDTHS = {"序号": 1.0, "姓名": 2.2, "单位": 3.2, "作品（题目）": 3.4, "指导教师": 2.2, "备注": 2.0}
_typesetting = Lock()  # a compiler serves one thread at a time


@cache
def compiler() -> typst.Compiler:
    """One compiler per process. Never call this before a fork: a child forked after a compile hangs (design §11)."""
    return typst.Compiler(str(TEMPLATE), root=str(FOLDER), font_paths=installed.installed_fonts())


def notice_pdf(notice: Notice) -> bytes:
    """A notice as PDF/A-2u on A4; what is not public says so at the head of each page.

    Raises NoticeRefused for a character that no font has, by name, and for one that cannot be printed at all.
    """
    text = official_text(notice)
    refuse_unprintable(text)
    day = text.dated
    inputs = {"job": json.dumps(_job(text), ensure_ascii=False, sort_keys=True)}
    try:
        with _typesetting:
            made = compiler().compile(
                sys_inputs=inputs,
                format="pdf",
                pdf_standards="a-2u",
                timestamp=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
            )
    except typst.TypstError as error:
        raise NoticeRefused(f"无法排版：{error.message}", code="cannot_typeset") from error
    assert isinstance(made, bytes)
    return made


def refuse_unprintable(text: OfficialText) -> None:
    """Raise NoticeRefused for the first character that would be left blank, with its place and what to do."""
    refuse_bad_characters(text)
    checked: set[str] = set()
    for place, words in words_of(text):
        for char in words:
            if char not in checked and not _draws_nothing(char) and not _has(char):
                message = (
                    f"“{place}”里“{around(words, char)}”的“{char}”（U+{ord(char):04X}）没有字体能印出来。"
                    "请核对是否写错；没有错的话，请在服务器装上含有此字的字体后再下载。"
                )
                raise NoticeRefused(message, code="missing_glyph")
            checked.add(char)


def _has(char: str) -> bool:
    return all(any(char in family.characters for family in chain) for chain in _chains().values())


@cache
def _chains() -> dict[str, tuple[Family, ...]]:
    return {role: installed.chain(names) for role, names in _FONTS.items()}


def _draws_nothing(char: str) -> bool:
    return char == " " or unicodedata.name(char, "").startswith("VARIATION SELECTOR")


def _job(text: OfficialText) -> dict[str, Any]:
    return {
        "fonts": {role: [family.name for family in chain] for role, chain in _chains().items()},
        "standing": text.standing,
        "number": text.number,
        "title": text.title,
        "addressees": text.addressees,
        "paragraphs": [
            {"level": each.level, "heading": each.heading, "rest": each.text[len(each.heading) :]}
            for each in text.paragraphs
        ],
        "enclosed": text.enclosed,
        "lists": list(_lists(text)),
        "source": f"依据：{text.source}" if text.source else "",
        "signed": text.signed_by,
        "dated": plain_date(text.dated),
    }


def _lists(text: OfficialText) -> Iterator[dict[str, Any]]:
    several = len(text.enclosed) > 1
    for number, table in enumerate(text.lists, start=1):
        yield {
            "label": f"附件{number}" if several else "附件",
            "title": table.title,
            "note": table.note,
            "columns": table.columns,
            "widths": [_WIDTHS[column] for column in table.columns],
            "tiers": [{"title": tier.title, "cells": _cells(tier.rows)} for tier in table.tiers],
        }


def _cells(rows: Sequence[Sequence[str]]) -> list[str]:
    return [cell for row in rows for cell in row]
