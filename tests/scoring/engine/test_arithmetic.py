"""Exact means, ranks, rounding and quotas: reference/vectors.md §§1, 2, 3 and 5."""

from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.engine import decimal_text, exact_text, hundredths, quota, round_half_up, standard_ranks, trimmed_mean


def numbers(row: str) -> list[Decimal]:
    return [Decimal(mark) for mark in row.split()]


# vectors.md §1: marks, exact mean without one highest and one lowest, shown. (Naive floats and half-even are not ours.)
TRIMMED = {
    "T1": ("92.50 88.00 90.25 85.75 91.00 89.50 93.75", "361/4", "90.25"),
    "T2-tied-extremes": ("95 95 90 88 88", "91", "91.00"),
    "T3-all-equal": ("90 90 90 90 90 90 90", "90", "90.00"),
    "T4": ("90.01 90.02 90.02 90.04 90.05", "6752/75", "90.03"),
    "T5": ("80.00 87.34 87.34 87.35 87.35 95.00", "17469/200", "87.35"),
    "T6": ("80.00 92.12 92.12 92.13 92.13 95.00", "737/8", "92.13"),
    "T7": ("80.00 88.88 88.88 88.89 88.89 95.00", "17777/200", "88.89"),
    "T8-too-few": ("86 90 91 97", "91", "91.00"),
    "T9-outliers": ("0 88 89 90 100", "89", "89.00"),
}


@pytest.mark.parametrize(("row", "exact", "shown"), TRIMMED.values(), ids=TRIMMED)
def test_trim_one_high_and_one_low_from_five_or_more(row: str, exact: str, shown: str) -> None:
    mean = trimmed_mean(numbers(row), 1, 1, 5)

    assert (exact_text(mean), round_half_up(mean, 2)) == (exact, shown)


def test_trim_of_four_when_the_rules_ask_for_it() -> None:
    assert trimmed_mean(numbers("86 90 91 97"), 1, 1, 3) == Fraction(181, 2)


def test_trim_that_would_leave_nothing_drops_nothing() -> None:
    assert trimmed_mean(numbers("86 90"), 1, 1, 1) == 88


def test_mean_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        trimmed_mean([], 1, 1, 5)


def test_rank_with_equal_values_skips_places() -> None:
    """vectors.md §2; dense, modified and fractional ranks are not ours."""
    assert standard_ranks(numbers("95 92 92 90 90 90 85")) == [1, 2, 2, 4, 4, 4, 7]
    assert standard_ranks(numbers("85 90 95 90 92 92 90")) == [7, 4, 1, 4, 2, 2, 4]
    assert standard_ranks([]) == []


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        ("57/8", 2, "7.13"),
        ("57/8", 0, "7"),
        ("15/2", 0, "8"),
        ("1/3", 4, "0.3333"),
        ("199999/2000", 2, "100.00"),
        ("1/200", 2, "0.01"),
        ("1/201", 2, "0.00"),
        ("-1/200", 2, "-0.01"),
        ("-1/201", 2, "0.00"),
        ("0", 2, "0.00"),
    ],
)
def test_round_half_up(value: str, places: int, shown: str) -> None:
    assert round_half_up(Fraction(value), places) == shown


# vectors.md §5: entries, percent, floor / half up / ceil.
QUOTAS = [
    (7, "10", (0, 1, 1)),
    (7, "20", (1, 1, 2)),
    (7, "30", (2, 2, 3)),
    (25, "10", (2, 3, 3)),
    (25, "20", (5, 5, 5)),
    (25, "30", (7, 8, 8)),
    (37, "10", (3, 4, 4)),
    (37, "20", (7, 7, 8)),
    (37, "30", (11, 11, 12)),
    (0, "30", (0, 0, 0)),
    (8, "12.5", (1, 1, 1)),
    (7, "100", (7, 7, 7)),
]


@pytest.mark.parametrize(("count", "percent", "expected"), QUOTAS)
def test_quota_by_percent(count: int, percent: str, expected: tuple[int, int, int]) -> None:
    assert tuple(quota(count, Decimal(percent), rounding) for rounding in ("floor", "half_up", "ceil")) == expected


@pytest.mark.parametrize(
    ("value", "count", "text"),
    [
        ("46", 4600, "46"),
        ("27.5", 2750, "27.5"),
        ("0.05", 5, "0.05"),
        ("0", 0, "0"),
        ("-2.50", -250, "-2.5"),
        ("-3", -300, "-3"),
    ],
)
def test_hundredths_hold_a_decimal_exactly(value: str, count: int, text: str) -> None:
    assert hundredths(Decimal(value)) == count
    assert decimal_text(count) == text


def test_hundredths_of_something_finer_is_refused() -> None:
    with pytest.raises(ValueError, match="finer than a hundredth"):
        hundredths(Decimal("0.125"))
