"""Who may see and do what with notices (design §7)."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import Role, User
from accounts.permissions import has_role
from core.models import Edition

Visitor = User | AnonymousUser


def can_manage_notices(user: Visitor, edition: Edition) -> bool:
    """Everything of an edition's notices, and the calendar of working days."""
    return has_role(user, edition, Role.ORGANISER)
