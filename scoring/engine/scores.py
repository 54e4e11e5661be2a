"""From marks to the scores of one entry.

Within a round every value is an integer over one denominator, chosen so that each mean, weighted sum and median of the
round is whole: ranking then only adds and compares integers, and fractions appear when a value is shown. What is made
once per entry is a NamedTuple, which is made in a quarter of the time of a frozen dataclass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from scoring.engine.arithmetic import decimal_text, exact_text, hundredths, kept_slice, median_pair, round_half_up
from scoring.engine.round_input import Entry, Sheet
from scoring.engine.rulebook import DEDUCTION_SOURCE, LEVEL_TOTAL, UNDER, Aggregation, PenaltyRule, Segment


@dataclass(frozen=True, slots=True)
class Scale:
    """The denominator of a round's values, and the places that are shown."""

    denominator: int
    places: int

    @classmethod
    def for_counts(cls, counts: Iterable[int], places: int) -> Scale:
        """A scale on which hundredths × a weight in hundredths ÷ 100 ÷ any of the counts ÷ 2 is whole."""
        return cls(2 * 100 * 100 * 100 * lcm(*(count for count in counts if count)), places)

    def mean(self, added: int, count: int) -> int:
        """The mean of `count` values whose hundredths add up to `added`."""
        return added * (self.denominator // (100 * count))

    def fraction(self, value: int) -> Fraction:
        return Fraction(value, self.denominator)

    def exact(self, value: int | None) -> str | None:
        return None if value is None else exact_text(self.fraction(value))

    def shown(self, value: int) -> str:
        return round_half_up(self.fraction(value), self.places)

    def rounded(self, value: int) -> int:
        """The shown value of something that is not negative, as a whole number of its last place."""
        last_places: int = 2 * value * 10**self.places
        return (last_places + self.denominator) // (2 * self.denominator)


def kept_of(count: int, rules: Aggregation) -> slice:
    """Which of `count` ascending values the rules keep."""
    return kept_slice(count, rules.drop_high, rules.drop_low, rules.min_panel_for_drop)


@dataclass(frozen=True, slots=True)
class Panel:
    """What is the same for every score of a panel segment.

    The places of its criteria and of the judges, and for each number of submitted sheets that occurs: the slice of the
    ordered values that is kept, the factor that makes their sum a mean, and the factor for the mean of all.
    """

    segment: Segment
    rules: Aggregation
    scale: Scale
    criteria: Mapping[str, int]
    judge_places: Mapping[str, int]
    by_count: Mapping[int, tuple[slice, int, int]]

    @classmethod
    def of(
        cls, segment: Segment, rules: Aggregation, scale: Scale, judge_places: Mapping[str, int], counts: Iterable[int]
    ) -> Panel:
        slices = {count: kept_of(count, rules) for count in counts}
        by_count = {
            count: (kept, scale.mean(1, kept.stop - kept.start), scale.mean(1, count)) for count, kept in slices.items()
        }
        criteria = {criterion.code: place for place, criterion in enumerate(segment.criteria)}
        return cls(segment, rules, scale, criteria, judge_places, by_count)

    def score(self, sheets: Sequence[Sheet]) -> PanelScore:
        """The score that the submitted sheets of one entry make; without any there is no value (pitfall 4)."""
        totals = [sum(sheet.marks) for sheet in sheets]
        if not totals:
            return PanelScore(self, sheets, totals, None)
        kept, factor, _ = self.by_count[len(totals)]
        if self.rules.level == LEVEL_TOTAL:
            return PanelScore(self, sheets, totals, sum(sorted(totals)[kept]) * factor)
        columns = zip(*[sheet.marks for sheet in sheets], strict=True)
        return PanelScore(self, sheets, totals, sum([sum(sorted(column)[kept]) for column in columns]) * factor)


class PanelScore(NamedTuple):
    """The submitted sheets of one entry in one panel segment; absent and recused judges are left out (pitfall 26)."""

    panel: Panel
    sheets: Sequence[Sheet]
    totals: Sequence[int]
    value: int | None

    @property
    def counted(self) -> int:
        return len(self.totals)

    @property
    def untrimmed(self) -> int | None:
        return self._mean(self.totals) if self.totals else None

    @property
    def median(self) -> int | None:
        return self.panel.scale.mean(median_pair(self.totals), 2) if self.totals else None

    def criterion_mean(self, criterion: str) -> int:
        """The untrimmed mean of one criterion over the submitted sheets, of which there is at least one."""
        place = self.panel.criteria[criterion]
        return self._mean([sheet.marks[place] for sheet in self.sheets])

    def _mean(self, values: Sequence[int]) -> int:
        return sum(values) * self.panel.by_count[len(values)][2]

    def dropped(self) -> dict[str, list[str]]:
        """The judges whose value was dropped, in judge order: under "total", or under each criterion."""
        if self.panel.rules.level == LEVEL_TOTAL:
            return {"total": self._dropped_from(self.totals)}
        return {
            criterion: self._dropped_from([sheet.marks[place] for sheet in self.sheets])
            for criterion, place in self.panel.criteria.items()
        }

    def _dropped_from(self, values: Sequence[int]) -> list[str]:
        kept = kept_of(len(values), self.panel.rules)
        places = [self.panel.judge_places[sheet.judge] for sheet in self.sheets]
        ordered = sorted(range(len(values)), key=lambda index: (values[index], places[index]))
        dropped = [*ordered[: kept.start], *ordered[kept.stop :]]
        return [self.sheets[index].judge for index in sorted(dropped, key=places.__getitem__)]

    def as_document(self) -> dict[str, object]:
        return {
            "segment": self.panel.segment.code,
            "counted": self.counted,
            "dropped": self.dropped(),
            "exact": self.panel.scale.exact(self.value),
            "untrimmed": self.panel.scale.exact(self.untrimmed),
            "median": self.panel.scale.exact(self.median),
        }


class QuizScore(NamedTuple):
    """The one number of a quiz segment, which is its own mean and median."""

    segment: Segment
    scale: Scale
    value: int | None

    @classmethod
    def of(cls, segment: Segment, scale: Scale, score: Decimal | None) -> QuizScore:
        return cls(segment, scale, None if score is None else scale.mean(hundredths(score), 1))

    @property
    def untrimmed(self) -> int | None:
        return self.value

    @property
    def median(self) -> int | None:
        return self.value

    def as_document(self) -> dict[str, object]:
        shown = self.scale.exact(self.value)
        return {
            "segment": self.segment.code,
            "counted": 0,
            "dropped": {},
            "exact": shown,
            "untrimmed": shown,
            "median": shown,
        }


SegmentScore = PanelScore | QuizScore


class Penalty(NamedTuple):
    """Points taken off an entry, in hundredths; `source` is a rule's code or "deduction"."""

    source: str
    points: int

    def as_document(self) -> dict[str, object]:
        return {"source": self.source, "points": decimal_text(self.points)}


class PenaltyTable:
    """The rulebook's penalties, ready to be applied to entry after entry."""

    def __init__(self, rules: Sequence[PenaltyRule]) -> None:
        self.rows = [
            (rule, hundredths(rule.points), None if rule.cap is None else hundredths(rule.cap)) for rule in rules
        ]

    def penalties_of(self, entry: Entry) -> tuple[Penalty, ...]:
        """Of each segment's under and over rules the first that matches, then the deductions; each applied once."""
        found: list[Penalty] = []
        if entry.seconds:
            found += self._time_penalties(entry.seconds)
        for deduction in entry.deductions:
            found.append(Penalty(DEDUCTION_SOURCE, hundredths(deduction.points)))
        return tuple(found)

    def _time_penalties(self, lengths: Mapping[str, int]) -> Iterable[Penalty]:
        applied: dict[tuple[str, str], Penalty] = {}
        for rule, points, cap in self.rows:
            seconds = lengths.get(rule.segment)
            if seconds is None or (rule.segment, rule.when) in applied:
                continue
            beyond = rule.limit_seconds - seconds if rule.when == UNDER else seconds - rule.limit_seconds
            if beyond <= 0:
                continue
            periods = 1 if rule.per_seconds is None else -(-beyond // rule.per_seconds)
            taken = points * periods if cap is None else min(points * periods, cap)
            applied[rule.segment, rule.when] = Penalty(rule.code, taken)
        return applied.values()
