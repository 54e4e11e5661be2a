"""The tie chain: docs/result-book.md step 7, reference/vectors.md §4."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from scoring.engine import Decision, Outcome, Runoff, Segment, TieStep, compute
from tests.scoring.engine.builders import CONTEST, SEGMENT, one_mark_rulebook, ranks, rubric_input, totals_input

# vectors.md §4: total, content, delivery.
CHAIN = {
    "C1": ("96.20", "38.40", "34.80"),
    "C2": ("95.80", "38.00", "34.90"),
    "C3": ("95.80", "38.00", "34.70"),
    "C4": ("94.10", "37.20", "34.00"),
    "C5": ("93.50", "37.00", "33.90"),
    "C6": ("93.00", "36.60", "34.10"),
    "C7": ("93.00", "36.80", "33.60"),
    "C8": ("92.00", "36.00", "33.00"),
}
IN_TENTHS = Segment(
    "self",
    "讲解",
    Decimal(100),
    criteria=tuple(replace(each, max_points=Decimal(50), step=Decimal("0.1")) for each in SEGMENT.criteria),
)
CONTENT, DELIVERY = TieStep("criterion", "self", "content"), TieStep("criterion", "self", "delivery")


def chain_outcome(steps: Sequence[TieStep]) -> Outcome:
    """Three judges agree on content and delivery; the third criterion is what is left of the total."""
    rulebook = replace(CONTEST, segments=(IN_TENTHS,), tie_chain=tuple(steps))
    table = {
        code: [(content, delivery, str(Decimal(total) - Decimal(content) - Decimal(delivery)))] * 3
        for code, (total, content, delivery) in CHAIN.items()
    }
    return compute(rulebook, "all", rubric_input(table, IN_TENTHS))


def test_without_a_chain_equal_totals_share_their_rank() -> None:
    assert list(ranks(chain_outcome([])).values()) == [1, 2, 2, 4, 5, 6, 6, 8]


def test_chain_resolves_each_tie_at_its_step_and_records_it() -> None:
    outcome = chain_outcome([CONTENT, DELIVERY, TieStep("decision")])

    assert [each.entry for each in outcome.standings] == ["C1", "C2", "C3", "C4", "C5", "C7", "C6", "C8"]
    assert [each.rank for each in outcome.standings] == [1, 2, 3, 4, 5, 6, 7, 8]
    content = {"kind": "criterion", "segment": "self", "criterion": "content"}
    delivery = {"kind": "criterion", "segment": "self", "criterion": "delivery"}
    assert [tie.as_document() for tie in outcome.ties] == [
        {
            "value": "479/5",
            "entries": ["C2", "C3"],
            "steps": [
                {**content, "values": {"C2": "38", "C3": "38"}, "split": False},
                {**delivery, "values": {"C2": "349/10", "C3": "347/10"}, "split": True},
            ],
            "order": [["C2"], ["C3"]],
            "resolved": True,
        },
        {
            "value": "93",
            "entries": ["C6", "C7"],
            "steps": [{**content, "values": {"C6": "183/5", "C7": "184/5"}, "split": True}],
            "order": [["C7"], ["C6"]],
            "resolved": True,
        },
    ]


def equal(codes: str, chain: Sequence[str], **given: object) -> Outcome:
    """Entries with equal marks, so that only runoffs and decisions can tell them apart."""
    table = totals_input(dict.fromkeys(codes, "90 90 90"))
    return compute(one_mark_rulebook(tie_chain=chain), "all", replace(table, **given))  # type: ignore[arg-type]


def runoff(order: str) -> Runoff:
    return Runoff(tuple(tuple(group) for group in order.split()))


def decision(order: str) -> Decision:
    return Decision(tuple(order), "评审组合议")


def final_order(outcome: Outcome) -> list[str]:
    """The groups of the only tie, as "ab" "c"."""
    (tie,) = outcome.ties
    return ["".join(group) for group in tie.order]


def test_runoff_orders_only_the_tied_and_leaves_its_equals_tied() -> None:
    outcome = equal("abcd", ["runoff"], runoffs=(runoff("xc ab z d"),))

    assert final_order(outcome) == ["c", "ab", "d"]
    assert ranks(outcome) == {"c": 1, "a": 2, "b": 2, "d": 4}
    (step,) = outcome.ties[0].steps
    assert step.as_document() == {
        "kind": "runoff",
        "values": {"c": "1", "a": "2", "b": "2", "d": "4"},
        "split": True,
    }


def test_first_runoff_that_includes_all_still_tied_is_taken() -> None:
    outcome = equal("abc", ["runoff"], runoffs=(runoff("a b"), runoff("b c a"), runoff("c b a")))

    assert final_order(outcome) == ["b", "c", "a"]


def test_runoff_without_one_of_the_tied_does_not_apply_and_is_not_listed() -> None:
    outcome = equal("abc", ["runoff"], runoffs=(runoff("a b"),))

    assert final_order(outcome) == ["abc"]
    assert outcome.ties[0].steps == ()
    assert not outcome.ties[0].resolved


def test_later_step_sees_only_what_is_still_tied() -> None:
    """A runoff leaves a and b equal; the decision on exactly these two resolves them."""
    outcome = equal("abc", ["runoff", "decision"], runoffs=(runoff("c ab"),), decisions=(decision("ba"),))

    assert final_order(outcome) == ["c", "b", "a"]
    assert [(step.step.kind, dict(step.values)) for step in outcome.ties[0].steps] == [
        ("runoff", {"c": 1, "a": 2, "b": 2}),
        ("decision", {"b": 1, "a": 2}),
    ]
    assert outcome.unused_decisions == ()


def test_steps_stand_in_chain_order_and_the_better_subset_first() -> None:
    """Median and untrimmed mean after a runoff that made two pairs: no step goes back to the other pair."""
    outcome = equal("abcd", ["runoff", "median", "decision"], runoffs=(runoff("cd ab"),), decisions=(decision("ba"),))

    assert [(step.step.kind, "".join(step.values)) for step in outcome.ties[0].steps] == [
        ("runoff", "cdab"),
        ("median", "cd"),
        ("median", "ab"),
        ("decision", "ba"),
    ]
    assert final_order(outcome) == ["cd", "b", "a"]


def test_last_decision_on_the_same_set_counts() -> None:
    outcome = equal("abc", ["decision"], decisions=(decision("abc"), decision("ab"), decision("cba")))

    assert final_order(outcome) == ["c", "b", "a"]
    assert outcome.unused_decisions == (1,)


@pytest.mark.parametrize("chain", [[], ["median"]])
def test_decision_that_the_chain_has_no_step_for_is_unused(chain: list[str]) -> None:
    outcome = equal("ab", chain, decisions=(decision("ba"),))

    assert final_order(outcome) == ["ab"]
    assert outcome.unused_decisions == (0,)


def test_decision_on_what_an_earlier_step_resolved_is_unused() -> None:
    outcome = equal("ab", ["runoff", "decision"], runoffs=(runoff("a b"),), decisions=(decision("ba"),))

    assert final_order(outcome) == ["a", "b"]
    assert outcome.unused_decisions == (0,)


def test_tie_is_of_all_with_the_value_whatever_order_they_came_in() -> None:
    table = totals_input({"c": "90 90 90", "a": "80 80 80", "b": "90 90 90"})

    outcome = compute(one_mark_rulebook(tie_chain=["untrimmed_mean", "median"]), "all", table)

    assert [tie.entries for tie in outcome.ties] == [("c", "b")]
    assert [(each.entry, each.rank, each.tied) for each in outcome.standings] == [
        ("c", 1, True),
        ("b", 1, True),
        ("a", 3, False),
    ]
