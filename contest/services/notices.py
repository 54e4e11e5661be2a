"""Telling whoever registered what was decided: one message for each person, whatever the number of registrations."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse

from accounts.models import Role, RoleGrant, User
from contest.models import Contest, Contestant
from outbox.services import Letter, send_letters

MOST_NAMED = 20


def tell_registrants(
    *,
    contest: Contest,
    contestants: Sequence[Contestant],
    code: str,
    words: Mapping[str, str] | None = None,
    now: datetime,
) -> list[User]:
    """Write to the account of each registration and to its unit's coordinators; returns who was told.

    `code` is the kind of message, `words` has its reason and the like. They go as they are into plain text; nothing of
    them is a template (pitfall 21).
    """
    people: dict[int, User] = {}
    theirs: dict[int, list[Contestant]] = {}
    coordinators = _coordinators(contest, contestants)
    for one in contestants:
        recipients = [one.user] if one.user is not None else []
        if one.channel != Contestant.Channel.INDIVIDUAL and one.unit_id is not None:
            recipients += coordinators.get(one.unit_id, [])
        for user in {user.pk: user for user in recipients}.values():
            people[user.pk] = user
            theirs.setdefault(user.pk, []).append(one)
    letters = []
    for pk, user in people.items():
        own = theirs[pk]
        names = "、".join(one.name or "（未填姓名）" for one in own[:MOST_NAMED])
        more = f"等 {len(own)} 人" if len(own) > MOST_NAMED else ""
        who = own[0].name if len(own) == 1 else f"{len(own)} 人"
        mine = all(one.user_id == pk for one in own)
        about = {"姓名": who, "名单": f"{names}{more}", "比赛": contest.title, **(words or {})}
        letters.append(Letter(user, about, reverse("my_home" if mine else "unit_start")))
    send_letters(edition=contest.edition, code=code, letters=letters, now=now)
    return list(people.values())


def _coordinators(contest: Contest, contestants: Sequence[Contestant]) -> dict[int, list[User]]:
    units = {one.unit_id for one in contestants if one.unit_id is not None}
    grants = RoleGrant.objects.filter(
        edition=contest.edition, role=Role.COORDINATOR, unit__in=units, revoked_at__isnull=True, user__is_active=True
    ).select_related("user")
    found: dict[int, list[User]] = {}
    for grant in grants.order_by("pk"):
        if grant.unit_id is not None:
            found.setdefault(grant.unit_id, []).append(grant.user)
    return found
