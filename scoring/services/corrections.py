"""更正 after the lock: asked for by one account, confirmed by another (design §5); and late marks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from core.canonical import digest
from core.exceptions import ConflictError, DomainError
from ledger.services import record_event
from scoring.exceptions import SecondAccountNeeded
from scoring.models import Correction, Entry, LateMark, Round, ScoreSheet, SheetRevision
from scoring.selectors.rules import rules_of
from scoring.services.correction_subjects import apply_entry_change, current_value, new_value
from scoring.services.locking import locked_entry, locked_sheet, touch_round
from scoring.services.marking import read_marks
from scoring.services.sheets import add_revision, revision_payload, sheet_reference
from scoring.services.snapshots import take_snapshot

Subject = Correction.Subject
State = Correction.State


def request_mark_correction(
    *, sheet: ScoreSheet, marks: Mapping[str, str], reason: str, actor: User, now: datetime
) -> Correction:
    """Ask for other marks on a locked sheet; confirm_correction by another account applies them.

    Refuses a missing reason, a sheet that is not locked (return it instead), a recused or reassigned one, marks that
    are none (MarksInvalid) or the same, and a second request while one is open.
    """
    _demand_reason(reason)
    with transaction.atomic():
        sheet = locked_sheet(sheet.pk)
        _demand_locked(sheet.entry)
        if sheet.state == ScoreSheet.State.RECUSED:
            raise DomainError("评委对本条目已回避，没有分数可更正。", code="state")
        if sheet.state == ScoreSheet.State.UNASSIGNED:
            raise DomainError("本条目已改由他人评审，这份评分表不计入，没有分数可更正。", code="state")
        if sheet.corrections.filter(state=State.REQUESTED).exists():
            raise DomainError("这份评分表已有一项更正等待确认，请先处理。", code="waiting")
        segment = rules_of(sheet.entry.round.rulebook).segment(sheet.segment)
        new = read_marks(segment, marks, complete=True)
        counted = sheet.state == ScoreSheet.State.SUBMITTED and sheet.current is not None
        old = sheet.current.marks if counted and sheet.current else None
        if old == new:
            raise DomainError("新分数与原分数相同，没有需要更正的。", code="unchanged")
        correction = Correction.objects.create(
            entry=sheet.entry,
            sheet=sheet,
            subject=Subject.MARKS,
            base_version=sheet.version,
            old=old,
            new=new,
            reason=reason.strip(),
            requested_by=actor,
            requested_at=now,
        )
        _record(correction, "correction_requested", actor, now, old=digest(old), new=digest(new))
    return correction


def request_entry_correction(
    *, entry: Entry, subject: str, new: Mapping[str, Any], reason: str, actor: User, now: datetime
) -> Correction:
    """Ask for another time, quiz score, deduction or status of a locked entry; another account confirms.

    `new` by subject: seconds {"segment", "seconds": int | None}; quiz {"segment", "score": str}; deduction
    {"points": str, "reason": str} to add one or {"cancel": deduction id}; status {"status", "reason"}.
    Refuses a missing reason, an entry that is not locked (for its status: a round that is not), a value that makes no
    sense, one that changes nothing, and one that waits for confirmation already (pressed twice, a deduction would else
    be taken twice).
    """
    _demand_reason(reason)
    with transaction.atomic():
        touch_round(entry.round_id)
        entry = locked_entry(entry.pk)
        if subject == Subject.STATUS:
            _demand_locked_round(entry.round)
        else:
            _demand_locked(entry)
        value = new_value(entry, subject, new)
        old = current_value(entry, subject, value)
        if old == value:
            raise DomainError("新值与原值相同，没有需要更正的。", code="unchanged")
        waiting = entry.corrections.filter(subject=subject, state=State.REQUESTED)
        if value in waiting.values_list("new", flat=True):
            raise DomainError("同样的更正已经提出，正等待确认，不必重复。", code="waiting")
        correction = Correction.objects.create(
            entry=entry,
            subject=subject,
            old=old,
            new=value,
            reason=reason.strip(),
            requested_by=actor,
            requested_at=now,
        )
        _record(correction, "correction_requested", actor, now)
    return correction


def confirm_correction(*, correction: Correction, actor: User, now: datetime, note: str = "") -> Correction:
    """Apply a correction that another account asked for; a locked round gets a new snapshot.

    Refuses the account that asked (SecondAccountNeeded; the database refuses it too), a correction that is decided
    already, and one whose old value has changed since (ConflictError: ask again).
    """
    with transaction.atomic():
        correction = _undecided(correction)
        if correction.requested_by_id == actor.pk:
            raise SecondAccountNeeded("更正须由提出人以外的另一个账号确认。")
        if correction.subject == Subject.MARKS:
            round, details = _apply_marks(correction, now)
        else:
            round = touch_round(correction.entry.round_id)
            entry = locked_entry(correction.entry_id)
            if current_value(entry, correction.subject, correction.new) != correction.old:
                raise _outdated()
            apply_entry_change(entry, correction, actor, now)
            details = {}
        _decide(correction, State.APPLIED, note, actor, now)
        _record(correction, "correction_applied", actor, now, **details)
        if round.state == Round.State.LOCKED:
            reason = f"更正：{correction.get_subject_display()}（第 {correction.pk} 号）"
            take_snapshot(round=round, reason=reason, actor=actor, now=now)
    return correction


def refuse_correction(*, correction: Correction, note: str, actor: User, now: datetime) -> Correction:
    """Decline a correction that another account asked for, saying why.

    Refuses a missing note, the account that asked (SecondAccountNeeded), and a correction that is decided already.
    """
    if not note.strip():
        raise DomainError("请写明不同意的理由。", code="note")
    with transaction.atomic():
        correction = _undecided(correction)
        if correction.requested_by_id == actor.pk:
            raise SecondAccountNeeded("更正须由提出人以外的另一个账号处理。")
        _decide(correction, State.REFUSED, note, actor, now)
        _record(correction, "correction_refused", actor, now)
    return correction


def settle_late_mark(
    *, late_mark: LateMark, settlement: str, actor: User, now: datetime, as_correction: bool = False
) -> Correction | None:
    """Close a late mark with an explanation; it never counts by itself (design §5).

    `as_correction` also asks for a correction of the sheet to the late marks, which another account has to confirm.
    Refuses a missing explanation, a late mark that is settled already, and what request_mark_correction refuses.
    """
    if not settlement.strip():
        raise DomainError("请写明处理说明。", code="settlement")
    with transaction.atomic():
        late = LateMark.objects.select_for_update(of=("self",), no_key=True).select_related(
            "sheet__entry__round__edition"
        )
        late_mark = late.select_related("sheet__seat").get(pk=late_mark.pk)
        if late_mark.settled_at is not None:
            raise DomainError("这份逾时评分已经处理过了。", code="state")
        sheet, correction = late_mark.sheet, None
        if as_correction:
            correction = request_mark_correction(
                sheet=sheet, marks=late_mark.marks, reason=settlement, actor=actor, now=now
            )
        late_mark.settled_by, late_mark.settled_at, late_mark.settlement = actor, now, settlement.strip()
        late_mark.save(update_fields=["settled_by", "settled_at", "settlement"])
        record_event(
            edition=sheet.entry.round.edition,
            kind="late_mark_settled",
            actor=actor,
            payload={
                **sheet_reference(sheet),
                "late_mark": late_mark.pk,
                "correction": correction.pk if correction else None,
            },
            now=now,
        )
    return correction


def _apply_marks(correction: Correction, now: datetime) -> tuple[Round, dict[str, Any]]:
    assert correction.sheet_id is not None  # the database checks it
    sheet = locked_sheet(correction.sheet_id)
    if sheet.version != correction.base_version:
        raise _outdated()
    round = touch_round(sheet.entry.round_id)
    revision = add_revision(
        sheet,
        kind=SheetRevision.Kind.CORRECTION,
        submission_id=f"correction-{correction.pk}",
        base_version=correction.base_version,
        marks=correction.new,
        complete=True,
        author_id=correction.requested_by_id,
        now=now,
    )
    correction.revision = revision
    correction.save(update_fields=["revision"])
    return round, revision_payload(sheet, revision)


def _undecided(correction: Correction) -> Correction:
    rows = Correction.objects.select_for_update(of=("self",), no_key=True).select_related("entry__round__edition")
    correction = rows.get(pk=correction.pk)
    if correction.state != State.REQUESTED:
        raise DomainError(f"这项更正已经处理：{correction.get_state_display()}。", code="state")
    return correction


def _decide(correction: Correction, state: Correction.State, note: str, actor: User, now: datetime) -> None:
    correction.state, correction.decision_note = state, note.strip()
    correction.decided_by, correction.decided_at = actor, now
    correction.save(update_fields=["state", "decision_note", "decided_by", "decided_at"])


def _record(correction: Correction, kind: str, actor: User, now: datetime, **details: Any) -> None:
    entry = correction.entry
    payload = {
        "round": entry.round_id,
        "entry": entry.code,
        "correction": correction.pk,
        "subject": correction.subject,
        **details,
    }
    record_event(edition=entry.round.edition, kind=kind, actor=actor, payload=payload, now=now)


def _demand_reason(reason: str) -> None:
    if not reason.strip():
        raise DomainError("请写明更正原因。", code="reason")


def _demand_locked(entry: Entry) -> None:
    if entry.locked_at is None and entry.round.state != Round.State.LOCKED:
        raise DomainError(f"参评条目 {entry.code} 还没有锁定，请直接改动或退回评分表，不需更正。", code="state")


def _demand_locked_round(round: Round) -> None:
    if round.state != Round.State.LOCKED:
        raise DomainError(f"轮次“{round.title}”还没有封存，请直接改参评状态，不需更正。", code="state")


def _outdated() -> ConflictError:
    return ConflictError("提出更正之后原值已有变动，没有改动；请不同意这一项，再按现在的值重新提出。")
