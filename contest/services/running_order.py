"""Planned times of a round: when it starts, how long each contestant has, where breaks are."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from contest.exceptions import ContestRefused
from contest.models import GroupRound
from core.canonical import rfc3339
from ledger.services import record_event

LONGEST_SLOT = 3600
LONGEST_BREAK = 240


@transaction.atomic
def plan_running_order(
    *,
    group_round: GroupRound,
    starts_at: datetime | None,
    slot_seconds: int | None,
    breaks: Mapping[int, int],
    actor: User,
    now: datetime,
) -> GroupRound:
    """Set start, seconds for each contestant and breaks (after which number: how many minutes). The order stays.

    Refuses (ContestRefused) seconds out of 30 to 3600 and breaks out of 1 to 240 minutes.
    """
    if slot_seconds is not None and not 30 <= slot_seconds <= LONGEST_SLOT:
        raise ContestRefused(f"每位选手的时间应在 30 至 {LONGEST_SLOT} 秒之间。")
    if any(after < 1 or not 1 <= minutes <= LONGEST_BREAK for after, minutes in breaks.items()):
        raise ContestRefused(f"休息应在某一号之后，1 至 {LONGEST_BREAK} 分钟。")
    locked = (
        GroupRound.objects.select_for_update(of=("self",), no_key=True)
        .select_related("round__edition")
        .get(pk=group_round.pk)
    )
    locked.starts_at, locked.slot_seconds = starts_at, slot_seconds
    locked.breaks = [{"after": after, "minutes": breaks[after]} for after in sorted(breaks)]
    locked.save(update_fields=["starts_at", "slot_seconds", "breaks"])
    payload = {
        "round": locked.round_id,
        "starts_at": rfc3339(starts_at) if starts_at else None,
        "slot_seconds": slot_seconds,
        "breaks": [[each["after"], each["minutes"]] for each in locked.breaks],
    }
    edition = locked.round.edition
    record_event(edition=edition, kind="running_order_planned", actor=actor, payload=payload, now=now)
    return locked
