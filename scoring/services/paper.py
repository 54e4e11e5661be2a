"""Marks from paper: typed by one account, typed again by another (pitfall 25)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.canonical import digest
from core.exceptions import DomainError
from ledger.services import record_event
from scoring.exceptions import Locked, PaperMismatch, SecondAccountNeeded, SheetClosed
from scoring.models import PaperEntry, Round, ScoreSheet, SheetRevision
from scoring.selectors.rules import rules_of
from scoring.services.locking import demand_open_round, locked_sheet
from scoring.services.marking import read_marks
from scoring.services.sheets import SaveOutcome, add_revision, revision_payload, saved, sheet_reference


def type_paper_marks(
    *, sheet: ScoreSheet, marks: Mapping[str, str], submission_id: str, actor: User, now: datetime
) -> PaperEntry:
    """First typing of a paper sheet; nothing counts before confirm_paper_marks.

    The same submission id gives the same typing. Typing anew replaces one's own unconfirmed typing; somebody else's
    is refused, as are marks that are none (MarksInvalid), a sheet that is submitted or recused, a removed seat
    (SheetClosed), and a locked entry (Locked).
    """
    with transaction.atomic():
        sheet = locked_sheet(sheet.pk)
        repeated = sheet.paper_entries.filter(submission_id=submission_id).first()
        if repeated is not None:
            return repeated
        _refuse_closed(sheet)
        read = _read(sheet, marks)
        waiting = sheet.paper_entries.filter(confirmed_at__isnull=True, discarded_at__isnull=True).first()
        if waiting is not None:
            if waiting.typed_by_id != actor.pk:
                raise DomainError("这份纸质评分已由他人录入，等待复核；请直接复核。", code="waiting")
            _discard(waiting, now)
        paper = PaperEntry.objects.create(
            sheet=sheet, submission_id=submission_id, marks=read, typed_by=actor, typed_at=now
        )
        _record(sheet, paper, "paper_typed", actor, now)
    return paper


def confirm_paper_marks(*, paper: PaperEntry, marks: Mapping[str, str], actor: User, now: datetime) -> SaveOutcome:
    """Second typing by another account; equal marks become the sheet's submission.

    Refuses the account that typed first (SecondAccountNeeded), marks that are none (MarksInvalid), marks that differ
    (PaperMismatch, by criterion; nothing is stored), a typing that is confirmed or discarded already, and what
    type_paper_marks refuses.
    """
    with transaction.atomic():
        sheet = locked_sheet(paper.sheet_id)
        paper = _open_paper(paper)
        if paper.typed_by_id == actor.pk:
            raise SecondAccountNeeded("纸质评分须由录入人以外的另一个账号复核。")
        _refuse_closed(sheet)
        read = _read(sheet, marks)
        _refuse_mismatch(sheet, paper, read)
        demand_open_round(sheet.entry.round_id, entry_id=sheet.entry_id)
        paper.confirmed_by, paper.confirmed_at = actor, now
        paper.save(update_fields=["confirmed_by", "confirmed_at"])
        revision = add_revision(
            sheet,
            kind=SheetRevision.Kind.PAPER,
            submission_id=f"paper-{paper.pk}",
            base_version=sheet.version,
            marks=read,
            complete=True,
            author_id=actor.pk,
            now=now,
        )
        record_event(
            edition=sheet.entry.round.edition,
            kind="paper_confirmed",
            actor=actor,
            payload={**revision_payload(sheet, revision), "paper": paper.pk},
            now=now,
        )
        return saved(sheet, revision)


def discard_paper_marks(*, paper: PaperEntry, actor: User, now: datetime) -> PaperEntry:
    """Throw a first typing away, so that it can be typed anew; it stays on record.

    Refuses one that is confirmed or discarded already.
    """
    with transaction.atomic():
        sheet = locked_sheet(paper.sheet_id)
        paper = _open_paper(paper)
        _discard(paper, now)
        _record(sheet, paper, "paper_discarded", actor, now)
    return paper


def _open_paper(paper: PaperEntry) -> PaperEntry:
    paper = PaperEntry.objects.select_for_update(no_key=True).get(pk=paper.pk)
    if paper.confirmed_at is not None or paper.discarded_at is not None:
        raise DomainError("这份录入已经复核或作废，请刷新页面。", code="state")
    return paper


def _discard(paper: PaperEntry, now: datetime) -> None:
    paper.discarded_at = now
    paper.save(update_fields=["discarded_at"])


def _refuse_closed(sheet: ScoreSheet) -> None:
    where = f"评委 {sheet.seat.code} 对 {sheet.entry.code} 的评分表"
    if sheet.entry.round.state != Round.State.OPEN or sheet.entry.locked_at is not None:
        raise Locked(f"{where}所在轮次未开放或已锁定；锁定之后请走更正。")
    if sheet.state == ScoreSheet.State.SUBMITTED:
        raise SheetClosed(f"{where}已提交；要用纸质评分代替，请先退回。")
    if sheet.state == ScoreSheet.State.RECUSED or sheet.seat.removed_at is not None:
        raise SheetClosed(f"{where}已回避或席位已撤，不能录入。")
    if sheet.state == ScoreSheet.State.UNASSIGNED:
        raise SheetClosed(f"{where}已改派给他人，不能录入。")


def _read(sheet: ScoreSheet, marks: Mapping[str, str]) -> dict[str, str]:
    segment = rules_of(sheet.entry.round.rulebook).segment(sheet.segment)
    return read_marks(segment, marks, complete=True)


def _refuse_mismatch(sheet: ScoreSheet, paper: PaperEntry, read: Mapping[str, str]) -> None:
    titles = {each.code: each.title for each in rules_of(sheet.entry.round.rulebook).segment(sheet.segment).criteria}
    errors = {
        code: f"{titles[code]}：初次录入 {paper.marks.get(code)}，复核录入 {mark}，请核对纸质评分表。"
        for code, mark in read.items()
        if paper.marks.get(code) != mark
    }
    if errors:
        raise PaperMismatch("两次录入不一致，没有计入；请对照纸质评分表核对。", errors)


def _record(sheet: ScoreSheet, paper: PaperEntry, kind: str, actor: User, now: datetime) -> None:
    payload = {**sheet_reference(sheet), "paper": paper.pk, "marks": digest(paper.marks)}
    record_event(edition=sheet.entry.round.edition, kind=kind, actor=actor, payload=payload, now=now)
