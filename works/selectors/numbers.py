"""How many works were handed in for an edition's selections: by unit and by day."""

from collections import Counter
from datetime import date

from django.db.models import Count
from django.db.models.functions import Coalesce, TruncDate

from core.models import Edition
from works.models import Work

Status = Work.Status


def works_by_unit(edition: Edition) -> dict[str, Counter[str]]:
    """Works by unit and status, "" for no unit; one query. Drafts are counted as such."""
    rows = Work.objects.filter(kind__selection__edition=edition).order_by()
    found: dict[str, Counter[str]] = {}
    for unit, status, number in rows.values_list("unit__name", "status").annotate(work_count=Count("pk")):
        found.setdefault(unit or "", Counter())[status] += number
    return found


def works_by_day(edition: Edition) -> dict[date, int]:
    """Works by the local day of their submission; drafts are left out. One handed in again counts on the later day."""
    rows = Work.objects.filter(kind__selection__edition=edition).exclude(status=Status.DRAFT).order_by()
    days = rows.annotate(day=TruncDate(Coalesce("submitted_at", "created_at")))
    return dict(days.values_list("day").annotate(work_count=Count("pk")).order_by("day"))
