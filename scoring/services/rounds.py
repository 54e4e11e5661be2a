"""Rounds from set-up to the round lock (design §5)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import User
from core.exceptions import DomainError
from core.models import Edition
from ledger.services import record_event
from scoring.exceptions import ActBlocked, Blocker, Locked
from scoring.models import Entry, Panel, Round, Rulebook, ScoreSheet, Seat, Snapshot
from scoring.selectors.progress import entry_blockers, lock_blockers, open_blockers
from scoring.selectors.rules import rules_of
from scoring.services.locking import demand_open_round, locked_entry, touch_round
from scoring.services.panels import create_sheets, renew_assigned_sheets
from scoring.services.rulebooks import freeze_rulebook, rulebook_reference
from scoring.services.snapshots import take_snapshot

_ROOM = 10_000  # above every order, so that two entries can change places under the unique constraint


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What add_entries needs to know of an entry; `code` is printed and read aloud, e.g. "07"."""

    code: str
    title: str
    order: int
    exhibit: str = ""


def create_round(
    *,
    edition: Edition,
    title: str,
    group: str,
    rulebook: Rulebook,
    panel: Panel,
    actor: User,
    now: datetime,
    parent: Round | None = None,
    assigned: bool = False,
) -> Round:
    """A round in preparation; in an `assigned` one each entry is scored by those of the panel to whom it is assigned.

    Refuses a blank or taken title, a rulebook or panel of another edition, and a group that the rules do not have.
    """
    title = title.strip()
    if not title:
        raise DomainError("请填写轮次名称。", code="title")
    if {rulebook.edition_id, panel.edition_id} != {edition.pk}:
        raise DomainError("评分细则和评委组须属于本届。", code="edition")
    if group not in {each.code for each in rules_of(rulebook).groups}:
        raise DomainError(f"评分细则“{rulebook.title}”里没有组别“{group}”。", code="group")
    with transaction.atomic():
        if Round.objects.filter(edition=edition, title=title).exists():
            raise DomainError(f"本届已有轮次“{title}”，请换一个名称。", code="taken")
        round = Round.objects.create(
            edition=edition,
            title=title,
            group=group,
            rulebook=rulebook,
            panel=panel,
            parent=parent,
            assigned=assigned,
        )
        record_event(
            edition=edition,
            kind="round_created",
            actor=actor,
            payload={
                "round": round.pk,
                "group": group,
                "panel": panel.pk,
                **({"assigned": True} if assigned else {}),
                **rulebook_reference(rulebook),
            },
            now=now,
        )
    return round


def add_entries(*, round: Round, entries: Sequence[NewEntry]) -> list[Entry]:
    """Add entries before the round opens.

    Refuses, all or none: an open round, a code of no or more than 12 characters or with a space, a code or a place in
    the order that is taken.
    """
    with transaction.atomic():
        _demand_draft(round)
        present = list(Entry.objects.filter(round=round).values_list("code", "order"))
        codes, orders = {code for code, _ in present}, {order for _, order in present}
        for entry in entries:
            if not (0 < len(entry.code) <= 12 and entry.code.isprintable() and " " not in entry.code):
                raise DomainError(f"编号“{entry.code}”应为 1 至 12 个字符，不含空格。", code="entry_code")
            if entry.code in codes or entry.order in orders:
                raise DomainError(f"编号“{entry.code}”或顺序 {entry.order} 重复了。", code="taken")
            codes.add(entry.code)
            orders.add(entry.order)
        return Entry.objects.bulk_create(Entry(round=round, **asdict(each)) for each in entries)


def reorder_entries(*, round: Round, codes: Sequence[str], actor: User, now: datetime) -> None:
    """Set the running order before the round opens: `codes` names every entry once, first to last.

    Refuses an open round and a list that leaves out, repeats or invents an entry.
    """
    with transaction.atomic():
        _demand_draft(round)
        entries = {entry.code: entry for entry in Entry.objects.filter(round=round)}
        if sorted(codes) != sorted(entries):
            raise DomainError("出场顺序须把每个编号都列出一次。", code="order")
        Entry.objects.filter(round=round).update(order=F("order") + _ROOM)
        for place, code in enumerate(codes, start=1):
            Entry.objects.filter(pk=entries[code].pk).update(order=place)
        record_event(
            edition=round.edition,
            kind="entries_reordered",
            actor=actor,
            payload={"round": round.pk, "order": list(codes)},
            now=now,
        )


def open_round(*, round: Round, actor: User, now: datetime) -> Round:
    """Open a round for marks: its rulebook is frozen and every sheet made, 回避 where a recusal is confirmed.

    In an assigned round the sheets are those that were assigned before (assign_sheets), and no others.
    Refuses (ActBlocked, with everything that is missing) a round without entries, with fewer seats, or reviewers of an
    entry, than valid marks are needed, with a group unknown to the rules, or with undecided recusals; and a round that
    is not in preparation.
    """
    with transaction.atomic():
        panel = Panel.objects.select_for_update(no_key=True).get(pk=round.panel_id)  # no seat may come or go meanwhile
        round = touch_round(round.pk)
        if round.state != Round.State.DRAFT:
            raise DomainError(f"轮次“{round.title}”{round.get_state_display()}，不能再次开放。", code="state")
        _demand_none(f"轮次“{round.title}”还不能开放：", [each for each in open_blockers(round) if each.blocks])
        freeze_rulebook(round.rulebook, now=now)
        seats = Seat.objects.filter(panel=panel, removed_at__isnull=True).order_by("number")
        if round.assigned:
            renew_assigned_sheets(round, now=now)
        else:
            create_sheets(round, seats, now=now)
        round.state, round.opened_at = Round.State.OPEN, now
        round.save(update_fields=["state", "opened_at"])
        record_event(
            edition=round.edition,
            kind="round_opened",
            actor=actor,
            payload={
                "round": round.pk,
                "entries": round.entries.count(),
                "seats": [seat.code for seat in seats],
                **rulebook_reference(round.rulebook),
            },
            now=now,
        )
    return round


def lock_entry(*, entry: Entry, actor: User, now: datetime) -> Entry:
    """Freeze one entry's marks, so that its score may be shown.

    Refuses (ActBlocked) while a judge owes a sheet, a recusal is undecided or paper marks are unconfirmed; refuses
    (Locked) an entry that is locked already and a round that is not open.
    """
    with transaction.atomic():
        # All of the entry's sheets first: a save holds one of them, so none is half-way past the lock.
        list(
            ScoreSheet.objects.select_for_update(no_key=True).filter(entry_id=entry.pk).order_by("pk").values_list("pk")
        )
        demand_open_round(entry.round_id)
        entry = locked_entry(entry.pk)
        if entry.locked_at is not None:
            raise Locked(f"参评条目 {entry.code} 已经锁定。")
        _demand_none(f"参评条目 {entry.code} 还不能锁定：", entry_blockers(entry))
        entry.locked_at = now
        entry.save(update_fields=["locked_at"])
        record_event(
            edition=entry.round.edition,
            kind="entry_locked",
            actor=actor,
            payload={"round": entry.round_id, "entry": entry.code},
            now=now,
        )
    return entry


def lock_round(*, round: Round, actor: User, now: datetime) -> Snapshot:
    """Freeze the round and take its first snapshot.

    Refuses (ActBlocked) while something blocks, see lock_blockers; its warnings do not. An unresolved tie at a line
    does not prevent the lock: it stands in the snapshot until a decision or a runoff. Refuses a round that is not open.
    """
    with transaction.atomic():
        round = touch_round(round.pk)
        if round.state != Round.State.OPEN:
            raise Locked(f"轮次“{round.title}”{round.get_state_display()}，不能封存。")
        _demand_none(f"轮次“{round.title}”还不能封存：", [each for each in lock_blockers(round) if each.blocks])
        Entry.objects.filter(round=round, locked_at__isnull=True).update(locked_at=now)
        round.state, round.locked_at = Round.State.LOCKED, now
        round.save(update_fields=["state", "locked_at"])
        record_event(edition=round.edition, kind="round_locked", actor=actor, payload={"round": round.pk}, now=now)
        return take_snapshot(round=round, reason="封存", actor=actor, now=now)


def _demand_draft(round: Round) -> None:
    state = Round.objects.select_for_update(no_key=True).values_list("state", flat=True).get(pk=round.pk)
    if state != Round.State.DRAFT:
        raise DomainError(f"轮次“{round.title}”已开放，不能再增减或调换参评条目。", code="state")


def _demand_none(message: str, blockers: Sequence[Blocker]) -> None:
    if blockers:
        raise ActBlocked(message, blockers)
