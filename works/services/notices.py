"""Telling whoever handed a work in what was decided: one message for each person, whatever the number of works."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import NoReverseMatch, reverse

from accounts.models import Role, RoleGrant, User
from outbox.services import Letter, send_letters
from works.models import Selection, Work

MOST_NAMED = 20


def tell_submitters(
    *, selection: Selection, works: Sequence[Work], code: str, words: Mapping[str, str] | None = None, now: datetime
) -> list[User]:
    """Write to the account of each work and to its unit's coordinators; returns who was told.

    `code` is the kind of message, `words` has its reason and the like. They go as they are into plain text; nothing of
    them is a template (pitfall 21).
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
    letters = []
    for pk, user in people.items():
        own = theirs[pk]
        titles = "、".join(f"《{work.title or '未填题名'}》" for work in own[:MOST_NAMED])
        more = f"等 {len(own)} 件" if len(own) > MOST_NAMED else ""
        what = f"《{own[0].title}》" if len(own) == 1 else f"{len(own)} 件作品"
        mine = all(work.user_id == pk for work in own)
        about = {"作品": what, "名单": f"{titles}{more}", "比赛": selection.title, **(words or {})}
        letters.append(Letter(user, about, _page(own, mine=mine)))
    send_letters(edition=selection.edition, code=code, letters=letters, now=now)
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
