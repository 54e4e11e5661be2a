"""Who may see and do what in a contest's office (design §7)."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import Role, User
from accounts.permissions import has_role
from contest.models import Contestant
from core.models import Edition

Visitor = User | AnonymousUser


def can_organise(user: Visitor, edition: Edition) -> bool:
    """Everything of an edition's contests: registrations, rounds, draw, finalists."""
    return has_role(user, edition, Role.ORGANISER)


def can_see_own(user: Visitor, contestant: Contestant) -> bool:
    """One's own registration, or a child's of whom one is the guardian with the account."""
    return user.pk is not None and contestant.user_id == user.pk
