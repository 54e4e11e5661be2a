"""Published judging records, reproduced mark by mark: domain.md E3 and E4."""

from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.engine import Rulebook, Tier, compute, round_half_up, standard_ranks, trimmed_mean
from tests.scoring.engine.builders import one_mark_rulebook, ranks, totals_input

# Milano-Cortina 2026, men's snowboard half-pipe final: six judges, one high and one low dropped, mean of four
# (thekatiefox/snowboarding-halfpipe-analysis @313ab280, from olympics.com; domain.md E3).
HALF_PIPE = {
    "TOTSUKA": [("89 92 91 91 91 91", "91.00"), ("95 95 96 95 95 95", "95.00")],
    "JAMES": [("50 45 50 46 49 50", "48.75"), ("94 93 94 93 94 93", "93.50")],
    "YAMADA": [("92 88 92 92 92 92", "92.00"), ("93 90 93 91 93 91", "92.00")],
    "R.HIRANO": [("90 90 90 90 90 90", "90.00"), ("90 90 90 90 90 90", "90.00"), ("91 91 91 89 91 91", "91.00")],
    "GUSELI": [("35 35 35 35 35 34", "35.00"), ("89 89 89 87 87 85", "88.00")],
    "LEE": [("25 24 25 23 25 25", "24.75"), ("24 25 20 24 27 26", "24.75"), ("88 89 88 88 86 86", "87.50")],
    "A.HIRANO": [("28 28 27 26 29 27", "27.50"), ("85 86 87 86 87 88", "86.50")],
    "PATES": [("78 77 78 77 79 77", "77.50")],
    "WANG": [("18 17 17 18 19 18", "17.75"), ("18 17 17 17 18 17", "17.25"), ("76 76 76 76 77 76", "76.00")],
    "BARBIERI": [("75 74 75 75 76 75", "75.00")],
    "JOSEY": [("15 10 12 12 10 13", "11.75"), ("70 70 70 70 71 71", "70.25")],
    "MELVILLE IVES": [("43 42 45 40 45 42", "43.00")],
}
RUNS = [(rider, marks, shown) for rider, runs in HALF_PIPE.items() for marks, shown in runs]


def test_half_pipe_has_all_24_runs() -> None:
    assert len(RUNS) == 24


@pytest.mark.parametrize(("rider", "marks", "shown"), RUNS)
def test_half_pipe_run_is_reproduced(rider: str, marks: str, shown: str) -> None:
    outcome = compute(one_mark_rulebook(), "all", totals_input({rider: marks}))

    assert outcome.standing(rider).shown == shown


def test_half_pipe_standings_by_best_run_are_reproduced() -> None:
    best = {rider: max(runs, key=lambda run: Decimal(run[1]))[0] for rider, runs in HALF_PIPE.items()}

    outcome = compute(one_mark_rulebook(step="1"), "all", totals_input(best))

    assert [(each.entry, each.shown) for each in outcome.standings] == [
        ("TOTSUKA", "95.00"),
        ("JAMES", "93.50"),
        ("YAMADA", "92.00"),
        ("R.HIRANO", "91.00"),
        ("GUSELI", "88.00"),
        ("LEE", "87.50"),
        ("A.HIRANO", "86.50"),
        ("PATES", "77.50"),
        ("WANG", "76.00"),
        ("BARBIERI", "75.00"),
        ("JOSEY", "70.25"),
        ("MELVILLE IVES", "43.00"),
    ]
    assert list(ranks(outcome).values()) == list(range(1, 13))


# Paris 2024, men's 10 m final: seven judges, two high and two low dropped, sum of three × difficulty (domain.md E4).
CAO_YUAN = [
    ("9.5 9.5 9.5 9.5 9.5 9.5 9.5", "3.4", "96.90"),
    ("9 9 9 9 8.5 9 8.5", "3.2", "86.40"),
    ("8.5 9 9 9 8 9 9", "3.6", "97.20"),
    ("8 8.5 8.5 8.5 8 9 8.5", "3.6", "91.80"),
    ("8 8 8 9 8 8.5 8", "3.7", "88.80"),
    ("8 8 8.5 8 8 8 8", "3.6", "86.40"),
]


def dive_score(marks: str, difficulty: str) -> Fraction:
    return 3 * trimmed_mean([Decimal(mark) for mark in marks.split()], 2, 2, 5) * Fraction(difficulty)


@pytest.mark.parametrize(("marks", "difficulty", "shown"), CAO_YUAN)
def test_dive_score_is_reproduced(marks: str, difficulty: str, shown: str) -> None:
    assert round_half_up(dive_score(marks, difficulty), 2) == shown


def test_dives_add_up_to_the_published_total() -> None:
    total = sum((dive_score(marks, difficulty) for marks, difficulty, _ in CAO_YUAN), Fraction(0))

    assert round_half_up(total, 2) == "547.50"


def test_divers_rank_in_the_published_order() -> None:
    published = "547.50 507.65 497.35 481.00 478.40 446.20 445.60 426.90 420.65 404.90 401.55 390.20"

    assert standard_ranks([Decimal(total) for total in published.split()]) == list(range(1, 13))


def test_sydney_2000_tie_at_the_last_place_lets_nineteen_through_only_under_share_up() -> None:
    """domain.md E1: two divers shared place 18 of 18 and the organisers let 19 take part."""
    table = {f"{place:02d}": f"{99 - place} {99 - place}" for place in range(1, 18)}
    table |= {"18": "70 70", "19": "70 70", "20": "60 60"}
    rulebooks = {policy: through(policy) for policy in ("share_up", "share_down", "block")}

    taken = {policy: compute(rulebook, "all", totals_input(table)) for policy, rulebook in rulebooks.items()}

    assert {policy: len(outcome.awards.finalists) for policy, outcome in taken.items()} == {
        "share_up": 19,
        "share_down": 17,
        "block": 0,
    }
    assert [boundary.entries for boundary in taken["block"].awards.boundaries] == [("18", "19")]


def through(policy: str) -> Rulebook:
    return one_mark_rulebook(boundary=policy, tiers=[Tier("final", "决赛", True, count=18)])
