"""Judging a round as people do it: drafts, submissions, second thoughts, a repeated and a stale save, a lost judge."""

import random
from collections.abc import Collection, Sequence

from portal.services.rehearsal.cast import Cast
from portal.services.rehearsal.clock import PlayClock
from portal.services.rehearsal.marking import Plan
from scoring.engine import Rulebook, Segment, parse_rulebook
from scoring.exceptions import SheetChanged
from scoring.models import Entry, Recusal, Round, ScoreSheet, Seat
from scoring.services import (
    add_deduction,
    confirm_paper_marks,
    confirm_recusal,
    declare_recusal,
    dismiss_recusal,
    mark_absent,
    record_seconds,
    save_draft,
    set_entry_status,
    settle_late_mark,
    submit_sheet,
    type_paper_marks,
)


def rules_of(round: Round) -> tuple[Rulebook, Segment]:
    """The round's rulebook and its one panel segment (the contest presets have one)."""
    rulebook = parse_rulebook(round.rulebook.document)
    return rulebook, rulebook.segments[0]


def decide_recusals(*, round: Round, cast: Cast, clock: PlayClock) -> None:
    """Confirm every proposed recusal while enough judges remain for a valid score, dismiss the rest."""
    rulebook, _ = rules_of(round)
    seats = Seat.objects.filter(panel=round.panel, removed_at__isnull=True).count()
    left: dict[int, int] = {}
    for recusal in Recusal.objects.filter(entry__round=round, state=Recusal.State.PROPOSED).order_by("pk"):
        remaining = left.setdefault(recusal.entry_id, seats)
        if remaining > rulebook.aggregation.min_valid_marks:
            confirm_recusal(recusal=recusal, actor=cast.organiser, now=clock())
            left[recusal.entry_id] -= 1
        else:
            dismiss_recusal(recusal=recusal, actor=cast.organiser, now=clock())


def judge_recuses(*, round: Round, rng: random.Random, cast: Cast, clock: PlayClock) -> None:
    """One judge declares a recusal with a reason before the first mark, and the organiser confirms it."""
    seats = list(Seat.objects.filter(panel=round.panel).select_related("judge"))
    entry = rng.choice(list(round.entries.all()))
    seat = rng.choice(seats)
    if Recusal.objects.filter(entry=entry).exists():
        return
    recusal = declare_recusal(entry=entry, seat=seat, reason="曾任其指导教师", actor=seat.judge, now=clock())
    if recusal.state == Recusal.State.PROPOSED:
        confirm_recusal(recusal=recusal, actor=cast.organiser, now=clock())


def sheets_by_pair(round: Round) -> dict[tuple[str, str], ScoreSheet]:
    sheets = ScoreSheet.objects.filter(entry__round=round).select_related("entry", "seat", "judge")
    return {(sheet.entry.code, sheet.seat.code): sheet for sheet in sheets}


def recused_pairs(round: Round) -> set[tuple[str, str]]:
    confirmed = Recusal.objects.filter(entry__round=round, state=Recusal.State.CONFIRMED)
    return {(recusal.entry.code, recusal.seat.code) for recusal in confirmed.select_related("entry", "seat")}


def mark_entries(
    *, round: Round, plan: Plan, entries: Sequence[Entry], rng: random.Random, cast: Cast, clock: PlayClock
) -> None:
    """Have every judge mark these entries as planned, with the untidiness of a real hall."""
    sheets = sheets_by_pair(round)
    _, segment = rules_of(round)
    for entry in entries:
        seconds = plan.seconds[entry.code]
        record_seconds(entry=entry, segment=segment.code, seconds=seconds, actor=cast.clerk, now=clock())
        pairs = [pair for pair in sheets if pair[0] == entry.code]
        rng.shuffle(pairs)
        for pair in pairs:
            if pair in plan.absent:
                mark_absent(sheet=sheets[pair], reason="临时离席", actor=cast.organiser, now=clock())
            elif pair in plan.marks and rng.random() < 0.02:
                _type_from_paper(sheets[pair], plan.marks[pair], cast, clock)
            elif pair in plan.marks:
                _mark(sheets[pair], plan.marks[pair], rng, clock)


def forfeit_last(*, round: Round, cast: Cast, clock: PlayClock) -> Entry:
    """The last in the order does not come."""
    entry = round.entries.order_by("-order")[0]
    return set_entry_status(
        entry=entry, status=Entry.Status.FORFEITED, reason="检录未到", actor=cast.organiser, now=clock()
    )


def deduct_once(*, round: Round, spared: Collection[str], cast: Cast, clock: PlayClock) -> None:
    """One contestant loses a point; not one of those `spared`."""
    entry = round.entries.exclude(code__in=spared).order_by("order")[2]
    add_deduction(entry=entry, points="1", reason="出示单位信息", actor=cast.organiser, now=clock())


def mark_too_late(*, round: Round, cast: Cast, clock: PlayClock) -> None:
    """A judge submits again after the lock: it is kept for arbitration, counts for nothing, and is settled."""
    sheet = ScoreSheet.objects.filter(entry__round=round, state=ScoreSheet.State.SUBMITTED).order_by("pk")[0]
    marks = {"content": "50", "delivery": "30", "image": "20"}
    outcome = submit_sheet(
        sheet_id=sheet.pk,
        marks=marks,
        submission_id=f"{sheet.pk}-late",
        base_version=sheet.version,
        actor=sheet.judge,
        now=clock(),
    )
    if outcome.kind != "late":
        raise AssertionError(f"a mark after the lock was {outcome.kind}")
    late_mark = sheet.late_marks.get()
    settle_late_mark(late_mark=late_mark, settlement="封存后提交，不采纳", actor=cast.organiser, now=clock())


def _type_from_paper(sheet: ScoreSheet, marks: dict[str, str], cast: Cast, clock: PlayClock) -> None:
    paper = type_paper_marks(sheet=sheet, marks=marks, submission_id=f"typed-{sheet.pk}", actor=cast.clerk, now=clock())
    confirm_paper_marks(paper=paper, marks=marks, actor=cast.assistant, now=clock())


def _mark(sheet: ScoreSheet, marks: dict[str, str], rng: random.Random, clock: PlayClock) -> None:
    version = 0
    key = f"{sheet.pk}-{rng.getrandbits(64):016x}"
    if rng.random() < 0.3:
        first = dict(list(marks.items())[:2])
        version = _save(save_draft, sheet, first, f"{key}-draft", version, clock)
    if rng.random() < 0.1:
        second_thoughts = {**marks, next(iter(marks)): "40"}
        version = _save(submit_sheet, sheet, second_thoughts, f"{key}-first", version, clock)
    saved = _save(submit_sheet, sheet, marks, key, version, clock)
    if rng.random() < 0.1:
        repeated = _save(submit_sheet, sheet, marks, key, version, clock)  # its answer was lost on the way
        if repeated != saved:
            raise AssertionError(f"a repeated submission made version {repeated} of sheet {sheet.pk}")
    if rng.random() < 0.05:
        _stale_save(sheet, marks, key, clock)


def _save(service, sheet: ScoreSheet, marks: dict[str, str], key: str, version: int, clock: PlayClock) -> int:  # type: ignore[no-untyped-def]
    outcome = service(
        sheet_id=sheet.pk, marks=marks, submission_id=key, base_version=version, actor=sheet.judge, now=clock()
    )
    return int(outcome.number)


def _stale_save(sheet: ScoreSheet, marks: dict[str, str], key: str, clock: PlayClock) -> None:
    try:
        _save(submit_sheet, sheet, marks, f"{key}-stale", 0, clock)
    except SheetChanged:
        return
    raise AssertionError(f"a stale save of sheet {sheet.pk} was taken")
