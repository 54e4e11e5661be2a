"""An example to show how rules work: one entry, judged by as many judges, with marks that follow from the rules alone.

The same rules always give the same example; its figures are the engine's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from scoring.engine.arithmetic import hundredths
from scoring.engine.computing import compute
from scoring.engine.outcome import Outcome
from scoring.engine.round_input import Entry, RoundInput, Sheet
from scoring.engine.rulebook import OVER, QUIZ, Criterion, PenaltyRule, Rulebook, Segment

CODE = "示例"
MOST_JUDGES = 15  # a wider table shows nothing more
_USUAL, _SPREAD = 86, (0, 5, -8, 2, -4, 7, -1, 4, -6)  # per cent of a criterion's maximum, judge by judge
_LITTLE = 5  # seconds too short, in the example


@dataclass(frozen=True, slots=True)
class Example:
    """What was judged in the example, and what came out."""

    round_input: RoundInput
    outcome: Outcome


def worked_example(rulebook: Rulebook, *, panel: int | None = None) -> Example | None:
    """The example for a panel of that size, else for the smallest on which all rules act; None for a huge panel."""
    judges = _judges(rulebook, panel)
    if judges > MOST_JUDGES:
        return None
    codes = tuple(f"J{number}" for number in range(1, judges + 1))
    sheets = tuple(
        _sheet(segment, code, seat) for segment in rulebook.panel_segments for seat, code in enumerate(codes)
    )
    quiz = {each.code: _quiz_score(each) for each in rulebook.segments if each.scored_by == QUIZ}
    entry = Entry(CODE, 1, seconds=_seconds(rulebook), quiz=quiz)
    round_input = RoundInput(codes, (entry,), sheets)
    return Example(round_input, compute(rulebook, rulebook.groups[0].code, round_input))


def _judges(rulebook: Rulebook, panel: int | None) -> int:
    """The panel itself where it is large enough for a valid score, else the least that shows every rule at work."""
    rules = rulebook.aggregation
    if panel is not None and panel >= rules.min_valid_marks:
        return panel
    dropping = rules.min_panel_for_drop if rules.drop_high + rules.drop_low else 0
    return max(3, rules.min_valid_marks, dropping)


def _sheet(segment: Segment, judge: str, seat: int) -> Sheet:
    marks = {
        criterion.code: _mark(criterion, _USUAL + _SPREAD[(seat + 2 * place) % len(_SPREAD)])
        for place, criterion in enumerate(segment.criteria)
    }
    return Sheet.submitted(judge=judge, entry=CODE, segment=segment, marks=marks)


def _mark(criterion: Criterion, percent: int) -> Decimal:
    """So many per cent of the maximum, down to a step."""
    step = hundredths(criterion.step)
    return Decimal(hundredths(criterion.max_points) * percent // 100 // step * step).scaleb(-2)


def _quiz_score(segment: Segment) -> Decimal:
    return Decimal(hundredths(segment.max_points or Decimal(0)) * _USUAL // 100).scaleb(-2)


def _seconds(rulebook: Rulebook) -> dict[str, int]:
    """In each segment with penalties a time that one of them punishes: the gentlest for being late, else too short."""
    seconds: dict[str, int] = {}
    for rule in sorted(rulebook.penalties, key=lambda rule: rule.when == OVER):
        seconds[rule.segment] = _punished(rule)
    return seconds


def _punished(rule: PenaltyRule) -> int:
    """A time that breaks this rule: late by more than one period, so that the counting is seen; or just too short."""
    if rule.when == OVER:
        return rule.limit_seconds + (rule.per_seconds or 0) + _LITTLE
    return max(0, rule.limit_seconds - _LITTLE)
