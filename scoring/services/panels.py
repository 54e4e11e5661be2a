"""Panels and their seats. Assignments change with every mark kept (pitfalls 6, 7)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q

from accounts.models import Role, Unit, User
from core.exceptions import DomainError
from core.models import Edition
from ledger.services import record_event
from scoring.models import Entry, Panel, Round, ScoreSheet, Seat
from scoring.selectors.progress import confirmed_recusals
from scoring.selectors.rules import rules_of
from scoring.services.attendance import owed_state, unlocked_sheets
from scoring.services.locking import demand_open_round
from scoring.services.sheets import set_state

SEAT_REMOVED = "席位已撤"
SEATED_LATE = "锁定后增席"
State = ScoreSheet.State


def create_panel(*, edition: Edition, title: str) -> Panel:
    """An empty panel; refuses a blank title and one that the edition already has."""
    title = title.strip()
    if not title:
        raise DomainError("请填写评委组名称。", code="title")
    if Panel.objects.filter(edition=edition, title=title).exists():
        raise DomainError(f"本届已有评委组“{title}”，请换一个名称。", code="taken")
    return Panel.objects.create(edition=edition, title=title)


def add_seat(
    *, panel: Panel, judge: User, unit: Unit | None = None, is_chair: bool = False, actor: User, now: datetime
) -> Seat:
    """Seat a judge, also after rounds opened: the seat gets its sheets in every open round of the panel, except in an
    assigned round, where it gets what is assigned to it.

    Saving the same judge again updates the seat and keeps every mark (pitfall 6); a removed seat is taken back with
    its marks. Without a unit the seat has that of the judge's role, or a recusal would be missed (domain.md, 回避). A
    confirmed recusal of this judge stands whatever the seat (pitfall 8). Entries that are locked already
    count the new seat as absent. A new chair takes over from the former one. Refuses (Locked) when a round of the panel
    is being locked at that moment: once more, and that round is left alone.
    """
    with transaction.atomic():
        panel = Panel.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=panel.pk)
        seat = panel.seats.filter(judge=judge).first()
        if is_chair:
            panel.seats.exclude(judge=judge).filter(is_chair=True).update(is_chair=False)
        if seat is None:
            last = panel.seats.aggregate(last=Max("number"))["last"] or 0
            seat = Seat(panel=panel, judge=judge, number=last + 1)
        seat.unit, seat.is_chair = unit or _unit_of(judge, panel), is_chair
        seat.removed_at, seat.removed_reason = None, ""
        seat.save()
        rounds = _rounds_with_sheets(panel)
        _owe_again(seat, rounds, now)
        for round in rounds:
            # The round first: an entry that is being locked is locked by then, or finds these sheets owed.
            if round.state == Round.State.OPEN:
                demand_open_round(round.pk)
            if not round.assigned:
                create_sheets(round, [seat], now=now)
        record_event(
            edition=panel.edition,
            kind="seat_added",
            actor=actor,
            payload={"panel": panel.pk, "seat": seat.pk, "judge": seat.code, "user": judge.handle},
            now=now,
        )
    return seat


def _unit_of(judge: User, panel: Panel) -> Unit | None:
    held = judge.grants.filter(edition_id=panel.edition_id, role=Role.JUDGE, revoked_at=None)
    grant = held.select_related("unit").first()
    return grant.unit if grant else None


def remove_seat(*, seat: Seat, reason: str, actor: User, now: datetime) -> Seat:
    """Remove a seat: submitted marks stay and count, owed sheets of entries not yet locked become absent (pitfall 7).

    Refuses a missing reason, a seat that is removed already, and (Locked) a round that is being locked meanwhile.
    """
    if not reason.strip():
        raise DomainError("请写明撤席原因。", code="reason")
    with transaction.atomic():
        panel = (
            Panel.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=seat.panel_id)
        )
        seat = Seat.objects.get(pk=seat.pk)
        if seat.removed_at is not None:
            raise DomainError(f"席位 {seat.code} 已经撤过了。", code="state")
        seat.removed_at, seat.removed_reason, seat.is_chair = now, reason.strip(), False
        seat.save(update_fields=["removed_at", "removed_reason", "is_chair"])
        rounds = _rounds_with_sheets(panel)
        for sheet in unlocked_sheets(seat, [round.pk for round in rounds], ScoreSheet.OWED):
            set_state(sheet, State.ABSENT, reason=SEAT_REMOVED, now=now)
        for round in rounds:
            if round.state == Round.State.OPEN:
                demand_open_round(round.pk)
        record_event(
            edition=panel.edition,
            kind="seat_removed",
            actor=actor,
            payload={"panel": panel.pk, "seat": seat.pk, "judge": seat.code},
            now=now,
        )
    return seat


def _rounds_with_sheets(panel: Panel) -> list[Round]:
    """The panel's rounds that take marks, and assigned ones in preparation: their sheets exist before they open."""
    going = Q(state=Round.State.OPEN) | Q(state=Round.State.DRAFT, assigned=True)
    return list(panel.rounds.filter(going).select_related("rulebook").order_by("pk"))


def create_sheets(round: Round, seats: Iterable[Seat], *, now: datetime) -> None:
    """The sheets that these seats do not have yet in a round: one per entry and panel segment, none twice.

    回避 where a recusal is confirmed, absent where the entry is locked, else 待评.
    """
    segments = [segment.code for segment in rules_of(round.rulebook).panel_segments]
    entries = list(Entry.objects.filter(round_id=round.pk).order_by("order", "code"))
    recused = confirmed_recusals(round)
    present = ScoreSheet.objects.filter(entry__round_id=round.pk).order_by()
    taken = set(present.values_list("entry_id", "judge_id", "segment"))
    sheets = []
    for seat in seats:
        for entry in entries:
            state, reason = _first_state(entry, recused.get((seat.judge_id, entry.code)))
            sheets += [
                ScoreSheet(
                    entry=entry,
                    seat=seat,
                    judge_id=seat.judge_id,
                    segment=segment,
                    state=state,
                    state_reason=reason,
                    updated_at=now,
                )
                for segment in segments
                if (entry.pk, seat.judge_id, segment) not in taken
            ]
    ScoreSheet.objects.bulk_create(sheets, batch_size=500)


def renew_assigned_sheets(round: Round, *, now: datetime) -> None:
    """Before the first mark of an assigned round: each assigned pair has one sheet per panel segment of its rules.

    The rules of a round in preparation may have changed since the pairs were assigned.
    """
    segments = [segment.code for segment in rules_of(round.rulebook).panel_segments]
    present = ScoreSheet.objects.filter(entry__round_id=round.pk)
    present.exclude(seat__panel_id=round.panel_id).delete()
    pairs: dict[tuple[int, int], ScoreSheet] = {}
    taken = set()
    for sheet in present.order_by("pk"):
        pairs.setdefault((sheet.entry_id, sheet.seat_id), sheet)
        taken.add((sheet.entry_id, sheet.seat_id, sheet.segment))
    present.exclude(segment__in=segments).delete()
    missing = [
        ScoreSheet(
            entry_id=entry_id,
            seat_id=seat_id,
            judge_id=first.judge_id,
            segment=segment,
            state=first.state,
            state_reason=first.state_reason,
            updated_at=now,
        )
        for (entry_id, seat_id), first in pairs.items()
        for segment in segments
        if (entry_id, seat_id, segment) not in taken
    ]
    ScoreSheet.objects.bulk_create(missing, batch_size=500)


def _first_state(entry: Entry, recusal_reason: str | None) -> tuple[ScoreSheet.State, str]:
    if recusal_reason is not None:
        return State.RECUSED, recusal_reason
    if entry.locked_at is not None:
        return State.ABSENT, SEATED_LATE
    return State.PENDING, ""


def _owe_again(seat: Seat, rounds: Iterable[Round], now: datetime) -> None:
    """A judge who is back owes again what the removal made absent."""
    for sheet in unlocked_sheets(seat, [round.pk for round in rounds], [State.ABSENT]):
        if sheet.state_reason == SEAT_REMOVED:
            set_state(sheet, owed_state(sheet), now=now)
