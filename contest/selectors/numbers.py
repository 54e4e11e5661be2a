"""How many have registered for an edition's contests: by unit and by day."""

from collections import Counter
from datetime import date

from django.db.models import Count
from django.db.models.functions import Coalesce, TruncDate

from contest.models import Contestant
from core.models import Edition

Status = Contestant.Status


def registrations_by_unit(edition: Edition) -> dict[str, Counter[str]]:
    """Registrations by unit and status, "" for no unit; one query. Drafts are counted as such."""
    rows = Contestant.objects.filter(contest__edition=edition).order_by()
    found: dict[str, Counter[str]] = {}
    for unit, status, number in rows.values_list("unit__name", "status").annotate(number=Count("pk")):
        found.setdefault(unit or "", Counter())[status] += number
    return found


def registrations_by_day(edition: Edition) -> dict[date, int]:
    """Registrations by the local day of their submission, or of their entry by the office; drafts are left out.

    One that was returned and handed in again counts on the later day.
    """
    rows = Contestant.objects.filter(contest__edition=edition).exclude(status=Status.DRAFT).order_by()
    days = rows.annotate(day=TruncDate(Coalesce("submitted_at", "created_at")))
    return dict(days.values_list("day").annotate(number=Count("pk")).order_by("day"))
