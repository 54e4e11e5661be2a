"""Geometry of charts in the units of an SVG's viewBox, 360 wide so that words stay readable on a phone.

Pure: numbers in, places out. Coordinates are text with at most one digit after the point.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

WIDTH = 360
_ROW, _BAR, _TOP = 40, 12, 4
_LABEL = 26  # characters of a label that fit above its bar
_LEFT, _RIGHT, _PLOT = 28, 4, 120  # of columns by day


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: its label above a bar from the left edge; `part` is the darker share of it from the left."""

    label: str
    value: int
    y: str
    text_y: str
    width: str
    part_width: str = "0"


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars under one another."""

    height: int
    bars: tuple[Bar, ...]
    width: int = WIDTH


@dataclass(frozen=True, slots=True)
class Column:
    """One day's column."""

    label: str
    value: int
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """Columns by day over a base line, with the highest value at the upper left."""

    columns: tuple[Column, ...]
    highest: int
    first: str
    last: str
    base: int = _TOP + 12 + _PLOT
    height: int = _TOP + 12 + _PLOT + 22
    left: int = _LEFT
    width: int = WIDTH


@dataclass(frozen=True, slots=True)
class Box:
    """Least to most as a line, the middle half as a box, the median as a stroke, the mean as a dot."""

    label: str
    y: str
    middle: str
    text_y: str
    low: str
    box: str
    box_width: str
    median: str
    high: str
    mean: str


@dataclass(frozen=True, slots=True)
class BoxChart:
    """Boxes under one another on one scale, from `least` to `most`."""

    height: int
    boxes: tuple[Box, ...]
    least: str
    most: str
    width: int = WIDTH


def bar_chart(rows: Sequence[tuple[str, int, int]]) -> BarChart:
    """Rows of (label, value, part of it); the longest bar is the width of the chart. Negative values are refused."""
    if any(value < 0 or not 0 <= part <= value for _, value, part in rows):
        raise ValueError("a bar is not negative, nor is its part longer than it")
    most = max((value for _, value, _ in rows), default=0)
    bars = []
    for place, (label, value, part) in enumerate(rows):
        top = _TOP + place * _ROW
        whole, share = _scaled(value, most, WIDTH), _scaled(part, most, WIDTH)
        bars.append(Bar(_short(label), value, _text(top + 18), _text(top + 13), _text(whole), _text(share)))
    return BarChart(_TOP + len(rows) * _ROW, tuple(bars))


def column_chart(counts: Sequence[tuple[date, int]]) -> ColumnChart:
    """A column for each day from the first to the last, days without anything included as empty ones."""
    by_day: dict[date, int] = {}
    for day, number in counts:
        by_day[day] = by_day.get(day, 0) + number
    if not by_day:
        return ColumnChart((), 0, "", "")
    first, last = min(by_day), max(by_day)
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    most = max(by_day.values())
    slot = Fraction(WIDTH - _LEFT - _RIGHT, len(days))
    columns = []
    for place, day in enumerate(days):
        number = by_day.get(day, 0)
        high = _scaled(number, most, _PLOT)
        x = _LEFT + place * slot + slot / 10
        y = _TOP + 12 + _PLOT - high
        width = min(slot * 8 / 10, Fraction(24))
        columns.append(Column(_day(day), number, _text(x), _text(y), _text(width), _text(high)))
    return ColumnChart(tuple(columns), most, _day(first), _day(last) if last != first else "")


Spread = tuple[Fraction, Fraction, Fraction, Fraction, Fraction, Fraction]


def box_chart(rows: Sequence[tuple[str, Spread]]) -> BoxChart:
    """Rows of (label, (least, lower quartile, median, upper quartile, most, mean)) on one common scale."""
    values = [value for _, spread in rows for value in spread]
    least, most = (min(values), max(values)) if values else (Fraction(0), Fraction(0))
    span = most - least
    boxes = []
    for place, (label, spread) in enumerate(rows):
        low, lower, median, upper, high, mean = (
            4 + _scaled(value - least, span, WIDTH - 8) if span else Fraction(WIDTH, 2) for value in spread
        )
        top = _TOP + place * _ROW
        boxes.append(
            Box(
                _short(label),
                _text(top + 18),
                _text(top + 18 + Fraction(_BAR, 2)),
                _text(top + 13),
                _text(low),
                _text(lower),
                _text(max(upper - lower, Fraction(1))),
                _text(median),
                _text(high),
                _text(mean),
            )
        )
    return BoxChart(_TOP + len(rows) * _ROW, tuple(boxes), shown(least), shown(most))


def shown(value: Fraction, places: int = 2) -> str:
    """An exact number for the eye, rounded half up; whole numbers without a point."""
    scale = 10**places
    rounded = (abs(value) * scale + Fraction(1, 2)) // 1
    whole, rest = divmod(int(rounded), scale)
    sign = "-" if value < 0 and rounded else ""
    tail = f"{rest:0{places}d}".rstrip("0")
    return f"{sign}{whole}.{tail}" if tail else f"{sign}{whole}"


def _scaled(value: int | Fraction, most: int | Fraction, length: int) -> Fraction:
    return Fraction(value) / Fraction(most) * length if most else Fraction(0)


def _text(value: int | Fraction) -> str:
    return shown(Fraction(value), 1)


def _short(label: str) -> str:
    return label if len(label) <= _LABEL else label[: _LABEL - 1] + "…"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
