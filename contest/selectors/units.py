"""What a recommending unit sees of a contest: whether registration is open, its own entries, its places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Unit
from contest.models import Contest, Contestant, Group
from core.models import Edition

Status = Contestant.Status
# These hold one of their unit's places; a draft only waits for one.
_HOLDING = (Status.SUBMITTED, Status.RETURNED, Status.ACCEPTED)


@dataclass(frozen=True)
class Window:
    """Where a contest's registration stands; `days_left` counts midnights of the local calendar until it closes."""

    state: Literal["uncalled", "early", "open", "closed"]
    opens_at: datetime | None
    closes_at: datetime | None
    days_left: int | None


def registration_window(contest: Contest, now: datetime) -> Window:
    """Whether registrations are taken at this moment; the closing moment itself is late (vectors.md §10)."""
    opens, closes = contest.registration_opens_at, contest.registration_closes_at
    if contest.call_published_at is None:
        return Window("uncalled", opens, closes, None)
    if opens is not None and now < opens:
        return Window("early", opens, closes, None)
    if closes is not None and now >= closes:
        return Window("closed", opens, closes, None)
    left = (timezone.localdate(closes) - timezone.localdate(now)).days if closes is not None else None
    return Window("open", opens, closes, left)


def unit_entries(unit: Unit) -> "QuerySet[Contestant, Contestant]":
    """What a unit recommends, in its own order; who registered by himself is none of its business."""
    found = Contestant.objects.filter(unit=unit).exclude(channel=Contestant.Channel.INDIVIDUAL)
    place = F("unit_order").asc(nulls_last=True)
    return found.select_related("contest__edition", "group").order_by("group_id", place, "created_at", "pk")


def unit_contests(unit: Unit, edition: Edition) -> "QuerySet[Contest, Contest]":
    """Contests with a call, and those in which the unit has entries already."""
    own = unit_entries(unit).filter(contest=OuterRef("pk")).order_by()
    found = edition.contests.filter(Q(call_published_at__isnull=False) | Exists(own))
    return found.select_related("edition").order_by("pk")


def standing_entries(entries: Iterable[Contestant]) -> list[Contestant]:
    """Those that have not left."""
    return [one for one in entries if one.status not in Contestant.LEFT]


def places_held(entries: Iterable[Contestant]) -> int:
    """How many of a group's places are taken; nominees outside the quota take none."""
    return sum(one.status in _HOLDING and not one.outside_quota for one in entries)


def beyond_quota(group: Group, entries: Sequence[Contestant]) -> set[int]:
    """Which of a unit's entries of a group get no place: the accepted stand first, then what was submitted, then
    drafts, each in the order given, which is the unit's own."""
    if group.unit_quota is None:
        return set()
    line = [one for one in standing_entries(entries) if not one.outside_quota]
    line.sort(key=lambda one: 0 if one.status == Status.ACCEPTED else 1 if one.status in _HOLDING else 2)
    return {one.pk for one in line[group.unit_quota :]}


def order_mark(entries: Iterable[Contestant]) -> str:
    """The order that a page showed: it tells whether it is still the same (pitfall 20)."""
    return ",".join(str(one.pk) for one in entries)
