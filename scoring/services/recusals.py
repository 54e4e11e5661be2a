"""Recusals: proposed, declared, then confirmed or dismissed (pitfall 8)."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from scoring.models import Entry, Recusal, Round, Seat


def propose_recusals(
    *, round: Round, pairs: Sequence[tuple[Entry, Seat, str, str]], actor: User, now: datetime
) -> list[Recusal]:
    """Put pairs (entry, seat, source, reason) on the organiser's list; pairs that are on record stay as they are."""
    raise NotImplementedError


def declare_recusal(*, entry: Entry, seat: Seat, reason: str, actor: User, now: datetime) -> Recusal:
    """A judge asks to be excused, or the organiser names a pair; waits for confirm_recusal."""
    raise NotImplementedError


def confirm_recusal(*, recusal: Recusal, actor: User, now: datetime) -> Recusal:
    """From now on the judge may not score the entry; its sheets become 回避."""
    raise NotImplementedError


def dismiss_recusal(*, recusal: Recusal, actor: User, now: datetime) -> Recusal:
    """No recusal is needed; the judge scores the entry."""
    raise NotImplementedError
