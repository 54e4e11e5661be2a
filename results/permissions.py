"""Who may see and do what with results (design §7)."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import Role, User
from accounts.permissions import has_role
from results.models import Result, Roster

Visitor = User | AnonymousUser


def can_manage_result(user: Visitor, result: Result) -> bool:
    """Propose, publish, withdraw, issue certificates."""
    return has_role(user, result.edition, Role.ORGANISER)


def can_supervise_result(user: Visitor, result: Result) -> bool:
    """See everything of a result before it is public."""
    return has_role(user, result.edition, Role.SUPERVISOR)


def can_confirm_roster(user: Visitor, roster: Roster) -> bool:
    """Only a supervisor, and never who proposed the roster, whatever roles they hold."""
    return has_role(user, roster.result.edition, Role.SUPERVISOR) and roster.proposed_by_id != user.pk


def is_public(result: Result) -> bool:
    """Whether anybody may read the list: published, and no rehearsal."""
    return result.state == Result.State.PUBLISHED and not result.edition.is_rehearsal


def can_see_result(user: Visitor, result: Result) -> bool:
    """The public page of a result; one that was withdrawn still answers, and says so."""
    if result.edition.is_rehearsal:
        return has_role(user, result.edition, Role.ORGANISER, Role.SUPERVISOR)
    return result.state in {Result.State.PUBLISHED, Result.State.WITHDRAWN}


def can_read_book(user: Visitor, result: Result) -> bool:
    """The result book of a published result, as far as `book_access` opens it (design §6)."""
    if result.published is None:
        return False
    if has_role(user, result.edition, Role.SUPERVISOR, Role.ORGANISER):
        return True
    if not is_public(result):
        return False
    if result.book_access == Result.BookAccess.PUBLIC:
        return True
    return result.book_access == Result.BookAccess.PARTICIPANTS and _took_part(user, result.published)


def _took_part(user: Visitor, roster: Roster) -> bool:
    if user.pk is None:
        return False
    return any(person["user"] == user.pk for row in roster.rows for person in row["recipients"])
