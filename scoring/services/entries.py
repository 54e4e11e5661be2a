"""Facts about an entry that are no marks: status, times, quiz scores, deductions."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import User
from core.exceptions import DomainError
from ledger.services import record_event
from scoring import engine
from scoring.engine.rulebook import QUIZ
from scoring.exceptions import Locked
from scoring.models import Deduction, Entry, Round
from scoring.selectors.rules import rules_of
from scoring.services.locking import demand_open_round, locked_entry, touch_round

LONGEST_SECONDS = 86_400
_MOST_POINTS = Decimal("999.99")
_FINEST = Decimal("0.01")


def set_entry_status(*, entry: Entry, status: str, reason: str, actor: User, now: datetime) -> Entry:
    """Withdraw an entry, rule it ineligible, or take it back in, before the round lock.

    Only a competing entry is ranked or takes a place in any line (pitfall 1). Refuses a missing reason, an unknown
    status, and a locked round, where it takes a correction (Locked).
    """
    check_status(status, reason)
    with transaction.atomic():
        round = touch_round(entry.round_id)
        if round.state == Round.State.LOCKED:
            raise Locked(f"轮次“{round.title}”已封存，参评状态只能通过更正改动。")
        entry = locked_entry(entry.pk)
        apply_status(entry, status, reason)
        _record(entry, "entry_status_set", actor, now, status=status)
    return entry


def record_seconds(*, entry: Entry, segment: str, seconds: int | None, actor: User, now: datetime) -> Entry:
    """How long the contestant spoke in a segment; None takes a wrong time back.

    Refuses a segment that the rules do not have, a time out of 0 to 86400, a round that is not open, and a locked
    entry, where it takes a correction (Locked).
    """
    return _change_unlocked(
        entry,
        lambda open_entry: apply_seconds(open_entry, segment, seconds),
        ("seconds_recorded", {"segment": segment, "seconds": seconds}),
        actor,
        now,
    )


def record_quiz(*, entry: Entry, segment: str, score: str, actor: User, now: datetime) -> Entry:
    """The score of a quiz segment. Refuses what is no score of that segment, and what record_seconds refuses."""
    return _change_unlocked(
        entry,
        lambda open_entry: apply_quiz(open_entry, segment, score),
        ("quiz_recorded", {"segment": segment, "score": score}),
        actor,
        now,
    )


def add_deduction(*, entry: Entry, points: str, reason: str, actor: User, now: datetime) -> Deduction:
    """Points off by an official, applied once after aggregation.

    Refuses points that are no number above 0 with at most two decimals, a missing reason, a deduction that stands
    already with the same points and reason (a second tap), a round that is not open and a locked entry, where it takes
    a correction (Locked).
    """
    amount = read_points(points, reason)
    with transaction.atomic():
        demand_open_round(entry.round_id, entry_id=entry.pk)
        entry = locked_entry(entry.pk)
        refuse_same_deduction(entry, amount, reason)
        deduction = apply_deduction(entry, amount, reason, actor, now)
        _record(entry, "deduction_added", actor, now, deduction=deduction.pk, points=_plain(amount))
    return deduction


def cancel_deduction(*, deduction: Deduction, actor: User, now: datetime) -> Deduction:
    """Take a deduction back; it stays on record. Refuses one that is cancelled already, and a locked entry (Locked)."""
    with transaction.atomic():
        entry = deduction.entry
        demand_open_round(entry.round_id, entry_id=entry.pk)
        entry = locked_entry(entry.pk)
        deduction = apply_cancellation(entry, deduction.pk, actor, now)
        _record(entry, "deduction_cancelled", actor, now, deduction=deduction.pk, points=_plain(deduction.points))
    return deduction


def check_status(status: str, reason: str) -> None:
    """Refuse an unknown status and a missing reason."""
    if status not in Entry.Status.values:
        raise DomainError("没有这一参评状态，请从列表中选择。", code="status")
    if not reason.strip():
        raise DomainError("请写明改变参评状态的原因。", code="reason")


def apply_status(entry: Entry, status: str, reason: str) -> None:
    """Set a locked row's status."""
    entry.status, entry.status_reason = status, reason.strip()
    entry.save(update_fields=["status", "status_reason"])


def check_seconds(entry: Entry, segment: str, seconds: int | None) -> None:
    """Refuse a segment that the rules do not have and a time out of range; None is no time."""
    if segment not in {each.code for each in rules_of(entry.round.rulebook).segments}:
        raise DomainError(f"评分细则里没有环节“{segment}”。", code="segment")
    if seconds is not None and not 0 <= seconds <= LONGEST_SECONDS:
        raise DomainError(f"用时应在 0 至 {LONGEST_SECONDS} 秒之间。", code="seconds")


def apply_seconds(entry: Entry, segment: str, seconds: int | None) -> None:
    """Set, or with None take back, the time of a segment on a locked row."""
    check_seconds(entry, segment, seconds)
    if seconds is None:
        entry.seconds.pop(segment, None)
    else:
        entry.seconds[segment] = seconds
    entry.save(update_fields=["seconds"])


def read_quiz(entry: Entry, segment: str, score: str) -> str:
    """A typed quiz score as a plain decimal; refuses what is no score of a quiz segment."""
    rules = rules_of(entry.round.rulebook)
    if segment not in {each.code for each in rules.segments if each.scored_by == QUIZ}:
        raise DomainError(f"评分细则里没有答题环节“{segment}”。", code="segment")
    try:
        return _plain(engine.parse_mark(score, max_points=rules.max_total(segment), step=_FINEST))
    except engine.MarkInvalid as error:
        raise DomainError(error.message, code=error.code) from error


def apply_quiz(entry: Entry, segment: str, score: str) -> None:
    """Set the score of a quiz segment on a locked row."""
    entry.quiz[segment] = read_quiz(entry, segment, score)
    entry.save(update_fields=["quiz"])


def read_points(points: str, reason: str) -> Decimal:
    """Typed points of a deduction; refuses what is no positive number, and a missing reason."""
    try:
        amount = engine.parse_mark(points, max_points=_MOST_POINTS, step=_FINEST)
    except engine.MarkInvalid as error:
        raise DomainError(error.message, code=error.code) from error
    if not amount:
        raise DomainError("扣分应大于 0。", code="range")
    if not reason.strip():
        raise DomainError("请写明扣分原因。", code="reason")
    return amount


def refuse_same_deduction(entry: Entry, points: Decimal, reason: str) -> None:
    """Refuse what stands already word for word: the same button pressed twice must not count twice."""
    if entry.deductions.filter(points=points, reason=reason.strip(), cancelled_at__isnull=True).exists():
        raise DomainError(
            f"{entry.code} 号已有一项同样的扣分（{_plain(points)} 分，{reason.strip()}），没有重复登记；"
            "确需再扣一次，请在原因中写明是第几次。",
            code="taken",
        )


def apply_deduction(entry: Entry, points: Decimal, reason: str, actor: User, now: datetime) -> Deduction:
    """Add a deduction to an entry whose row is locked."""
    return Deduction.objects.create(
        entry=entry, points=points, reason=reason.strip(), recorded_by=actor, recorded_at=now
    )


def apply_cancellation(entry: Entry, deduction_id: int, actor: User, now: datetime) -> Deduction:
    """Cancel one of an entry's standing deductions; the entry's row is locked."""
    deduction = Deduction.objects.filter(entry=entry, pk=deduction_id, cancelled_at__isnull=True).first()
    if deduction is None:
        raise DomainError("没有这项扣分，或已经取消。", code="state")
    deduction.cancelled_by, deduction.cancelled_at = actor, now
    deduction.save(update_fields=["cancelled_by", "cancelled_at"])
    return deduction


def _change_unlocked(
    entry: Entry, change: Callable[[Entry], None], event: tuple[str, dict[str, Any]], actor: User, now: datetime
) -> Entry:
    with transaction.atomic():
        demand_open_round(entry.round_id, entry_id=entry.pk)
        entry = locked_entry(entry.pk)
        change(entry)
        kind, payload = event
        _record(entry, kind, actor, now, **payload)
    return entry


def _record(entry: Entry, kind: str, actor: User, now: datetime, **payload: Any) -> None:
    named = {"round": entry.round_id, "entry": entry.code, **payload}
    record_event(edition=entry.round.edition, kind=kind, actor=actor, payload=named, now=now)


def _plain(value: Decimal) -> str:
    return engine.decimal_text(engine.hundredths(value))
