"""Telling whoever handed a work in what was decided: one message for each person, whatever the number of works."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import NoReverseMatch, reverse

from accounts.models import Role, RoleGrant, User
from outbox.services import send_message
from works.models import Selection, Work

MOST_NAMED = 20


def tell_submitters(
    *, selection: Selection, works: Sequence[Work], subject: str, advice: str, now: datetime
) -> list[User]:
    """Write to the account of each work and to its unit's coordinators, in the site and by mail; who was told.

    Titles and reasons go as they are into plain text; nothing of them is a template (pitfall 21).
    """
    people: dict[int, User] = {}
    theirs: dict[int, list[Work]] = {}
    coordinators = _coordinators(selection, works)
    for work in works:
        recipients = [work.user] if work.user is not None else []
        if work.channel != Work.Channel.INDIVIDUAL and work.unit_id is not None:
            recipients += coordinators.get(work.unit_id, [])
        for user in {user.pk: user for user in recipients}.values():
            people[user.pk] = user
            theirs.setdefault(user.pk, []).append(work)
    for pk, user in people.items():
        own = theirs[pk]
        titles = "、".join(f"《{work.title or '未填题名'}》" for work in own[:MOST_NAMED])
        more = f"等 {len(own)} 件" if len(own) > MOST_NAMED else ""
        what = f"《{own[0].title}》" if len(own) == 1 else f"{len(own)} 件作品"
        mine = all(work.user_id == pk for work in own)
        send_message(
            recipient=user,
            subject=f"{subject}：{what}",
            body=f"{selection.title}\n{titles}{more}：{advice}",
            link=_page(own, mine=mine),
            now=now,
        )
    return list(people.values())


def _page(works: Sequence[Work], *, mine: bool) -> str:
    """The one work's page, or the list that holds them all."""
    name, *keys = ("my_work", works[0].pk) if mine and len(works) == 1 else ("my_works",) if mine else ("unit_start",)
    try:
        return reverse(str(name), args=keys)
    except NoReverseMatch:
        return reverse("start")


def _coordinators(selection: Selection, works: Sequence[Work]) -> dict[int, list[User]]:
    units = {work.unit_id for work in works if work.unit_id is not None}
    grants = RoleGrant.objects.filter(
        edition=selection.edition, role=Role.COORDINATOR, unit__in=units, revoked_at__isnull=True, user__is_active=True
    ).select_related("user")
    found: dict[int, list[User]] = {}
    for grant in grants.order_by("pk"):
        if grant.unit_id is not None:
            found.setdefault(grant.unit_id, []).append(grant.user)
    return found
