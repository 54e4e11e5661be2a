"""Handing a work in, taking it back, giving it up; every handing in stays on record."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.models import Unit, User
from ledger.services import record_event
from scoring.models import Entry, Round
from scoring.services import set_entry_status
from works.exceptions import FieldFault, WorkFaulty, WorkRefused
from works.models import ScreeningDecision, Submission, Work, WorkFile
from works.permissions import can_manage_selection
from works.services.columns import content_texts, fill_columns, write_rows
from works.services.content import Content, content_faults
from works.services.declaration import NEWEST
from works.services.drafts import locked_selection, locked_work, refuse_individual
from works.services.places import IN_QUOTA, author_is_full, unit_is_full
from works.services.typed import packed, read_typed, refuse_stale, typed_values
from works.services.window import refuse_late, refuse_outside_window

Status, Channel = Work.Status, Work.Channel
LONGEST_REASON = 200


@transaction.atomic
def submit_work(*, work: Work, seen: int | None, actor: User, now: datetime) -> Work:
    """Hand in what is kept in the draft; it waits for the office. Handed in again it replaces what was.

    The same again is the same submission. Refuses (WorkFaulty, faults by field) what is not complete or outside its
    kind's limits, and one above the unit's or author's number; (WorkRefused) what is late or decided on; (StaleWork)
    what has changed since `seen`. A refused draft stays as it is. The office is not bound by the dates.
    """
    selection = locked_selection(work.selection_id)
    locked = locked_work(work)
    if locked.status == Status.SUBMITTED and locked.typed is None:
        return locked
    if locked.status not in (*Work.EDITABLE, Status.SUBMITTED):
        raise WorkRefused(f"这件作品已是“{locked.get_status_display()}”，不能再提交。请刷新页面。")
    typed = typed_values(locked)
    refuse_stale(locked, seen, typed)
    if not can_manage_selection(actor, selection.edition):
        refuse_late(locked, now, begun_at=_begun_in_time(locked, now))
        refuse_individual(selection, locked.channel)
    content, faults = read_typed(locked.kind, typed)
    unreadable = {fault.field for fault in faults}
    faults += [fault for fault in content_faults(content, complete=True) if fault.field not in unreadable]
    faults += _against_others(locked, content)
    named = _named_unit(locked, typed, faults)
    if faults:
        raise WorkFaulty("有内容需要改正，还没有提交。", faults=faults)
    _declare(locked, actor, now)
    fill_columns(locked, content)
    if locked.channel == Channel.INDIVIDUAL:
        if named != locked.unit:
            locked.unit_order = None  # another unit has not given it a place
        locked.unit = named
    locked.status, locked.status_reason = Status.SUBMITTED, ""
    locked.submitted_at, locked.completion_due_at = now, None
    locked.version += 1
    locked.save()
    write_rows(locked, content)
    keep_submission(locked, content, actor, now)
    return locked


@transaction.atomic
def recall_work(*, work: Work, actor: User, now: datetime) -> Work:
    """撤回提交: take a submitted work back as a draft; its place is free again.

    Refuses (WorkRefused) from the deadline on, and what the office has decided on already.
    """
    locked = locked_work(work)
    if locked.status != Status.SUBMITTED:
        raise WorkRefused(f"这件作品是“{locked.get_status_display()}”，不能撤回提交。请刷新页面。")
    if not can_manage_selection(actor, locked.selection.edition):
        refuse_outside_window(locked.selection, now)
    locked.typed = locked.typed or packed(locked.kind, typed_values(locked))
    locked.status, locked.version = Status.DRAFT, locked.version + 1
    locked.save()
    ScreeningDecision.objects.create(
        work=locked, act=ScreeningDecision.Act.REOPEN, reason="申报人撤回提交", decided_by=actor, decided_at=now
    )
    payload = {"work": locked.pk}
    record_event(edition=locked.selection.edition, kind="work_recalled", actor=actor, payload=payload, now=now)
    return locked


@transaction.atomic
def withdraw_work(*, work: Work, reason: str, actor: User, now: datetime) -> Work:
    """退出: the work takes no part any more, for good; in a review that is not locked its entry is withdrawn.

    Refuses (WorkRefused) an empty reason, one that is too long, and a work that has left already.
    """
    reason = " ".join(reason.replace("\0", "").split())
    if not reason:
        raise WorkRefused("请写明退出的原因。")
    if len(reason) > LONGEST_REASON:
        raise WorkRefused(f"原因最多 {LONGEST_REASON} 个字，现有 {len(reason)} 个，请缩短。")
    locked_selection(work.selection_id)
    locked = locked_work(work)
    if Status.WITHDRAWN not in Work.MOVES[Status(locked.status)]:
        raise WorkRefused(f"这件作品已是“{locked.get_status_display()}”，请刷新页面。")
    entries = Entry.objects.filter(admission__work=locked, status=Entry.Status.COMPETING)
    for entry in entries.exclude(round__state=Round.State.LOCKED):
        set_entry_status(entry=entry, status=Entry.Status.WITHDRAWN, reason=reason, actor=actor, now=now)
    locked.status, locked.status_reason, locked.version = Status.WITHDRAWN, reason, locked.version + 1
    locked.save(update_fields=["status", "status_reason", "version"])
    payload = {"work": locked.pk}
    record_event(edition=locked.selection.edition, kind="work_withdrawn", actor=actor, payload=payload, now=now)
    return locked


def keep_submission(work: Work, content: Content, actor: User, now: datetime) -> Submission:
    """Put on record what stands now: every field, author, volume and file. The caller holds the work's lock."""
    kept = json.dumps(_record(work, content), ensure_ascii=False, sort_keys=True)
    last = Submission.objects.filter(work=work).aggregate(last=Max("number"))["last"] or 0
    made = Submission.objects.create(
        work=work,
        number=last + 1,
        content=kept,
        sha256=hashlib.sha256(kept.encode()).hexdigest(),
        submitted_by=actor,
        submitted_at=now,
    )
    # Personal data is in the record, which is encrypted; the chain holds none, not even its digest.
    payload = {"work": work.pk, "number": made.number, "status": str(work.status)}
    record_event(edition=work.selection.edition, kind="work_submitted", actor=actor, payload=payload, now=now)
    return made


def submission_record(submission: Submission) -> dict[str, Any]:
    """What a submission held: `texts` as its form shows them, `files` by their requirement."""
    kept: dict[str, Any] = json.loads(submission.content)
    return kept


def _record(work: Work, content: Content) -> dict[str, Any]:
    current = WorkFile.objects.filter(work=work, superseded_at__isnull=True).select_related("requirement")
    return {
        "texts": content_texts(content),
        "unit": work.unit.name if work.unit else "",
        "declared_version": work.declared_version,
        "files": [
            {"title": each.requirement.title, "name": each.original_name, "size": each.size, "sha256": each.sha256}
            for each in current.order_by("requirement__order", "pk")
        ],
    }


def _declare(work: Work, actor: User, now: datetime) -> None:
    """Who agreed when to which text; whoever agreed to this text before is not asked again."""
    if work.declared_at is None or work.declared_version != NEWEST:
        work.declared_at, work.declared_by, work.declared_version = now, actor, NEWEST


def _begun_in_time(work: Work, now: datetime) -> datetime | None:
    """When the newest file began to come in: a work whose upload was on its way at the deadline may follow it."""
    newest = WorkFile.objects.filter(work=work, superseded_at__isnull=True).order_by("-uploaded_at").first()
    return newest.upload_started_at if newest is not None else None


def _against_others(work: Work, content: Content) -> list[FieldFault]:
    kind, faults = work.kind, []
    if work.status not in IN_QUOTA and work.channel == Channel.UNIT and unit_is_full(work):
        message = (
            f"{kind.title}每个单位 {kind.unit_quota} 件，名额已满。可以先撤回或退出本单位的另一件，"
            "或由组委会登记为名额外，再提交。"
        )
        faults.append(FieldFault("title", "over_quota", message))
    if content.authors and author_is_full(work, content.authors[0].name, content.text("phone")):
        message = f"{content.authors[0].name}作为第一作者已申报 {kind.author_quota} 件{kind.title}，通知规定不能再多。"
        faults.append(FieldFault("authors.1.name", "author_quota", message))
    return faults


def _named_unit(work: Work, typed: dict[str, str], faults: list[FieldFault]) -> Unit | None:
    """The unit that an author asks to recommend the work; none is fine."""
    text = typed.get("unit", "").strip()
    if work.channel != Channel.INDIVIDUAL or not text:
        return work.unit if work.channel != Channel.INDIVIDUAL else None
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    unit = Unit.objects.filter(pk=number, is_active=True).first()
    if unit is None:
        faults.append(FieldFault("unit", "unit", "请从列表中选择推荐单位，或者不选。"))
    return unit
