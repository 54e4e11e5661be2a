"""Which entries are ranked, and in what order before ties are looked at (docs/result-book.md, steps 1 to 6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from operator import mul
from typing import NamedTuple

from scoring.engine.arithmetic import hundredths
from scoring.engine.round_input import COMPETING, OWED, SUBMITTED, Entry, RoundInput, Sheet
from scoring.engine.rulebook import PANEL, RANK_ROUNDED, Rulebook, Segment
from scoring.engine.scores import Panel, PanelScore, Penalty, PenaltyTable, QuizScore, Scale, SegmentScore, kept_of

WAITING, NO_MARKS, TOO_FEW_MARKS, QUIZ_MISSING = "waiting", "no_marks", "too_few_marks", "quiz_missing"


class ScoredEntry(NamedTuple):
    """An entry with its scores; `reason` says why it is not ranked, and then it has no total."""

    entry: Entry
    scores: tuple[SegmentScore, ...]
    penalties: tuple[Penalty, ...]
    reason: str | None
    aggregate: int | None = None
    total: int | None = None
    ranking_value: int = 0

    @property
    def place_key(self) -> tuple[int, str]:
        return self.entry.order, self.entry.code


class _Scorer:
    """What is the same for all entries of a round, worked out once."""

    def __init__(self, rulebook: Rulebook, round_input: RoundInput) -> None:
        self.rulebook = rulebook
        judge_places = {code: place for place, code in enumerate(round_input.judges)}
        self.cells, self.owed = _sort_sheets(round_input.sheets)
        counts = {len(sheets) for sheets in self.cells.values()}
        slices = [kept_of(count, rulebook.aggregation) for count in counts]
        self.scale = Scale.for_counts({*counts, *(each.stop - each.start for each in slices)}, rulebook.rounding.places)
        self.panels = {
            segment.code: Panel.of(segment, rulebook.aggregation, self.scale, judge_places, counts)
            for segment in rulebook.panel_segments
        }
        self.segments = rulebook.scored_segments
        self.weights = [hundredths(segment.weight) for segment in self.segments]
        self.penalties = PenaltyTable(rulebook.penalties)
        self.by_rounded = rulebook.rounding.rank_by == RANK_ROUNDED

    def score(self, entry: Entry) -> ScoredEntry:
        scores = tuple([self._segment_score(entry, segment) for segment in self.segments])
        penalties = self.penalties.penalties_of(entry)
        values = [score.value for score in scores]
        reason = self._reason(entry, scores, values)
        if reason is not None:
            return ScoredEntry(entry, scores, penalties, reason)
        aggregate = total = weighted(self.weights, values)
        if penalties:
            total = max(0, aggregate - self.scale.mean(sum([penalty.points for penalty in penalties]), 1))
        value = self.scale.rounded(total) if self.by_rounded else total
        return ScoredEntry(entry, scores, penalties, None, aggregate, total, value)

    def _segment_score(self, entry: Entry, segment: Segment) -> SegmentScore:
        if segment.scored_by == PANEL:
            return self.panels[segment.code].score(self.cells.get((entry.code, segment.code), []))
        return QuizScore.of(segment, self.scale, entry.quiz.get(segment.code))

    def _reason(self, entry: Entry, scores: Sequence[SegmentScore], values: Sequence[int | None]) -> str | None:
        """Why the entry is not ranked, in the order of step 5; None if it is."""
        if entry.status != COMPETING:
            return entry.status
        if entry.code in self.owed:
            return WAITING
        counts = [len(score.totals) for score in scores if isinstance(score, PanelScore)]
        if min(counts) < self.rulebook.aggregation.min_valid_marks:
            return TOO_FEW_MARKS if any(counts) else NO_MARKS
        return QUIZ_MISSING if None in values else None


def _sort_sheets(sheets: Sequence[Sheet]) -> tuple[Mapping[tuple[str, str], list[Sheet]], set[str]]:
    """The submitted sheets by entry and segment, and the entries to which a sheet is still owed (pitfall 5).

    In book order the sheets of a cell follow one another, so that a cell is looked up once and not once per sheet.
    """
    cells: dict[tuple[str, str], list[Sheet]] = defaultdict(list)
    owed: set[str] = set()
    cell: list[Sheet] = []
    entry = segment = ""
    for sheet in sheets:
        if sheet.state == SUBMITTED:
            if sheet.entry != entry or sheet.segment != segment:
                entry, segment = sheet.entry, sheet.segment
                cell = cells[entry, segment]
            cell.append(sheet)
        elif sheet.state in OWED:
            owed.add(sheet.entry)
    return cells, owed


def weighted(weights: Sequence[int], values: Sequence[int | None]) -> int:
    """Σ weight × value ÷ 100, the weights in hundredths; a ranked entry has every value."""
    added: int = sum(map(mul, weights, [value or 0 for value in values]))
    return added // 10_000


def score_entries(rulebook: Rulebook, round_input: RoundInput) -> tuple[list[ScoredEntry], Scale]:
    """Every entry with its scores and its reason for not being ranked, if any."""
    scorer = _Scorer(rulebook, round_input)
    return [scorer.score(entry) for entry in round_input.entries], scorer.scale


def group_equals(scored: Sequence[ScoredEntry]) -> list[list[ScoredEntry]]:
    """The ranked entries, best first, in groups of equal ranking value; within a group by running order."""
    by_value: dict[int, list[ScoredEntry]] = defaultdict(list)
    for each in scored:
        if each.reason is None:
            by_value[each.ranking_value].append(each)
    return [sorted(by_value[value], key=lambda each: each.place_key) for value in sorted(by_value, reverse=True)]
