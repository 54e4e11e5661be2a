"""Who holds which role in an edition; every other app's predicates stand on these two (design §7)."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import Role, User
from core.models import Edition


def roles_of(user: User | AnonymousUser, edition: Edition) -> frozenset[str]:
    """Live roles of an account in an edition: one query per request and edition. A superuser has none of his own."""
    if isinstance(user, AnonymousUser) or not user.is_authenticated:
        return frozenset()
    return user.roles_in(edition)


def has_role(user: User | AnonymousUser, edition: Edition, *roles: str) -> bool:
    """Whether the account holds at least one of the roles in the edition."""
    return not roles_of(user, edition).isdisjoint(roles)


def can_manage_people(user: User | AnonymousUser, edition: Edition) -> bool:
    """See and change the edition's people, units, invitations and codes."""
    return has_role(user, edition, Role.ORGANISER)


def coordinates(user: User | AnonymousUser, edition: Edition, unit_id: int) -> bool:
    """Whether the account is a unit's coordinator in the edition."""
    if not has_role(user, edition, Role.COORDINATOR) or not isinstance(user, User):
        return False
    return user.grants.filter(edition=edition, unit_id=unit_id, role=Role.COORDINATOR, revoked_at__isnull=True).exists()
