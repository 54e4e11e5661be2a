"""What the office's pages over both programmes show."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from accounts.models import Role, RoleGrant, User
from contest.models import RedrawRequest
from core.models import Edition
from results.models import Result
from scoring.models import Correction, Entry, Round, ScoreSheet


@dataclass(frozen=True)
class Place:
    """Somewhere a person works: an address by name, with the words of the link."""

    title: str
    url_name: str
    slug: str = ""


def places_of(user: User) -> list[Place]:
    """Where this account works, most powerful first; everybody has 我的."""
    grants = RoleGrant.objects.filter(user=user, revoked_at__isnull=True).select_related("edition")
    places: dict[Place, None] = {}
    for grant in sorted(grants, key=lambda grant: list(Role).index(Role(grant.role))):
        place = _place(grant)
        if place is not None:
            places[place] = None
    return [*places, Place("我的报名与证书", "my_home")]


def _place(grant: RoleGrant) -> Place | None:
    edition = grant.edition
    if grant.role == Role.ORGANISER:
        return Place(f"{edition.title}：组委会", "organise_edition", edition.slug)
    if grant.role == Role.SUPERVISOR:
        return Place(f"{edition.title}：监督", "supervise_edition", edition.slug)
    if grant.role == Role.COORDINATOR:
        return Place("单位报送", "unit_start")
    if grant.role == Role.JUDGE:
        return Place("评分", "judge_home")
    if grant.role == Role.SEAL_KEEPER:
        return Place(f"{edition.title}：印章", "organise_seals", edition.slug)
    if grant.role in {Role.CLERK, Role.TIMEKEEPER, Role.HOST}:
        return Place("现场", "hall_home")
    return None


def rounds_overview(edition: Edition) -> QuerySet[Round]:
    """Rounds of an edition with their progress: sheets in all, sheets still owed."""
    owed = Q(entries__sheets__state__in=ScoreSheet.OWED, entries__status=Entry.Status.COMPETING)
    return (
        Round.objects.filter(edition=edition)
        .select_related("panel", "rulebook", "result")
        .annotate(
            sheet_count=Count("entries__sheets", distinct=True),
            owed_count=Count("entries__sheets", filter=owed, distinct=True),
            entry_count=Count("entries", distinct=True),
        )
        .order_by("pk")
    )


def open_corrections(edition: Edition) -> QuerySet[Correction]:
    return Correction.objects.filter(entry__round__edition=edition, state=Correction.State.REQUESTED)


def open_redraws(edition: Edition) -> QuerySet[RedrawRequest]:
    """Requests to draw again that a second account has to decide."""
    return RedrawRequest.objects.filter(group_round__round__edition=edition, state=RedrawRequest.State.ASKED)


def results_to_confirm(edition: Edition) -> QuerySet[Result]:
    return Result.objects.filter(edition=edition, state=Result.State.PROPOSED).order_by("pk")
