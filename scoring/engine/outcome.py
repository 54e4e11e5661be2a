"""What was computed from one round: the `output` of a result book."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from scoring.engine.arithmetic import decimal_text
from scoring.engine.awards import Awards
from scoring.engine.ranking import ScoredEntry
from scoring.engine.scores import Scale
from scoring.engine.ties import Tie


class Standing(NamedTuple):
    """One line of the ranking: an entry as it was scored, and its rank; without one, `reason` says why."""

    scored: ScoredEntry
    rank: int | None
    tied: bool
    scale: Scale

    @property
    def entry(self) -> str:
        return self.scored.entry.code

    @property
    def reason(self) -> str | None:
        return self.scored.reason

    @property
    def exact(self) -> Fraction | None:
        """The exact total; None if the entry is not ranked."""
        return None if self.scored.total is None else self.scale.fraction(self.scored.total)

    @property
    def shown(self) -> str | None:
        """The total as it is shown, rounded half up; None if the entry is not ranked."""
        return None if self.scored.total is None else self.scale.shown(self.scored.total)

    def as_document(self) -> dict[str, object]:
        return {
            "entry": self.entry,
            "rank": self.rank,
            "tied": self.tied,
            "reason": self.reason,
            "segments": [score.as_document() for score in self.scored.scores],
            "aggregate": self.scale.exact(self.scored.aggregate),
            "penalties": [penalty.as_document() for penalty in self.scored.penalties],
            "penalty": decimal_text(sum(penalty.points for penalty in self.scored.penalties)),
            "exact": self.scale.exact(self.scored.total),
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
