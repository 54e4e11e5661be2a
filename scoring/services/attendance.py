"""Judges who are absent: their sheets are left out, never 0 (pitfall 26)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.exceptions import DomainError
from ledger.services import record_event
from scoring.models import Entry, Round, ScoreSheet, Seat
from scoring.services.locking import demand_open_round, locked_sheet
from scoring.services.sheets import set_state, sheet_reference

State = ScoreSheet.State


def mark_absent(*, sheet: ScoreSheet, reason: str, actor: User, now: datetime) -> ScoreSheet:
    """The judge did not mark this entry: left out, never 0 (pitfall 26).

    Refuses a missing reason, a sheet that is not owed (a submitted one must be returned first), a locked entry.
    """
    _demand_reason(reason)
    with transaction.atomic():
        sheet = locked_sheet(sheet.pk)
        if sheet.state not in ScoreSheet.OWED:
            raise DomainError(f"评分表现在是“{sheet.get_state_display()}”，只有还没提交的才能记缺席。", code="state")
        demand_open_round(sheet.entry.round_id, entry_id=sheet.entry_id)
        set_state(sheet, State.ABSENT, reason=reason.strip(), now=now)
        _record(sheet, "sheet_absent", actor, now)
    return sheet


def mark_present(*, sheet: ScoreSheet, actor: User, now: datetime) -> ScoreSheet:
    """The judge is here after all: the sheet is owed again, with the draft it had.

    Refuses a sheet that is not absent, a removed seat, a locked entry.
    """
    with transaction.atomic():
        sheet = locked_sheet(sheet.pk)
        if sheet.state != State.ABSENT:
            raise DomainError(f"评分表现在是“{sheet.get_state_display()}”，不是缺席。", code="state")
        _refuse_removed(sheet.seat)
        demand_open_round(sheet.entry.round_id, entry_id=sheet.entry_id)
        set_state(sheet, owed_state(sheet), now=now)
        _record(sheet, "sheet_present", actor, now)
    return sheet


def mark_seat_absent(*, round: Round, seat: Seat, reason: str, actor: User, now: datetime) -> int:
    """mark_absent for every sheet that the seat still owes in the round; returns how many."""
    _demand_reason(reason)
    with transaction.atomic():
        owed = unlocked_sheets(seat, [round.pk], ScoreSheet.OWED)
        return _move_all(round, owed, State.ABSENT, reason.strip(), actor, now)


def mark_seat_present(*, round: Round, seat: Seat, actor: User, now: datetime) -> int:
    """mark_present for every absent sheet of the seat whose entry is not locked; returns how many."""
    with transaction.atomic():
        _refuse_removed(Seat.objects.get(pk=seat.pk))
        absent = unlocked_sheets(seat, [round.pk], [State.ABSENT])
        return _move_all(round, absent, None, "", actor, now)


def owed_state(sheet: ScoreSheet) -> ScoreSheet.State:
    """What an absent sheet becomes when it is owed again: a draft if it has marks, which then do not count."""
    return State.DRAFT if sheet.current_id else State.PENDING


def unlocked_sheets(seat: Seat, rounds: Sequence[int], states: Sequence[str]) -> list[ScoreSheet]:
    """The seat's sheets in these states whose entry is not locked, their rows locked, by key."""
    sheets = ScoreSheet.objects.select_for_update(of=("self",), no_key=True).select_related(
        "entry__round__edition", "seat"
    )
    found = list(sheets.filter(seat_id=seat.pk, entry__round_id__in=rounds, state__in=states).order_by("pk"))
    # Asked again now that the sheets are held: PostgreSQL shows joined rows as they were before it waited.
    unlocked = Entry.objects.filter(pk__in={sheet.entry_id for sheet in found}, locked_at__isnull=True)
    unlocked_ids = set(unlocked.values_list("pk", flat=True))
    return [sheet for sheet in found if sheet.entry_id in unlocked_ids]


def _move_all(
    round: Round, sheets: list[ScoreSheet], state: ScoreSheet.State | None, reason: str, actor: User, now: datetime
) -> int:
    demand_open_round(round.pk)
    for sheet in sheets:
        to = state or owed_state(sheet)
        set_state(sheet, to, reason=reason, now=now)
        _record(sheet, "sheet_absent" if to == State.ABSENT else "sheet_present", actor, now)
    return len(sheets)


def _record(sheet: ScoreSheet, kind: str, actor: User, now: datetime) -> None:
    edition = sheet.entry.round.edition
    record_event(edition=edition, kind=kind, actor=actor, payload=sheet_reference(sheet), now=now)


def _demand_reason(reason: str) -> None:
    if not reason.strip():
        raise DomainError("请写明缺席原因。", code="reason")


def _refuse_removed(seat: Seat) -> None:
    if seat.removed_at is not None:
        raise DomainError(f"席位 {seat.code} 已撤，请先恢复席位。", code="state")
