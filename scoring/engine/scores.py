"""From marks to the scores of one entry.

Within a round every value is an integer over one denominator, chosen so that each mean, weighted sum and median of the
round is whole: ranking then only adds and compares integers, and fractions appear when a value is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm

from scoring.engine.arithmetic import decimal_text, exact_text, hundredths, kept_values, median_pair, round_half_up
from scoring.engine.round_input import Deduction, Entry, Sheet
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


def kept_count(count: int, rules: Aggregation) -> int:
    """How many of `count` values are left after dropping."""
    dropped = rules.drop_high + rules.drop_low
    return count if count < rules.min_panel_for_drop or count <= dropped else count - dropped


@dataclass(frozen=True, slots=True)
class PanelScore:
    """The submitted sheets of one entry in one panel segment; absent and recused judges are left out (pitfall 26)."""

    segment: Segment
    rules: Aggregation
    scale: Scale
    judge_places: Mapping[str, int]
    sheets: Sequence[Sheet]
    totals: Sequence[int]
    value: int | None

    @classmethod
    def of(
        cls,
        segment: Segment,
        rules: Aggregation,
        scale: Scale,
        judge_places: Mapping[str, int],
        sheets: Sequence[Sheet],
    ) -> PanelScore:
        totals = [sum(sheet.marks.values()) for sheet in sheets]
        if not totals:
            return cls(segment, rules, scale, judge_places, sheets, totals, None)
        drops = rules.drop_high, rules.drop_low, rules.min_panel_for_drop
        if rules.level == LEVEL_TOTAL:
            added = sum(kept_values(totals, *drops))
        else:
            columns = ([sheet.marks[criterion.code] for sheet in sheets] for criterion in segment.criteria)
            added = sum(sum(kept_values(column, *drops)) for column in columns)
        value = scale.mean(added, kept_count(len(totals), rules))
        return cls(segment, rules, scale, judge_places, sheets, totals, value)

    @property
    def counted(self) -> int:
        return len(self.totals)

    @property
    def untrimmed(self) -> int | None:
        return self.scale.mean(sum(self.totals), self.counted) if self.totals else None

    @property
    def median(self) -> int | None:
        return self.scale.mean(median_pair(self.totals), 2) if self.totals else None

    def criterion_mean(self, criterion: str) -> int:
        """The untrimmed mean of one criterion over the submitted sheets, of which there is at least one."""
        return self.scale.mean(sum(sheet.marks[criterion] for sheet in self.sheets), self.counted)

    def dropped(self) -> dict[str, list[str]]:
        """The judges whose value was dropped, in judge order: under "total", or under each criterion."""
        if self.rules.level == LEVEL_TOTAL:
            return {"total": self._dropped_from(self.totals)}
        return {
            criterion.code: self._dropped_from([sheet.marks[criterion.code] for sheet in self.sheets])
            for criterion in self.segment.criteria
        }

    def _dropped_from(self, values: Sequence[int]) -> list[str]:
        count = len(values)
        if kept_count(count, self.rules) == count:
            return []
        places = [self.judge_places[sheet.judge] for sheet in self.sheets]
        ordered = sorted(range(count), key=lambda index: (values[index], places[index]))
        dropped = [*ordered[: self.rules.drop_low], *ordered[count - self.rules.drop_high :]]
        return [self.sheets[index].judge for index in sorted(dropped, key=places.__getitem__)]

    def as_document(self) -> dict[str, object]:
        return {
            "segment": self.segment.code,
            "counted": self.counted,
            "dropped": self.dropped(),
            "exact": self.scale.exact(self.value),
            "untrimmed": self.scale.exact(self.untrimmed),
            "median": self.scale.exact(self.median),
        }


@dataclass(frozen=True, slots=True)
class QuizScore:
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


@dataclass(frozen=True, slots=True)
class Penalty:
    """Points taken off an entry, in hundredths; `source` is a rule's code or "deduction"."""

    source: str
    points: int

    def as_document(self) -> dict[str, object]:
        return {"source": self.source, "points": decimal_text(self.points)}


def time_penalty(rule: PenaltyRule, seconds: int) -> int:
    """The hundredths that a rule takes off for a length in seconds; 0 if the rule does not match."""
    beyond = rule.limit_seconds - seconds if rule.when == UNDER else seconds - rule.limit_seconds
    if beyond <= 0:
        return 0
    points = hundredths(rule.points)
    if rule.per_seconds is not None:
        points *= -(-beyond // rule.per_seconds)
    return points if rule.cap is None else min(points, hundredths(rule.cap))


def penalties_of(entry: Entry, rules: Sequence[PenaltyRule]) -> tuple[Penalty, ...]:
    """Of each segment's under and over rules the first that matches, then the deductions; each applied once."""
    if not entry.seconds and not entry.deductions:
        return ()
    applied: dict[tuple[str, str], Penalty] = {}
    for rule in rules:
        seconds = entry.seconds.get(rule.segment)
        if seconds is None or (rule.segment, rule.when) in applied:
            continue
        points = time_penalty(rule, seconds)
        if points:
            applied[rule.segment, rule.when] = Penalty(rule.code, points)
    return (*applied.values(), *(_deducted(deduction) for deduction in entry.deductions))


def _deducted(deduction: Deduction) -> Penalty:
    return Penalty(DEDUCTION_SOURCE, hundredths(deduction.points))
