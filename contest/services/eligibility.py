"""What a registration still lacks, and why somebody may not take part (domain.md A4, D4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from contest.models import Contestant


@dataclass(frozen=True)
class Missing:
    """One thing that a registration lacks; `code` is `unsubmitted`, a field, `guardian_consent` or
    `material.<code>`."""

    code: str
    message: str


@dataclass(frozen=True)
class Ineligible:
    """A reason why somebody may not take part; one that does not block is for a person to look at."""

    code: str
    message: str
    blocks: bool = True


def missing_items(contestant: Contestant) -> list[Missing]:
    """What one registration lacks before it can be accepted."""
    return missing_for([contestant])[contestant.pk]


def missing_for(contestants: Sequence[Contestant]) -> dict[int, list[Missing]]:
    """What each registration lacks, by its number, in a fixed number of queries."""
    raise NotImplementedError


def eligibility_faults(contestant: Contestant) -> list[Ineligible]:
    """Why one registration may not be accepted, and what a person should look at."""
    return eligibility_for([contestant])[contestant.pk]


def eligibility_for(contestants: Sequence[Contestant]) -> dict[int, list[Ineligible]]:
    """Reasons by registration, in a fixed number of queries.

    Codes: `age_group`, `excluded`, `excluded_namesake` (does not block), `over_quota`, `registered_twice`,
    `incomplete`.
    """
    raise NotImplementedError
