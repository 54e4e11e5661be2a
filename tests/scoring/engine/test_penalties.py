"""Time penalties and deductions, once, after aggregation: docs/result-book.md, step 4."""

from dataclasses import replace
from decimal import Decimal

import pytest

from scoring.engine import Deduction, PenaltyRule, compute
from tests.scoring.engine.builders import CONTEST, one_mark_rulebook, totals, totals_input, with_entry

NINETY = totals_input({"01": "90 90 90 90 90"})


def penalised(rules: tuple[PenaltyRule, ...], **changes: object) -> tuple[list[dict[str, object]], str | None]:
    rulebook = replace(one_mark_rulebook(), penalties=rules)
    standing = compute(rulebook, "all", with_entry(NINETY, **changes)).standing("01")
    return [penalty.as_document() for penalty in standing.scored.penalties], standing.shown


@pytest.mark.parametrize(
    ("seconds", "source", "points", "shown"),
    [
        (179, "under", "2", "88.00"),
        (180, None, None, "90.00"),
        (240, None, None, "90.00"),
        (241, "over", "2", "88.00"),
        (255, "over", "2", "88.00"),
        (256, "over", "4", "86.00"),
        (271, "over", "6", "84.00"),
        (286, "over", "6", "84.00"),
    ],
)
def test_time_penalty_of_the_preset(seconds: int, source: str | None, points: str | None, shown: str) -> None:
    """domain.md A3, Anhui 2022: under 3 minutes −2, over 4 minutes −2 per started 15 s (capped at 6)."""
    expected = [{"source": source, "points": points}] if source else []

    assert penalised(CONTEST.penalties, seconds={"self": seconds}) == (expected, shown)


def test_untimed_entry_has_no_time_penalty() -> None:
    assert penalised(CONTEST.penalties, seconds={}) == ([], "90.00")


def test_first_matching_rule_of_a_table_applies_once() -> None:
    """domain.md A3: 1–10 s −0.02, 11–20 s −0.05, beyond −0.1."""
    graded = tuple(
        PenaltyRule(f"over{limit}", "self", "over", limit, Decimal(points))
        for limit, points in ((260, "0.1"), (250, "0.05"), (240, "0.02"))
    )

    assert penalised(graded, seconds={"self": 251}) == ([{"source": "over250", "points": "0.05"}], "89.95")


def test_under_rule_per_started_period_short_of_the_limit() -> None:
    rule = PenaltyRule("under", "self", "under", 180, Decimal("0.5"), per_seconds=10)

    assert penalised((rule,), seconds={"self": 159}) == ([{"source": "under", "points": "1.5"}], "88.50")


def test_deductions_come_after_the_rules_and_are_added() -> None:
    deductions = (Deduction(Decimal("1.5"), "迟到"), Deduction(Decimal("0.25"), "道具"))

    found, shown = penalised(CONTEST.penalties, seconds={"self": 300}, deductions=deductions)

    assert found == [
        {"source": "over", "points": "6"},
        {"source": "deduction", "points": "1.5"},
        {"source": "deduction", "points": "0.25"},
    ]
    assert shown == "82.25"


def test_penalties_never_make_a_total_negative() -> None:
    outcome = compute(one_mark_rulebook(), "all", with_entry(NINETY, deductions=(Deduction(Decimal(95), "作弊"),)))

    document = outcome.standing("01").as_document()
    assert (document["aggregate"], document["penalty"], document["exact"], document["shown"]) == (
        "90",
        "95",
        "0",
        "0.00",
    )


def test_rank_by_exact_total_is_taken_after_penalties() -> None:
    table = totals_input({"01": "91 91 91 91 91", "02": "90 90 90 90 90"})
    late = replace(table.entries[0], seconds={"self": 250})
    rulebook = replace(one_mark_rulebook(), penalties=CONTEST.penalties)

    outcome = compute(rulebook, "all", replace(table, entries=(late, table.entries[1])))

    assert totals(outcome) == {"02": "90", "01": "89"}
