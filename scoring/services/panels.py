"""Panels and their seats. Assignments change with every mark kept (pitfalls 6, 7)."""

from datetime import datetime

from accounts.models import Unit, User
from core.models import Edition
from scoring.models import Panel, Seat


def create_panel(*, edition: Edition, title: str) -> Panel:
    """An empty panel; refuses a title that the edition already has."""
    raise NotImplementedError


def add_seat(
    *, panel: Panel, judge: User, unit: Unit | None = None, is_chair: bool = False, actor: User, now: datetime
) -> Seat:
    """Seat a judge, also after rounds opened. Saving the same judge again updates the seat and keeps every mark."""
    raise NotImplementedError


def remove_seat(*, seat: Seat, reason: str, actor: User, now: datetime) -> Seat:
    """Remove a seat: submitted marks stay and count, owed sheets become absent (pitfall 7). Needs a reason."""
    raise NotImplementedError
