"""Exact arithmetic: integers that count hundredths, fractions only where something is divided, no floats.

Every figure that comes in has at most two decimals (docs/result-book.md, Conventions), so an integer of hundredths
holds it exactly.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm

PLAIN_DECIMAL = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")


def hundredths(value: Decimal) -> int:
    """The value as a whole number of hundredths; a value that is finer than that is refused with ValueError."""
    scaled = value.scaleb(2)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{value} is finer than a hundredth")
    return int(scaled)


def decimal_text(count: int) -> str:
    """Hundredths as a plain decimal without trailing zeros: 2750 → "27.5", 4600 → "46"."""
    whole, part = divmod(abs(count), 100)
    sign = "-" if count < 0 else ""
    return f"{sign}{whole}.{part:02d}".rstrip("0").rstrip(".") if part else f"{sign}{whole}"


def exact_text(value: Fraction) -> str:
    """A fraction in lowest terms, or an integer: "361/4", "91"."""
    return str(value)


def round_half_up(value: Fraction, places: int) -> str:
    """The value with exactly `places` decimals, halves away from zero (pitfall 27: 7.125 is shown as 7.13)."""
    scaled = (2 * abs(value.numerator) * 10**places + value.denominator) // (2 * value.denominator)
    sign = "-" if value < 0 and scaled else ""
    if not places:
        return f"{sign}{scaled}"
    digits = f"{scaled:0{places + 1}d}"
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def kept_slice(count: int, drop_high: int, drop_low: int, min_panel: int) -> slice:
    """Which of `count` ascending values count after exactly `drop_high` highest and `drop_low` lowest are left out.

    Nothing is dropped from fewer than `min_panel` values, nor when nothing would be left (design §4).
    """
    if count < min_panel or count <= drop_high + drop_low:
        return slice(0, count)
    return slice(drop_low, count - drop_high)


def trimmed_mean(values: Sequence[Fraction | Decimal | int], drop_high: int, drop_low: int, min_panel: int) -> Fraction:
    """The exact mean of the values that are kept; of equal extremes only the stated number is dropped.

    An empty list has no mean and is refused with ValueError: "no marks" is a state, never a number (pitfall 4).
    """
    if not values:
        raise ValueError("no values have no mean")
    fractions = [Fraction(value) for value in values]
    fineness = lcm(*(fraction.denominator for fraction in fractions))
    scaled = sorted(int(fraction * fineness) for fraction in fractions)
    kept = scaled[kept_slice(len(scaled), drop_high, drop_low, min_panel)]
    return Fraction(sum(kept), fineness * len(kept))


def median_pair(values: Sequence[int]) -> int:
    """The sum of the two middle values (of the one in the middle and itself when their number is odd)."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] + ordered[-1 - middle]


def standard_ranks(values: Sequence[Fraction | Decimal | int]) -> list[int]:
    """Standard competition ranks (1 2 2 4), the highest value first, in the order in which the values came."""
    ordered = sorted(values, reverse=True)
    first_place: dict[Fraction | Decimal | int, int] = {}
    for place, value in enumerate(ordered, start=1):
        first_place.setdefault(value, place)
    return [first_place[value] for value in values]


def quota(count: int, percent: Decimal, rounding: str) -> int:
    """How many of `count` entries `percent` of them are, with the rounding that the rulebook states."""
    scaled = count * hundredths(percent)
    if rounding == "floor":
        return scaled // 10_000
    if rounding == "ceil":
        return -(-scaled // 10_000)
    return (2 * scaled + 10_000) // 20_000
