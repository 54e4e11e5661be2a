"""The rules of one contest or selection as frozen values (design §4; docs/result-book.md, `rulebook`)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from scoring.engine.arithmetic import decimal_text, hundredths

FORMAT = "mingping-rulebook/1"

PANEL, QUIZ, NOBODY = "panel", "quiz", "none"
SCORERS = (PANEL, QUIZ, NOBODY)
LEVEL_TOTAL, LEVEL_CRITERION = "total", "criterion"
LEVELS = (LEVEL_TOTAL, LEVEL_CRITERION)
UNDER, OVER = "under", "over"
RANK_EXACT, RANK_ROUNDED = "exact", "rounded"
TIE_CRITERION, TIE_UNTRIMMED_MEAN, TIE_MEDIAN = "criterion", "untrimmed_mean", "median"
TIE_RUNOFF, TIE_DECISION = "runoff", "decision"
TIE_KINDS = (TIE_CRITERION, TIE_UNTRIMMED_MEAN, TIE_MEDIAN, TIE_RUNOFF, TIE_DECISION)
BLOCK, SHARE_UP, SHARE_DOWN = "block", "share_up", "share_down"
BOUNDARIES = (BLOCK, SHARE_UP, SHARE_DOWN)
PERCENT_ROUNDINGS = ("floor", "half_up", "ceil")
STEPS = (Decimal("0.1"), Decimal("0.5"), Decimal(1))
RESERVES_LINE = "reserves"
DEDUCTION_SOURCE = "deduction"


def _plain(value: Decimal) -> str:
    return decimal_text(hundredths(value))


@dataclass(frozen=True, slots=True)
class Criterion:
    code: str
    title: str
    max_points: Decimal
    step: Decimal
    description: str = ""

    def as_document(self) -> dict[str, object]:
        return {
            "code": self.code,
            "title": self.title,
            "max_points": _plain(self.max_points),
            "step": _plain(self.step),
            "description": self.description,
        }


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of an appearance; a quiz has `max_points` of its own, a panel segment has criteria."""

    code: str
    title: str
    weight: Decimal
    scored_by: str = PANEL
    criteria: tuple[Criterion, ...] = ()
    max_points: Decimal | None = None

    def as_document(self) -> dict[str, object]:
        document: dict[str, object] = {
            "code": self.code,
            "title": self.title,
            "weight": _plain(self.weight),
            "scored_by": self.scored_by,
        }
        if self.scored_by == PANEL:
            document["criteria"] = [criterion.as_document() for criterion in self.criteria]
        if self.max_points is not None:
            document["max_points"] = _plain(self.max_points)
        return document


@dataclass(frozen=True, slots=True)
class Aggregation:
    """How a panel's marks become one value; a smaller panel than `min_panel_for_drop` drops nothing."""

    level: str
    drop_high: int
    drop_low: int
    min_panel_for_drop: int
    min_valid_marks: int

    def as_document(self) -> dict[str, object]:
        return {
            "level": self.level,
            "drop_high": self.drop_high,
            "drop_low": self.drop_low,
            "min_panel_for_drop": self.min_panel_for_drop,
            "min_valid_marks": self.min_valid_marks,
        }


@dataclass(frozen=True, slots=True)
class PenaltyRule:
    """Points off for a segment that was too short or too long; `stop` tells the hall to end the speech there."""

    code: str
    segment: str
    when: str
    limit_seconds: int
    points: Decimal
    per_seconds: int | None = None
    cap: Decimal | None = None
    stop: bool = False

    def as_document(self) -> dict[str, object]:
        return {
            "code": self.code,
            "segment": self.segment,
            "when": self.when,
            "limit_seconds": self.limit_seconds,
            "per_seconds": self.per_seconds,
            "points": _plain(self.points),
            "cap": None if self.cap is None else _plain(self.cap),
            "stop": self.stop,
        }


@dataclass(frozen=True, slots=True)
class Rounding:
    places: int
    rank_by: str

    def as_document(self) -> dict[str, object]:
        return {"places": self.places, "rank_by": self.rank_by}


@dataclass(frozen=True, slots=True)
class TieStep:
    """One step of the tie chain; `segment` and `criterion` are set for the kind `criterion` only."""

    kind: str
    segment: str | None = None
    criterion: str | None = None

    def as_document(self) -> dict[str, object]:
        if self.kind == TIE_CRITERION:
            return {"kind": self.kind, "segment": self.segment, "criterion": self.criterion}
        return {"kind": self.kind}


@dataclass(frozen=True, slots=True)
class Tier:
    """An award tier: exactly one of `count`, `percent` (of the ranked entries) and `rest` says how many it takes."""

    code: str
    title: str
    advances: bool
    count: int | None = None
    percent: Decimal | None = None
    percent_rounding: str | None = None
    rest: bool = False

    def as_document(self) -> dict[str, object]:
        document: dict[str, object] = {"code": self.code, "title": self.title, "advances": self.advances}
        if self.count is not None:
            document["count"] = self.count
        elif self.percent is not None:
            document["percent"] = _plain(self.percent)
            document["percent_rounding"] = self.percent_rounding
        else:
            document["rest"] = True
        return document


@dataclass(frozen=True, slots=True)
class AwardTitle:
    """An extra title apart from the tiers (十佳科普使者): the first `count` of the ranking hold it."""

    code: str
    title: str
    count: int

    def as_document(self) -> dict[str, object]:
        return {"code": self.code, "title": self.title, "count": self.count}


@dataclass(frozen=True, slots=True)
class Group:
    """What a group (成年组, 图书 …) awards; `extra_nominees` may be nominated outside the quota."""

    code: str
    title: str
    tiers: tuple[Tier, ...]
    titles: tuple[AwardTitle, ...] = ()
    reserves: int = 0
    extra_nominees: int = 0

    def as_document(self) -> dict[str, object]:
        return {
            "code": self.code,
            "title": self.title,
            "tiers": [tier.as_document() for tier in self.tiers],
            "titles": [title.as_document() for title in self.titles],
            "reserves": self.reserves,
            "extra_nominees": self.extra_nominees,
        }


@dataclass(frozen=True, slots=True)
class Rulebook:
    title: str
    segments: tuple[Segment, ...]
    aggregation: Aggregation
    penalties: tuple[PenaltyRule, ...]
    rounding: Rounding
    tie_chain: tuple[TieStep, ...]
    boundary: str
    groups: tuple[Group, ...]

    @property
    def panel_segments(self) -> tuple[Segment, ...]:
        return tuple(segment for segment in self.segments if segment.scored_by == PANEL)

    @property
    def scored_segments(self) -> tuple[Segment, ...]:
        """The segments that somebody scores: panel and quiz."""
        return tuple(segment for segment in self.segments if segment.scored_by != NOBODY)

    def segment(self, code: str) -> Segment:
        """The segment of that code; KeyError if there is none."""
        return {segment.code: segment for segment in self.segments}[code]

    def group(self, code: str) -> Group:
        """The group of that code; KeyError if there is none."""
        return {group.code: group for group in self.groups}[code]

    def max_total(self, segment: str) -> Decimal:
        """The most that one judge (or the quiz) can give in a segment; 0 where nobody scores."""
        found = self.segment(segment)
        if found.max_points is not None:
            return found.max_points
        return sum((criterion.max_points for criterion in found.criteria), Decimal(0))

    def as_document(self) -> dict[str, object]:
        """The normalised document: equal rules give equal documents, so that their digests are equal."""
        return {
            "format": FORMAT,
            "title": self.title,
            "segments": [segment.as_document() for segment in self.segments],
            "aggregation": self.aggregation.as_document(),
            "penalties": [rule.as_document() for rule in self.penalties],
            "rounding": self.rounding.as_document(),
            "tie_chain": [step.as_document() for step in self.tie_chain],
            "boundary": self.boundary,
            "groups": [group.as_document() for group in self.groups],
        }
