"""The assignment page: who reviews what, who may not and why, how the loads lie and whether reviewers compare."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scoring.engine.assignment_parts import joined
from scoring.models import Entry, Recusal, Round, ScoreSheet, Seat
from works.selectors.conflicts import Conflict, conflicts_of

State = ScoreSheet.State


@dataclass(frozen=True, slots=True)
class Assigned:
    """A reviewer of a work: `state` of the first sheet, and why where it is left out."""

    sheet_id: int
    seat: Seat
    state: str
    label: str
    reason: str

    @property
    def on_hand(self) -> bool:
        return self.state not in ScoreSheet.LEFT_OUT


@dataclass(frozen=True, slots=True)
class AssignedEntry:
    """A work with its reviewers, and the seats that may never review it, each with the reason."""

    entry: Entry
    reviewers: tuple[Assigned, ...]
    barred: tuple[tuple[Seat, str], ...]
    free: tuple[Seat, ...]

    @property
    def count(self) -> int:
        return sum(each.on_hand for each in self.reviewers)


@dataclass(frozen=True, slots=True)
class Load:
    """How many works a seat has, how many of them are submitted."""

    seat: Seat
    of: int
    done: int
    barred: int

    @property
    def owed(self) -> int:
        return self.of - self.done


@dataclass(frozen=True, slots=True)
class AssignmentTable:
    """Everything of a round's assignment; `groups` are the seats' codes that can be compared with each other."""

    entries: tuple[AssignedEntry, ...]
    loads: tuple[Load, ...]
    groups: tuple[tuple[str, ...], ...]
    conflicts: int
    unrecorded: int

    @property
    def pairs(self) -> int:
        return sum(load.of for load in self.loads)

    @property
    def compares(self) -> bool:
        return len(self.groups) < 2


def assignment_table(round: Round) -> AssignmentTable:
    """A round's assignment as it stands, in nine queries."""
    seats = list(Seat.objects.filter(panel=round.panel_id).select_related("judge").order_by("number"))
    entries = list(Entry.objects.filter(round=round, status=Entry.Status.COMPETING).order_by("order"))
    by_pair = _first_sheets(round)
    conflicts = conflicts_of(round)
    recusals = list(
        Recusal.objects.filter(entry__round=round).exclude(state=Recusal.State.DISMISSED).order_by("seat__number")
    )
    barred = _barred(conflicts, recusals)
    confirmed = {(each.entry_id, each.seat_id) for each in recusals if each.state == Recusal.State.CONFIRMED}
    table = tuple(_entry(entry, seats, by_pair, barred) for entry in entries)
    return AssignmentTable(
        entries=table,
        loads=_loads(seats, table),
        groups=_groups(seats, table),
        conflicts=len(conflicts),
        unrecorded=sum((each.entry.pk, each.seat.pk) not in confirmed for each in conflicts),
    )


def _first_sheets(round: Round) -> dict[tuple[int, int], ScoreSheet]:
    found: dict[tuple[int, int], ScoreSheet] = {}
    sheets = ScoreSheet.objects.filter(entry__round=round).order_by("segment", "pk")
    for sheet in sheets.only("entry_id", "seat_id", "state", "state_reason", "segment"):
        found.setdefault((sheet.entry_id, sheet.seat_id), sheet)
    return found


def _barred(conflicts: Sequence[Conflict], recusals: Sequence[Recusal]) -> dict[tuple[int, int], str]:
    found = {(each.entry.pk, each.seat.pk): each.reason for each in conflicts}
    for each in recusals:
        words = each.reason if each.state == Recusal.State.CONFIRMED else f"回避待确认：{each.reason}"
        found.setdefault((each.entry_id, each.seat_id), words)
    return found


def _entry(
    entry: Entry,
    seats: Sequence[Seat],
    by_pair: Mapping[tuple[int, int], ScoreSheet],
    barred: Mapping[tuple[int, int], str],
) -> AssignedEntry:
    reviewers, excluded, free = [], [], []
    for seat in seats:
        pair = (entry.pk, seat.pk)
        sheet = by_pair.get(pair)
        if sheet is not None:
            reviewers.append(Assigned(sheet.pk, seat, sheet.state, sheet.get_state_display(), sheet.state_reason))
        if pair in barred:
            excluded.append((seat, barred[pair]))
        elif seat.removed_at is None and (sheet is None or sheet.state == State.UNASSIGNED):
            free.append(seat)
    return AssignedEntry(entry, tuple(reviewers), tuple(excluded), tuple(free))


def _loads(seats: Sequence[Seat], table: Sequence[AssignedEntry]) -> tuple[Load, ...]:
    of: dict[int, int] = defaultdict(int)
    done: dict[int, int] = defaultdict(int)
    barred: dict[int, int] = defaultdict(int)
    for line in table:
        for each in line.reviewers:
            of[each.seat.pk] += each.on_hand
            done[each.seat.pk] += each.state == State.SUBMITTED
        for seat, _ in line.barred:
            barred[seat.pk] += 1
    return tuple(
        Load(seat, of[seat.pk], done[seat.pk], barred[seat.pk])
        for seat in seats
        if seat.removed_at is None or of[seat.pk]
    )


def _groups(seats: Sequence[Seat], table: Sequence[AssignedEntry]) -> tuple[tuple[str, ...], ...]:
    places = {seat.pk: place for place, seat in enumerate(seats)}
    on = [{places[each.seat.pk] for each in line.reviewers if each.on_hand} for line in table]
    busy = set().union(*on) if on else set()
    groups = joined(len(seats), on)
    return tuple(tuple(seats[place].code for place in group) for group in groups if busy & set(group))
