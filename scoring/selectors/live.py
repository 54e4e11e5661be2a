"""Live views of a round: computed by the engine from the rows of the moment, and said to be so (pitfall 10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from accounts.models import User
from scoring.models import Round


class Cell(NamedTuple):
    """One judge's sheet of one entry and segment. `total` is "" unless submitted; `dropped`: left out by the trimming."""

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
    """One entry. `rank` is None with a `reason_text` when it is not ranked; `cells` stand in the order of the columns."""

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
    figures are in the latest snapshot, not here.
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


def live_table(round: Round) -> LiveTable:
    """Standings computed from the rows of now; at most 6 queries whatever the number of rows."""
    raise NotImplementedError


def judge_queue(user: User, round: Round) -> list[QueueItem]:
    """The judge's own sheets of an open or locked round, in running order; at most 4 queries."""
    raise NotImplementedError
