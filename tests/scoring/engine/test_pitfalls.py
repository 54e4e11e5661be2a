"""Faults that other judging systems shipped, by their number in pitfalls.md: the part that the engine answers for."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from scoring.engine import (
    PRESETS,
    Decision,
    InputInvalid,
    Rounding,
    RoundInput,
    Sheet,
    Tier,
    compute,
    parse_input,
    round_half_up,
    trimmed_mean,
)
from scoring.engine.rulebook import Rulebook
from tests.scoring.engine.builders import (
    one_mark_rulebook,
    placed,
    ranks,
    reasons,
    totals,
    totals_input,
    with_rules,
)

THREE = totals_input({"01": "95 95 95", "02": "90 90 90", "03": "85 85 85"})
ONE_GOLD = one_mark_rulebook(tiers=[Tier("gold", "金奖", True, count=1), Tier("first", "一等奖", True, count=1)])


@pytest.mark.parametrize("status", ["withdrawn", "ineligible", "forfeited"])
def test_pitfall_01_entry_that_does_not_compete_uses_up_no_award(status: str) -> None:
    first, *others = THREE.entries
    table = replace(THREE, entries=(replace(first, status=status), *others))

    outcome = compute(ONE_GOLD, "all", table)

    assert ranks(outcome) == {"02": 1, "03": 2, "01": None}
    assert reasons(outcome)["01"] == status
    assert placed(outcome) == {"gold": ["02"], "first": ["03"]}
    assert outcome.awards.finalists == ("02", "03")


def test_pitfall_01_entry_that_does_not_compete_counts_for_no_percentage() -> None:
    half = Tier("half", "一等奖", False, percent=Decimal(50), percent_rounding="floor")
    *others, last = THREE.entries
    table = replace(THREE, entries=(*others, replace(last, status="withdrawn")))

    outcome = compute(one_mark_rulebook(tiers=[half]), "all", table)

    assert placed(outcome) == {"half": ["01"]}


def test_pitfall_02_exact_tie_across_a_line_announces_nothing_until_decided() -> None:
    table = totals_input({"01": "90 90 90", "02": "90 90 90", "03": "85 85 85"})
    rulebook = replace(one_mark_rulebook(tie_chain=["decision"]), groups=ONE_GOLD.groups)

    blocked = compute(rulebook, "all", table)
    decided = compute(rulebook, "all", replace(table, decisions=(Decision(("02", "01"), "评审组合议"),)))

    assert [boundary.as_document() for boundary in blocked.awards.boundaries] == [
        {"line": "gold", "entries": ["01", "02"]}
    ]
    assert (blocked.awards.placements, blocked.awards.finalists) == ((), ())
    assert ranks(blocked) == {"01": 1, "02": 1, "03": 3}
    assert placed(decided) == {"gold": ["02"], "first": ["01"]}
    assert decided.awards.boundaries == ()


def test_pitfall_04_entry_without_a_mark_is_not_ranked_first() -> None:
    table = totals_input({"01": [None, None, None], "02": "40 40 40"})

    outcome = compute(one_mark_rulebook(), "all", table)

    assert ranks(outcome) == {"02": 1, "01": None}
    assert reasons(outcome) == {"02": None, "01": "no_marks"}
    document = outcome.standing("01").as_document()
    assert [document[key] for key in ("aggregate", "exact", "shown")] == [None, None, None]
    (score,) = outcome.standing("01").scored.scores
    assert score.as_document() == {
        "segment": "self",
        "counted": 0,
        "dropped": {"total": []},
        "exact": None,
        "untrimmed": None,
        "median": None,
    }


@pytest.mark.parametrize("preset", PRESETS)
def test_pitfall_04_round_without_entries_or_judges_has_an_empty_outcome(preset: str) -> None:
    rulebook = PRESETS[preset].build()

    for group in rulebook.groups:
        assert compute(rulebook, group.code, RoundInput((), (), ())).as_document() == {
            "standings": [],
            "ties": [],
            "boundaries": [],
            "placements": [],
            "titles": [],
            "finalists": [],
            "reserves": [],
            "unused_decisions": [],
            "counts": {"entries": 0, "ranked": 0},
        }


@pytest.mark.parametrize("level", ["total", "criterion"])
def test_pitfall_04_entries_without_any_judge_are_listed_without_a_rank(level: str) -> None:
    rulebook = with_rules(one_mark_rulebook(), level=level)

    outcome = compute(rulebook, "all", replace(THREE, judges=(), sheets=()))

    assert reasons(outcome) == {"01": "no_marks", "02": "no_marks", "03": "no_marks"}
    assert outcome.awards.placements == ()


def test_pitfall_04_round_of_which_everybody_withdrew_is_empty_and_no_error() -> None:
    table = replace(THREE, entries=tuple(replace(entry, status="withdrawn") for entry in THREE.entries))

    outcome = compute(one_mark_rulebook(tie_chain=["median", "decision"]), "all", table)

    assert ranks(outcome) == {"01": None, "02": None, "03": None}
    assert outcome.awards.placements == ()


def test_pitfall_04_single_entry_is_first_with_its_own_mean() -> None:
    outcome = compute(one_mark_rulebook(), "all", totals_input({"01": "0 0 0"}))

    assert [(each.rank, each.shown, each.reason) for each in outcome.standings] == [(1, "0.00", None)]


def test_pitfall_04_partial_panel_is_not_ranked() -> None:
    rulebook = with_rules(one_mark_rulebook(), min_valid_marks=3)

    outcome = compute(rulebook, "all", totals_input({"01": ["100", None, None], "02": "90 90 90"}))

    assert ranks(outcome) == {"02": 1, "01": None}
    assert reasons(outcome)["01"] == "too_few_marks"


@pytest.mark.parametrize("marks", [(), (10000,)])
def test_pitfall_05_draft_changes_no_result(marks: tuple[int, ...]) -> None:
    """Not even a draft that carries marks, which no book and no service hands over."""
    draft = Sheet("J1", "03", "self", "draft", marks, ("whole",) * len(marks))
    sheets = tuple(draft if (each.judge, each.entry) == ("J1", "03") else each for each in THREE.sheets)

    outcome = compute(one_mark_rulebook(), "all", replace(THREE, sheets=sheets))

    assert totals(outcome) == {"01": "95", "02": "90", "03": None}
    assert reasons(outcome)["03"] == "waiting"
    assert outcome.standing("03").scored.scores[0].as_document()["exact"] == "85"
    assert draft.as_document()["marks"] is None


def checked_rulebook() -> Rulebook:
    return one_mark_rulebook()


def test_pitfall_14_second_sheet_of_a_judge_for_an_entry_is_refused() -> None:
    document = THREE.as_document()
    sheets = list(document["sheets"])  # type: ignore[call-overload]
    document["sheets"] = [*sheets, {**sheets[0], "marks": {"whole": "50"}, "total": "50"}]

    with pytest.raises(InputInvalid) as refused:
        parse_input(json.loads(json.dumps(document)), checked_rulebook())

    assert [(fault.path, fault.message) for fault in refused.value.faults] == [
        ("sheets[9]", "评委 J1 对 01 的评分表重复了。")
    ]


def test_pitfall_14_judge_listed_twice_is_refused() -> None:
    document = {**THREE.as_document(), "judges": ["J1", "J2", "J3", "J1"]}

    with pytest.raises(InputInvalid) as refused:
        parse_input(document, checked_rulebook())

    assert [(fault.path, fault.code) for fault in refused.value.faults] == [("judges[3]", "duplicate")]


def test_pitfall_19_ranks_come_from_exact_values_unless_the_rules_say_otherwise() -> None:
    """Both are shown as 87.35 (vectors.md §3)."""
    table = totals_input({"A": "80 87.34 87.34 87.35 87.35 95", "B": "80 87.35 87.35 87.35 87.35 95"})
    rulebook = one_mark_rulebook(step="0.01")

    exact = compute(rulebook, "all", table)
    rounded = compute(replace(rulebook, rounding=Rounding(2, "rounded")), "all", table)

    assert [(each.entry, each.rank, each.shown) for each in exact.standings] == [("B", 1, "87.35"), ("A", 2, "87.35")]
    assert ranks(rounded) == {"A": 1, "B": 1}


@pytest.mark.parametrize("state", ["absent", "recused"])
def test_pitfall_26_absent_judge_is_left_out_and_never_a_zero(state: str) -> None:
    """A 2016 skating event (domain.md E1): absent judges counted as 0.0 made 40 of 40 published scores wrong."""
    table = totals_input({"01": "88 90 92 90 91 89 90"})
    sheets = tuple(Sheet(each.judge, "01", "self", state) if each.judge == "J1" else each for each in table.sheets)

    outcome = compute(one_mark_rulebook(), "all", replace(table, sheets=sheets))

    assert totals(outcome) == {"01": "361/4"}
    (score,) = outcome.standing("01").scored.scores
    assert (score.as_document()["counted"], score.as_document()["dropped"]) == (6, {"total": ["J3", "J6"]})


def test_pitfall_26_a_zero_that_was_given_counts() -> None:
    """Pitfall 17 has the other half: a score of 0 must not vanish."""
    outcome = compute(one_mark_rulebook(drops=(0, 0)), "all", totals_input({"01": "0 90 90"}))

    assert totals(outcome) == {"01": "60"}


def test_pitfall_27_means_are_shown_half_up() -> None:
    """7.125 was published as 7.13 (domain.md E1); half-even and binary floats give 7.12."""
    assert round_half_up(trimmed_mean([Decimal("7.00"), Decimal("7.25")], 0, 0, 1), 2) == "7.13"

    outcome = compute(one_mark_rulebook(step="0.01"), "all", totals_input({"01": "7.00 7.25"}))
    assert outcome.standing("01").shown == "7.13"


def test_pitfall_27_sums_of_tenths_are_exact() -> None:
    """0.1 + 0.2 is not 0.3 in binary: the two would rank apart."""
    outcome = compute(one_mark_rulebook(step="0.1"), "all", totals_input({"01": "0.1 0.2", "02": "0.3 0"}))

    assert ranks(outcome) == {"01": 1, "02": 1}
    assert totals(outcome) == {"01": "3/20", "02": "3/20"}
