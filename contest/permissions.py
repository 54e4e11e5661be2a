"""Who may see and do what in a contest's office (design §7)."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import Role, User
from accounts.permissions import has_role
from core.models import Edition

Visitor = User | AnonymousUser


def can_organise(user: Visitor, edition: Edition) -> bool:
    """Everything of an edition's contests: registrations, rounds, draw, finalists."""
    return has_role(user, edition, Role.ORGANISER)
