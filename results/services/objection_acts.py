"""Handling objections: taken up, given to somebody who is not bound, ruled with an answer, settled by a correction."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.models import Role, User
from accounts.permissions import has_role
from core.exceptions import ConflictError
from outbox.services import send_message
from results.exceptions import ObjectionRefused
from results.models import Objection, ObjectionStep, Publicity, Roster
from results.selectors import confirmation_of, handler_fault, standing_publicities
from results.services.locking import locked_result
from results.services.objection_steps import record_step

LONGEST_TEXT = 3000
RULINGS = (Objection.State.UPHELD, Objection.State.PARTLY, Objection.State.REJECTED)
_Kind = ObjectionStep.Kind
_State = Objection.State


@transaction.atomic
def accept_objection(*, objection: Objection, actor: User, now: datetime, seen: int | None = None) -> None:
    """受理, also of one that was declined before.

    Every act refuses (ObjectionRefused) who is not of the office and a move that the state does not allow, and
    (ConflictError) one decided on a page that is older than the newest step (`seen` is the step's id there).
    """
    locked = _locked(objection, seen)
    _office_only(locked, actor)
    _move(locked, _State.ACCEPTED, reason="")
    answer = "异议已受理，将由与此无利害关系的人员调查，并答复处理结论。"
    _record(locked, _Kind.ACCEPTED, "objection_accepted", actor, now, answer=answer)


@transaction.atomic
def decline_objection(
    *, objection: Objection, reason: str, answer: str, actor: User, now: datetime, seen: int | None = None
) -> None:
    """不予受理 with one of the reasons and an answer that the author reads."""
    locked = _locked(objection, seen)
    _office_only(locked, actor)
    if reason not in Objection.Reason.values:
        raise ObjectionRefused("请选择不予受理的原因。", field="reason")
    answer = _text(answer, "给异议人的答复", field="answer")
    _move(locked, _State.DECLINED, reason=reason)
    _record(locked, _Kind.DECLINED, "objection_declined", actor, now, answer=answer, payload={"reason": str(reason)})


@transaction.atomic
def assign_handler(*, objection: Objection, handler: User, actor: User, now: datetime, seen: int | None = None) -> None:
    """指定承办人 among organisers and supervisors.

    Refuses (ObjectionRefused) one that is not taken up or has a handler already, who must be recused first; the
    objection's own author, a judge of the round, who belongs to the entry, and whoever was recused before (pitfall 8).
    """
    locked = _locked(objection, seen)
    _office_only(locked, actor)
    if locked.state != _State.ACCEPTED:
        raise ObjectionRefused("只有已受理、还没有结论的异议可以指定承办人。")
    if locked.handler_id == handler.pk:
        raise ObjectionRefused(f"{handler.name}已经是承办人，不必重复指定。", field="handler")
    if locked.handler is not None:
        raise ObjectionRefused(f"{locked.handler.name}正在承办，更换前请先登记其回避。", field="handler")
    if fault := handler_fault(locked, handler):
        raise ObjectionRefused(fault, field="handler")
    locked.handler = handler
    locked.save(update_fields=["handler"])
    edition = locked.result.edition
    link = reverse("organise_objection", args=[edition.slug, locked.pk])
    body = f"您被指定承办异议 {locked.receipt}。请核实后作出处理结论；与异议一方有利害关系的，请在页面上声明回避。"
    send_message(recipient=handler, subject=f"请承办异议 {locked.receipt}", body=body, link=link, now=now)
    payload = {"handler": handler.pk}
    _record(locked, _Kind.ASSIGNED, "objection_assigned", actor, now, handler=handler, payload=payload)


@transaction.atomic
def recuse_handler(*, objection: Objection, reason: str, actor: User, now: datetime, seen: int | None = None) -> None:
    """回避 of the handler, declared by himself or by an organiser: he is never named for this objection again."""
    locked = _locked(objection, seen)
    handler = locked.handler
    if handler is None or locked.state != _State.ACCEPTED:
        raise ObjectionRefused("这件异议现在没有承办人，或者已有结论，不需要回避。")
    if actor.pk != handler.pk:
        _organiser_only(locked, actor)
    reason = _text(reason, "回避的原因", field="reason")
    locked.handler = None
    locked.save(update_fields=["handler"])
    payload = {"handler": handler.pk}
    _record(locked, _Kind.RECUSED, "objection_recused", actor, now, note=reason, handler=handler, payload=payload)


@transaction.atomic
def note_objection(*, objection: Objection, note: str, actor: User, now: datetime, seen: int | None = None) -> None:
    """An internal record of the inquiry; its author never reads it."""
    locked = _locked(objection, seen)
    _office_only(locked, actor)
    _record(locked, _Kind.NOTED, "objection_noted", actor, now, note=_text(note, "调查记录", field="note"))


@transaction.atomic
def reveal_objection(*, objection: Objection, purpose: str, actor: User, now: datetime) -> None:
    """Name and phone are shown in full once what for is on record: as a note of the course, and in the ledger."""
    locked = _locked(objection, None)
    _office_only(locked, actor)
    purpose = _text(purpose, "查看的用途", field="purpose")
    _record(locked, _Kind.NOTED, "objection_revealed", actor, now, note=f"查看了姓名和电话，用途：{purpose}")


@transaction.atomic
def rule_objection(
    *,
    objection: Objection,
    ruling: str,
    answer: str,
    note: str = "",
    actor: User,
    now: datetime,
    seen: int | None = None,
) -> None:
    """处理结论 by the handler alone: UPHELD, PARTLY or REJECTED, with the answer that the author reads.

    Refuses (ObjectionRefused) anybody else, a handler who has become bound since (a judge's seat, the entry's own),
    another state as ruling, and an empty answer.
    """
    locked = _locked(objection, seen)
    if locked.handler_id != actor.pk:
        who = f"承办人{locked.handler.name}" if locked.handler else "承办人（请先指定）"
        raise ObjectionRefused(f"处理结论只能由{who}作出。")
    if ruling not in RULINGS:
        raise ObjectionRefused("请选择处理结论。", field="ruling")
    if fault := handler_fault(locked, actor):
        raise ObjectionRefused(fault)
    answer = _text(answer, "给异议人的答复", field="answer")
    note = _text(note, "内部记录", field="note") if note.strip() else ""
    locked.ruled_at = now
    _move(locked, _State(ruling), more=["ruled_at"])
    _record(locked, _Kind.RULED, "objection_ruled", actor, now, answer=answer, note=note)


@transaction.atomic
def settle_objection(*, objection: Objection, answer: str, actor: User, now: datetime, seen: int | None = None) -> None:
    """更正办结 of an upheld or partly upheld one, with the answer that the author reads.

    Refuses (ObjectionRefused, saying what to do) unless the newest roster was proposed after the ruling, is confirmed
    by another account and, where the result has a publicity period, stands in 公示.
    """
    locked = _locked(objection, seen)
    _office_only(locked, actor)
    if locked.state not in (_State.UPHELD, _State.PARTLY):
        raise ObjectionRefused(f"这件异议的状态是“{locked.get_state_display()}”，不需要更正办结。")
    roster = _correction(locked)
    answer = _text(answer, "给异议人的答复", field="answer")
    locked.settled_by = roster
    _move(locked, _State.SETTLED, more=["settled_by"])
    payload = {"roster": roster.version, "roster_sha256": roster.sha256}
    _record(locked, _Kind.SETTLED, "objection_settled", actor, now, answer=answer, payload=payload)


def settling_fault(objection: Objection) -> str:
    """What still lacks before an upheld objection can be settled, as a sentence; "" where nothing does."""
    try:
        _correction(objection)
    except ObjectionRefused as refused:
        return refused.message
    return ""


def _correction(objection: Objection) -> Roster:
    """The roster that settles an upheld objection. Refuses (ObjectionRefused) while there is none."""
    result = objection.result
    roster = result.rosters.defer("rows").order_by("-version").first()
    assert objection.ruled_at is not None  # the database holds it for a ruled one
    if roster is None or roster.proposed_at <= objection.ruled_at:
        raise ObjectionRefused(
            "还没有结论之后的更正：请先更正成绩（由两个账号办理，见“更正与仲裁”）或名单，再重新提出名册。"
        )
    if confirmation_of(roster) is None:
        raise ObjectionRefused(f"更正后的名册 v{roster.version} 还没有由监督员确认，请等另一个账号确认后再办结。")
    standing: list[Publicity] = standing_publicities(result) if result.publicity_days else []
    if result.publicity_days and roster.pk not in {each.roster_id for each in standing}:
        raise ObjectionRefused(f"更正后的名册 v{roster.version} 还没有公示，请先发布补充公示，再办结这件异议。")
    return roster


def _locked(objection: Objection, seen: int | None) -> Objection:
    """The result's row first, so that publishing waits for an act on its objections, and the other way round."""
    result = locked_result(objection.result)
    locked = (
        Objection.objects.select_for_update(of=("self",), no_key=True).select_related("handler").get(pk=objection.pk)
    )
    locked.result = result
    if seen is not None and seen != locked.steps.order_by("-pk").values_list("pk", flat=True).first():
        raise ConflictError(
            f"这件异议刚刚有了新的处理记录，现在的状态是“{locked.get_state_display()}”，您这一步没有办理。"
            "请返回刷新页面，看过最新记录后再决定。"
        )
    return locked


def _office_only(objection: Objection, actor: User) -> None:
    """An organiser, or the handler himself, who may be a supervisor."""
    if actor.pk != objection.handler_id or not has_role(actor, objection.result.edition, Role.SUPERVISOR):
        _organiser_only(objection, actor)


def _organiser_only(objection: Objection, actor: User) -> None:
    if not has_role(actor, objection.result.edition, Role.ORGANISER):
        raise ObjectionRefused("只有本届组委会或承办人可以办理异议。")


def _move(objection: Objection, to: Objection.State, *, more: "list[str] | None" = None, reason: str = "") -> None:
    if to not in Objection.MOVES[_State(objection.state)]:
        raise ObjectionRefused(
            f"这件异议的状态是“{objection.get_state_display()}”，不能改为“{to.label}”。请刷新页面，看过最新记录后再办理。"
        )
    objection.state, objection.reason = to, reason
    objection.save(update_fields=["state", "reason", *(more or [])])


def _record(
    objection: Objection,
    step_kind: str,
    event_kind: str,
    actor: User,
    now: datetime,
    *,
    answer: str = "",
    note: str = "",
    handler: User | None = None,
    payload: dict[str, Any] | None = None,
) -> None:
    step = ObjectionStep.objects.create(
        objection=objection,
        kind=step_kind,
        state=objection.state,
        by=actor,
        handler=handler,
        at=now,
        answer=answer,
        note=note,
    )
    record_step(step, kind=event_kind, actor=actor, now=now, **(payload or {}))


def _text(text: str, label: str, *, field: str) -> str:
    plain = text.replace("\0", "").replace("\r\n", "\n").strip()
    if not plain:
        raise ObjectionRefused(f"请填写{label}。", field=field)
    if len(plain) > LONGEST_TEXT:
        raise ObjectionRefused(f"{label}最多 {LONGEST_TEXT} 个字，现在有 {len(plain)} 个字。", field=field)
    return plain
