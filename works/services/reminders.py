"""催评: a message to each reviewer who still owes reviews, at most once a day."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date

from accounts.models import User
from ledger.services import record_event
from outbox.services import Letter, send_letters
from scoring.models import Round, Seat
from scoring.selectors import seat_progress
from works.exceptions import WorkRefused
from works.models import Reminder


@dataclass(frozen=True)
class Reminded:
    """Who was reminded now, and who owes but was reminded today already."""

    sent: tuple[str, ...]
    earlier: tuple[str, ...]


@transaction.atomic
def remind_reviewers(*, round: Round, actor: User, now: datetime) -> Reminded:
    """Tell everybody who owes reviews how many and until when. Refuses (WorkRefused) a round that is not open, and
    one in which nobody owes anything."""
    round = Round.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=round.pk)
    if round.state != Round.State.OPEN:
        raise WorkRefused("评审开放以后才能提醒评审员。")
    owing = {each.seat_id: len(each.owed_entries) for each in seat_progress(round) if each.owed_entries}
    if not owing:
        raise WorkRefused("各位评审员都已交齐，不用提醒。")
    today = timezone.localdate(now)
    told = set(Reminder.objects.filter(round=round, sent_on=today).values_list("judge_id", flat=True))
    sent, earlier = [], []
    for seat in Seat.objects.filter(pk__in=owing).select_related("judge").order_by("number"):
        if seat.judge_id in told:
            earlier.append(seat.judge.name)
            continue
        _remind(round, seat.judge, owing[seat.pk], actor, now)
        sent.append(seat.judge.name)
    if sent:
        payload = {"round": round.pk, "reminded": len(sent)}
        record_event(edition=round.edition, kind="reviewers_reminded", actor=actor, payload=payload, now=now)
    return Reminded(tuple(sent), tuple(earlier))


def _remind(round: Round, judge: User, owed: int, actor: User, now: datetime) -> None:
    Reminder.objects.create(
        round=round, judge=judge, sent_on=timezone.localdate(now), owed=owed, sent_by=actor, sent_at=now
    )
    until = ""
    if round.due_at is not None:
        until = f"评审截止时间是 {format_date(timezone.localtime(round.due_at), 'n月j日 H:i')}。"
    words = {"份数": str(owed), "轮次": round.title, "截止说明": until}
    letter = Letter(judge, words, reverse("judge_works", args=[round.pk]))
    send_letters(edition=round.edition, code="review_reminder", letters=[letter], now=now)
