"""Rounds from set-up to the round lock, their entries, times and deductions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from core.models import Edition
from scoring.models import Deduction, Entry, Panel, Round, Rulebook, Snapshot


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What add_entries needs to know of an entry."""

    code: str
    title: str
    order: int


def create_round(
    *,
    edition: Edition,
    title: str,
    group: str,
    rulebook: Rulebook,
    panel: Panel,
    actor: User,
    now: datetime,
    parent: Round | None = None,
) -> Round:
    """A round in preparation."""
    raise NotImplementedError


def add_entries(*, round: Round, entries: Sequence[NewEntry]) -> list[Entry]:
    """Add entries before the round opens."""
    raise NotImplementedError


def reorder_entries(*, round: Round, codes: Sequence[str], actor: User, now: datetime) -> None:
    """Set the running order before the round opens: `codes` names every entry once, first to last."""
    raise NotImplementedError


def open_round(*, round: Round, actor: User, now: datetime) -> Round:
    """Open a round for marks."""
    raise NotImplementedError


def lock_entry(*, entry: Entry, actor: User, now: datetime) -> Entry:
    """Freeze one entry's marks."""
    raise NotImplementedError


def lock_round(*, round: Round, actor: User, now: datetime) -> Snapshot:
    """Freeze the round and take its first snapshot."""
    raise NotImplementedError


def set_entry_status(*, entry: Entry, status: str, reason: str, actor: User, now: datetime) -> Entry:
    """Withdraw an entry, or take it back in, before the round lock."""
    raise NotImplementedError


def record_seconds(*, entry: Entry, segment: str, seconds: int | None, actor: User, now: datetime) -> Entry:
    """How long the contestant spoke in a segment; None takes a wrong time back."""
    raise NotImplementedError


def record_quiz(*, entry: Entry, segment: str, score: str, actor: User, now: datetime) -> Entry:
    """The score of a quiz segment."""
    raise NotImplementedError


def add_deduction(*, entry: Entry, points: str, reason: str, actor: User, now: datetime) -> Deduction:
    """Points off by an official, with the reason."""
    raise NotImplementedError


def cancel_deduction(*, deduction: Deduction, actor: User, now: datetime) -> Deduction:
    """Take a deduction back; it stays on record."""
    raise NotImplementedError


def create_runoff(
    *, round: Round, entries: Sequence[str], title: str, actor: User, now: datetime, panel: Panel | None = None
) -> Round:
    """加赛: a child round that orders only the tied entries (codes)."""
    raise NotImplementedError
