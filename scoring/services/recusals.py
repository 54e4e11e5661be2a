"""Recusals: proposed, declared, then confirmed or dismissed (pitfalls 8, 23)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.exceptions import DomainError
from ledger.services import record_event
from scoring.exceptions import Locked
from scoring.models import Entry, Panel, Recusal, Round, ScoreSheet, Seat
from scoring.services.assignments import refill
from scoring.services.locking import demand_open_round, locked_entry, touch_round
from scoring.services.sheets import set_state

State = Recusal.State


def propose_recusals(
    *, round: Round, pairs: Sequence[tuple[Entry, Seat, str, str]], actor: User | None, now: datetime
) -> list[Recusal]:
    """Put pairs (entry, seat, source, reason) on the organiser's list, e.g. judge and contestant of one unit.

    Pairs that are on record, whatever was decided, stay as they are; the new ones are returned. Refuses a locked round,
    an entry of another round and a seat of another panel.
    """
    with transaction.atomic():
        round = touch_round(round.pk)
        if round.state == Round.State.LOCKED:
            raise Locked(f"轮次“{round.title}”已封存，不能再提出回避。")
        on_record = set(Recusal.objects.filter(entry__round=round).values_list("entry_id", "seat_id"))
        new: list[Recusal] = []
        for entry, seat, source, reason in pairs:
            _check_pair(round, entry, seat)
            if (entry.pk, seat.pk) in on_record or source not in Recusal.Source.values:
                continue
            on_record.add((entry.pk, seat.pk))
            new.append(
                Recusal(entry=entry, seat=seat, source=source, reason=reason[:200], declared_by=actor, declared_at=now)
            )
        made = Recusal.objects.bulk_create(new)
        if made:
            pairs_made = [[recusal.entry.code, recusal.seat.code, recusal.source] for recusal in made]
            record_event(
                edition=round.edition,
                kind="recusals_proposed",
                actor=actor,
                payload={"round": round.pk, "pairs": pairs_made},
                now=now,
            )
    return made


def declare_recusal(*, entry: Entry, seat: Seat, reason: str, actor: User, now: datetime) -> Recusal:
    """A judge asks to be excused from an entry, or the organiser names a pair; it waits for confirm_recusal.

    What was dismissed before may be declared anew. Refuses a missing reason, a pair that is on the list or recused
    already, a seat of another panel, a locked entry or round (Locked).
    """
    if not reason.strip():
        raise DomainError("请写明回避原因。", code="reason")
    with transaction.atomic():
        round = touch_round(entry.round_id)
        entry = locked_entry(entry.pk)
        if round.state == Round.State.LOCKED or entry.locked_at is not None:
            raise Locked(f"参评条目 {entry.code} 已锁定，不能再申请回避；请向监督员说明。")
        _check_pair(round, entry, seat)
        recusal = Recusal.objects.filter(entry=entry, seat=seat).first() or Recusal(entry=entry, seat=seat)
        if recusal.pk is not None and recusal.state != State.DISMISSED:
            raise DomainError(
                f"评委 {seat.code} 对 {entry.code} 的回避已在案：{recusal.get_state_display()}。", code="taken"
            )
        recusal.source = Recusal.Source.JUDGE if actor.pk == seat.judge_id else Recusal.Source.ORGANISER
        recusal.reason, recusal.state = reason.strip(), State.PROPOSED
        recusal.declared_by, recusal.declared_at = actor, now
        recusal.decided_by, recusal.decided_at = None, None
        recusal.save()
        _record(recusal, entry, "recusal_declared", actor, now)
    return recusal


def confirm_recusal(*, recusal: Recusal, actor: User, now: datetime) -> Recusal:
    """From now on the judge may not score the entry: the sheets become 回避, and whatever was marked does not count.

    The pair is never assigned again, not in another seat and not in a runoff (pitfall 8). In an assigned round another
    reviewer is found for the entry; where nobody is left, the blockers say so. Refuses a recusal that is decided
    already, and a locked entry or round (Locked).
    """
    with transaction.atomic():
        # The panel comes first of all that is locked, and a refill needs it.
        Panel.objects.select_for_update(no_key=True).get(pk=recusal.seat.panel_id)
        recusal = _undecided(recusal)
        judge_sheets = ScoreSheet.objects.filter(entry_id=recusal.entry_id, judge_id=recusal.seat.judge_id)
        was_reviewed = False
        for sheet in judge_sheets.select_for_update(no_key=True).order_by("pk"):
            was_reviewed = was_reviewed or sheet.state not in ScoreSheet.LEFT_OUT
            if sheet.state != ScoreSheet.State.RECUSED:
                set_state(sheet, ScoreSheet.State.RECUSED, reason=recusal.reason, now=now)
        round = recusal.entry.round
        if round.state != Round.State.DRAFT:
            demand_open_round(round.pk, entry_id=recusal.entry_id)
        _decide(recusal, State.CONFIRMED, "recusal_confirmed", actor, now)
        if round.assigned and was_reviewed:
            refill(round=round, entry=recusal.entry, seed=f"recusal-{recusal.pk}", actor=actor, now=now)
        return recusal


def dismiss_recusal(*, recusal: Recusal, actor: User, now: datetime) -> Recusal:
    """No recusal is needed; the judge scores the entry. Refuses a recusal that is decided already."""
    with transaction.atomic():
        return _decide(_undecided(recusal), State.DISMISSED, "recusal_dismissed", actor, now)


def _check_pair(round: Round, entry: Entry, seat: Seat) -> None:
    if entry.round_id != round.pk or seat.panel_id != round.panel_id:
        raise DomainError(f"参评条目 {entry.code} 与席位 {seat.code} 不在同一轮次，不能回避。", code="pair")


def _undecided(recusal: Recusal) -> Recusal:
    rows = Recusal.objects.select_for_update(of=("self",), no_key=True).select_related("seat", "entry__round__edition")
    recusal = rows.get(pk=recusal.pk)
    if recusal.state != State.PROPOSED:
        raise DomainError(f"这项回避已经决定：{recusal.get_state_display()}。", code="state")
    return recusal


def _decide(recusal: Recusal, state: Recusal.State, kind: str, actor: User, now: datetime) -> Recusal:
    recusal.state, recusal.decided_by, recusal.decided_at = state, actor, now
    recusal.save(update_fields=["state", "decided_by", "decided_at"])
    _record(recusal, recusal.entry, kind, actor, now)
    return recusal


def _record(recusal: Recusal, entry: Entry, kind: str, actor: User, now: datetime) -> None:
    payload = {
        "round": entry.round_id,
        "recusal": recusal.pk,
        "entry": entry.code,
        "judge": recusal.seat.code,
        "source": recusal.source,
    }
    record_event(edition=entry.round.edition, kind=kind, actor=actor, payload=payload, now=now)
