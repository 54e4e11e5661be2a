"""Names in stroke order, as official lists have them (domain.md D1).

The order of single characters is that of 《GB13000.1字符集汉字字序（笔画序）规范》: number of strokes, then the kinds
of strokes as written (横竖撇点折), then structure. It is read from strokes.tsv, which tools/make_stroke_table.py makes.
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from core.text.characters import split_graphemes
from core.text.names import MIDDLE_DOT, normalise_name

_TABLE = Path(__file__).with_name("strokes.tsv")
_GUESSED = "~"
_BLANK = -1


class StrokeOrder(NamedTuple):
    """Place of a character in the order of all, and how many strokes it has."""

    place: int
    strokes: int


# Ranks of the characters, unknown ones by code point after all known; then the name, so that no two keys are equal
# unless the names are.
StrokeKey = tuple[tuple[int, ...], str]


def surname_stroke_key(name: str) -> StrokeKey:
    """Key of 按姓氏笔画: a two-character name has an empty place between surname and given name (田　富 < 田大利)."""
    ranks = _ranks(name)
    if len(ranks) == 2:
        ranks = [ranks[0], _BLANK, ranks[1]]
    return tuple(ranks), name


def full_name_stroke_key(name: str) -> StrokeKey:
    """Key of 按姓名笔画: character by character, without an empty place (田大利 < 田富)."""
    return tuple(_ranks(name)), name


def sort_by_surname_strokes(names: Iterable[str]) -> list[str]:
    """按姓氏笔画. Compound surnames go by their first character."""
    return sorted(names, key=surname_stroke_key)


def sort_by_full_name_strokes(names: Iterable[str]) -> list[str]:
    """按姓名笔画. Compound surnames go by their first character."""
    return sorted(names, key=full_name_stroke_key)


def unknown_characters(name: str) -> list[str]:
    """Characters of a name whose strokes are not known, in order: where they stand in a list must be looked at."""
    known = _order()
    return [char for char in _characters(name) if char not in known]


def stroke_count(char: str) -> int | None:
    """Number of strokes, or None where it is not known."""
    known = _order().get(char)
    return known.strokes if known else None


def _ranks(name: str) -> list[int]:
    known = _order()
    return [known[char].place if char in known else len(known) + ord(char) for char in _characters(name)]


def _characters(name: str) -> list[str]:
    """What is compared: no dot between the parts of a name, no variation selectors."""
    return [grapheme[0] for grapheme in split_graphemes(normalise_name(name)) if grapheme != MIDDLE_DOT]


@lru_cache(maxsize=1)
def _order() -> dict[str, StrokeOrder]:
    order: dict[str, StrokeOrder] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        strokes, _, chars = line.partition("\t")
        count = int(strokes[1:]) if strokes.startswith(_GUESSED) else len(strokes)
        for char in chars:
            order[char] = StrokeOrder(place=len(order), strokes=count)
    return order
