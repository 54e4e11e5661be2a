"""评审会: what it decided and why, its data, and the ties that it put in order. It changes no mark."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from ledger.services import record_event
from scoring.models import Correction, Entry, Round, TieDecision
from scoring.services import record_tie_decision, request_entry_correction, set_entry_status
from works.exceptions import WorkRefused
from works.models import Meeting, MeetingDecision

FIELDS = ("held_on", "place", "chair", "attendants", "summary")
# What the meeting usually decides of a work; anything else may be written.
USUAL = ("同意按名次授奖", "不予授奖", "建议复核", "建议推荐省级评选")
INELIGIBLE = "资格不符"
LONGEST_DECISION, LONGEST_REASON = 60, 300


@transaction.atomic
def set_meeting(*, round: Round, details: Mapping[str, Any], seen: int, actor: User, now: datetime) -> Meeting:
    """Write down where and when the meeting was, who was there, and how it went. Refuses (WorkRefused) a page that
    saw an older version (pitfall 20)."""
    Meeting.objects.get_or_create(round=round)
    meeting = Meeting.objects.select_for_update(no_key=True).get(round=round)
    if meeting.version != seen:
        raise WorkRefused("会议情况已由他人保存过，您填的没有保存。请看过现在的内容，再改一次。")
    for name in FIELDS:
        setattr(meeting, name, details[name])
    meeting.version += 1
    meeting.save()
    payload = {"round": round.pk, "version": meeting.version}
    record_event(edition=round.edition, kind="review_meeting_set", actor=actor, payload=payload, now=now)
    return meeting


@transaction.atomic
def record_decision(*, entry: Entry, decision: str, reason: str, actor: User, now: datetime) -> MeetingDecision:
    """Record what the meeting decided of a work, with its reason; a later one stands beside the earlier ones.

    资格不符 takes the work out of the ranking: at once before the lock, by a correction that a second account confirms
    after it (pitfall 1). Refuses (WorkRefused) a missing or overlong decision or reason, and what is on record word
    for word (a second tap); and what set_entry_status or request_entry_correction refuses.
    """
    decision, reason = " ".join(decision.split()), " ".join(reason.split())
    if not decision or not reason:
        raise WorkRefused("请写明意见和理由，它们会写进会议纪要。")
    if len(decision) > LONGEST_DECISION or len(reason) > LONGEST_REASON:
        raise WorkRefused(f"意见最多 {LONGEST_DECISION} 个字，理由最多 {LONGEST_REASON} 个字，请写得简短些。")
    if decision == INELIGIBLE:
        _refuse_repeated(entry, decision, reason)
        _rule_out(entry, f"评审会：{reason}"[:200], actor, now)
    entry = Entry.objects.select_for_update(of=("self",), no_key=True).select_related("round__edition").get(pk=entry.pk)
    _refuse_repeated(entry, decision, reason)
    made = MeetingDecision.objects.create(
        round=entry.round, entry=entry, decision=decision, reason=reason, recorded_by=actor, recorded_at=now
    )
    payload = {"round": entry.round_id, "entry": entry.code, "decision": made.pk}
    record_event(edition=entry.round.edition, kind="meeting_decision", actor=actor, payload=payload, now=now)
    return made


@transaction.atomic
def decide_tie(*, round: Round, order: Sequence[str], reason: str, actor: User, now: datetime) -> TieDecision:
    """Order a tied set as the meeting decided, and say so with each of its works. Refuses what record_tie_decision
    refuses."""
    made = record_tie_decision(round=round, order=order, reason=reason, actor=actor, now=now)
    entries = {entry.code: entry for entry in Entry.objects.filter(round=round, code__in=list(order))}
    words = f"并列裁定：{' > '.join(order)}"
    MeetingDecision.objects.bulk_create(
        MeetingDecision(
            round=round,
            entry=entries[code],
            decision=words if len(words) <= LONGEST_DECISION else f"并列裁定：第 {place} 位",
            reason=reason.strip()[:LONGEST_REASON],
            recorded_by=actor,
            recorded_at=now,
        )
        for place, code in enumerate(order, start=1)
    )
    return made


def _rule_out(entry: Entry, reason: str, actor: User, now: datetime) -> None:
    ineligible = Entry.Status.INELIGIBLE
    if entry.round.state != Round.State.LOCKED:
        set_entry_status(entry=entry, status=ineligible, reason=reason, actor=actor, now=now)
        return
    request_entry_correction(
        entry=entry,
        subject=Correction.Subject.STATUS,
        new={"status": str(ineligible), "reason": reason},
        reason=reason,
        actor=actor,
        now=now,
    )


def _refuse_repeated(entry: Entry, decision: str, reason: str) -> None:
    newest = MeetingDecision.objects.filter(entry=entry).order_by("-pk").first()
    if newest is not None and (newest.decision, newest.reason) == (decision, reason):
        raise WorkRefused(f"{entry.code} 号已登记同样的意见，没有重复登记。")
