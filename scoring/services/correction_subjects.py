"""What a correction of an entry may be about: its time, quiz score, deductions, status."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from core.exceptions import DomainError
from scoring import engine
from scoring.models import Correction, Deduction, Entry
from scoring.services import entries

Subject = Correction.Subject


def new_value(entry: Entry, subject: str, new: Mapping[str, Any]) -> dict[str, Any]:
    """The asked value as it is stored; refuses a subject that is not an entry's and a value that makes no sense."""
    if subject == Subject.STATUS:
        status, reason = str(new.get("status", "")), str(new.get("reason", "")).strip()
        entries.check_status(status, reason)
        return {"status": status, "reason": reason}
    if subject == Subject.SECONDS:
        segment, seconds = str(new.get("segment", "")), new.get("seconds")
        entries.check_seconds(entry, segment, seconds)
        return {"segment": segment, "seconds": seconds}
    if subject == Subject.QUIZ:
        segment = str(new.get("segment", ""))
        return {"segment": segment, "score": entries.read_quiz(entry, segment, str(new.get("score", "")))}
    if subject == Subject.DEDUCTION:
        return _deduction_value(entry, new)
    raise DomainError("没有这一更正对象，请从列表中选择。", code="subject")


def current_value(entry: Entry, subject: str, value: Mapping[str, Any]) -> dict[str, Any] | None:
    """What stands now where `value` is to stand; None where nothing does (a deduction to be added)."""
    if subject == Subject.STATUS:
        return {"status": entry.status, "reason": entry.status_reason}
    if subject == Subject.SECONDS:
        return {"segment": value["segment"], "seconds": entry.seconds.get(value["segment"])}
    if subject == Subject.QUIZ:
        return {"segment": value["segment"], "score": entry.quiz.get(value["segment"])}
    if "cancel" not in value:
        return None
    standing = Deduction.objects.filter(entry=entry, pk=value["cancel"], cancelled_at__isnull=True).first()
    return {"points": _points(standing), "reason": standing.reason} if standing else None


def apply_entry_change(entry: Entry, correction: Correction, actor: User, now: datetime) -> None:
    """Carry a confirmed correction out on a locked row; a deduction is recorded by who asked for it."""
    value = correction.new
    if correction.subject == Subject.STATUS:
        entries.apply_status(entry, value["status"], value["reason"])
    elif correction.subject == Subject.SECONDS:
        entries.apply_seconds(entry, value["segment"], value["seconds"])
    elif correction.subject == Subject.QUIZ:
        entries.apply_quiz(entry, value["segment"], value["score"])
    elif "cancel" in value:
        entries.apply_cancellation(entry, value["cancel"], actor, now)
    else:
        points = entries.read_points(value["points"], value["reason"])
        entries.apply_deduction(entry, points, value["reason"], correction.requested_by, now)


def _deduction_value(entry: Entry, new: Mapping[str, Any]) -> dict[str, Any]:
    if "cancel" in new:
        value = {"cancel": new["cancel"]}
        if current_value(entry, Subject.DEDUCTION, value) is None:
            raise DomainError("没有这项扣分，或已经取消。", code="state")
        return value
    reason = str(new.get("reason", "")).strip()
    points = entries.read_points(str(new.get("points", "")), reason)
    entries.refuse_same_deduction(entry, points, reason)
    return {"points": engine.decimal_text(engine.hundredths(points)), "reason": reason}


def _points(deduction: Deduction) -> str:
    return engine.decimal_text(engine.hundredths(deduction.points))
