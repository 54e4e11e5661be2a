"""审核: the office accepts, returns or refuses registrations, many at once, and the registrant is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import User
from contest.models import Contest, Contestant


@dataclass(frozen=True)
class ReviewOutcome:
    """Who was decided on, and who could not be, with the reason."""

    done: list[Contestant] = field(default_factory=list)
    refused: list[tuple[Contestant, str]] = field(default_factory=list)


def accept_registrations(*, contest: Contest, contestants: Sequence[int], actor: User, now: datetime) -> ReviewOutcome:
    """受理 whoever lacks nothing and is eligible; the others are named with the reason and stay as they are.

    Refuses (ContestRefused) an empty choice.
    """
    raise NotImplementedError


def return_registrations(
    *, contest: Contest, contestants: Sequence[int], reason: str, due_at: datetime, actor: User, now: datetime
) -> ReviewOutcome:
    """退回补正: the registrant may change and submit again until `due_at`, that moment included.

    Refuses (ContestRefused) an empty choice, an empty reason and a date that has passed.
    """
    raise NotImplementedError


def refuse_registrations(
    *, contest: Contest, contestants: Sequence[int], reason: str, actor: User, now: datetime
) -> ReviewOutcome:
    """不予受理, for good. Refuses (ContestRefused) an empty choice and an empty reason."""
    raise NotImplementedError


def close_abandoned_drafts(*, contest: Contest, reason: str, actor: User, now: datetime) -> ReviewOutcome:
    """Refuse the drafts that nobody submitted. Refuses (ContestRefused) while registration is open."""
    raise NotImplementedError


def set_outside_quota(*, contestant: Contestant, outside: bool, reason: str, actor: User, now: datetime) -> Contestant:
    """名额外: the nominee does not count against the unit's quota. Refuses (ContestRefused) an empty reason."""
    raise NotImplementedError
