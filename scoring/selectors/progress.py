"""What is still owed in a round."""

from dataclasses import dataclass

from scoring.exceptions import Blocker
from scoring.models import Entry, Round


@dataclass(frozen=True, slots=True)
class SeatProgress:
    """How far one seat is: counts of its sheets by state, and the codes of the entries that it still owes."""

    seat_id: int
    code: str
    judge_name: str
    is_removed: bool
    counts: dict[str, int]
    owed_entries: tuple[str, ...]


def open_blockers(round: Round) -> list[Blocker]:
    """What stands in the way of opening a round."""
    raise NotImplementedError


def lock_blockers(round: Round) -> list[Blocker]:
    """What stands in the way of locking a round; warnings (`blocks` false) at the end."""
    raise NotImplementedError


def entry_blockers(entry: Entry) -> list[Blocker]:
    """What stands in the way of locking one entry."""
    raise NotImplementedError


def seat_progress(round: Round) -> list[SeatProgress]:
    """Who has not marked yet, seat by seat."""
    raise NotImplementedError
