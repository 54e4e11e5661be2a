"""Where a selection's submission stands, and what an account or a unit submits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Unit, User
from core.models import Edition
from works.models import Selection, Work


@dataclass(frozen=True)
class Window:
    """Where a selection's submission stands; `days_left` counts midnights of the local calendar until it closes."""

    state: Literal["uncalled", "early", "open", "closed"]
    opens_at: datetime | None
    closes_at: datetime | None
    days_left: int | None = None


def submission_window(selection: Selection, now: datetime) -> Window:
    """Whether works are taken at this moment; the closing moment itself is late."""
    opens, closes = selection.opens_at, selection.closes_at
    if selection.call_published_at is None:
        return Window("uncalled", opens, closes)
    if opens is not None and now < opens:
        return Window("early", opens, closes)
    if closes is not None and now >= closes:
        return Window("closed", opens, closes)
    left = (timezone.localdate(closes) - timezone.localdate(now)).days if closes is not None else None
    return Window("open", opens, closes, left)


def open_selections(now: datetime) -> "QuerySet[Selection, Selection]":
    """Selections for which one can submit now or later on, the first to close first; rehearsals never."""
    found = Selection.objects.filter(call_published_at__isnull=False, edition__is_rehearsal=False)
    found = found.filter(Q(closes_at__isnull=True) | Q(closes_at__gt=now))
    return found.select_related("edition").prefetch_related("kinds").order_by("closes_at", "pk")


def own_works(user: User) -> "QuerySet[Work, Work]":
    """The works that an account submits, the newest first."""
    found = Work.objects.filter(user=user).select_related("selection__edition", "kind__selection", "unit")
    return found.order_by("-pk")


def unit_selections(unit: Unit, edition: Edition) -> "QuerySet[Selection, Selection]":
    """Selections with a call, and those in which the unit has works already."""
    own = Work.objects.filter(unit=unit, selection=OuterRef("pk")).exclude(channel=Work.Channel.INDIVIDUAL)
    found = edition.selections.filter(Q(call_published_at__isnull=False) | Exists(own))
    return found.select_related("edition").order_by("pk")
