"""Quartiles by one stated method, exactly."""

from collections.abc import Sequence
from fractions import Fraction

METHOD = "四分位数按线性内插计算（与 Excel 的 QUARTILE.INC 相同）"
LEAST_WORKS = 4  # of fewer works, quartiles would be the works themselves


def quartiles(values: Sequence[Fraction]) -> tuple[Fraction, Fraction, Fraction]:
    """Lower quartile, median and upper quartile: of n sorted values, those at place (n − 1)·q/4 counted from 0, between
    two neighbours in proportion (QUARTILE.INC; Hyndman and Fan, method 7). Refuses (ValueError) no values."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return _at(ordered, 1), _at(ordered, 2), _at(ordered, 3)


def _at(ordered: Sequence[Fraction], quarter: int) -> Fraction:
    place = Fraction((len(ordered) - 1) * quarter, 4)
    below = int(place)
    share = place - below
    if not share:
        return ordered[below]
    return ordered[below] + (ordered[below + 1] - ordered[below]) * share
