"""Who reviews what in an assigned round: by the system from a recorded seed, and by hand. No mark is ever lost."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product
from typing import Any

from django.db import transaction

from accounts.models import User
from core.canonical import digest
from core.exceptions import DomainError
from ledger.services import record_event
from scoring import engine
from scoring.exceptions import Locked
from scoring.models import Entry, Panel, Recusal, Round, ScoreSheet, Seat
from scoring.selectors.assignments import Standing, barred_pairs, standing_of
from scoring.selectors.rules import rules_of
from scoring.services.attendance import owed_state
from scoring.services.locking import demand_open_round, touch_round
from scoring.services.sheets import set_state

State = ScoreSheet.State
_LONGEST_REASON = 160


@dataclass(frozen=True, slots=True)
class Conflict:
    """A pair that must never be assigned: `source` same_unit or same_person, `reason` as it is shown (pitfall 23)."""

    entry: Entry
    seat: Seat
    source: str
    reason: str


def record_conflicts(*, round: Round, conflicts: Sequence[Conflict], actor: User, now: datetime) -> list[Recusal]:
    """Bar pairs for good: recusals that need no further decision, whatever was decided before; those new are returned.

    A sheet that such a pair has becomes 回避 with its marks kept, and another reviewer is found for the entry. Refuses
    a round that is not assigned or locked, a pair of another round, and (Locked) a sheet of a locked entry.
    """
    with transaction.atomic():
        round = _held_round(round)
        vacated, made = _bar(round, conflicts, actor, now)
        for entry in vacated:
            refill(round=round, entry=entry, seed=f"conflict-{entry.pk}", actor=actor, now=now)
    return made


def assign_sheets(
    *, round: Round, k: int, seed: str, actor: User, now: datetime, conflicts: Sequence[Conflict] = ()
) -> engine.Assignment:
    """Add reviewers until each competing entry that is not locked has at least `k`; also after the round opened.

    Only what lacks is added: running it again keeps every pair and every mark (pitfall 6). Absent, recused and
    reassigned reviewers are not counted and not asked again. The pairs follow from seed, conflicts and what was there
    (engine.assign). Conflicts are recorded first (record_conflicts), those of locked entries left out. An entry that
    cannot have `k` gets all that it can and stands in `short` of what is returned, with the seats that are excluded.
    Refuses a round that is not assigned or locked, a blank seed, and a `k` below the rulebook's valid marks.
    """
    _check_wanted(round, k, seed)
    with transaction.atomic():
        round = _held_round(round)
        locked_ids = set(Entry.objects.filter(round=round, locked_at__isnull=False).values_list("pk", flat=True))
        _, made = _bar(round, [each for each in conflicts if each.entry.pk not in locked_ids], actor, now)
        _touch(round)
        standing = standing_of(round)
        found = _assign(round, standing, k, seed)
        if found.pairs or made:
            _create_sheets(round, standing, found.pairs, now)
            payload = {
                "round": round.pk,
                "k": k,
                "seed": seed,
                "assigned_pairs": len(found.pairs),
                "sha256": digest([list(pair) for pair in found.pairs]),
                "short": [each.work for each in found.short],
            }
            record_event(edition=round.edition, kind="sheets_assigned", actor=actor, payload=payload, now=now)
    return found


def assign_one(*, entry: Entry, seat: Seat, actor: User, now: datetime) -> list[ScoreSheet]:
    """Give an entry to one more reviewer, by hand; the sheets that are now theirs, one per segment.

    What the reviewer had marked before a 改派 is a draft again. Refuses a pair in conflict or recused, with the reason
    (pitfalls 8, 23), one that is on hand already, an entry that does not compete, a seat removed or of another panel.
    """
    with transaction.atomic():
        round = _held_round(entry.round)
        _refuse_pair(round, entry, seat)
        _hold_sheets(entry, [seat])
        _touch(round, entry)
        sheets = _give(round, entry, seat, now)
        _record(round, entry, "sheet_assigned", actor, now, judge=seat.code)
    return sheets


def reassign_sheet(
    *, sheet: ScoreSheet, seat: Seat, reason: str, actor: User, now: datetime, count_marks: bool = False
) -> list[ScoreSheet]:
    """Give an entry to another reviewer instead of the sheet's; the other's sheets are returned.

    The former's marks stay visible (pitfall 7): 已改派, not counted, with the reason; or with `count_marks`, where all
    was submitted, still counted. Refuses a missing reason, a sheet that is recused or reassigned already, `count_marks`
    without submitted marks, and for the other reviewer what assign_one refuses.
    """
    with transaction.atomic():
        round, entry = _held_round(sheet.entry.round), sheet.entry
        _refuse_pair(round, entry, seat)
        own = _own_sheets(entry, sheet, [seat])
        _touch(round, entry)
        if count_marks:
            _refuse_uncounted(own)
        _leave(
            own, f"另派 {seat.code}，仍计入" if count_marks else f"改派给 {seat.code}", reason, now, keep=count_marks
        )
        given = _give(round, entry, seat, now)
        _record(round, entry, "sheet_reassigned", actor, now, judge=sheet.seat.code, to=seat.code, counted=count_marks)
    return given


def unassign_sheet(*, sheet: ScoreSheet, reason: str, actor: User, now: datetime) -> None:
    """Take an entry from a reviewer without another: 已改派 with the reason, marks kept, not counted (pitfall 7).

    Refuses a missing reason, and a sheet that is recused or reassigned already.
    """
    with transaction.atomic():
        round, entry = _held_round(sheet.entry.round), sheet.entry
        own = _own_sheets(entry, sheet, [])
        _touch(round, entry)
        _leave(own, "撤回分派", reason, now)
        _record(round, entry, "sheet_unassigned", actor, now, judge=sheet.seat.code)


def refill(*, round: Round, entry: Entry, seed: str, actor: User, now: datetime) -> Seat | None:
    """Another reviewer for an entry that lost one: the least load, then the least overlap with its other reviewers.

    None where nobody is left who may; open_blockers and lock_blockers name the entry if it has too few then. For use
    inside an act that holds the panel.
    """
    if entry.status != Entry.Status.COMPETING:
        return None
    standing = standing_of(round)
    barred, codes = barred_pairs(round, standing), [each.code for each in standing.entries.values()]
    chosen = engine.next_reviewer(entry.code, codes, list(standing.seats), barred, standing.kept, seed)
    if chosen is None:
        return None
    _touch(round, entry)
    _create_sheets(round, standing, [(entry.code, chosen)], now)
    _record(round, entry, "sheet_refilled", actor, now, judge=chosen, seed=seed)
    return standing.seats[chosen]


def _assign(round: Round, standing: Standing, k: int, seed: str) -> engine.Assignment:
    """The engine's answer; nothing is added to entries that are locked."""
    locked = {entry.code for entry in standing.entries.values() if entry.locked_at is not None}
    barred = barred_pairs(round, standing) | set(product(locked, standing.seats))
    codes = [entry.code for entry in standing.entries.values()]
    found = engine.assign(codes, list(standing.seats), k, barred, standing.kept, seed)
    return replace(found, short=tuple(each for each in found.short if each.work not in locked))


def _check_wanted(round: Round, k: int, seed: str) -> None:
    needed = max(1, rules_of(round.rulebook).aggregation.min_valid_marks)
    if k < needed:
        raise DomainError(f"评分细则要求至少 {needed} 份有效评分，每件至少要分派 {needed} 位评委。", code="k")
    if not seed.strip() or len(seed) > 64:
        raise DomainError("请填写分派用的种子（1 至 64 个字），凭它可以重现这次分派。", code="seed")


def _held_round(round: Round) -> Round:
    """The round as it is, its panel locked so that no seat comes or goes; refuses one that takes no assignment."""
    Panel.objects.select_for_update(no_key=True).get(pk=round.panel_id)
    round = Round.objects.select_related("edition", "rulebook", "panel").get(pk=round.pk)
    if not round.assigned:
        raise DomainError(f"轮次“{round.title}”由评委组全体评分，不分派评审。", code="assigned")
    if round.state == Round.State.LOCKED:
        raise Locked(f"轮次“{round.title}”已封存，不能再分派评审。")
    return round


def _touch(round: Round, entry: Entry | None = None) -> None:
    """Hold the round against its lock; while it is in preparation there is nothing to be locked."""
    if round.state == Round.State.OPEN:
        demand_open_round(round.pk, entry_id=entry.pk if entry else None)
    else:
        touch_round(round.pk)


def _bar(round: Round, conflicts: Sequence[Conflict], actor: User, now: datetime) -> tuple[list[Entry], list[Recusal]]:
    """Record the conflicts; the entries that lost a reviewer by it, and the recusals that are new."""
    on_record = {
        (each.entry_id, each.seat_id): each
        for each in Recusal.objects.select_for_update(no_key=True).filter(entry__round=round).order_by("pk")
    }
    new: dict[tuple[int, int], Conflict] = {}
    for each in conflicts:
        if each.entry.round_id != round.pk or each.seat.panel_id != round.panel_id:
            raise DomainError(f"参评条目 {each.entry.code} 与席位 {each.seat.code} 不在同一轮次。", code="pair")
        recusal = on_record.get((each.entry.pk, each.seat.pk))
        if recusal is None or recusal.state != Recusal.State.CONFIRMED:
            new[each.entry.pk, each.seat.pk] = each
    if not new:
        return [], []
    vacated = _recuse_sheets(round, list(new.values()), now)
    made = [_as_recusal(on_record.get(pair), each, actor, now) for pair, each in new.items()]
    Recusal.objects.bulk_create([recusal for recusal in made if recusal.pk is None], batch_size=500)
    pairs = [[recusal.entry.code, recusal.seat.code, recusal.source] for recusal in made]
    payload = {"round": round.pk, "pairs": len(pairs), "sha256": digest(pairs)}
    record_event(edition=round.edition, kind="conflicts_recorded", actor=actor, payload=payload, now=now)
    return vacated, made


def _as_recusal(recusal: Recusal | None, conflict: Conflict, actor: User, now: datetime) -> Recusal:
    """What is on record, saved with the conflict's reason; or a new one, not saved yet."""
    found = recusal or Recusal(declared_at=now)
    found.entry, found.seat = conflict.entry, conflict.seat
    found.source, found.reason, found.state = conflict.source, conflict.reason[:200], Recusal.State.CONFIRMED
    found.declared_by, found.decided_by, found.decided_at = actor, actor, now
    if recusal is not None:
        found.save()
    return found


def _recuse_sheets(round: Round, conflicts: Sequence[Conflict], now: datetime) -> list[Entry]:
    """Sheets of these pairs become 回避; the entries that lost a reviewer by it."""
    reasons = {(each.entry.pk, each.seat.judge_id): each for each in conflicts}
    sheets = ScoreSheet.objects.filter(entry_id__in={entry_id for entry_id, _ in reasons}).exclude(state=State.RECUSED)
    ids = [pk for pk, *pair in sheets.values_list("pk", "entry_id", "judge_id") if tuple(pair) in reasons]
    if not ids:
        return []
    held = list(ScoreSheet.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    _touch(round)
    found = {sheet.entry_id: reasons[sheet.entry_id, sheet.judge_id].entry for sheet in held}
    locked = Entry.objects.filter(pk__in=found, locked_at__isnull=False).values_list("code", flat=True)
    if locked:
        raise Locked(f"参评条目 {'、'.join(locked)} 已锁定，不能再因利益关系回避；请向监督员说明。")
    vacated = []
    for sheet in held:
        if sheet.state not in ScoreSheet.LEFT_OUT:
            vacated.append(sheet.entry_id)
        set_state(sheet, State.RECUSED, reason=reasons[sheet.entry_id, sheet.judge_id].reason[:200], now=now)
    return [found[entry_id] for entry_id in dict.fromkeys(vacated)]


def _refuse_pair(round: Round, entry: Entry, seat: Seat) -> None:
    if entry.round_id != round.pk or seat.panel_id != round.panel_id:
        raise DomainError(f"参评条目 {entry.code} 与席位 {seat.code} 不在同一轮次，不能分派。", code="pair")
    seat = Seat.objects.get(pk=seat.pk)
    if seat.removed_at is not None:
        raise DomainError(f"席位 {seat.code} 已撤，不能分派；请先恢复席位。", code="removed")
    status = Entry.objects.only("status").get(pk=entry.pk)
    if status.status != Entry.Status.COMPETING:
        raise DomainError(f"参评条目 {entry.code} {status.get_status_display()}，不再分派。", code="status")
    standing = standing_of(round)
    if reason := standing.recused.get((entry.code, seat.code)):
        raise DomainError(f"评委 {seat.code} 对 {entry.code} 须回避（{reason}），不能分派。", code="recused")
    if (entry.code, seat.code) in standing.proposed:
        raise DomainError(f"评委 {seat.code} 对 {entry.code} 的回避还没有决定，请先决定再分派。", code="proposed")
    state = standing.states.get((entry.code, seat.code))
    if state == State.ABSENT:
        raise DomainError(f"评委 {seat.code} 对 {entry.code} 记为缺席；要请他评审，请先恢复待评。", code="absent")
    if state is not None and state != State.UNASSIGNED:
        raise DomainError(f"{entry.code} 已经分派给评委 {seat.code}。", code="taken")


def _hold_sheets(entry: Entry, seats: Sequence[Seat]) -> list[ScoreSheet]:
    sheets = ScoreSheet.objects.select_for_update(of=("self",), no_key=True).select_related("seat")
    found = sheets.filter(entry_id=entry.pk, seat_id__in=[seat.pk for seat in seats])
    return list(found.order_by("pk"))


def _own_sheets(entry: Entry, sheet: ScoreSheet, others: Sequence[Seat]) -> list[ScoreSheet]:
    """The sheets of the pair, held together with those of the seats that come in."""
    held = _hold_sheets(entry, [sheet.seat, *others])
    own = [each for each in held if each.seat_id == sheet.seat_id]
    for each in own:
        if each.state in (State.RECUSED, State.UNASSIGNED):
            raise DomainError(f"评分表现在是“{each.get_state_display()}”，不能改派。", code="state")
    return own


def _refuse_uncounted(own: Sequence[ScoreSheet]) -> None:
    if any(sheet.state != State.SUBMITTED for sheet in own):
        raise DomainError("这位评委还没有提交，没有可以继续计入的评分。", code="state")


def _leave(own: Sequence[ScoreSheet], what: str, reason: str, now: datetime, *, keep: bool = False) -> None:
    """What becomes of the former reviewer's sheets, and why, where everybody who sees the marks sees it."""
    if not reason.strip():
        raise DomainError("请写明改派的原因。", code="reason")
    for sheet in own:
        state = State.SUBMITTED if keep else State.UNASSIGNED
        set_state(sheet, state, reason=f"{what}：{reason.strip()[:_LONGEST_REASON]}", now=now)


def _give(round: Round, entry: Entry, seat: Seat, now: datetime) -> list[ScoreSheet]:
    for sheet in ScoreSheet.objects.filter(entry_id=entry.pk, seat_id=seat.pk, state=State.UNASSIGNED).order_by("pk"):
        set_state(sheet, owed_state(sheet), now=now)
    _make(round, [(entry, seat)], now)
    return list(ScoreSheet.objects.filter(entry_id=entry.pk, seat_id=seat.pk).order_by("pk"))


def _create_sheets(round: Round, standing: Standing, pairs: Iterable[tuple[str, str]], now: datetime) -> None:
    entries = {entry.code: entry for entry in standing.entries.values()}
    _make(round, [(entries[code], standing.seats[seat]) for code, seat in pairs], now)


def _make(round: Round, pairs: Collection[tuple[Entry, Seat]], now: datetime) -> None:
    """The sheets that these pairs do not have yet: one per panel segment, none twice."""
    segments = [segment.code for segment in rules_of(round.rulebook).panel_segments]
    present = ScoreSheet.objects.filter(entry__in={entry.pk for entry, _ in pairs}).order_by()
    taken = set(present.values_list("entry_id", "seat_id", "segment"))
    sheets = [
        ScoreSheet(entry=entry, seat=seat, judge_id=seat.judge_id, segment=segment, updated_at=now)
        for entry, seat in pairs
        for segment in segments
        if (entry.pk, seat.pk, segment) not in taken
    ]
    ScoreSheet.objects.bulk_create(sheets, batch_size=500)


def _record(round: Round, entry: Entry, kind: str, actor: User, now: datetime, **details: Any) -> None:
    payload = {"round": round.pk, "entry": entry.code, **details}
    record_event(edition=round.edition, kind=kind, actor=actor, payload=payload, now=now)
