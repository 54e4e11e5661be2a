"""Who may do what in scoring: predicates over roles in the edition and over seats. No role stands in for a judge."""

from accounts.models import Role, User
from accounts.permissions import has_role
from core.models import Edition
from scoring.models import Correction, Panel, PaperEntry, Round, ScoreSheet, Seat

_Scoped = Edition | Panel | Round


def _edition(where: _Scoped) -> Edition:
    return where if isinstance(where, Edition) else where.edition


def can_score(user: User, sheet: ScoreSheet) -> bool:
    """Mark this sheet: its seat's judge alone, while the seat stands."""
    return sheet.judge_id == user.pk and sheet.seat.removed_at is None


def can_see_sheet(user: User, sheet: ScoreSheet) -> bool:
    """Look at this sheet's marks: its judge (also after the seat was removed), organiser, clerk, supervisor."""
    return sheet.judge_id == user.pk or can_see_round(user, sheet.entry.round)


def can_see_queue(user: User, round: Round) -> bool:
    """See one's own sheets of a round: a judge who sits, or sat, on its panel."""
    return Seat.objects.filter(panel_id=round.panel_id, judge_id=user.pk).exists()


def can_see_round(user: User, where: _Scoped) -> bool:
    """See everybody's marks and the live table."""
    return has_role(user, _edition(where), Role.ORGANISER, Role.SUPERVISOR, Role.CLERK)


def can_organise(user: User, where: _Scoped) -> bool:
    """Set up, open, return, lock, decide: the organiser."""
    return has_role(user, _edition(where), Role.ORGANISER)


def can_record_seconds(user: User, where: _Scoped) -> bool:
    """Record how long a contestant spoke."""
    return has_role(user, _edition(where), Role.ORGANISER, Role.TIMEKEEPER, Role.CLERK)


def can_type_paper(user: User, where: _Scoped) -> bool:
    """Type marks from a paper sheet."""
    return has_role(user, _edition(where), Role.ORGANISER, Role.CLERK)


def can_confirm_paper(user: User, paper: PaperEntry) -> bool:
    """Confirm what somebody else typed from paper (pitfall 25)."""
    return paper.typed_by_id != user.pk and can_type_paper(user, paper.sheet.entry.round)


def can_supervise(user: User, where: _Scoped) -> bool:
    """Read everything, confirm corrections and results."""
    return has_role(user, _edition(where), Role.SUPERVISOR)


def can_confirm_correction(user: User, correction: Correction) -> bool:
    """Decide a correction that another account asked for; holding both roles does not help (design §5)."""
    return correction.requested_by_id != user.pk and can_supervise(user, correction.entry.round)


def can_see_book(user: User, where: _Scoped) -> bool:
    """See a result book before anybody published it."""
    return has_role(user, _edition(where), Role.ORGANISER, Role.SUPERVISOR)
