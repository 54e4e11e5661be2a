"""What is still owed in a round, and what stands in the way of opening or locking it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from scoring.engine.rulebook import QUIZ
from scoring.exceptions import Blocker
from scoring.models import Correction, Entry, LateMark, PaperEntry, Recusal, Round, ScoreSheet, Seat
from scoring.selectors.rules import rules_of


@dataclass(frozen=True, slots=True)
class SeatProgress:
    """How far one seat is: counts of its sheets by state, and the codes of the entries that it still owes."""

    seat_id: int
    code: str
    judge_name: str
    is_removed: bool
    counts: dict[str, int]
    owed_entries: tuple[str, ...]


def confirmed_recusals(round: Round) -> dict[tuple[int, str], str]:
    """(judge id, entry code) → reason of every confirmed recusal in the round and, for a runoff, in its parents.

    By judge and not by seat: a judge who comes back in another seat, or in a runoff, is still recused (pitfall 8).
    """
    rounds, parent_id = [round.pk], round.parent_id
    while parent_id is not None:
        rounds.append(parent_id)
        parent_id = Round.objects.filter(pk=parent_id).values_list("parent_id", flat=True).get()
    confirmed = Recusal.objects.filter(entry__round_id__in=rounds, state=Recusal.State.CONFIRMED).order_by("pk")
    found = confirmed.values_list("seat__judge_id", "entry__code", "reason")
    return {(judge_id, code): reason for judge_id, code, reason in found}


def open_blockers(round: Round) -> list[Blocker]:
    """What stands in the way of opening a round: no entries, too few seats, a group unknown to the rules, recusals."""
    rules = rules_of(round.rulebook)
    blockers = []
    competing = Entry.objects.filter(round_id=round.pk, status=Entry.Status.COMPETING).count()
    if not competing:
        blockers.append(Blocker("no_entries", "本轮还没有参评条目，请先加入。"))
    seats = Seat.objects.filter(panel_id=round.panel_id, removed_at__isnull=True).count()
    needed = rules.aggregation.min_valid_marks
    if seats < max(needed, 1):
        text = f"评委组“{round.panel.title}”只有 {seats} 个席位，评分细则要求至少 {needed} 份有效评分，请增加席位。"
        blockers.append(Blocker("too_few_seats", text))
    if round.group not in {group.code for group in rules.groups}:
        text = f"评分细则“{round.rulebook.title}”里没有组别“{round.group}”，请换用有这一组别的评分细则。"
        blockers.append(Blocker("unknown_group", text))
    return blockers + _open_recusals(Recusal.objects.filter(entry__round_id=round.pk))


def lock_blockers(round: Round) -> list[Blocker]:
    """What stands in the way of locking a round; warnings (`blocks` false) at the end.

    Owed sheets are named judge by judge. An unresolved tie at a line does not stand in the way: it is part of the
    snapshot and is decided afterwards (design §4).
    """
    entries = Entry.objects.filter(round_id=round.pk)
    sheets = ScoreSheet.objects.filter(entry__round_id=round.pk)
    blockers = _owed(sheets)
    blockers += _open_recusals(Recusal.objects.filter(entry__round_id=round.pk))
    blockers += _open_paper(PaperEntry.objects.filter(sheet__entry__round_id=round.pk))
    competing = list(entries.filter(status=Entry.Status.COMPETING).order_by("order", "code"))
    return blockers + _missing_quiz(round, competing) + _warnings(round, competing)


def entry_blockers(entry: Entry) -> list[Blocker]:
    """What stands in the way of locking one entry: owed sheets, undecided recusals, unconfirmed paper marks."""
    blockers = _owed(ScoreSheet.objects.filter(entry_id=entry.pk))
    blockers += _open_recusals(Recusal.objects.filter(entry_id=entry.pk))
    return blockers + _open_paper(PaperEntry.objects.filter(sheet__entry_id=entry.pk))


def seat_progress(round: Round) -> list[SeatProgress]:
    """Who has not marked yet, seat by seat; two queries."""
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    owed: dict[int, list[str]] = defaultdict(list)
    sheets = ScoreSheet.objects.filter(entry__round_id=round.pk).order_by("entry__order", "entry__code", "pk")
    for seat_id, state, code, status in sheets.values_list("seat_id", "state", "entry__code", "entry__status"):
        counts[seat_id][state] += 1
        if state in ScoreSheet.OWED and status == Entry.Status.COMPETING and code not in owed[seat_id]:
            owed[seat_id].append(code)
    seats = Seat.objects.filter(panel_id=round.panel_id).select_related("judge").order_by("number")
    return [
        SeatProgress(
            seat_id=seat.pk,
            code=seat.code,
            judge_name=seat.judge.name,
            is_removed=seat.removed_at is not None,
            counts=dict(counts[seat.pk]),
            owed_entries=tuple(owed[seat.pk]),
        )
        for seat in seats
        if seat.removed_at is None or seat.pk in counts
    ]


def _owed(sheets: QuerySet[ScoreSheet]) -> list[Blocker]:
    """One blocker per judge; only entries that compete are waited for."""
    found = (
        sheets.filter(state__in=ScoreSheet.OWED, entry__status=Entry.Status.COMPETING)
        .order_by("seat__number", "entry__order", "entry__code")
        .values_list("seat__number", "entry__code")
    )
    by_seat: dict[int, dict[str, None]] = defaultdict(dict)
    for number, code in found:
        by_seat[number][code] = None
    return [
        Blocker(
            "owed_sheets",
            f"评委 J{number} 还有未提交的评分：{'、'.join(codes)}。",
            seat=f"J{number}",
            entries=tuple(codes),
        )
        for number, codes in by_seat.items()
    ]


def _open_recusals(recusals: QuerySet[Recusal]) -> list[Blocker]:
    proposed = recusals.filter(state=Recusal.State.PROPOSED).order_by("seat__number", "entry__order", "pk")
    by_seat: dict[int, list[str]] = defaultdict(list)
    for number, code in proposed.values_list("seat__number", "entry__code"):
        by_seat[number].append(code)
    return [
        Blocker(
            "open_recusals",
            f"评委 J{number} 对 {'、'.join(codes)} 的回避还没有决定，请确认或驳回。",
            seat=f"J{number}",
            entries=tuple(codes),
        )
        for number, codes in by_seat.items()
    ]


def _open_paper(papers: QuerySet[PaperEntry]) -> list[Blocker]:
    waiting = papers.filter(confirmed_at__isnull=True, discarded_at__isnull=True).order_by("pk")
    found = waiting.values_list("sheet__seat__number", "sheet__entry__code")
    return [
        Blocker("open_paper", f"评委 J{number} 对 {code} 的纸质评分还没有复核。", seat=f"J{number}", entries=(code,))
        for number, code in found
    ]


def _missing_quiz(round: Round, competing: Iterable[Entry]) -> list[Blocker]:
    quizzes = [segment for segment in rules_of(round.rulebook).segments if segment.scored_by == QUIZ]
    return [
        Blocker("no_quiz", f"环节“{segment.title}”缺得分：{'、'.join(codes)}。", entries=codes)
        for segment in quizzes
        if (codes := tuple(entry.code for entry in competing if segment.code not in entry.quiz))
    ]


def _warnings(round: Round, competing: list[Entry]) -> list[Blocker]:
    rules = rules_of(round.rulebook)
    titles: Mapping[str, str] = {segment.code: segment.title for segment in rules.segments}
    warnings = []
    for segment in sorted({rule.segment for rule in rules.penalties}):
        codes = tuple(entry.code for entry in competing if segment not in entry.seconds)
        if codes:
            text = f"环节“{titles[segment]}”没有用时记录，不计超时或不足扣分：{'、'.join(codes)}。"
            warnings.append(Blocker("no_seconds", text, blocks=False, entries=codes))
    late = LateMark.objects.filter(sheet__entry__round_id=round.pk, settled_at__isnull=True).count()
    if late:
        warnings.append(Blocker("late_marks", f"仲裁列表里还有 {late} 份逾时评分没有处理。", blocks=False))
    corrections = Correction.objects.filter(entry__round_id=round.pk, state=Correction.State.REQUESTED).count()
    if corrections:
        text = f"还有 {corrections} 项更正等待确认；封存后确认会另成一份定格成绩。"
        warnings.append(Blocker("open_corrections", text, blocks=False))
    return warnings
