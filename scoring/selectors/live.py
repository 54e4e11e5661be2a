"""Live views of a round: computed by the engine from the rows of the moment, and said to be so (pitfall 10)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from accounts.models import User
from scoring import engine
from scoring.engine.rulebook import RESERVES_LINE
from scoring.engine.scores import PanelScore, SegmentScore
from scoring.models import Entry, Recusal, Round, ScoreSheet
from scoring.selectors.input import SUBMITTED, EntryRow, RoundRows, as_input, round_rows, total_text
from scoring.selectors.rules import rules_of


class Cell(NamedTuple):
    """One judge's sheet of one entry and segment; `total` is "" unless submitted; `dropped`: trimmed off."""

    sheet_id: int | None
    state: str
    total: str
    dropped: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of cells: a segment and a seat, in the order segment, seat number."""

    segment: str
    segment_title: str
    judge: str
    seat_id: int
    is_removed: bool


@dataclass(frozen=True, slots=True)
class LiveRow:
    """One entry; `rank` is None, with a `reason_text`, when it is not ranked. `cells` stand in the columns' order."""

    entry_id: int
    code: str
    title: str
    order: int
    status: str
    status_label: str
    is_locked: bool
    rank: int | None
    tied: bool
    reason: str
    reason_text: str
    aggregate: str
    penalty: str
    shown: str
    cells: tuple[Cell, ...]
    owed: int


@dataclass(frozen=True, slots=True)
class LiveTable:
    """The standings of this moment: ranked rows first, then the unranked by order.

    `lines` are the award lines that an unresolved tie straddles: (line title, codes). `is_locked`: the official
    figures are in the latest snapshot, not here. `assigned`: a cell without a state was not assigned to that judge.
    """

    round_id: int
    change_number: int
    is_locked: bool
    columns: tuple[Column, ...]
    rows: tuple[LiveRow, ...]
    ranked: int
    submitted: int
    owed: int
    lines: tuple[tuple[str, tuple[str, ...]], ...]
    assigned: bool = False


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One of the judge's own sheets. `can_mark`: marks are taken now; `total` and `marks` are the judge's own."""

    sheet_id: int
    entry_id: int
    code: str
    title: str
    order: int
    segment: str
    segment_title: str
    state: str
    state_label: str
    state_reason: str
    version: int
    marks: Mapping[str, str]
    total: str
    can_mark: bool
    is_locked: bool
    entry_status: str
    recusal_proposed: bool


REASON_TEXTS = {
    "waiting": "还有评分未提交",
    "no_marks": "没有有效评分",
    "too_few_marks": "有效评分不足",
    "quiz_missing": "缺答题得分",
    **{status.value: status.label for status in Entry.Status if status != Entry.Status.COMPETING},
}
_STATUS_LABELS = {status.value: status.label for status in Entry.Status}
_STATE_LABELS = {state.value: state.label for state in ScoreSheet.State}
_NO_SHEET = Cell(None, "", "", False, "")
# Why an entry was given to somebody else names that somebody, which is no reviewer's business (pitfall 15).
_REASON_TOLD = (ScoreSheet.State.RETURNED, ScoreSheet.State.RECUSED, ScoreSheet.State.ABSENT)
_CLOSED = (ScoreSheet.State.RECUSED, ScoreSheet.State.UNASSIGNED)
_OWED = frozenset(state.value for state in ScoreSheet.OWED)


def live_table(round: Round, rows: RoundRows | None = None) -> LiveTable:
    """Standings computed from the rows of now; at most 6 queries whatever the number of rows.

    Give a round with its rulebook joined and it is one less; give the `rows` that were read already and it is none.
    """
    rows = rows or round_rows(round)
    outcome = engine.compute(rows.rules, round.group, as_input(rows))
    columns = _columns(rows)
    entries = {entry.code: entry for entry in rows.entries}
    table = tuple(_row(entries[standing.entry], standing, rows, columns) for standing in outcome.standings)
    titles = line_titles(rows.rules, round.group)
    return LiveTable(
        round_id=round.pk,
        change_number=round.change_number,
        is_locked=round.state == Round.State.LOCKED,
        columns=columns,
        rows=table,
        ranked=outcome.ranked,
        submitted=sum(sheet.state == SUBMITTED for sheet in rows.sheets.values()),
        owed=sum(row.owed for row in table),
        lines=tuple((titles[boundary.line], tuple(boundary.entries)) for boundary in outcome.awards.boundaries),
        assigned=rows.assigned,
    )


def line_titles(rules: engine.Rulebook, group: str) -> dict[str, str]:
    """Titles of a group's award lines by code: tiers, titles and the reserve list."""
    found = rules.group(group)
    tiers = {tier.code: tier.title for tier in found.tiers}
    return tiers | {title.code: title.title for title in found.titles} | {RESERVES_LINE: "递补"}


def _columns(rows: RoundRows) -> tuple[Column, ...]:
    return tuple(
        Column(segment.code, segment.title, seat.code, seat.seat_id, seat.is_removed)
        for segment in rows.rules.panel_segments
        for seat in rows.seats
    )


def _row(entry: EntryRow, standing: engine.Standing, rows: RoundRows, columns: tuple[Column, ...]) -> LiveRow:
    scored, scale = standing.scored, standing.scale
    dropped = _dropped(scored.scores)
    cells = tuple([_cell(rows, entry, column, dropped) for column in columns])
    competing = entry.status == Entry.Status.COMPETING
    return LiveRow(
        entry_id=entry.entry_id,
        code=entry.code,
        title=entry.title,
        order=entry.order,
        status=entry.status,
        status_label=_STATUS_LABELS[entry.status],
        is_locked=entry.is_locked,
        rank=standing.rank,
        tied=standing.tied,
        reason=standing.reason or "",
        reason_text=REASON_TEXTS[standing.reason] if standing.reason else "",
        aggregate="" if scored.aggregate is None else scale.shown(scored.aggregate),
        penalty=engine.decimal_text(sum([penalty.points for penalty in scored.penalties])) if scored.penalties else "",
        shown=standing.shown or "",
        cells=cells,
        owed=sum([cell.state in _OWED for cell in cells]) if competing else 0,
    )


def _dropped(scores: Iterable[SegmentScore]) -> set[tuple[str, str]]:
    """(segment, judge) of which some value is left out by the trimming."""
    return {
        (score.panel.segment.code, judge)
        for score in scores
        if isinstance(score, PanelScore)
        for judges in score.dropped().values()
        for judge in judges
    }


def _cell(rows: RoundRows, entry: EntryRow, column: Column, dropped: set[tuple[str, str]]) -> Cell:
    sheet = rows.sheets.get((entry.entry_id, column.segment, column.seat_id))
    if sheet is None:
        return _NO_SHEET
    if sheet.marks is None:
        return Cell(sheet.sheet_id, sheet.state, "", False, sheet.reason)
    is_dropped = (column.segment, column.judge) in dropped
    return Cell(sheet.sheet_id, sheet.state, sheet.total, is_dropped, sheet.reason)


def judge_queue(user: User, round: Round) -> list[QueueItem]:
    """The judge's own sheets of an open or locked round, in running order; at most 4 queries.

    Other judges' sheets, totals and progress are not looked at (pitfall 15).
    """
    rules = rules_of(round.rulebook)
    places = {segment.code: (place, segment.title) for place, segment in enumerate(rules.panel_segments)}
    proposed = set(
        Recusal.objects.filter(
            entry__round_id=round.pk, seat__judge_id=user.pk, state=Recusal.State.PROPOSED
        ).values_list("entry_id", flat=True)
    )
    own = (
        ScoreSheet.objects.filter(judge_id=user.pk, entry__round_id=round.pk)
        .select_related("entry", "current", "seat")
        .order_by("entry__order", "entry__code", "pk")
    )
    items = [_queue_item(sheet, round, places[sheet.segment][1], sheet.entry_id in proposed) for sheet in own]
    return sorted(items, key=lambda item: (item.order, item.code, places[item.segment][0]))


def _queue_item(sheet: ScoreSheet, round: Round, segment_title: str, recusal_proposed: bool) -> QueueItem:
    entry, current = sheet.entry, sheet.current
    is_locked = round.state == Round.State.LOCKED or entry.locked_at is not None
    is_open = round.state == Round.State.OPEN and not is_locked and sheet.seat.removed_at is None
    return QueueItem(
        sheet_id=sheet.pk,
        entry_id=entry.pk,
        code=entry.code,
        title=entry.title,
        order=entry.order,
        segment=sheet.segment,
        segment_title=segment_title,
        state=sheet.state,
        state_label=_STATE_LABELS[sheet.state],
        state_reason=sheet.state_reason if sheet.state in _REASON_TOLD else "",
        version=sheet.version,
        marks=current.marks if current else {},
        total=total_text(current.marks) if current and current.total is not None else "",
        can_mark=is_open and sheet.state not in _CLOSED,
        is_locked=is_locked,
        entry_status=entry.status,
        recusal_proposed=recusal_proposed,
    )
