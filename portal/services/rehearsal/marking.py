"""Marks that a panel could give: seeded, with recusals and absences, and a tie at the line where one is asked for."""

import random
from dataclasses import dataclass, field
from decimal import Decimal

from scoring.engine import Entry, RoundInput, Rulebook, Segment, Sheet, compute, decimal_text, hundredths

Pair = tuple[str, str]


@dataclass
class Plan:
    """What each judge will give each entry, by (entry, judge) codes: criterion → mark, and each entry's time."""

    marks: dict[Pair, dict[str, str]] = field(default_factory=dict)
    absent: set[Pair] = field(default_factory=set)
    seconds: dict[str, int] = field(default_factory=dict)


def plan_marks(
    rng: random.Random,
    *,
    rulebook: Rulebook,
    segment: Segment,
    entries: list[str],
    judges: list[str],
    recused: set[Pair],
) -> Plan:
    """Plan a mark for each pair that is not recused; now and then a judge is absent, never below the valid number."""
    plan = Plan()
    spare = max(0, len(judges) - rulebook.aggregation.min_valid_marks)
    severity = {judge: rng.uniform(-0.02, 0.02) for judge in judges}
    for entry in entries:
        quality = rng.uniform(0.78, 0.95)
        plan.seconds[entry] = rng.randint(165, 262)
        missing = sum((entry, judge) in recused for judge in judges)
        for judge in judges:
            pair = (entry, judge)
            if pair in recused:
                continue
            if missing < spare and rng.random() < 0.02:
                plan.absent.add(pair)
                missing += 1
                continue
            plan.marks[pair] = _marks(rng, segment, quality + severity[judge])
    return plan


def tie_at_line(
    plan: Plan, *, rulebook: Rulebook, group: str, segment: Segment, entries: list[str], judges: list[str]
) -> tuple[str, ...]:
    """Give entries from below the finalists' line the very marks and time of one at it, so that a tie lies across it.

    Only entries that the same judges mark can tie for certain; returns the tied codes, none if there are too few such.
    """
    outcome = compute(rulebook, group, _planned_input(plan, segment, entries, judges))
    standing = [line.entry for line in outcome.standings if line.rank is not None]
    line = sum(tier.count or 0 for tier in rulebook.group(group).tiers if tier.advances)
    for place in range(line, max(0, line - 4), -1):
        above, wanted = standing[place - 1], line - place + 1
        markers = _judges_of(plan, above, judges)
        below = [code for code in standing[line:] if _judges_of(plan, code, judges) == markers][:wanted]
        if len(below) < wanted:
            continue
        for code in below:
            plan.marks.update({(code, judge): dict(plan.marks[above, judge]) for judge in markers})
            plan.seconds[code] = plan.seconds[above]
        return above, *below
    return ()


def _judges_of(plan: Plan, entry: str, judges: list[str]) -> list[str]:
    return [judge for judge in judges if (entry, judge) in plan.marks]


def _planned_input(plan: Plan, segment: Segment, entries: list[str], judges: list[str]) -> RoundInput:
    """What the engine would be given if everybody did as planned."""
    return RoundInput(
        judges=tuple(judges),
        entries=tuple(
            Entry(code, order, seconds={segment.code: plan.seconds[code]}) for order, code in enumerate(entries)
        ),
        sheets=tuple(_planned_sheet(plan, segment, entry, judge) for entry in entries for judge in judges),
    )


def _planned_sheet(plan: Plan, segment: Segment, entry: str, judge: str) -> Sheet:
    marks = plan.marks.get((entry, judge))
    if marks is None:
        return Sheet(judge, entry, segment.code, "absent")
    typed = {criterion: Decimal(mark) for criterion, mark in marks.items()}
    return Sheet.submitted(judge=judge, entry=entry, segment=segment, marks=typed)


def _marks(rng: random.Random, segment: Segment, quality: float) -> dict[str, str]:
    marks = {}
    for criterion in segment.criteria:
        steps = int(criterion.max_points / criterion.step)
        share = min(0.99, max(0.5, quality + rng.uniform(-0.05, 0.05)))
        marks[criterion.code] = decimal_text(hundredths(criterion.step * round(steps * share)))
    return marks
