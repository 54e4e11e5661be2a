"""更正 after the lock: asked for by one account, confirmed by another (design §5); and late marks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from scoring.models import Correction, Entry, LateMark, ScoreSheet


def request_mark_correction(
    *, sheet: ScoreSheet, marks: Mapping[str, str], reason: str, actor: User, now: datetime
) -> Correction:
    """Ask for other marks on a locked sheet."""
    raise NotImplementedError


def request_entry_correction(
    *, entry: Entry, subject: str, new: Mapping[str, Any], reason: str, actor: User, now: datetime
) -> Correction:
    """Ask for another time, quiz score, deduction or status of a locked entry.

    `new` by subject: seconds {"segment", "seconds": int | None}; quiz {"segment", "score": str}; deduction
    {"points": str, "reason": str} to add one or {"cancel": deduction id}; status {"status", "reason"}.
    """
    raise NotImplementedError


def confirm_correction(*, correction: Correction, actor: User, now: datetime, note: str = "") -> Correction:
    """Apply a correction that another account asked for."""
    raise NotImplementedError


def refuse_correction(*, correction: Correction, note: str, actor: User, now: datetime) -> Correction:
    """Decline a correction that another account asked for, saying why."""
    raise NotImplementedError


def settle_late_mark(
    *, late_mark: LateMark, settlement: str, actor: User, now: datetime, as_correction: bool = False
) -> Correction | None:
    """Close a late mark with an explanation; `as_correction` also asks for a correction to its marks."""
    raise NotImplementedError
