"""Who may see and do what in a contest's office (design §7)."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import Role, Unit, User
from accounts.permissions import coordinates, has_role
from contest.models import Appearance, Contestant, RedrawRequest
from contest.selectors import exhibit_sheets
from core.models import Edition

Visitor = User | AnonymousUser


def can_organise(user: Visitor, edition: Edition) -> bool:
    """Everything of an edition's contests: registrations, rounds, draw, finalists."""
    return has_role(user, edition, Role.ORGANISER)


def can_coordinate(user: Visitor, edition: Edition, unit: Unit) -> bool:
    """Register for a unit: its coordinator in that edition."""
    return coordinates(user, edition, unit.pk)


def can_edit_registration(user: Visitor, contestant: Contestant) -> bool:
    """Whose registration it is: the account's own, its unit's coordinator, the organiser.

    When it may be changed, its status and the dates decide (contest.services.drafts). Whoever registered by himself
    is none of his unit's coordinator's business.
    """
    if not user.is_authenticated:
        return False
    edition = contestant.contest.edition
    if contestant.user_id == user.pk or can_organise(user, edition):
        return True
    if contestant.channel == Contestant.Channel.INDIVIDUAL or contestant.unit_id is None:
        return False
    return coordinates(user, edition, contestant.unit_id)


def can_supervise(user: Visitor, edition: Edition) -> bool:
    """See and decide what takes a second account: redraws."""
    return has_role(user, edition, Role.SUPERVISOR)


def can_decide_redraw(user: Visitor, request: RedrawRequest) -> bool:
    """Agree to a redraw or decline it: an organiser or a supervisor, never the account that asked."""
    edition = request.group_round.round.edition
    return has_role(user, edition, Role.ORGANISER, Role.SUPERVISOR) and request.asked_by_id != user.pk


def can_check_in(user: Visitor, edition: Edition) -> bool:
    """检录 in the hall: the crew and the organiser."""
    return has_role(user, edition, Role.ORGANISER, Role.CLERK, Role.TIMEKEEPER, Role.HOST)


def can_watch(user: Visitor, appearance: Appearance) -> bool:
    """Watch a contestant's video: a judge with a sheet of it in an open round, not recused."""
    return isinstance(user, User) and exhibit_sheets(user, appearance).exists()
