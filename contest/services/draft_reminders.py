"""A word to whoever began a registration and has not submitted it, before the deadline; at most once a day."""

import json
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.dateformat import format as format_date

from accounts.models import User
from contest.exceptions import ContestRefused
from contest.models import Contest, Contestant
from contest.selectors.open_calls import is_open
from contest.services.notices import tell_registrants
from ledger.models import Event
from ledger.services import record_event

REMINDED = "registrations_reminded"


@transaction.atomic
def remind_drafts(*, contest: Contest, actor: User, now: datetime) -> int:
    """Tell the accounts of all drafts, and their units' coordinators, until when they can be submitted; returns to how
    many people.

    Refuses (ContestRefused) a contest that takes no registrations now or has no deadline, one without drafts of
    anybody's, and a second time on one day.
    """
    contest = Contest.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=contest.pk)
    if contest.call_published_at is None or contest.registration_closes_at is None or not is_open(contest, now):
        raise ContestRefused("只有在报名期间、定有截止时间时才能提醒。")
    if reminded_today(contest, now):
        raise ContestRefused("今天已提醒过，没有重复发送；每天最多一次。")
    drafts = Contestant.objects.filter(contest=contest, status=Contestant.Status.DRAFT).select_related("user")
    until = format_date(timezone.localtime(contest.registration_closes_at), "Y-m-d H:i")
    told = tell_registrants(
        contest=contest,
        contestants=list(drafts.order_by("pk")),
        code="draft_reminder",
        words={"截止时间": until},
        now=now,
    )
    if not told:
        raise ContestRefused("没有可以提醒的人：待补全的报名都没有账号，也没有单位联络员。")
    payload = {"contest": contest.pk, "reminded": len(told)}
    record_event(edition=contest.edition, kind=REMINDED, actor=actor, payload=payload, now=now)
    return len(told)


def reminded_today(contest: Contest, now: datetime) -> bool:
    """Whether a reminder went out on this local day; the ledger knows."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    events = Event.objects.filter(edition=contest.edition_id, kind=REMINDED, at__gte=midnight)
    return any(json.loads(payload)["contest"] == contest.pk for payload in events.values_list("payload", flat=True))
