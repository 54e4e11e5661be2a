"""Who may see and do what with results (design §7)."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import Role, User
from accounts.permissions import has_role
from core.models import Edition
from results.models import Objection, Result, Roster

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


def can_object(user: Visitor, result: Result) -> bool:
    """Open the objection form: a result that was ever before the public; a rehearsal's only the office."""
    if result.edition.is_rehearsal and not has_role(user, result.edition, Role.ORGANISER, Role.SUPERVISOR):
        return False
    return result.publicities.exists()


def can_see_objection(user: Visitor, objection: Objection) -> bool:
    """The state page, for whoever has its token; a rehearsal's only the office."""
    edition = objection.result.edition
    return not edition.is_rehearsal or has_role(user, edition, Role.ORGANISER, Role.SUPERVISOR)


def can_manage_objections(user: Visitor, edition: Edition) -> bool:
    """The list of objections, and entering those that came on paper."""
    return has_role(user, edition, Role.ORGANISER)


def can_supervise_objections(user: Visitor, edition: Edition) -> bool:
    """Read every objection and how it was handled, names and phones masked."""
    return has_role(user, edition, Role.SUPERVISOR)


def can_handle_objection(user: Visitor, objection: Objection) -> bool:
    """The page with the acts: organisers, and the handler, who may be a supervisor."""
    edition = objection.result.edition
    if has_role(user, edition, Role.ORGANISER):
        return True
    return objection.handler_id == user.pk and has_role(user, edition, Role.SUPERVISOR)


def can_read_objection_file(user: Visitor, objection: Objection) -> bool:
    """Download what was handed in with an objection."""
    return has_role(user, objection.result.edition, Role.ORGANISER, Role.SUPERVISOR)
