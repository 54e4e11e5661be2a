"""Who may read what an edition sends, and change its words."""

from core.models import Edition
from ledger.permissions import HoldsRoles


def can_manage_messages(user: HoldsRoles, edition: Edition) -> bool:
    """The edition's organisers."""
    return "organiser" in user.roles_in(edition)
