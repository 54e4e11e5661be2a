"""往届获奖者 who may not take part again (domain.md A4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from contest.models import Contest, ExcludedPerson


@dataclass(frozen=True)
class Exclusion:
    """One line of the list; without a number only the name is compared."""

    name: str
    document_number: str
    award: str


def add_exclusions(*, contest: Contest, rows: Sequence[Exclusion], actor: User, now: datetime) -> tuple[int, int]:
    """Add former winners; returns how many are new and how many were there already. Twice is once.

    Refuses (ContestRefused) all rows when one lacks name or award, or its number cannot be right.
    """
    raise NotImplementedError


def remove_exclusion(*, exclusion: ExcludedPerson, actor: User, now: datetime) -> None:
    """Take a line off the list again."""
    raise NotImplementedError
