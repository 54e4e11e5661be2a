"""What holds for every rulebook and every round, tried on generated ones (Hypothesis)."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine import (
    Aggregation,
    AwardTitle,
    Criterion,
    Decision,
    Deduction,
    Entry,
    Group,
    Outcome,
    PenaltyRule,
    Rounding,
    RoundInput,
    Rulebook,
    Runoff,
    Segment,
    Sheet,
    Tier,
    TieStep,
    compute,
    parse_input,
    parse_rulebook,
    quota,
)

Draw = Callable[[st.SearchStrategy[Any]], Any]
STATES = ["submitted"] * 8 + ["recused", "absent", "pending", "draft", "returned"]
STATUSES = ["competing"] * 6 + ["withdrawn", "ineligible", "forfeited"]
# No deadline: a slow machine is no fault of the engine.
TRIALS = settings(max_examples=60, deadline=None)


@st.composite
def rulebooks(draw: Draw) -> Rulebook:
    high, low = draw(st.integers(0, 2)), draw(st.integers(0, 2))
    criteria = tuple(
        Criterion(code, code, Decimal(top), Decimal("0.5")) for code, top in (("content", 3), ("delivery", 2))
    )
    parts = draw(st.sampled_from([("100",), ("70", "30"), ("33.33", "66.67")]))
    segments = [Segment(f"s{place}", "讲解", Decimal(weight), criteria=criteria) for place, weight in enumerate(parts)]
    if len(parts) == 2 and draw(st.booleans()):
        segments[1] = Segment("s1", "问答", Decimal(parts[1]), "quiz", max_points=Decimal(5))
    kinds = draw(st.permutations(["untrimmed_mean", "median", "runoff"]))
    chain = [TieStep("criterion", "s0", "content"), *(TieStep(kind) for kind in kinds), TieStep("decision")]
    return Rulebook(
        title="试",
        segments=tuple(segments),
        aggregation=Aggregation(
            level=draw(st.sampled_from(["total", "criterion"])),
            drop_high=high,
            drop_low=low,
            min_panel_for_drop=draw(st.integers(high + low + 1, 6)),
            min_valid_marks=draw(st.integers(1, 3)),
        ),
        penalties=(
            PenaltyRule("under", "s0", "under", 10, Decimal(1)),
            PenaltyRule("over", "s0", "over", 20, Decimal("0.5"), per_seconds=5, cap=Decimal(2)),
        ),
        rounding=Rounding(draw(st.integers(0, 4)), draw(st.sampled_from(["exact", "rounded"]))),
        tie_chain=tuple(chain[draw(st.integers(0, 4)) :]),
        boundary=draw(st.sampled_from(["block", "share_up", "share_down"])),
        groups=(draw(groups()),),
    )


@st.composite
def groups(draw: Draw) -> Group:
    tiers = [
        Tier("gold", "金奖", True, count=draw(st.integers(1, 3))),
        Tier("first", "一等奖", draw(st.booleans()), count=draw(st.integers(1, 4))),
        Tier(
            "second",
            "二等奖",
            False,
            percent=Decimal(draw(st.integers(1, 60))),
            percent_rounding=draw(st.sampled_from(["floor", "half_up", "ceil"])),
        ),
    ]
    if draw(st.booleans()):
        tiers.append(Tier("merit", "优秀奖", False, rest=True))
    titles = (AwardTitle("best", "十佳", draw(st.integers(1, 5))),)
    return Group("all", "一组", tuple(tiers), titles, reserves=draw(st.integers(0, 3)))


@st.composite
def rounds(draw: Draw) -> tuple[Rulebook, RoundInput]:
    rulebook = draw(rulebooks())
    judges = tuple(f"J{number}" for number in range(draw(st.integers(0, 7))))
    codes = [f"{number:02d}" for number in range(draw(st.integers(0, 6)))]
    quizzes = [segment.code for segment in rulebook.segments if segment.scored_by == "quiz"]
    entries = tuple(draw(entry_of(code, order, quizzes)) for order, code in enumerate(codes))
    sheets = tuple(
        draw(sheet_of(judge, code, segment))
        for code in codes
        for segment in rulebook.panel_segments
        for judge in judges
    )
    orders = st.permutations(codes).flatmap(lambda order: st.integers(0, len(codes)).map(lambda end: order[:end]))
    assigned = draw(st.booleans())
    if assigned:
        sheets = tuple(sheet for sheet in sheets if draw(st.integers(0, 2)))
    runoffs = tuple(Runoff(tuple((code,) for code in draw(orders))) for _ in range(draw(st.integers(0, 2))))
    decisions = tuple(Decision(tuple(draw(orders)), "合议") for _ in range(draw(st.integers(0, 3))))
    return rulebook, RoundInput(judges, entries, sheets, runoffs, decisions, assigned)


@st.composite
def entry_of(draw: Draw, code: str, order: int, quizzes: list[str]) -> Entry:
    return Entry(
        code,
        order,
        status=draw(st.sampled_from(STATUSES)),
        seconds={"s0": draw(st.integers(0, 45))} if draw(st.booleans()) else {},
        quiz={segment: Decimal(draw(st.integers(0, 5))) for segment in quizzes if draw(st.integers(0, 5))},
        deductions=(Deduction(Decimal("0.25"), "迟到"),) if draw(st.integers(0, 4)) == 4 else (),
    )


@st.composite
def sheet_of(draw: Draw, judge: str, code: str, segment: Segment) -> Sheet:
    """Marks from few values, so that ties are common."""
    state = draw(st.sampled_from(STATES))
    if state != "submitted":
        return Sheet(judge, code, segment.code, state)
    marks = (50 * draw(st.integers(4, 6)), 50 * draw(st.integers(3, 4)))
    return Sheet(judge, code, segment.code, state, marks, tuple(each.code for each in segment.criteria))


@TRIALS
@given(rounds())
def test_rulebook_and_input_survive_their_documents(round_: tuple[Rulebook, RoundInput]) -> None:
    rulebook, table = round_

    assert parse_rulebook(rulebook.as_document()) == rulebook
    assert parse_input(table.as_document(), rulebook) == table


@TRIALS
@given(rounds(), st.randoms(use_true_random=False))
def test_order_in_which_entries_and_sheets_come_changes_nothing(round_: tuple[Rulebook, RoundInput], dice: Any) -> None:
    rulebook, table = round_
    entries, sheets = list(table.entries), list(table.sheets)
    dice.shuffle(entries)
    dice.shuffle(sheets)

    shuffled = compute(rulebook, "all", replace(table, entries=tuple(entries), sheets=tuple(sheets)))

    assert shuffled.as_document() == compute(rulebook, "all", table).as_document()


@TRIALS
@given(rounds())
def test_entry_that_withdraws_changes_nothing_for_the_others(round_: tuple[Rulebook, RoundInput]) -> None:
    rulebook, table = round_
    segment = rulebook.segments[0]
    criteria = tuple(each.code for each in segment.criteria)
    best = [Sheet(judge, "99", segment.code, "submitted", (300, 200), criteria) for judge in table.judges]
    withdrawn = replace(
        table, entries=(Entry("99", 0, status="withdrawn"), *table.entries), sheets=(*best, *table.sheets)
    )

    before = compute(rulebook, "all", table).as_document()
    after = compute(rulebook, "all", withdrawn).as_document()

    standings: Any = after["standings"]
    assert [line for line in standings if line["entry"] != "99"] == before["standings"]
    for key in before.keys() - {"standings", "counts"}:
        assert after[key] == before[key]


@TRIALS
@given(rounds(), st.data())
def test_higher_mark_never_lowers_its_entry(round_: tuple[Rulebook, RoundInput], data: st.DataObject) -> None:
    rulebook, table = round_
    submitted = [place for place, sheet in enumerate(table.sheets) if sheet.marks and sheet.marks[0] < 300]
    if not submitted:
        return
    place = data.draw(st.sampled_from(submitted))
    sheet = table.sheets[place]
    raised = list(table.sheets)
    raised[place] = replace(sheet, marks=(300, *sheet.marks[1:]))

    before = compute(rulebook, "all", table).standing(sheet.entry)
    after = compute(rulebook, "all", replace(table, sheets=tuple(raised))).standing(sheet.entry)

    if before.exact is not None and after.exact is not None:
        assert after.exact >= before.exact
    assert after.reason == before.reason


@TRIALS
@given(rounds())
def test_tied_means_equal_after_the_whole_chain(round_: tuple[Rulebook, RoundInput]) -> None:
    rulebook, table = round_
    outcome = compute(rulebook, "all", table)
    ranked = [each for each in outcome.standings if each.rank is not None]
    by_rank: dict[int | None, list[str]] = {}
    for each in ranked:
        by_rank.setdefault(each.rank, []).append(each.entry)

    assert {each.entry for each in ranked if each.tied} == {
        entry for equals in by_rank.values() if len(equals) > 1 for entry in equals
    }
    still_tied = [group for tie in outcome.ties for group in tie.order if len(group) > 1]
    assert sorted(map(sorted, still_tied)) == sorted(sorted(equals) for equals in by_rank.values() if len(equals) > 1)
    for tie in outcome.ties:
        for group in tie.order:
            for step in tie.steps:
                assert len({step.values.get(entry) for entry in group}) == 1


@TRIALS
@given(rounds())
def test_ranks_are_standard_competition_ranks_over_falling_values(round_: tuple[Rulebook, RoundInput]) -> None:
    outcome = compute(*_with_group(round_))
    ranked = [each for each in outcome.standings if each.rank is not None]
    values = [each.scored.ranking_value for each in ranked]

    assert values == sorted(values, reverse=True)
    for place, each in enumerate(ranked, start=1):
        assert each.rank == (ranked[place - 2].rank if place > 1 and _same_group(outcome, each.entry, place) else place)


def _with_group(round_: tuple[Rulebook, RoundInput]) -> tuple[Rulebook, str, RoundInput]:
    return round_[0], "all", round_[1]


def _same_group(outcome: Outcome, entry: str, place: int) -> bool:
    """Whether the chain left the entry equal with the one before it."""
    before = outcome.standings[place - 2].entry
    return any(entry in group and before in group for tie in outcome.ties for group in tie.order)


@TRIALS
@given(rounds())
def test_no_tier_gets_more_than_its_quota_unless_shared_up(round_: tuple[Rulebook, RoundInput]) -> None:
    rulebook, table = round_
    outcome = compute(rulebook, "all", table)
    taken: dict[str, int] = {}
    for placement in outcome.awards.placements:
        taken[placement.tier] = taken.get(placement.tier, 0) + 1

    assert len({placement.entry for placement in outcome.awards.placements}) == len(outcome.awards.placements)
    if rulebook.boundary == "share_up":
        return
    for tier in rulebook.group("all").tiers:
        if tier.count is not None:
            assert taken.get(tier.code, 0) <= tier.count
        elif tier.percent is not None:
            assert taken.get(tier.code, 0) <= quota(outcome.ranked, tier.percent, tier.percent_rounding or "")


@TRIALS
@given(rounds())
def test_nothing_is_awarded_across_an_open_line(round_: tuple[Rulebook, RoundInput]) -> None:
    rulebook, table = round_
    awards = compute(rulebook, "all", table).awards

    if rulebook.boundary != "block":
        assert awards.boundaries == ()
    if awards.boundaries:
        assert (awards.placements, awards.titles, awards.finalists, awards.reserves) == ((), (), (), ())
    assert not set(awards.reserves) & set(awards.finalists)


@TRIALS
@given(rounds())
def test_nobody_is_ranked_without_marks_or_with_a_sheet_owed(round_: tuple[Rulebook, RoundInput]) -> None:
    rulebook, table = round_
    owed = {sheet.entry for sheet in table.sheets if sheet.state in ("pending", "draft", "returned")}
    competing = {entry.code for entry in table.entries if entry.status == "competing"}

    for each in compute(rulebook, "all", table).standings:
        assert (each.rank is None) == (each.reason is not None) == (each.exact is None) == (each.shown is None)
        if each.rank is not None:
            assert each.entry in competing - owed
            assert any(sheet.entry == each.entry and sheet.marks for sheet in table.sheets)


@TRIALS
@given(rounds())
def test_pitfall_04_an_entry_below_the_minimum_of_reviews_is_never_ranked(round_: tuple[Rulebook, RoundInput]) -> None:
    rulebook, table = round_
    needed = rulebook.aggregation.min_valid_marks

    for each in compute(rulebook, "all", table).standings:
        for segment in rulebook.panel_segments:
            marked = [s for s in table.sheets if (s.entry, s.segment) == (each.entry, segment.code) and s.marks]
            if len(marked) < needed:
                assert (each.rank, each.exact) == (None, None)
                assert each.reason not in (None, "quiz_missing")


@TRIALS
@given(rounds())
def test_a_judge_who_was_not_asked_is_as_one_who_is_absent(round_: tuple[Rulebook, RoundInput]) -> None:
    """What is missing in an assigned round counts for nothing, neither as a mark nor as something owed."""
    rulebook, table = round_
    have = {(sheet.judge, sheet.entry, sheet.segment) for sheet in table.sheets}
    absent = tuple(
        Sheet(judge, entry.code, segment.code, "absent")
        for entry in table.entries
        for segment in rulebook.panel_segments
        for judge in table.judges
        if (judge, entry.code, segment.code) not in have
    )

    dense = compute(rulebook, "all", replace(table, sheets=(*table.sheets, *absent), assigned=False))

    assert compute(rulebook, "all", table).as_document() == dense.as_document()
