"""Tiers, titles, finalists and reserves: docs/result-book.md step 9, reference/vectors.md §5."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from scoring.engine import AwardTitle, Group, Outcome, Tier, compute
from tests.scoring.engine.builders import one_mark_rulebook, placed, totals_input
from tests.scoring.engine.test_ties import CHAIN, CONTENT, DELIVERY, chain_outcome

# Totals of vectors.md §4/§5: 96.2 95.8 95.8 94.1 93.5 93 93 92, in tenths of a point.
TOTALS = {code: f"{total} {total} {total}" for code, (total, _, _) in CHAIN.items()}
GOLD, FIRST = Tier("gold", "金奖", True, count=2), Tier("first", "一等奖", True, count=4)
MERIT = Tier("merit", "优秀奖", False, rest=True)


def share(code: str, percent: str, rounding: str = "half_up") -> Tier:
    return Tier(code, code, False, percent=Decimal(percent), percent_rounding=rounding)


def awarded(
    table: dict[str, str],
    tiers: Sequence[Tier] = (GOLD, FIRST),
    *,
    policy: str = "block",
    titles: Sequence[AwardTitle] = (),
    reserves: int = 0,
) -> Outcome:
    rulebook = one_mark_rulebook(step="0.1", boundary=policy)
    group = Group("all", "一组", tuple(tiers), tuple(titles), reserves)
    return compute(replace(rulebook, groups=(group,)), "all", totals_input(table))


def distinct(count: int) -> dict[str, str]:
    """Entries 01, 02 … with falling totals, so that 01 is first."""
    return {f"{place:02d}": f"{100 - place} {100 - place}" for place in range(1, count + 1)}


def boundaries(outcome: Outcome) -> list[tuple[str, str]]:
    return [(boundary.line, " ".join(boundary.entries)) for boundary in outcome.awards.boundaries]


def test_block_awards_nothing_and_names_each_line_that_is_straddled() -> None:
    outcome = awarded(TOTALS, [GOLD, FIRST, MERIT], reserves=2, titles=[AwardTitle("top3", "三佳", 3)])

    assert boundaries(outcome) == [("gold", "C2 C3"), ("first", "C6 C7")]
    document = outcome.as_document()
    assert [document[key] for key in ("placements", "titles", "finalists", "reserves")] == [[], [], [], []]


def test_chain_gives_exactly_six() -> None:
    outcome = chain_outcome([CONTENT, DELIVERY])

    assert outcome.awards.finalists == ("C1", "C2", "C3", "C4", "C5", "C7")
    assert placed(outcome)["gold"] == ["C1", "C2"]


def test_share_up_gives_the_tied_the_higher_tier_and_takes_seven() -> None:
    outcome = awarded(TOTALS, policy="share_up")

    assert placed(outcome) == {"gold": ["C1", "C2", "C3"], "first": ["C4", "C5", "C6", "C7"]}
    assert boundaries(outcome) == []


def test_share_down_leaves_places_empty_and_takes_five() -> None:
    outcome = awarded(TOTALS, policy="share_down")

    assert placed(outcome) == {"gold": ["C1"], "first": ["C2", "C3", "C4", "C5"]}


def test_tie_over_several_lines_blocks_each_of_them() -> None:
    outcome = awarded(dict.fromkeys("abcdefgh", "90 90"))

    assert boundaries(outcome) == [("gold", "a b c d e f g h"), ("first", "a b c d e f g h")]


def test_tie_inside_a_tier_blocks_nothing() -> None:
    outcome = awarded({"a": "90 90", "b": "90 90", "c": "80 80"})

    assert placed(outcome) == {"gold": ["a", "b"], "first": ["c"]}
    assert boundaries(outcome) == []


def test_fewer_entries_than_places() -> None:
    outcome = awarded(distinct(1), reserves=2)

    assert placed(outcome) == {"gold": ["01"]}
    assert outcome.awards.reserves == ()


def test_percent_is_of_the_ranked_and_rest_takes_what_is_left() -> None:
    outcome = awarded(distinct(10), [GOLD, share("second", "25"), share("third", "25", "floor"), MERIT])

    assert placed(outcome) == {
        "gold": ["01", "02"],
        "second": ["03", "04", "05"],
        "third": ["06", "07"],
        "merit": ["08", "09", "10"],
    }


@pytest.mark.parametrize("policy", ["block", "share_up", "share_down"])
def test_tier_of_no_places_has_no_line(policy: str) -> None:
    """10 % of three is none: the tied first two are no business of that tier."""
    table = {"a": "90 90", "b": "90 90", "c": "80 80"}

    outcome = awarded(table, [share("special", "10"), GOLD], policy=policy)

    assert placed(outcome) == {"gold": ["a", "b"]}
    assert boundaries(outcome) == []


def test_titles_start_again_at_the_top() -> None:
    titles = [AwardTitle("top3", "三佳", 3), AwardTitle("best", "最佳", 1)]

    outcome = awarded(distinct(4), titles=titles)

    assert outcome.as_document()["titles"] == [
        {"entry": "01", "title": "top3"},
        {"entry": "02", "title": "top3"},
        {"entry": "03", "title": "top3"},
        {"entry": "01", "title": "best"},
    ]
    assert placed(outcome) == {"gold": ["01", "02"], "first": ["03", "04"]}


def test_title_line_is_blocked_like_a_tier() -> None:
    table = {"a": "90 90", "b": "80 80", "c": "80 80"}

    assert boundaries(awarded(table, [MERIT], titles=[AwardTitle("top2", "双佳", 2)])) == [("top2", "b c")]


def test_reserves_follow_the_last_tier_that_advances() -> None:
    second = Tier("second", "二等奖", False, count=2)

    outcome = awarded(distinct(9), [GOLD, second, MERIT], reserves=3)

    assert outcome.awards.finalists == ("01", "02")
    assert outcome.awards.reserves == ("03", "04", "05")


@pytest.mark.parametrize(
    ("policy", "reserves", "blocked"),
    [("block", (), [("reserves", "c d")]), ("share_up", ("c", "d"), []), ("share_down", (), [])],
)
def test_tie_at_the_end_of_the_reserves(policy: str, reserves: tuple[str, ...], blocked: list[tuple[str, str]]) -> None:
    table = {"a": "95 95", "b": "94 94", "c": "93 93", "d": "93 93", "e": "92 92"}

    outcome = awarded(table, [GOLD], policy=policy, reserves=1)

    assert outcome.awards.reserves == reserves
    assert boundaries(outcome) == blocked


def test_no_reserves_where_nobody_advances() -> None:
    outcome = awarded(distinct(4), [MERIT], reserves=2)

    assert outcome.awards.reserves == ()
    assert outcome.awards.finalists == ()


def test_placements_carry_whether_they_advance() -> None:
    outcome = awarded(distinct(3), [Tier("gold", "金奖", True, count=1), MERIT])

    assert outcome.as_document()["placements"] == [
        {"entry": "01", "tier": "gold", "advances": True},
        {"entry": "02", "tier": "merit", "advances": False},
        {"entry": "03", "tier": "merit", "advances": False},
    ]


def test_group_without_tiers_only_ranks() -> None:
    outcome = awarded(distinct(2), [])

    assert [each.rank for each in outcome.standings] == [1, 2]
    assert outcome.awards.placements == ()
