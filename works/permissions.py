"""Who may see and do what in a works selection (design §7)."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import Role, Unit, User
from accounts.permissions import coordinates, has_role
from core.models import Edition
from scoring.models import Round
from works.models import FileRequirement, KindRound, Work
from works.selectors.exhibits import review_sheets
from works.selectors.review_queue import own_seat

Visitor = User | AnonymousUser


def can_manage_selection(user: Visitor, edition: Edition) -> bool:
    """Everything of an edition's selections: set-up, screening, review, results."""
    return has_role(user, edition, Role.ORGANISER)


def can_coordinate(user: Visitor, edition: Edition, unit: Unit) -> bool:
    """Submit for a unit: its coordinator in that edition."""
    return coordinates(user, edition, unit.pk)


def can_edit_work(user: Visitor, work: Work) -> bool:
    """Whose work it is: the account's own, its unit's coordinator, the organiser.

    When it may be changed, its status and the dates decide (works.services.drafts). An author's own work that names a
    unit is recommended by it, not changed.
    """
    if not user.is_authenticated:
        return False
    if work.user_id == user.pk or can_manage_selection(user, work.selection.edition):
        return True
    if work.channel == Work.Channel.INDIVIDUAL or work.unit_id is None:
        return False
    return coordinates(user, work.selection.edition, work.unit_id)


def can_recommend_work(user: Visitor, work: Work) -> bool:
    """Order and stamp it: the coordinator of the unit that it is from, or that its author named when he submitted."""
    if work.unit_id is None or (work.channel == Work.Channel.INDIVIDUAL and work.submitted_at is None):
        return False
    return coordinates(user, work.selection.edition, work.unit_id)


def can_hand_in(user: Visitor, work: Work, requirement: FileRequirement) -> bool:
    """Bring a file of a work: whoever may edit it, and the stamped form whoever recommends it."""
    is_stamped = requirement.role == FileRequirement.Role.STAMPED_FORM
    return can_edit_work(user, work) or (is_stamped and can_recommend_work(user, work))


def can_review(user: Visitor, round_id: int, code: str) -> bool:
    """See a work's page: whoever has a sheet of it, not recused, and sits on the panel; not before the round opens."""
    return isinstance(user, User) and review_sheets(user, round_id, code).exists()


def can_see_exhibit(user: Visitor, round_id: int, code: str) -> bool:
    """Watch or read the work itself: the same while the round is open."""
    if not isinstance(user, User):
        return False
    return review_sheets(user, round_id, code).filter(entry__round__state=Round.State.OPEN).exists()


def can_declare_ties(user: Visitor, row: KindRound) -> bool:
    """Be asked about ties: who sits on the panel, before the round opens; a blind kind's works are not named."""
    if not isinstance(user, User) or row.kind.is_blind or row.round.state != Round.State.DRAFT:
        return False
    return own_seat(user, row.round) is not None


def can_see_feedback(user: Visitor, work: Work) -> bool:
    """Read what became of the review: whoever handed the work in himself, and its authors."""
    if not isinstance(user, User):
        return False
    return work.user_id == user.pk or any(author.user_id == user.pk for author in work.authors.all())
