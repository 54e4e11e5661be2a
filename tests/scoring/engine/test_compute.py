"""Scores, penalties, ranks and reasons: docs/result-book.md, “How a result is computed”, steps 1 to 6 and 8."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from scoring.engine import (
    Criterion,
    Rounding,
    RoundInput,
    Rulebook,
    Segment,
    Sheet,
    TieStep,
    compute,
)
from tests.scoring.engine.builders import (
    CONTEST,
    one_mark_rulebook,
    placed,
    ranks,
    reasons,
    rubric_input,
    totals,
    totals_input,
    with_entry,
    with_rules,
)

# reference/vectors.md §6: judges' totals J1..J7; trimmed mean; rank.
GOLDEN = {
    "C01": ("88.5 90.5 90.5 87.5 91.0 87.0 90.0", "89.40", 4),
    "C02": ("87.0 85.0 86.0 86.5 88.5 85.0 84.0", "85.90", 9),
    "C03": ("91.5 94.5 91.5 91.5 91.0 89.5 89.5", "91.00", 2),
    "C04": ("82.0 81.5 85.5 84.0 85.5 78.0 83.0", "83.20", 11),
    "C05": ("86.5 88.0 86.0 86.5 88.0 85.5 90.0", "87.00", 8),
    "C06": ("88.0 91.0 94.0 89.5 93.0 90.0 91.0", "90.90", 3),
    "C07": ("78.0 82.0 85.5 78.5 85.5 81.0 80.5", "81.50", 12),
    "C08": ("89.5 89.5 85.5 86.5 90.0 85.5 88.5", "87.90", 6),
    "C09": ("87.5 90.5 93.0 87.0 91.5 87.0 89.5", "89.20", 5),
    "C10": ("81.0 84.0 85.5 86.5 89.5 81.5 83.5", "84.20", 10),
    "C11": ("88.0 84.0 88.0 87.5 92.5 88.5 87.5", "87.90", 6),
    "C12": ("90.0 91.5 96.0 90.5 93.5 91.5 92.0", "91.80", 1),
}
GOLDEN_INPUT = totals_input({code: marks for code, (marks, _, _) in GOLDEN.items()})


def test_golden_contest_without_a_chain_has_two_sixths() -> None:
    outcome = compute(one_mark_rulebook(), "all", GOLDEN_INPUT)

    assert ranks(outcome) == {code: rank for code, (_, _, rank) in GOLDEN.items()}
    assert {each.entry: each.shown for each in outcome.standings} == {code: row[1] for code, row in GOLDEN.items()}
    assert [each.entry for each in outcome.standings if each.tied] == ["C08", "C11"]
    assert [boundary.as_document() for boundary in outcome.awards.boundaries] == [
        {"line": "first", "entries": ["C08", "C11"]}
    ]


@pytest.mark.parametrize(
    ("chain", "sixth", "values"),
    [
        (["untrimmed_mean", "median"], "C11", {"C08": "615/7", "C11": "88"}),
        (["median", "untrimmed_mean"], "C08", {"C08": "177/2", "C11": "88"}),
    ],
)
def test_golden_contest_sixth_finalist_is_decided_by_the_chain(
    chain: Sequence[str], sixth: str, values: dict[str, str]
) -> None:
    outcome = compute(one_mark_rulebook(tie_chain=chain), "all", GOLDEN_INPUT)

    assert outcome.ties[0].as_document() == {
        "value": "879/10",
        "entries": ["C08", "C11"],
        "steps": [{"kind": chain[0], "values": values, "split": True}],
        "order": [[sixth], [{"C08": "C11", "C11": "C08"}[sixth]]],
        "resolved": True,
    }
    assert outcome.awards.finalists == ("C12", "C03", "C06", "C01", "C09", sixth)
    assert placed(outcome) == {"gold": ["C12", "C03"], "first": ["C06", "C01", "C09", sixth]}


# vectors.md §1: (content, delivery, image) of five judges.
JIA_YI = {
    "甲": [("36", "34", "18"), ("38", "35", "17"), ("33", "38", "19"), ("37", "30", "20"), ("35", "36", "16")],
    "乙": [("35", "35", "18"), ("36", "34", "18"), ("37", "36", "15"), ("34", "37", "17"), ("36", "33", "19")],
}


@pytest.mark.parametrize(
    ("level", "expected"),
    [("total", {"甲": "265/3", "乙": "88"}), ("criterion", {"甲": "89", "乙": "265/3"})],
)
def test_trimming_totals_and_trimming_criteria_differ(level: str, expected: dict[str, str]) -> None:
    segment = Segment(
        "self",
        "讲解",
        Decimal(100),
        criteria=tuple(Criterion(code, code, Decimal(40), Decimal(1)) for code in ("content", "delivery", "image")),
    )
    rulebook = with_rules(replace(CONTEST, segments=(segment,), tie_chain=()), level=level)

    outcome = compute(rulebook, "all", rubric_input(JIA_YI, segment))

    assert totals(outcome) == expected


def test_dropped_judges_are_listed_under_each_criterion() -> None:
    rulebook = with_rules(CONTEST, level="criterion")

    outcome = compute(rulebook, "all", rubric_input({"甲": JIA_YI["甲"]}))

    (score,) = outcome.standing("甲").scored.scores
    assert score.as_document() == {
        "segment": "self",
        "counted": 5,
        "dropped": {"content": ["J2", "J3"], "delivery": ["J3", "J4"], "image": ["J4", "J5"]},
        "exact": "89",
        "untrimmed": "442/5",
        "median": "88",
    }


def test_of_equal_extremes_the_first_low_and_the_last_high_judge_are_shown_as_dropped() -> None:
    """docs/result-book.md step 2: sorted by (value, judge order), the first are the lows, the last the highs."""
    outcome = compute(one_mark_rulebook(), "all", totals_input({"01": "88 95 95 90 88"}))

    (score,) = outcome.standing("01").scored.scores
    assert score.as_document()["dropped"] == {"total": ["J1", "J3"]}


# vectors.md §1, goldenskate.com thread 50934: six of nine judges prefer A.
CABAL = {"A": "9.50 9 9 9 9 9 8.50 8.50 8.25", "B": "8.50 8.75 8.75 8.75 8.75 8.75 9.25 9.25 9.25"}


@pytest.mark.parametrize(
    ("drops", "shown", "order"),
    [
        ((0, 0), {"A": "8.8611", "B": "8.8889"}, ["B", "A"]),
        ((1, 1), {"A": "8.8571", "B": "8.8929"}, ["B", "A"]),
        ((2, 2), {"A": "8.9000", "B": "8.8500"}, ["A", "B"]),
    ],
)
def test_minority_cabal_depends_on_how_many_are_dropped(
    drops: tuple[int, int], shown: dict[str, str], order: list[str]
) -> None:
    rulebook = replace(one_mark_rulebook(step="0.25", drops=drops), rounding=Rounding(4, "exact"))

    outcome = compute(rulebook, "all", totals_input(CABAL))

    assert {each.entry: each.shown for each in outcome.standings} == shown
    assert [each.entry for each in outcome.standings] == order
    medians = {each.entry: each.scored.scores[0].as_document()["median"] for each in outcome.standings}
    assert medians == {"A": "9", "B": "35/4"}


# vectors.md §3; the float and half-even settings of that table are not ours.
CLOSE = {"A": "80.00 87.34 87.34 87.35 87.35 95.00", "B": "80.00 87.35 87.35 87.35 87.35 95.00"}


def test_rank_by_exact_value_puts_the_higher_first() -> None:
    outcome = compute(one_mark_rulebook(step="0.01"), "all", totals_input(CLOSE))

    assert totals(outcome) == {"B": "1747/20", "A": "17469/200"}
    assert ranks(outcome) == {"B": 1, "A": 2}
    assert outcome.ties == ()
    assert [each.shown for each in outcome.standings] == ["87.35", "87.35"]


def test_rank_by_rounded_value_makes_a_tie_that_goes_to_the_chain() -> None:
    rulebook = replace(one_mark_rulebook(step="0.01"), rounding=Rounding(2, "rounded"))

    without = compute(rulebook, "all", totals_input(CLOSE))
    with_chain = compute(
        replace(one_mark_rulebook(step="0.01", tie_chain=["untrimmed_mean"]), rounding=Rounding(2, "rounded")),
        "all",
        totals_input(CLOSE),
    )

    assert ranks(without) == {"A": 1, "B": 1}
    assert without.ties[0].as_document()["value"] == "1747/20"
    assert ranks(with_chain) == {"B": 1, "A": 2}


def test_rank_by_rounded_value_at_one_place_ties_more() -> None:
    rulebook = replace(one_mark_rulebook(step="0.01"), rounding=Rounding(0, "rounded"))

    outcome = compute(rulebook, "all", totals_input({**CLOSE, "C": "86 87 87 87 87 88"}))

    assert ranks(outcome) == {"A": 1, "B": 1, "C": 1}
    assert [each.shown for each in outcome.standings] == ["87", "87", "87"]


def three_part_rulebook() -> Rulebook:
    """自主 60 %, 随机 30 %, quiz 10 %, and a video that is shown only."""
    whole = (Criterion("whole", "总评", Decimal(100), Decimal("0.5")),)
    return replace(
        one_mark_rulebook(tie_chain=["untrimmed_mean", "median"]),
        segments=(
            Segment("video", "自我介绍", Decimal(0), "none"),
            Segment("self", "自主命题讲解", Decimal(60), criteria=whole),
            Segment("topic", "随机命题讲解", Decimal(30), criteria=whole),
            Segment("quiz", "知识问答", Decimal(10), "quiz", max_points=Decimal(100)),
        ),
    )


def three_part_input(quiz: dict[str, Decimal]) -> RoundInput:
    """One entry: seven of seven sheets in the first segment, three of seven in the second."""
    table = totals_input({"01": "92.50 88.00 90.50 85.50 91.00 89.50 93.50"})
    topic = [Sheet(judge, "01", "topic", "recused") for judge in table.judges[3:]]
    marked = zip(table.judges, (8000, 8500, 9100), strict=False)
    topic += [Sheet(judge, "01", "topic", "submitted", (mark,), ("whole",)) for judge, mark in marked]
    return with_entry(replace(table, sheets=(*table.sheets, *topic)), quiz=quiz)


def test_segments_are_weighted_and_a_small_panel_drops_nothing() -> None:
    outcome = compute(three_part_rulebook(), "all", three_part_input({"quiz": Decimal("77.5")}))

    assert outcome.standing("01").as_document() == {
        "entry": "01",
        "rank": 1,
        "tied": False,
        "reason": None,
        "segments": [
            {
                "segment": "self",
                "counted": 7,
                "dropped": {"total": ["J4", "J7"]},
                "exact": "903/10",
                "untrimmed": "1261/14",
                "median": "181/2",
            },
            {
                "segment": "topic",
                "counted": 3,
                "dropped": {"total": []},
                "exact": "256/3",
                "untrimmed": "256/3",
                "median": "85",
            },
            {
                "segment": "quiz",
                "counted": 0,
                "dropped": {},
                "exact": "155/2",
                "untrimmed": "155/2",
                "median": "155/2",
            },
        ],
        "aggregate": "8753/100",
        "penalties": [],
        "penalty": "0",
        "exact": "8753/100",
        "shown": "87.53",
    }


def test_missing_quiz_score_leaves_the_entry_unranked() -> None:
    outcome = compute(three_part_rulebook(), "all", three_part_input({}))

    document = outcome.standing("01").as_document()
    assert (document["rank"], document["reason"], document["exact"]) == (None, "quiz_missing", None)
    assert outcome.standing("01").scored.scores[2].as_document()["exact"] is None


@pytest.mark.parametrize(
    ("chain", "values"),
    [
        (["untrimmed_mean", "median"], {"01": "421/5", "02": "424/5"}),
        (["median", "untrimmed_mean"], {"01": "427/5", "02": "427/5"}),
    ],
)
def test_ties_use_the_weighted_means_and_medians_of_all_segments(chain: list[str], values: dict[str, str]) -> None:
    """0.6 × the segment's value + 0.3 × 88 + 0.1 × the quiz's 50: means 88 and 89, medians 90 and 90."""
    rulebook = replace(three_part_rulebook(), tie_chain=tuple(TieStep(kind) for kind in chain))
    table = totals_input({"01": "80 85 90 90 95", "02": "85 85 90 90 95"})
    topic = [replace(sheet, segment="topic") for sheet in totals_input({"01": "88 " * 5, "02": "88 " * 5}).sheets]
    entries = tuple(replace(entry, quiz={"quiz": Decimal(50)}) for entry in table.entries)

    outcome = compute(rulebook, "all", replace(table, entries=entries, sheets=(*table.sheets, *topic)))

    assert outcome.ties[0].steps[0].as_document()["values"] == values
    assert ranks(outcome) == {"02": 1, "01": 2}


def with_states(states: dict[str, str]) -> RoundInput:
    """Three judges; the sheets named ("01/J2") are in the state named, all others submitted."""
    table = totals_input({"01": "90 91 92", "02": "80 81 82", "03": "70 71 72"})
    sheets = [
        Sheet(sheet.judge, sheet.entry, sheet.segment, states[f"{sheet.entry}/{sheet.judge}"])
        if f"{sheet.entry}/{sheet.judge}" in states
        else sheet
        for sheet in table.sheets
    ]
    return replace(table, sheets=tuple(sheets))


@pytest.mark.parametrize("state", ["pending", "draft", "returned"])
def test_entry_whose_sheet_is_still_owed_waits(state: str) -> None:
    outcome = compute(one_mark_rulebook(), "all", with_states({"01/J2": state}))

    assert ranks(outcome) == {"02": 1, "03": 2, "01": None}
    assert reasons(outcome) == {"02": None, "03": None, "01": "waiting"}


@pytest.mark.parametrize("state", ["recused", "absent"])
def test_judge_who_is_left_out_does_not_hold_up_the_entry(state: str) -> None:
    outcome = compute(one_mark_rulebook(), "all", with_states({"01/J2": state}))

    assert totals(outcome) == {"01": "91", "02": "81", "03": "71"}


def test_too_few_marks_for_a_valid_score() -> None:
    rulebook = with_rules(one_mark_rulebook(), min_valid_marks=3)

    outcome = compute(rulebook, "all", with_states({"01/J2": "absent"}))

    assert reasons(outcome) == {"02": None, "03": None, "01": "too_few_marks"}
    (score,) = outcome.standing("01").scored.scores
    assert (score.as_document()["counted"], score.as_document()["exact"]) == (2, "91")


def test_reasons_are_looked_at_in_their_order() -> None:
    """Step 5: status, then owed sheets, then no marks, then too few."""
    states = {f"01/J{number}": "absent" for number in (1, 2, 3)} | {"02/J1": "pending", "02/J2": "absent"}
    table = with_states(states)
    entries = (table.entries[0], table.entries[1], replace(table.entries[2], status="ineligible"))

    outcome = compute(with_rules(one_mark_rulebook(), min_valid_marks=2), "all", replace(table, entries=entries))

    assert reasons(outcome) == {"01": "no_marks", "02": "waiting", "03": "ineligible"}
    assert outcome.as_document()["counts"] == {"entries": 3, "ranked": 0}


def test_unranked_entries_stand_last_by_running_order_and_keep_their_penalties() -> None:
    table = with_states({"01/J1": "pending"})
    first = replace(table.entries[0], order=9, seconds={"self": 100})
    second = replace(table.entries[1], order=5, status="forfeited")
    rulebook = replace(one_mark_rulebook(), penalties=CONTEST.penalties)

    outcome = compute(rulebook, "all", replace(table, entries=(first, second, table.entries[2])))

    assert [each.entry for each in outcome.standings] == ["03", "02", "01"]
    document = outcome.standing("01").as_document()
    assert (document["aggregate"], document["penalties"], document["penalty"], document["shown"]) == (
        None,
        [{"source": "under", "points": "2"}],
        "2",
        None,
    )


def test_equal_entries_of_equal_order_stand_by_code() -> None:
    table = totals_input({"b": "90 90", "a": "90 90"})
    entries = tuple(replace(entry, order=1) for entry in table.entries)

    outcome = compute(one_mark_rulebook(), "all", replace(table, entries=entries))

    assert [(each.entry, each.rank, each.tied) for each in outcome.standings] == [("a", 1, True), ("b", 1, True)]


def test_group_that_the_rulebook_has_not_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        compute(one_mark_rulebook(), "junior", GOLDEN_INPUT)


def test_standing_of_an_unknown_entry_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        compute(one_mark_rulebook(), "all", GOLDEN_INPUT).standing("99")


def test_sheet_without_a_mark_for_a_criterion_cannot_be_made() -> None:
    with pytest.raises(KeyError):
        Sheet.submitted(judge="J1", entry="01", segment=CONTEST.segments[0], marks={"content": Decimal(40)})
