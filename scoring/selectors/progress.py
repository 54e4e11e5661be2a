"""What is still owed in a round, and what stands in the way of opening or locking it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, Value

from scoring import engine
from scoring.engine.findings import HINT
from scoring.engine.rulebook import QUIZ
from scoring.exceptions import Blocker
from scoring.models import Correction, Entry, LateMark, PaperEntry, Recusal, Round, ScoreSheet, Seat
from scoring.selectors.input import EntryRow, RoundRows, round_rows
from scoring.selectors.rules import rules_of

Pair = tuple[int, str]  # a seat's number and an entry's code
_OWED = frozenset(state.value for state in ScoreSheet.OWED)


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
    """What stands in the way of opening a round: no entries, too few seats, a group unknown to the rules, recusals,
    and what the programme holds it for.

    At the end warnings (`blocks` false): what the linter doubts of the rules for this panel and so many entries.
    """
    rules = rules_of(round.rulebook)
    blockers = [Blocker("held", round.hold)] if round.hold else []
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
    reviewers = seats
    if round.assigned and competing:
        counts, _ = _reviewers(round)
        reviewers = min(counts.values())
        blockers += _too_few_reviewers(counts, needed)
    blockers += _no_exhibit(round) + _open_recusals(_proposed(Recusal.objects.filter(entry__round_id=round.pk)))
    return blockers if round.parent_id else blockers + _doubts(rules, round.group, competing, reviewers)


def _doubts(rules: engine.Rulebook, group: str, competing: int, seats: int) -> list[Blocker]:
    """The linter's findings above a hint, where there are entries and seats to measure the rules by."""
    if not competing or not seats:
        return []
    others = tuple(f"groups[{place}]" for place, each in enumerate(rules.groups) if each.code != group)
    return [
        Blocker(f"rules_{finding.code}", f"评分细则：{finding.text}", blocks=False)
        for finding in engine.lint_rulebook(rules, entrants={group: competing}, panel=seats)
        if finding.severity != HINT
        and finding.code != "too_few_judges"  # blocks already, as too_few_seats
        and not finding.path.startswith(others)
    ]


def _no_exhibit(round: Round) -> list[Blocker]:
    """Where judges look at something, there is something to look at of every entry that competes."""
    entries = Entry.objects.filter(round_id=round.pk, status=Entry.Status.COMPETING).order_by("order")
    shown = dict(entries.values_list("code", "exhibit"))
    codes = tuple(code for code, exhibit in shown.items() if not exhibit)
    if not codes or len(codes) == len(shown):
        return []
    text = f"{'、'.join(codes)} 号还没有可供评审的内容（例如视频），请补交，或登记弃权。"
    return [Blocker("no_exhibit", text, entries=codes)]


def lock_blockers(round: Round, rows: RoundRows | None = None) -> list[Blocker]:
    """What stands in the way of locking a round; warnings (`blocks` false) at the end.

    Owed sheets are named judge by judge. In an assigned round an entry with fewer reviewers than valid marks are needed
    stands in the way while somebody of the panel could still review it; where nobody is left it is a warning: the entry
    will be listed as not ranked (pitfall 4), unless another reviewer is seated. An unresolved tie
    at a line does not stand in the way: it is part of the snapshot and is decided afterwards (design §4).
    """
    rows = rows or round_rows(round)
    waiting = _waiting(round)
    competing = [entry for entry in rows.entries if entry.status == Entry.Status.COMPETING]
    blockers = _owed(_owed_pairs(rows, competing))
    blockers += _open_recusals(waiting["recusal"]) + _open_paper(waiting["paper"])
    blockers += _missing_quiz(rows.rules, competing) + _missing_seconds(rows.rules, competing)
    if round.assigned:
        blockers += _unreviewed(round, rows.rules.aggregation.min_valid_marks)
    return blockers + _warnings(len(waiting["late"]), len(waiting["correction"]))


def entry_blockers(entry: Entry) -> list[Blocker]:
    """What stands in the way of locking one entry: owed sheets, undecided recusals, unconfirmed paper marks."""
    owed = ScoreSheet.objects.filter(
        entry_id=entry.pk, state__in=ScoreSheet.OWED, entry__status=Entry.Status.COMPETING
    ).order_by("seat__number")
    papers = _unconfirmed(PaperEntry.objects.filter(sheet__entry_id=entry.pk)).order_by("pk")
    return [
        *_owed(owed.values_list("seat__number", "entry__code")),
        *_open_recusals(_proposed(Recusal.objects.filter(entry_id=entry.pk))),
        *_open_paper(papers.values_list("sheet__seat__number", "sheet__entry__code")),
    ]


def _reviewers(round: Round) -> tuple[dict[str, int], dict[str, bool]]:
    """By competing entry, in order: how many of the panel have marked or may still mark it; whether one is left to ask.

    Absent, recused and reassigned ones cannot. Two or three queries.
    """
    entries = Entry.objects.filter(round_id=round.pk, status=Entry.Status.COMPETING).order_by("order", "code")
    codes = list(entries.values_list("code", flat=True))
    reviewing: dict[str, set[int]] = {code: set() for code in codes}
    not_to_ask: dict[str, set[int]] = {code: set() for code in codes}
    sheets = ScoreSheet.objects.filter(entry__round_id=round.pk, entry__status=Entry.Status.COMPETING).order_by()
    for code, judge_id, state in sheets.values_list("entry__code", "judge_id", "state"):
        if state not in ScoreSheet.LEFT_OUT:
            reviewing[code].add(judge_id)
        if state != ScoreSheet.State.UNASSIGNED:
            not_to_ask[code].add(judge_id)
    for judge_id, code in confirmed_recusals(round):
        if code in not_to_ask:
            not_to_ask[code].add(judge_id)
    seats = Seat.objects.filter(panel_id=round.panel_id, removed_at__isnull=True)
    seated = set(seats.values_list("judge_id", flat=True))
    left = {code: bool(seated - taken) for code, taken in not_to_ask.items()}
    return {code: len(judges) for code, judges in reviewing.items()}, left


def _too_few_reviewers(counts: Mapping[str, int], needed: int) -> list[Blocker]:
    codes = tuple(code for code, count in counts.items() if count < needed)
    if not codes:
        return []
    text = f"{_some(codes)} 分派的评委不足 {needed} 位（评分细则要求至少 {needed} 份有效评分），请分派评审。"
    return [Blocker("too_few_reviewers", text, entries=codes)]


def _unreviewed(round: Round, needed: int) -> list[Blocker]:
    counts, left = _reviewers(round)
    short = [code for code, count in counts.items() if count < needed]
    blockers = []
    if codes := tuple(code for code in short if left[code]):
        text = f"{_some(codes)} 的有效评审不足 {needed} 份，请补派评委。"
        blockers.append(Blocker("too_few_reviewers", text, entries=codes))
    if codes := tuple(code for code in short if not left[code]):
        text = (
            f"{_some(codes)} 的有效评审不足 {needed} 份，评委组中已没有可以补派的评委；"
            "不增加评委就封存，将列为“有效评分不足”，不参加排名。"
        )
        blockers.append(Blocker("nobody_left", text, blocks=False, entries=codes))
    return blockers


def _some(codes: Sequence[str], most: int = 10) -> str:
    """The first codes, and how many there are; a list of hundreds is no help."""
    named = "、".join(codes[:most])
    return named if len(codes) <= most else f"{named} 等 {len(codes)} 件"


def seat_progress(round: Round, rows: RoundRows | None = None) -> list[SeatProgress]:
    """Who has not marked yet, seat by seat; no query where the `rows` were read already."""
    rows = rows or round_rows(round)
    competing = [entry for entry in rows.entries if entry.status == Entry.Status.COMPETING]
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (_, _, seat_id), sheet in rows.sheets.items():
        counts[seat_id][sheet.state] += 1
    owed: dict[int, list[str]] = defaultdict(list)
    for number, code in _owed_pairs(rows, competing):
        owed[number].append(code)
    return [
        SeatProgress(
            seat_id=seat.seat_id,
            code=seat.code,
            judge_name=seat.judge_name,
            is_removed=seat.is_removed,
            counts=dict(counts[seat.seat_id]),
            owed_entries=tuple(owed[seat.number]),
        )
        for seat in rows.panel_seats
        if not seat.is_removed or seat.seat_id in counts
    ]


def _owed_pairs(rows: RoundRows, competing: Iterable[EntryRow]) -> list[Pair]:
    """Seat by seat the entries, in running order, of which a sheet is owed; only those that compete are waited for."""
    owed = {(seat_id, entry_id) for (entry_id, _, seat_id), sheet in rows.sheets.items() if sheet.state in _OWED}
    if not owed:
        return []
    return [
        (seat.number, entry.code)
        for seat in rows.seats
        for entry in competing
        if (seat.seat_id, entry.entry_id) in owed
    ]


def _waiting(round: Round) -> dict[str, list[Pair]]:
    """What waits for somebody in a round, by kind, in one query."""
    kinds: dict[str, tuple[QuerySet[Any], str]] = {
        "recusal": (Recusal.objects.filter(entry__round_id=round.pk, state=Recusal.State.PROPOSED), ""),
        "paper": (_unconfirmed(PaperEntry.objects.filter(sheet__entry__round_id=round.pk)), "sheet__"),
        "late": (LateMark.objects.filter(sheet__entry__round_id=round.pk, settled_at__isnull=True), "sheet__"),
        "correction": (
            Correction.objects.filter(entry__round_id=round.pk, state=Correction.State.REQUESTED),
            "sheet__",
        ),
    }
    parts = [
        found.annotate(
            kind=Value(kind),
            number=F(f"{path}seat__number"),
            place=F(f"{path}entry__order"),
            of=F(f"{path}entry__code"),
        )
        .order_by()
        .values_list("kind", "pk", "number", "place", "of")
        for kind, (found, path) in kinds.items()
    ]
    waiting: dict[str, list[Pair]] = {kind: [] for kind in kinds}
    found = sorted(parts[0].union(*parts[1:], all=True), key=lambda row: (row[2] or 0, row[3] or 0, row[1]))
    for kind, _, number, _, code in found:
        waiting[kind].append((number, code))
    return waiting


def _unconfirmed(papers: QuerySet[PaperEntry]) -> QuerySet[PaperEntry]:
    return papers.filter(confirmed_at__isnull=True, discarded_at__isnull=True)


def _proposed(recusals: QuerySet[Recusal]) -> QuerySet[Any, Pair]:
    proposed = recusals.filter(state=Recusal.State.PROPOSED).order_by("seat__number", "entry__order", "pk")
    return proposed.values_list("seat__number", "entry__code")


def _owed(found: Iterable[Pair]) -> list[Blocker]:
    """One blocker per judge."""
    by_seat: dict[int, dict[str, None]] = defaultdict(dict)
    for number, code in found:
        by_seat[number][code] = None
    return [
        Blocker(
            "owed_sheets",
            f"评委 J{number} 还有未提交的评分：{_some(tuple(codes), most=30)}。",
            seat=f"J{number}",
            entries=tuple(codes),
        )
        for number, codes in by_seat.items()
    ]


def _open_recusals(proposed: Iterable[Pair]) -> list[Blocker]:
    by_seat: dict[int, list[str]] = defaultdict(list)
    for number, code in proposed:
        by_seat[number].append(code)
    return [
        Blocker(
            "open_recusals",
            f"评委 J{number} 对 {'、'.join(codes)} 的回避还没有决定，请决定回避还是不需回避。",
            seat=f"J{number}",
            entries=tuple(codes),
        )
        for number, codes in by_seat.items()
    ]


def _open_paper(found: Iterable[Pair]) -> list[Blocker]:
    return [
        Blocker("open_paper", f"评委 J{number} 对 {code} 的纸质评分还没有复核。", seat=f"J{number}", entries=(code,))
        for number, code in found
    ]


def _missing_quiz(rules: engine.Rulebook, competing: Sequence[EntryRow]) -> list[Blocker]:
    quizzes = [segment for segment in rules.segments if segment.scored_by == QUIZ]
    return [
        Blocker("no_quiz", f"环节“{segment.title}”缺得分：{'、'.join(codes)}。", entries=codes)
        for segment in quizzes
        if (codes := tuple(entry.code for entry in competing if segment.code not in entry.quiz))
    ]


def _missing_seconds(rules: engine.Rulebook, competing: Sequence[EntryRow]) -> list[Blocker]:
    titles = {segment.code: segment.title for segment in rules.segments}
    warnings = []
    for segment in sorted({rule.segment for rule in rules.penalties}):
        codes = tuple(entry.code for entry in competing if segment not in entry.seconds)
        if codes:
            text = f"环节“{titles[segment]}”没有用时记录，不计超时或不足扣分：{'、'.join(codes)}。"
            warnings.append(Blocker("no_seconds", text, blocks=False, entries=codes))
    return warnings


def _warnings(late: int, corrections: int) -> list[Blocker]:
    warnings = []
    if late:
        warnings.append(Blocker("late_marks", f"仲裁列表里还有 {late} 份逾时评分没有处理。", blocks=False))
    if corrections:
        text = f"还有 {corrections} 项更正等待确认；封存后确认会另成一份定格成绩。"
        warnings.append(Blocker("open_corrections", text, blocks=False))
    return warnings
