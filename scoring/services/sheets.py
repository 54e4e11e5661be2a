"""Saving marks: never lost, never doubled, never overwritten (design §5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from scoring.models import Round, ScoreSheet, Seat


@dataclass(frozen=True, slots=True)
class SaveOutcome:
    """What became of a save.

    `kind`: `saved`; `repeated` (this submission id is on record, `number` and `marks` are those of the first time);
    `late` (after the lock: kept in the arbitration list, not counted; `number` 0). `message` says so in Chinese.
    """

    kind: str
    sheet_id: int
    number: int
    state: str
    marks: Mapping[str, str]
    total: str | None
    message: str


def save_draft(
    *,
    sheet_id: int,
    marks: Mapping[str, str],
    submission_id: str,
    base_version: int,
    actor: User,
    now: datetime,
) -> SaveOutcome:
    """Keep unfinished marks; they never count (pitfall 5)."""
    raise NotImplementedError


def submit_sheet(
    *,
    sheet_id: int,
    marks: Mapping[str, str],
    submission_id: str,
    base_version: int,
    actor: User,
    now: datetime,
) -> SaveOutcome:
    """Hand in a whole sheet, or one's own change to it until the entry lock."""
    raise NotImplementedError


def return_sheet(*, sheet: ScoreSheet, reason: str, actor: User, now: datetime) -> ScoreSheet:
    """Give a submitted sheet back to its judge before the entry lock; it does not count until submitted again."""
    raise NotImplementedError


def mark_absent(*, sheet: ScoreSheet, reason: str, actor: User, now: datetime) -> ScoreSheet:
    """The judge did not mark this entry: left out, never 0 (pitfall 26)."""
    raise NotImplementedError


def mark_present(*, sheet: ScoreSheet, actor: User, now: datetime) -> ScoreSheet:
    """The judge is here after all: the sheet is owed again."""
    raise NotImplementedError


def mark_seat_absent(*, round: Round, seat: Seat, reason: str, actor: User, now: datetime) -> int:
    """mark_absent for every sheet that the seat still owes in the round; returns how many."""
    raise NotImplementedError


def mark_seat_present(*, round: Round, seat: Seat, actor: User, now: datetime) -> int:
    """mark_present for every absent sheet of the seat whose entry is not locked; returns how many."""
    raise NotImplementedError
