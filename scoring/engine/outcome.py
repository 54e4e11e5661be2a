"""What was computed from one round: the `output` of a result book."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from scoring.engine.arithmetic import decimal_text
from scoring.engine.awards import Awards
from scoring.engine.scores import Penalty, Scale, SegmentScore
from scoring.engine.ties import Tie


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of the ranking; without a rank, `reason` says why. Values count parts of the scale's denominator."""

    entry: str
    rank: int | None
    tied: bool
    reason: str | None
    scores: tuple[SegmentScore, ...]
    penalties: tuple[Penalty, ...]
    aggregate_value: int | None
    total_value: int | None
    scale: Scale

    @property
    def exact(self) -> Fraction | None:
        """The exact total; None if the entry is not ranked."""
        return None if self.total_value is None else self.scale.fraction(self.total_value)

    @property
    def shown(self) -> str | None:
        """The total as it is shown, rounded half up; None if the entry is not ranked."""
        return None if self.total_value is None else self.scale.shown(self.total_value)

    def as_document(self) -> dict[str, object]:
        return {
            "entry": self.entry,
            "rank": self.rank,
            "tied": self.tied,
            "reason": self.reason,
            "segments": [score.as_document() for score in self.scores],
            "aggregate": self.scale.exact(self.aggregate_value),
            "penalties": [penalty.as_document() for penalty in self.penalties],
            "penalty": decimal_text(sum(penalty.points for penalty in self.penalties)),
            "exact": self.scale.exact(self.total_value),
            "shown": self.shown,
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """Standings (ranked first), ties, boundaries and awards; the same input always gives the same outcome."""

    standings: tuple[Standing, ...]
    ties: tuple[Tie, ...]
    awards: Awards
    unused_decisions: tuple[int, ...]

    @property
    def ranked(self) -> int:
        return sum(standing.rank is not None for standing in self.standings)

    def standing(self, entry: str) -> Standing:
        """The standing of an entry; KeyError if it was not judged in this round."""
        return {standing.entry: standing for standing in self.standings}[entry]

    def as_document(self) -> dict[str, object]:
        return {
            "standings": [standing.as_document() for standing in self.standings],
            "ties": [tie.as_document() for tie in self.ties],
            "boundaries": [boundary.as_document() for boundary in self.awards.boundaries],
            "placements": [placement.as_document() for placement in self.awards.placements],
            "titles": [holder.as_document() for holder in self.awards.titles],
            "finalists": list(self.awards.finalists),
            "reserves": list(self.awards.reserves),
            "unused_decisions": list(self.unused_decisions),
            "counts": {"entries": len(self.standings), "ranked": self.ranked},
        }
