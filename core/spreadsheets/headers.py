"""Where a table begins on a sheet: the row, or the two rows, in which its columns are named."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from core.spreadsheets.columns import Column
from core.spreadsheets.grid import Grid, coordinate
from core.spreadsheets.guards import WorkbookRefused

HEADER_SEARCH_ROWS = 60
_BRACKETS = re.compile(r"\([^()]*\)")
_NOISE = re.compile(r"[\s*:、_★●※]+")
_NUMBERING = frozenset(("序号", "编号", "序", "no", "no.", "号", "行号"))
# 指导教师信息 above 电话 is the tutor's phone, not the phone.
_ABOUT = re.compile(r"(?:的)?(?:基本)?(?:信息|情况|资料|详情)$")
_SOMEBODY_ELSE = re.compile(r"(?:教师|老师|监护人|家长|领队|联系人|联络人|联络员|负责人|经办人|推荐人|填表人|填报人)$")


@dataclass
class Header:
    """Columns by number, with the headings that people see; `others` are those that nobody asked for."""

    top: int
    bottom: int
    columns: dict[str, int] = field(default_factory=dict)
    headings: dict[int, str] = field(default_factory=dict)
    others: dict[int, str] = field(default_factory=dict)
    duplicates: list[tuple[int, int]] = field(default_factory=list)

    @property
    def rating(self) -> tuple[int, int]:
        """Of two headers that name as many columns, the one that names fewer twice is meant."""
        return len(self.columns), -len(self.duplicates)


class _Names:
    """Which column a heading means, surely or where no other heading does."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.sure = {squeeze(alias): column.name for column in columns for alias in column.aliases}
        self.perhaps = {squeeze(alias): column.name for column in columns for alias in column.fallbacks}

    def find(self, heading: str) -> str | None:
        return _look_up(self.sure, heading)

    def guess(self, heading: str) -> str | None:
        return _look_up(self.perhaps, heading)


def may_have_header(grid: Grid, columns: Sequence[Column]) -> bool:
    """Whether the rows read so far hold enough headings for a header to be among them."""
    names = _Names(columns)
    known = {names.find(text) or names.guess(text) for text in grid.texts if len(text) <= _LONGEST_HEADING}
    # Half of a heading that is written over two rows is no heading yet: one is enough to look closer.
    return bool(known - {None})


def find_header(grid: Grid, columns: Sequence[Column]) -> Header | None:
    """The row under which most columns are named, if that is at least half of the required ones."""
    names = _Names(columns)
    required = {column.name for column in columns if column.required}
    best: Header | None = None
    for number in grid.row_numbers[:HEADER_SEARCH_ROWS]:
        header = _match(grid, number, names)
        if best is None or header.rating > best.rating or (header.rating == best.rating and number <= best.bottom):
            best = header
    if best is None or len(best.columns) < min(2, len(columns)):
        return None
    if 2 * len(required & best.columns.keys()) < len(required):
        return None
    return best


def squeeze(heading: str) -> str:
    """What of a heading counts: no blanks, stars and colons, half-width letters in lower case."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", heading)).casefold()


_LONGEST_HEADING = 40


def _match(grid: Grid, number: int, names: _Names) -> Header:
    """The header that begins in a row. A second row belongs to it where it says more of a heading above that spans
    several columns, or where the cells below the headings found so far are empty."""
    header = Header(top=number, bottom=number)
    above = _headings_above(grid, number)
    second = _continues(grid, number, names, above)
    guesses: list[tuple[int, str]] = []
    for column in sorted({*grid.columns_of(number), *(grid.columns_of(number + 1) if second else ())}):
        heading, name, below = _named(grid, number, column, names, above.get(column, _Above()) if second else None)
        if not heading:
            continue
        header.headings[column] = heading
        header.bottom = max(header.bottom, grid.merge_bottom(number, column), number + 1 if below else number)
        if name is not None:
            _take(grid, header, column, name)
        elif (guess := names.guess(heading)) is not None:
            guesses.append((column, guess))
        elif below or (squeeze(heading) not in _NUMBERING and grid.merge_left(number, column) == column):
            header.others[column] = heading
    for column, name in guesses:
        if name in header.columns:
            header.others[column] = header.headings[column]
        else:
            header.columns[name] = column
    return header


def _take(grid: Grid, header: Header, column: int, name: str) -> None:
    first = header.columns.setdefault(name, column)
    if first != column and grid.merge_left(header.top, column) != first:
        header.duplicates.append((first, column))


class _Above(NamedTuple):
    """What stands above a cell of the second row, and whether it does so for several columns."""

    heading: str = ""
    spans: bool = False


def _headings_above(grid: Grid, number: int) -> dict[int, _Above]:
    """Headings of a row by column. One that was not merged with the empty cells beside it spans them as well, where
    the next row goes on below them."""
    found: dict[int, _Above] = {}
    for column in sorted({*grid.columns_of(number), *grid.columns_of(number + 1)}):
        heading = grid.heading(number, column)
        left = found.get(column - 1)
        if heading or left is None or not grid.has_own(number + 1, column):
            found[column] = _Above(heading, grid.spans_columns(number, column))
        elif left.heading:
            found[column] = _Above(left.heading, spans=True)
            found[column - 1] = _Above(left.heading, spans=True)
    return found


def _continues(grid: Grid, number: int, names: _Names, above: Mapping[int, _Above]) -> bool:
    """Whether the next row is the header's second: below what is a heading already it holds nothing."""
    if not grid.columns_of(number + 1):
        return False
    return not any(
        grid.has_own(number + 1, column) and not over.spans and names.find(over.heading)
        for column, over in above.items()
    )


def _named(grid: Grid, number: int, column: int, names: _Names, above: "_Above | None") -> tuple[str, str | None, bool]:
    """Heading of a column, the column of ours that it names, and whether the row below took part in it."""
    own = grid.heading(number, column)
    below = grid.given(number + 1, column) if above and grid.has_own(number + 1, column) else None
    if above is None or below is None or below.kind != "text":
        return own, names.find(own), False
    for candidate in _joined(above.heading, below.text):
        if (name := names.find(candidate)) is not None or names.guess(candidate) is not None:
            return candidate, name, True
    if above.spans:
        return f"{above.heading}{below.text}", None, True
    return own, names.find(own), False


def _joined(above: str, below: str) -> Iterator[str]:
    """监护人 over 电话, 选手信息 over 姓名, and 讲解 over 题目 where one heading was broken in two."""
    whose = _ABOUT.sub("", unicodedata.normalize("NFKC", above))
    yield f"{whose}{below}"
    if not _SOMEBODY_ELSE.search(whose):
        yield below


def _look_up(names: Mapping[str, str], heading: str) -> str | None:
    """The column of a heading, with or without what it adds in brackets."""
    if not heading or len(heading) > _LONGEST_HEADING:
        return None
    return names.get(squeeze(heading)) or names.get(squeeze(_BRACKETS.sub("", unicodedata.normalize("NFKC", heading))))


def refuse_unusable(grid: Grid, header: Header, columns: Sequence[Column]) -> None:
    """Raise WorkbookRefused for a header that lacks a required column (`missing_column`) or has one twice
    (`duplicate_column`)."""
    for pair in header.duplicates:
        first, second = (coordinate(header.top, at) for at in pair)
        raise WorkbookRefused(
            f"工作表“{grid.title}”的 {first} 和 {second} 是同一列，请只保留一列。", code="duplicate_column"
        )
    missing = [column.heading for column in columns if column.required and column.name not in header.columns]
    if missing:
        listed = "、".join(f"“{heading}”" for heading in missing)
        raise WorkbookRefused(
            f"工作表“{grid.title}”第 {header.top} 行的表头缺少{listed}，请补上这一列再上传。", code="missing_column"
        )
