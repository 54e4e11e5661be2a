"""Marks that a panel could give: seeded, with recusals and absences, and a tie at the line where one is asked for."""

import random
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from scoring.engine import Rulebook, Segment, decimal_text, hundredths, trimmed_mean

Pair = tuple[str, str]


@dataclass
class Plan:
    """What each judge will give each entry, by (entry, judge) codes: criterion → mark; other pairs stay unmarked."""

    marks: dict[Pair, dict[str, str]] = field(default_factory=dict)
    absent: set[Pair] = field(default_factory=set)

    def total(self, pair: Pair) -> Decimal:
        return sum((Decimal(mark) for mark in self.marks[pair].values()), Decimal())


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
    plan: Plan, *, rulebook: Rulebook, entries: list[str], judges: list[str], line: int
) -> tuple[str, str] | None:
    """Give the entry just below the line the very marks of the one just above it.

    Returns the two codes, or None where no pair near the line was marked by the same judges.
    """
    standing = sorted(entries, key=lambda entry: _mean(plan, rulebook, entry, judges), reverse=True)
    above = standing[line - 1]
    marked_by = {judge for judge in judges if (above, judge) in plan.marks}
    for below in standing[line : line + 6]:
        if {judge for judge in judges if (below, judge) in plan.marks} != marked_by:
            continue
        for judge in marked_by:
            plan.marks[below, judge] = dict(plan.marks[above, judge])
        return above, below
    return None


def _mean(plan: Plan, rulebook: Rulebook, entry: str, judges: list[str]) -> Fraction:
    rules = rulebook.aggregation
    totals = [plan.total((entry, judge)) for judge in judges if (entry, judge) in plan.marks]
    return trimmed_mean(totals, rules.drop_high, rules.drop_low, rules.min_panel_for_drop)


def _marks(rng: random.Random, segment: Segment, quality: float) -> dict[str, str]:
    marks = {}
    for criterion in segment.criteria:
        steps = int(criterion.max_points / criterion.step)
        share = min(0.99, max(0.5, quality + rng.uniform(-0.05, 0.05)))
        marks[criterion.code] = decimal_text(hundredths(criterion.step * round(steps * share)))
    return marks
