"""Places: how many works of a kind a unit and a first author may send, and which of a unit's stand behind the last."""

from collections.abc import Iterable, Sequence

from django.db.models import F, QuerySet

from accounts.models import Unit
from core.crypto import phone_index
from works.models import Kind, Work

Status, Channel = Work.Status, Work.Channel
# These hold one of their unit's places; a draft only waits for one.
IN_QUOTA = (Status.SUBMITTED, Status.RETURNED, Status.ACCEPTED)


def unit_works(unit: Unit) -> "QuerySet[Work, Work]":
    """What a unit recommends, in its own order, and works of authors who ask it to, once they are submitted."""
    found = Work.objects.filter(unit=unit).exclude(channel=Channel.INDIVIDUAL, submitted_at__isnull=True)
    place = F("unit_order").asc(nulls_last=True)
    return found.select_related("selection__edition", "kind__selection", "user").order_by("kind_id", place, "pk")


def counts_for_unit(work: Work) -> bool:
    """Whether a work counts among its unit's: an author's own only once the unit gave it a place in its order."""
    return work.channel != Channel.INDIVIDUAL or work.unit_order is not None


def standing_works(works: Iterable[Work]) -> list[Work]:
    """Those that have not left."""
    return [one for one in works if one.status not in Work.LEFT]


def places_held(works: Iterable[Work]) -> int:
    """How many of a unit's places are taken; works outside the quota take none."""
    return sum(one.status in IN_QUOTA and not one.outside_quota and counts_for_unit(one) for one in works)


def beyond_quota(kind: Kind, works: Sequence[Work]) -> set[int]:
    """Which of a unit's works of a kind get no place: the accepted stand first, then what was submitted, then drafts,
    each in the order given, which is the unit's own."""
    if kind.unit_quota is None:
        return set()
    line = [one for one in standing_works(works) if not one.outside_quota and counts_for_unit(one)]
    line.sort(key=lambda one: 0 if one.status == Status.ACCEPTED else 1 if one.status in IN_QUOTA else 2)
    return {one.pk for one in line[kind.unit_quota :]}


def unit_is_full(work: Work) -> bool:
    """Whether the places of a work's unit are taken by others. The selection's row must be locked."""
    quota = work.kind.unit_quota
    if quota is None or work.unit is None or work.outside_quota:
        return False
    others = Work.objects.filter(kind=work.kind_id, unit=work.unit_id).exclude(pk=work.pk)
    return places_held(others.only("status", "outside_quota", "channel", "unit_order")) >= quota


def author_is_full(work: Work, name: str, phone: str) -> bool:
    """Whether a first author of that name and phone, or of the same account, has his works in already."""
    quota = work.kind.author_quota
    if quota is None or work.outside_quota:
        return False
    others = Work.objects.filter(kind=work.kind_id, status__in=IN_QUOTA, authors__place=1, authors__name=name)
    index = phone_index(phone) if phone else ""
    same = [
        one
        for one in others.exclude(pk=work.pk).only("user_id", "phone_index")
        if (index and one.phone_index == index) or (one.user_id is not None and one.user_id == work.user_id)
    ]
    return len(same) >= quota


def order_mark(works: Iterable[Work]) -> str:
    """The order that a page showed: it tells whether it is still the same (pitfall 20)."""
    return ",".join(str(one.pk) for one in works)
