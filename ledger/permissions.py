"""Who may read the ledger."""

from typing import Protocol

from core.models import Edition

READERS = frozenset({"supervisor", "organiser"})


class HoldsRoles(Protocol):
    """The part of an account that this app, which lies below accounts, relies on."""

    def roles_in(self, edition: Edition) -> frozenset[str]: ...


def can_read_ledger(user: HoldsRoles, edition: Edition) -> bool:
    """Supervisors and organisers of the edition (design §7)."""
    return not user.roles_in(edition).isdisjoint(READERS)
