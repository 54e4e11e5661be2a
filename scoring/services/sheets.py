"""Saving marks: never lost, never doubled, never overwritten (design §5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from core.canonical import digest
from core.exceptions import DomainError
from ledger.services import record_event
from scoring import engine
from scoring.exceptions import Locked, MarksInvalid, SheetChanged, SheetClosed
from scoring.models import LateMark, Round, ScoreSheet, Seat, SheetRevision
from scoring.selectors.input import total_text
from scoring.selectors.rules import rules_of
from scoring.services.locking import demand_open_round, locked_sheet, touch_open_round
from scoring.services.marking import is_complete, read_marks, refuse_without_comment

State = ScoreSheet.State
Kind = SheetRevision.Kind

RESERVED_PREFIXES = ("correction-", "paper-")
_MESSAGES = {
    Kind.DRAFT: "草稿已保存，尚未提交。",
    Kind.SUBMISSION: "已提交。",
    Kind.PAPER: "纸质评分已复核，作为提交记入。",
    Kind.CORRECTION: "已更正。",
}
_LATE = "本条目已锁定，这份评分没有计入；已收进仲裁列表，由组委会处理。"


@dataclass(frozen=True, slots=True)
class SaveOutcome:
    """What became of a save.

    `kind`: `saved`; `repeated` (this submission id is on record, `number` and `marks` are those of the first time);
    `late` (after the lock: kept in the arbitration list, not counted; `number` 0). `message` says so in Chinese.
    """

    kind: str
    sheet_id: int
    number: int
    state: str
    marks: Mapping[str, str]
    total: str | None
    message: str


def save_draft(
    *,
    sheet_id: int,
    marks: Mapping[str, str],
    submission_id: str,
    base_version: int,
    actor: User,
    now: datetime,
) -> SaveOutcome:
    """Keep unfinished marks; they never count (pitfall 5). Blanks are left out.

    Refuses: another account than the seat's judge, a recused pair, a removed seat, a round that is not open
    (SheetClosed); a sheet that is submitted already, since its marks would stop counting (SheetClosed); a locked entry
    (Locked: submitting would reach the arbitration list); an older version than the stored one (SheetChanged); marks
    that are none (MarksInvalid). Whatever is refused, nothing is changed.
    """
    return _save(Kind.DRAFT, sheet_id, marks, submission_id, base_version, actor, now)


def submit_sheet(
    *,
    sheet_id: int,
    marks: Mapping[str, str],
    submission_id: str,
    base_version: int,
    actor: User,
    now: datetime,
) -> SaveOutcome:
    """Hand in a whole sheet; the judge may hand it in again, corrected, until the entry lock.

    After the lock the marks are kept as a late mark and the outcome says so. The same submission id gives the answer
    of the first time, also after the lock (pitfall 12); an older version is refused with the current marks, and so is
    an id under which something else was saved, for that save must not pass for this one (SheetChanged; pitfalls 13,
    20). Refuses further what save_draft refuses, a blank criterion (MarksInvalid), and a total
    outside the round's band without a comment to the office (CommentNeeded).
    """
    return _save(Kind.SUBMISSION, sheet_id, marks, submission_id, base_version, actor, now)


def return_sheet(*, sheet: ScoreSheet, reason: str, actor: User, now: datetime) -> ScoreSheet:
    """Give a submitted sheet back to its judge; it does not count until it is submitted again.

    Refuses a missing reason, a sheet that is not submitted, and a locked entry or round (Locked).
    """
    if not reason.strip():
        raise DomainError("请写明退回原因，评委会看到。", code="reason")
    with transaction.atomic():
        sheet = locked_sheet(sheet.pk)
        if sheet.state != State.SUBMITTED:
            raise DomainError(f"评分表现在是“{sheet.get_state_display()}”，只有已提交的才能退回。", code="state")
        demand_open_round(sheet.entry.round_id, entry_id=sheet.entry_id)
        set_state(sheet, State.RETURNED, reason=reason.strip(), now=now)
        record_event(
            edition=sheet.entry.round.edition,
            kind="sheet_returned",
            actor=actor,
            payload={**sheet_reference(sheet), "version": sheet.version},
            now=now,
        )
    return sheet


def set_state(sheet: ScoreSheet, state: ScoreSheet.State, *, reason: str = "", now: datetime) -> None:
    """Move a locked sheet to another state without new marks; ScoreSheet.MOVES says what may follow what."""
    check_move(sheet, state)
    sheet.state, sheet.state_reason, sheet.updated_at = state, reason, now
    sheet.save(update_fields=["state", "state_reason", "updated_at"])


def check_move(sheet: ScoreSheet, state: ScoreSheet.State) -> None:
    """Refuse a move that the table beside the states does not list."""
    if state not in ScoreSheet.MOVES[State(sheet.state)]:
        raise SheetClosed(f"评分表现在是“{sheet.get_state_display()}”，不能改为“{state.label}”。")


def sheet_reference(sheet: ScoreSheet) -> dict[str, Any]:
    """How the ledger names a sheet: by ids and codes, never by a person."""
    return {
        "sheet": sheet.pk,
        "round": sheet.entry.round_id,
        "entry": sheet.entry.code,
        "judge": sheet.seat.code,
        "segment": sheet.segment,
    }


def add_revision(
    sheet: ScoreSheet,
    *,
    kind: SheetRevision.Kind,
    submission_id: str,
    base_version: int,
    marks: Mapping[str, str],
    complete: bool,
    author_id: int,
    now: datetime,
) -> SheetRevision:
    """Add a revision to a locked sheet and make it the current one; nothing is updated in place (design §5)."""
    state = State.DRAFT if kind == Kind.DRAFT else State.SUBMITTED
    check_move(sheet, state)
    revision = SheetRevision.objects.create(
        sheet=sheet,
        number=sheet.version + 1,
        kind=kind,
        submission_id=submission_id,
        base_version=base_version,
        marks=dict(marks),
        total=total_text(marks) if complete else None,
        author_id=author_id,
        received_at=now,
    )
    sheet.state, sheet.state_reason, sheet.updated_at = state, "", now
    sheet.version, sheet.current = revision.number, revision
    sheet.save(update_fields=["state", "state_reason", "updated_at", "version", "current"])
    return revision


def revision_payload(sheet: ScoreSheet, revision: SheetRevision) -> dict[str, Any]:
    """What the ledger says of a counted revision: its number, the digest of its marks, their sum."""
    return {
        **sheet_reference(sheet),
        "revision": revision.number,
        "marks": digest(revision.marks),
        "total": total_text(revision.marks),
    }


def saved(sheet: ScoreSheet, revision: SheetRevision) -> SaveOutcome:
    """The outcome of a save that was stored."""
    return _outcome("saved", sheet, revision, _MESSAGES[Kind(revision.kind)])


def _save(
    kind: SheetRevision.Kind,
    sheet_id: int,
    marks: Mapping[str, str],
    submission_id: str,
    base_version: int,
    actor: User,
    now: datetime,
) -> SaveOutcome:
    _check_submission_id(submission_id)
    try:
        with transaction.atomic():
            sheet = _own_sheet(sheet_id, actor)
            return _save_own(sheet, kind, marks, submission_id, base_version, actor, now)
    except IntegrityError:
        # Uniqueness is the database's (pitfall 28): the same id came in between, so its answer is this one's too.
        sheet = _own_sheet(sheet_id, actor, lock=False)
        on_record = _answer_on_record(sheet, kind, marks, submission_id)
        if on_record is None:
            raise _changed(sheet) from None
        return on_record


def _save_own(
    sheet: ScoreSheet,
    kind: SheetRevision.Kind,
    marks: Mapping[str, str],
    submission_id: str,
    base_version: int,
    actor: User,
    now: datetime,
) -> SaveOutcome:
    is_locked = sheet.entry.locked_at is not None or sheet.entry.round.state == Round.State.LOCKED
    if is_locked or base_version != sheet.version:
        on_record = _answer_on_record(sheet, kind, marks, submission_id)
        if on_record is not None:
            return on_record
    _refuse_closed(sheet)
    segment = _segment_of(sheet)
    read = read_marks(segment, marks, complete=kind == Kind.SUBMISSION)
    if is_locked:
        return _keep_late(sheet, kind, read, submission_id, actor, now)
    if base_version != sheet.version:
        raise _changed(sheet)
    if kind == Kind.DRAFT and sheet.state == State.SUBMITTED:
        raise SheetClosed("这份评分已提交，不再存草稿；要改请改好后直接提交。")
    if kind == Kind.SUBMISSION:
        refuse_without_comment(sheet, read)
    if not touch_open_round(sheet.entry.round_id, entry_id=sheet.entry_id):
        return _keep_late(sheet, kind, read, submission_id, actor, now)
    revision = add_revision(
        sheet,
        kind=kind,
        submission_id=submission_id,
        base_version=base_version,
        marks=read,
        complete=is_complete(segment, read),
        author_id=actor.pk,
        now=now,
    )
    if kind == Kind.SUBMISSION:
        record_event(
            edition=sheet.entry.round.edition,
            kind="sheet_submitted",
            actor=actor,
            payload=revision_payload(sheet, revision),
            now=now,
        )
    return saved(sheet, revision)


def _check_submission_id(submission_id: str) -> None:
    usable = 0 < len(submission_id) <= 64 and submission_id.isprintable()
    if not usable or submission_id.startswith(RESERVED_PREFIXES):
        raise DomainError("提交号无效，没有保存；请刷新页面后重新提交。", code="submission_id")


def _own_sheet(sheet_id: int, actor: User, *, lock: bool = True) -> ScoreSheet:
    try:
        sheet = locked_sheet(sheet_id) if lock else ScoreSheet.objects.get(pk=sheet_id)
    except ScoreSheet.DoesNotExist:
        sheet = None
    if sheet is None or sheet.judge_id != actor.pk:
        raise SheetClosed("这不是您的评分表；请从自己的评分列表进入。")
    return sheet


def own_open_sheet(sheet_id: int, actor: User) -> ScoreSheet:
    """The account's own sheet, its row locked, if it takes marks or words of this judge; SheetClosed if not."""
    sheet = _own_sheet(sheet_id, actor)
    _refuse_closed(sheet)
    return sheet


def _refuse_closed(sheet: ScoreSheet) -> None:
    if sheet.state == State.RECUSED:
        raise SheetClosed("您对本条目已回避，不能评分。")
    if sheet.state == State.UNASSIGNED:
        raise SheetClosed("本条目已改由他人评审，您的评分没有保存；已存的评分仍留存。")
    if sheet.entry.round.state == Round.State.DRAFT:
        raise SheetClosed(f"轮次“{sheet.entry.round.title}”还没有开放，请在开放以后评分。")
    # A removal makes owed sheets absent; if this save waited for it, PostgreSQL still joins the seat as it was before.
    is_absent = sheet.state == State.ABSENT
    if sheet.seat.removed_at or (
        is_absent and Seat.objects.filter(pk=sheet.seat_id, removed_at__isnull=False).exists()
    ):
        raise SheetClosed("您的席位已撤，不能再评分；如有疑问请联系组委会。")


def _answer_on_record(
    sheet: ScoreSheet, kind: SheetRevision.Kind, marks: Mapping[str, str], submission_id: str
) -> SaveOutcome | None:
    """The first answer to this very save. Other marks, or a draft's id on a submission, are another save."""
    revision = SheetRevision.objects.filter(sheet_id=sheet.pk, submission_id=submission_id).first()
    if revision is not None:
        if revision.kind != kind or not _says_the_same(sheet, marks, revision.marks):
            return None
        return _outcome("repeated", sheet, revision, "这次保存先前已经收到，没有重复记录。")
    late = LateMark.objects.filter(sheet_id=sheet.pk, submission_id=submission_id).first()
    if late is None or kind == Kind.DRAFT or not _says_the_same(sheet, marks, late.marks):
        return None
    return _late_outcome(sheet, late.marks)


def _says_the_same(sheet: ScoreSheet, marks: Mapping[str, str], stored: Mapping[str, str]) -> bool:
    try:
        return read_marks(_segment_of(sheet), marks, complete=False) == stored
    except MarksInvalid:
        return False


def _segment_of(sheet: ScoreSheet) -> engine.Segment:
    return rules_of(sheet.entry.round.rulebook).segment(sheet.segment)


def _keep_late(
    sheet: ScoreSheet,
    kind: SheetRevision.Kind,
    marks: Mapping[str, str],
    submission_id: str,
    actor: User,
    now: datetime,
) -> SaveOutcome:
    if kind == Kind.DRAFT:
        raise Locked("本条目已锁定，草稿没有保存；如仍要评分，请点“提交”，会收进仲裁列表。")
    LateMark.objects.create(sheet=sheet, submission_id=submission_id, marks=dict(marks), author=actor, received_at=now)
    record_event(
        edition=sheet.entry.round.edition,
        kind="late_mark_kept",
        actor=actor,
        payload={**sheet_reference(sheet), "marks": digest(dict(marks)), "total": total_text(marks)},
        now=now,
    )
    return _late_outcome(sheet, marks)


def _late_outcome(sheet: ScoreSheet, marks: Mapping[str, str]) -> SaveOutcome:
    return SaveOutcome("late", sheet.pk, 0, sheet.state, dict(marks), total_text(marks), _LATE)


def _outcome(kind: str, sheet: ScoreSheet, revision: SheetRevision, message: str) -> SaveOutcome:
    total = None if revision.total is None else total_text(revision.marks)
    return SaveOutcome(kind, sheet.pk, revision.number, sheet.state, revision.marks, total, message)


def _changed(sheet: ScoreSheet) -> SheetChanged:
    current = sheet.current
    marks = current.marks if current else {}
    return SheetChanged(
        "这份评分表已在别处更新，您看到的不是最新的；请对照现在的分数，决定保留哪一份。",
        marks=marks,
        total=total_text(marks) if current and current.total is not None else None,
        version=sheet.version,
        state=sheet.state,
    )
