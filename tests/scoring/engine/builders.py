"""Rulebooks and inputs for the engine's tests, built from the figures that a test is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from scoring.engine import (
    PRESETS,
    Aggregation,
    Criterion,
    Entry,
    Group,
    Outcome,
    RoundInput,
    Rulebook,
    Segment,
    Sheet,
    Tier,
    TieStep,
)

CONTEST = PRESETS["contest-one-group"].build()
SEGMENT = CONTEST.segments[0]


def one_mark_rulebook(
    *,
    step: str = "0.5",
    drops: tuple[int, int] = (1, 1),
    tie_chain: Sequence[str] = (),
    boundary: str = "block",
    tiers: Sequence[Tier] = (Tier("gold", "金奖", True, count=2), Tier("first", "一等奖", True, count=4)),
) -> Rulebook:
    """One segment with one criterion of 100 points, so that a mark is a total."""
    criterion = Criterion("whole", "总评", Decimal(100), Decimal(step))
    return replace(
        CONTEST,
        segments=(Segment("self", "讲解", Decimal(100), criteria=(criterion,)),),
        aggregation=Aggregation("total", *drops, min_panel_for_drop=max(5, sum(drops) + 1), min_valid_marks=1),
        penalties=(),
        tie_chain=tuple(TieStep(kind) for kind in tie_chain),
        boundary=boundary,
        groups=(Group("all", "一组", tuple(tiers)),),
    )


def with_rules(rulebook: Rulebook, **changes: object) -> Rulebook:
    """The rulebook with changes to its aggregation."""
    return replace(rulebook, aggregation=replace(rulebook.aggregation, **changes))  # type: ignore[arg-type]


def judges_of(count: int) -> tuple[str, ...]:
    return tuple(f"J{number}" for number in range(1, count + 1))


def entries_of(codes: Sequence[str]) -> tuple[Entry, ...]:
    return tuple(Entry(code, order) for order, code in enumerate(codes, start=1))


def totals_input(table: Mapping[str, str | Sequence[str | None]]) -> RoundInput:
    """Entries with one total per judge; None is a judge who is absent."""
    rows = {code: row.split() if isinstance(row, str) else row for code, row in table.items()}
    judges = judges_of(max((len(row) for row in rows.values()), default=0))
    sheets = [
        _total_sheet(judge, code, total) for code, row in rows.items() for judge, total in zip(judges, row, strict=True)
    ]
    return RoundInput(judges, entries_of(list(rows)), tuple(sheets))


def _total_sheet(judge: str, code: str, total: str | None) -> Sheet:
    if total is None:
        return Sheet(judge, code, "self", "absent")
    return Sheet(judge, code, "self", "submitted", (int(Decimal(total) * 100),), ("whole",))


def rubric_input(table: Mapping[str, Sequence[Sequence[str]]], segment: Segment = SEGMENT) -> RoundInput:
    """Entries with one row of criterion marks per judge, in the order of the segment's criteria."""
    judges = judges_of(max(len(rows) for rows in table.values()))
    codes = [criterion.code for criterion in segment.criteria]
    sheets = [
        Sheet.submitted(
            judge=judge,
            entry=code,
            segment=segment,
            marks={criterion: Decimal(mark) for criterion, mark in zip(codes, marks, strict=True)},
        )
        for code, rows in table.items()
        for judge, marks in zip(judges, rows, strict=True)
    ]
    return RoundInput(judges, entries_of(list(table)), tuple(sheets))


def with_entry(round_input: RoundInput, **changes: object) -> RoundInput:
    """The input with changes to its only entry."""
    (entry,) = round_input.entries
    return replace(round_input, entries=(replace(entry, **changes),))  # type: ignore[arg-type]


def ranks(outcome: Outcome) -> dict[str, int | None]:
    return {standing.entry: standing.rank for standing in outcome.standings}


def reasons(outcome: Outcome) -> dict[str, str | None]:
    return {standing.entry: standing.reason for standing in outcome.standings}


def totals(outcome: Outcome) -> dict[str, str | None]:
    return {standing.entry: None if standing.exact is None else str(standing.exact) for standing in outcome.standings}


def placed(outcome: Outcome) -> dict[str, list[str]]:
    """The entries of each tier that has any, in the order of the placements."""
    tiers: dict[str, list[str]] = {}
    for placement in outcome.awards.placements:
        tiers.setdefault(placement.tier, []).append(placement.entry)
    return tiers
