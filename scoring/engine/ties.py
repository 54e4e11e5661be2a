"""The tie chain: each step splits what is still equal, and what stays equal is shown as a tie, never drawn by lot.

docs/result-book.md, step 7; style rule 7 (ties are shown, not broken by chance).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from scoring.engine.arithmetic import exact_text, hundredths
from scoring.engine.ranking import ScoredEntry, weighted
from scoring.engine.round_input import RoundInput
from scoring.engine.rulebook import (
    RANK_ROUNDED,
    TIE_CRITERION,
    TIE_DECISION,
    TIE_MEDIAN,
    TIE_RUNOFF,
    TIE_UNTRIMMED_MEAN,
    Rulebook,
    TieStep,
)
from scoring.engine.scores import PanelScore, Scale


class TriedStep(NamedTuple):
    """One step on one tied set: the value of each member over `denominator`, and whether that split the set."""

    step: TieStep
    values: Mapping[str, int]
    denominator: int
    split: bool

    def as_document(self) -> dict[str, object]:
        shown = {code: exact_text(Fraction(value, self.denominator)) for code, value in self.values.items()}
        return {**self.step.as_document(), "values": shown, "split": self.split}


class Tie(NamedTuple):
    """A set that was equal on the ranking value, how the chain went, and the final grouping."""

    value: Fraction
    entries: tuple[str, ...]
    steps: tuple[TriedStep, ...]
    order: tuple[tuple[str, ...], ...]

    @property
    def resolved(self) -> bool:
        return all(len(group) == 1 for group in self.order)

    def as_document(self) -> dict[str, object]:
        return {
            "value": exact_text(self.value),
            "entries": list(self.entries),
            "steps": [step.as_document() for step in self.steps],
            "order": [list(group) for group in self.order],
            "resolved": self.resolved,
        }


class TieBreaker:
    """Resolves tied sets of one round, and remembers which recorded decisions were asked for."""

    def __init__(self, rulebook: Rulebook, round_input: RoundInput, scale: Scale) -> None:
        self.rulebook = rulebook
        self.round_input = round_input
        self.scale = scale
        self.weights = [hundredths(segment.weight) for segment in rulebook.scored_segments]
        self.places = {segment.code: place for place, segment in enumerate(rulebook.scored_segments)}
        self.decisions = {frozenset(decision.order): decision.order for decision in round_input.decisions}
        self.reached: set[frozenset[str]] = set()
        self.values_of: Mapping[str, Callable[[TieStep, Sequence[ScoredEntry]], dict[str, int] | None]] = {
            TIE_CRITERION: self._criterion_means,
            TIE_UNTRIMMED_MEAN: self._untrimmed_means,
            TIE_MEDIAN: self._medians,
            TIE_RUNOFF: self._runoff_places,
            TIE_DECISION: self._decision_places,
        }

    def resolve(self, tied: list[ScoredEntry]) -> tuple[list[list[ScoredEntry]], Tie]:
        """The tied entries in their final groups, best first, with the record of every step that was tried."""
        groups, tried = [tied], []
        for step in self.rulebook.tie_chain:
            next_groups: list[list[ScoredEntry]] = []
            for group in groups:
                values = self.values_of[step.kind](step, group) if len(group) > 1 else None
                if values is None:
                    next_groups.append(group)
                    continue
                parts = _split(group, values, lower_first=step.kind in (TIE_RUNOFF, TIE_DECISION))
                tried.append(self._tried(step, values, len(parts) > 1))
                next_groups.extend(parts)
            groups = next_groups
        return groups, Tie(self._value(tied[0]), _codes(tied), tuple(tried), tuple(_codes(group) for group in groups))

    def unused_decisions(self) -> tuple[int, ...]:
        """The decisions, by place, whose entries were no set that came as far as the decision step."""
        decisions = enumerate(self.round_input.decisions)
        return tuple(place for place, decision in decisions if frozenset(decision.order) not in self.reached)

    def _value(self, scored: ScoredEntry) -> Fraction:
        by_rounded = self.rulebook.rounding.rank_by == RANK_ROUNDED
        return Fraction(scored.ranking_value, 10**self.scale.places if by_rounded else self.scale.denominator)

    def _tried(self, step: TieStep, values: Mapping[str, int], split: bool) -> TriedStep:
        denominator = 1 if step.kind in (TIE_RUNOFF, TIE_DECISION) else self.scale.denominator
        return TriedStep(step, values, denominator, split)

    def _criterion_means(self, step: TieStep, group: Sequence[ScoredEntry]) -> dict[str, int]:
        place, criterion = self.places[step.segment or ""], step.criterion or ""
        return {
            each.entry.code: score.criterion_mean(criterion)
            for each in group
            if isinstance(score := each.scores[place], PanelScore)
        }

    def _untrimmed_means(self, step: TieStep, group: Sequence[ScoredEntry]) -> dict[str, int]:
        return {each.entry.code: weighted(self.weights, [score.untrimmed for score in each.scores]) for each in group}

    def _medians(self, step: TieStep, group: Sequence[ScoredEntry]) -> dict[str, int]:
        return {each.entry.code: weighted(self.weights, [score.median for score in each.scores]) for each in group}

    def _runoff_places(self, step: TieStep, group: Sequence[ScoredEntry]) -> dict[str, int] | None:
        members = set(_codes(group))
        for runoff in self.round_input.runoffs:
            restricted = [[code for code in equals if code in members] for equals in runoff.order]
            if sum(len(equals) for equals in restricted) == len(members):
                return _places(restricted)
        return None

    def _decision_places(self, step: TieStep, group: Sequence[ScoredEntry]) -> dict[str, int] | None:
        members = frozenset(_codes(group))
        self.reached.add(members)
        order = self.decisions.get(members)
        return None if order is None else _places([[code] for code in order])


def _codes(group: Sequence[ScoredEntry]) -> tuple[str, ...]:
    return tuple(each.entry.code for each in group)


def _places(order: Sequence[Sequence[str]]) -> dict[str, int]:
    """Standard competition places of groups that stand best first."""
    places: dict[str, int] = {}
    for equals in order:
        place = len(places) + 1
        places.update(dict.fromkeys(equals, place))
    return places


def _split(group: Sequence[ScoredEntry], values: Mapping[str, int], *, lower_first: bool) -> list[list[ScoredEntry]]:
    parts: dict[int, list[ScoredEntry]] = {}
    for each in group:
        parts.setdefault(values[each.entry.code], []).append(each)
    return [parts[value] for value in sorted(parts, reverse=not lower_first)]
