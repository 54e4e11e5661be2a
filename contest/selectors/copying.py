"""Earlier contests whose set-up a new one may take over."""

from django.db.models import QuerySet

from accounts.models import Role, User
from contest.models import Contest


def contests_to_copy(user: User) -> QuerySet[Contest]:
    """Contests of the editions that this person organises, newest first; rehearsals are none."""
    own = user.grants.filter(role=Role.ORGANISER, revoked_at__isnull=True).values("edition_id")
    found = Contest.objects.filter(edition__in=own, edition__is_rehearsal=False).select_related("edition")
    return found.order_by("-first_day", "-pk")
