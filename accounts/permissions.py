"""Who holds which role in an edition; every other app's predicates stand on these two (design §7)."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import Role, RoleGrant, User
from core.models import Edition

_CACHE = "_roles_by_edition"


def roles_of(user: User | AnonymousUser, edition: Edition) -> frozenset[str]:
    """Live roles of an account in an edition, kept on the account so that a request asks once per edition.

    A superuser has none of his own: the administrator makes accounts and sets up, but marks and results are not his
    (design §7).
    """
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    cached: dict[int, frozenset[str]] = user.__dict__.setdefault(_CACHE, {})
    if edition.pk not in cached:
        live = RoleGrant.objects.filter(user_id=user.pk, edition_id=edition.pk, revoked_at__isnull=True)
        cached[edition.pk] = frozenset(live.values_list("role", flat=True))
    return cached[edition.pk]


def forget_roles(user: User) -> None:
    """Drop what `roles_of` kept on this object, after a role was given or taken back."""
    user.__dict__.pop(_CACHE, None)


def has_role(user: User | AnonymousUser, edition: Edition, *roles: str) -> bool:
    """Whether the account holds at least one of the roles in the edition."""
    return not roles_of(user, edition).isdisjoint(roles)


def can_manage_people(user: User | AnonymousUser, edition: Edition) -> bool:
    """See and change the edition's people, units, invitations and codes."""
    return has_role(user, edition, Role.ORGANISER)
