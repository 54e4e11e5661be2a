"""A word to whoever began an application and has not submitted it, before the deadline; at most once a day."""

import json
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.dateformat import format as format_date

from accounts.models import User
from ledger.models import Event
from ledger.services import record_event
from works.exceptions import WorkRefused
from works.models import Selection, Work
from works.selectors.calls import is_open
from works.services.notices import tell_submitters

REMINDED = "drafts_reminded"


@transaction.atomic
def remind_drafts(*, selection: Selection, actor: User, now: datetime) -> int:
    """Tell the accounts of all drafts, and their units' coordinators, until when they can be submitted; returns to how
    many people.

    Refuses (WorkRefused) a selection that takes no works now or has no deadline, one without drafts of anybody's, and
    a second time on one day.
    """
    selection = (
        Selection.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=selection.pk)
    )
    if selection.call_published_at is None or selection.closes_at is None or not is_open(selection, now):
        raise WorkRefused("只有在申报期间、定有截止时间时才能提醒。")
    if reminded_today(selection, now):
        raise WorkRefused("今天已提醒过，没有重复发送；每天最多一次。")
    drafts = Work.objects.filter(selection=selection, status=Work.Status.DRAFT).select_related("user").order_by("pk")
    until = format_date(timezone.localtime(selection.closes_at), "Y-m-d H:i")
    told = tell_submitters(
        selection=selection, works=list(drafts), code="draft_reminder", words={"截止时间": until}, now=now
    )
    if not told:
        raise WorkRefused("没有可以提醒的人：待补全的申报都没有账号，也没有单位联络员。")
    payload = {"selection": selection.pk, "reminded": len(told)}
    record_event(edition=selection.edition, kind=REMINDED, actor=actor, payload=payload, now=now)
    return len(told)


def reminded_today(selection: Selection, now: datetime) -> bool:
    """Whether a reminder went out on this local day; the ledger knows."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    events = Event.objects.filter(edition=selection.edition_id, kind=REMINDED, at__gte=midnight)
    return any(json.loads(payload)["selection"] == selection.pk for payload in events.values_list("payload", flat=True))
