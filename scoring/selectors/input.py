"""The engine's input, built from rows in few queries."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db.models import FilteredRelation, Q, TextField
from django.db.models.functions import Cast

from scoring import engine
from scoring.models import Entry, Round, ScoreSheet, Seat, Snapshot, TieDecision
from scoring.selectors.rules import rules_of

SUBMITTED = ScoreSheet.State.SUBMITTED.value
UNASSIGNED = ScoreSheet.State.UNASSIGNED.value
_NO_MARKS = (None, "")
_NOT_CONTESTING = (Entry.Status.WITHDRAWN, Entry.Status.INELIGIBLE, Entry.Status.FORFEITED)


class SeatRow(NamedTuple):
    number: int
    seat_id: int
    is_removed: bool
    judge_name: str

    @property
    def code(self) -> str:
        return f"J{self.number}"


class EntryRow(NamedTuple):
    entry_id: int
    code: str
    title: str
    order: int
    status: str
    seconds: Mapping[str, int]
    quiz: Mapping[str, str]
    is_locked: bool


class SheetRow(NamedTuple):
    """`marks` in hundredths and only of a submitted sheet, `total` their sum as text, else "": drafts never reach the
    engine (pitfall 5)."""

    sheet_id: int
    state: str
    reason: str
    marks: Mapping[str, int] | None
    total: str


@dataclass(frozen=True, slots=True)
class RoundRows:
    """A round as it stands: seats by number, entries by order, sheets by (entry, segment, seat).

    `seats` are the round's judges: those that have sheets in it, removed ones included (pitfall 7). `panel_seats` are
    all of its panel. Where the round is `assigned`, a cell without a sheet is one that nobody was asked to mark.
    """

    rules: engine.Rulebook
    seats: Sequence[SeatRow]
    panel_seats: Sequence[SeatRow]
    entries: Sequence[EntryRow]
    sheets: Mapping[tuple[int, str, int], SheetRow]
    deductions: Mapping[int, Sequence[engine.Deduction]]
    runoffs: Sequence[engine.Runoff]
    decisions: Sequence[engine.Decision]
    assigned: bool = False


@lru_cache(maxsize=4096)
def hundredths_of(text: str) -> int:
    """A stored mark ("27.5") in hundredths; the same few hundred texts come again and again."""
    return engine.hundredths(Decimal(text))


@lru_cache(maxsize=4096)
def _marks_of(stored: str) -> tuple[Mapping[str, int], str]:
    """A revision's marks in hundredths, and their sum as a plain decimal, from the JSON text of the marks.

    Kept by text, since a live table is asked for every few seconds and reading 1,400 documents took a fifth of it.
    """
    marks = {code: hundredths_of(text) for code, text in json.loads(stored).items()}
    return MappingProxyType(marks), engine.decimal_text(sum(marks.values()))


def total_text(marks: Mapping[str, str]) -> str:
    """The sum of stored marks as a plain decimal: "91.5"."""
    return engine.decimal_text(sum(hundredths_of(text) for text in marks.values()))


def round_input(round: Round) -> engine.RoundInput:
    """Judges, entries, sheets, runoffs and decisions of a round as the engine takes them."""
    return as_input(round_rows(round))


def round_rows(round: Round) -> RoundRows:
    """Read a round in at most six queries whatever its size; a locked one with its runoffs and decisions."""
    seats, sheets = _seats(round), _sheets(round)
    judging = {seat_id for _, _, seat_id in sheets}
    entries, deductions = _entries(round)
    is_locked = round.state == Round.State.LOCKED
    return RoundRows(
        rules=rules_of(round.rulebook),
        seats=[seat for seat in seats if seat.seat_id in judging],
        panel_seats=seats,
        entries=entries,
        sheets=sheets,
        deductions=deductions,
        runoffs=_runoffs(round) if is_locked else (),
        decisions=_decisions(round) if is_locked else (),
        assigned=round.assigned,
    )


def as_input(rows: RoundRows) -> engine.RoundInput:
    """The rows as the engine's input, sheets in book order; what was 改派 is not assigned, so no sheet of the input."""
    segments = [
        (segment.code, tuple(criterion.code for criterion in segment.criteria)) for segment in rows.rules.panel_segments
    ]
    judges = [(seat.seat_id, seat.code) for seat in rows.seats]
    if rows.assigned:
        asked = {seat_id for (_, _, seat_id), sheet in rows.sheets.items() if sheet.state != UNASSIGNED}
        judges = [(seat_id, code) for seat_id, code in judges if seat_id in asked]
    sheets = []
    for entry in rows.entries:
        for segment, criteria in segments:
            for seat_id, judge in judges:
                sheet = rows.sheets.get((entry.entry_id, segment, seat_id))
                if sheet is None or sheet.state == UNASSIGNED:
                    continue
                sheets.append(_engine_sheet(judge, entry.code, segment, criteria, sheet))
    return engine.RoundInput(
        judges=tuple(judge for _, judge in judges),
        entries=tuple(_engine_entry(entry, rows.deductions) for entry in rows.entries),
        sheets=tuple(sheets),
        runoffs=tuple(rows.runoffs),
        decisions=tuple(rows.decisions),
        assigned=rows.assigned,
    )


def _engine_sheet(judge: str, entry: str, segment: str, criteria: tuple[str, ...], sheet: SheetRow) -> engine.Sheet:
    if sheet.marks is None:
        return engine.Sheet(judge, entry, segment, sheet.state)
    marks = tuple([sheet.marks[criterion] for criterion in criteria])
    return engine.Sheet(judge, entry, segment, sheet.state, marks, criteria)


def _engine_entry(entry: EntryRow, deductions: Mapping[int, Sequence[engine.Deduction]]) -> engine.Entry:
    return engine.Entry(
        code=entry.code,
        order=entry.order,
        title=entry.title,
        status=entry.status,
        seconds=entry.seconds,
        quiz={segment: Decimal(score) for segment, score in entry.quiz.items()},
        deductions=tuple(deductions.get(entry.entry_id, ())),
    )


def _entries(round: Round) -> tuple[list[EntryRow], dict[int, list[engine.Deduction]]]:
    """The entries by order, and by entry the deductions that stand."""
    standing = FilteredRelation("deductions", condition=Q(deductions__cancelled_at__isnull=True))
    found = (
        Entry.objects.filter(round_id=round.pk)
        .annotate(standing=standing)
        .order_by("order", "code", "standing__pk")
        .values_list(
            "pk",
            "code",
            "title",
            "order",
            "status",
            "seconds",
            "quiz",
            "locked_at",
            "standing__points",
            "standing__reason",
        )
    )
    entries: dict[int, EntryRow] = {}
    deductions: dict[int, list[engine.Deduction]] = defaultdict(list)
    for row in found:
        pk, points, reason = row[0], *row[-2:]
        if pk not in entries:
            entries[pk] = EntryRow(*row[:-3], is_locked=row[-3] is not None)
        if points is not None:
            deductions[pk].append(engine.Deduction(points, reason))
    return list(entries.values()), deductions


def _seats(round: Round) -> list[SeatRow]:
    found = Seat.objects.filter(panel_id=round.panel_id).order_by("number")
    rows = found.values_list("number", "pk", "removed_at", "judge__name")
    return [SeatRow(number, pk, removed_at is not None, name) for number, pk, removed_at, name in rows]


def _sheets(round: Round) -> dict[tuple[int, str, int], SheetRow]:
    found = (
        ScoreSheet.objects.filter(entry__round_id=round.pk)
        .order_by()
        .values_list(
            "entry_id", "segment", "seat_id", "pk", "state", "state_reason", Cast("current__marks", TextField())
        )
    )
    return {
        (entry_id, segment, seat_id): SheetRow(
            pk, state, reason, *(_marks_of(stored) if state == SUBMITTED else _NO_MARKS)
        )
        for entry_id, segment, seat_id, pk, state, reason, stored in found
    }


def _decisions(round: Round) -> list[engine.Decision]:
    recorded = TieDecision.objects.filter(round_id=round.pk).order_by("pk").values_list("order", "reason")
    return [engine.Decision(tuple(order), reason) for order, reason in recorded]


def _runoffs(round: Round) -> list[engine.Runoff]:
    """The locked runoffs of a round, each by its newest snapshot."""
    newest: dict[int, dict[str, Any]] = {}
    taken = Snapshot.objects.filter(round__parent_id=round.pk).order_by("round_id", "number")
    for round_id, document in taken.values_list("round_id", "document"):
        newest[round_id] = document
    orders = [_runoff_order(document) for document in newest.values()]
    return [engine.Runoff(order) for order in orders if order]


def _runoff_order(document: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    """Groups of equal rank, best first. Who did not compete in the runoff comes after all who did, together.

    Who is unranked for want of marks is left out: then the runoff says nothing about the whole tied set.
    """
    groups: dict[int, list[str]] = defaultdict(list)
    not_contesting = []
    for standing in document["output"]["standings"]:
        if standing["rank"] is not None:
            groups[standing["rank"]].append(standing["entry"])
        elif standing["reason"] in _NOT_CONTESTING:
            not_contesting.append(standing["entry"])
    ordered = [tuple(groups[rank]) for rank in sorted(groups)]
    return (*ordered, tuple(not_contesting)) if not_contesting else tuple(ordered)
