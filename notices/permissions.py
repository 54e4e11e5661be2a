"""Who may see and do what with notices (design §7)."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import Role, User
from accounts.permissions import has_role
from core.models import Edition
from notices.models import Notice

Visitor = User | AnonymousUser


def can_manage_notices(user: Visitor, edition: Edition) -> bool:
    """Everything of an edition's notices, and the calendar of working days."""
    return has_role(user, edition, Role.ORGANISER)


def can_supervise_notices(user: Visitor, edition: Edition) -> bool:
    """See which notices there are, drafts too, and change none."""
    return has_role(user, edition, Role.SUPERVISOR)


def can_read_notice(user: Visitor, notice: Notice) -> bool:
    """The public page of a notice; one that was withdrawn still answers, and says so. A draft is nobody's yet."""
    if notice.state == Notice.State.DRAFT:
        return False
    return not notice.edition.is_rehearsal or has_role(user, notice.edition, Role.ORGANISER, Role.SUPERVISOR)
