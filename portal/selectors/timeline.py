"""进程 of both programmes, group by group and kind by kind; where each stands, and what the refused act would say."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse

from certificates.models import Batch
from contest.models import Contest
from contest.selectors import GroupState, contest_course, draw_blockers, first_step, group_states
from contest.selectors import NextStep as ContestStep
from contest.selectors import call_blockers as contest_call_blockers
from core.models import Edition
from notices.models import Notice
from results.models import Publicity, Result
from results.selectors import (
    blockers,
    confirmation_of,
    is_public_roster,
    latest_roster,
    round_blockers,
    standing_publicities,
    subject_of,
)
from results.services import start_refusals
from results.services.certificates import roster_source
from scoring.models import Round
from scoring.selectors import latest_snapshot, lock_blockers, open_blockers
from works.models import Selection
from works.selectors.calls import call_blockers as selection_call_blockers
from works.selectors.overview import KindState, selection_course
from works.selectors.overview import NextStep as WorksStep

DONE, NOW, SKIPPED, LATER = "done", "now", "skipped", ""
_WORDS = {DONE: "已完成", NOW: "进行中", SKIPPED: "不需要", LATER: "未开始"}


@dataclass(frozen=True)
class Step:
    """One point of a course; `state` is done, now, skipped or empty for later; `note` are a few words or a number."""

    title: str
    state: str
    note: str = ""
    link: str = ""

    @property
    def words(self) -> str:
        """The state for whoever does not see its colour."""
        return _WORDS[self.state]


@dataclass(frozen=True)
class Action:
    """What comes next: a sentence, the button, and the sentences with which the act would be refused now.

    `waits_for` is organiser, supervisor, public, registrants, authors, or empty when nothing has to be done.
    """

    title: str
    link: str = ""
    button: str = ""
    blockers: tuple[str, ...] = ()
    waits_for: str = "organiser"


@dataclass(frozen=True)
class Track:
    """A group or a kind: its steps and what it waits for, None when it waits for nothing of its own."""

    title: str
    steps: tuple[Step, ...]
    next: Action | None


@dataclass(frozen=True)
class Programme:
    """A contest or a selection: the steps that all its tracks share, what comes next for all, and the tracks."""

    title: str
    link: str
    key: str
    steps: tuple[Step, ...]
    next: Action | None
    deadline: str
    tracks: tuple[Track, ...]

    @property
    def is_done(self) -> bool:
        return self.next is None and all(track.next is None for track in self.tracks)


def edition_timeline(edition: Edition, now: datetime) -> list[Programme]:
    """Both programmes of an edition.

    A fixed number of queries for each contest and each selection, however many have registered; for each group or kind
    those that the selector of its next act asks (to open, to lock, to publish), for one that waits for none of them
    none.
    """
    contests = edition.contests.select_related("edition", "rulebook").order_by("pk")
    selections = edition.selections.select_related("edition", "rulebook").order_by("pk")
    facts = _Announced(edition)
    programmes = [_contest(each, now, facts) for each in contests]
    return programmes + [_selection(each, now, facts) for each in selections]


class _Announced:
    """What of an edition's results was announced and certified: two queries for all of them."""

    def __init__(self, edition: Edition) -> None:
        notices = Notice.objects.filter(edition=edition, kind__in=(Notice.Kind.FINAL, Notice.Kind.CORRECTION))
        shown = notices.filter(state__in=(Notice.State.PUBLISHED, Notice.State.CLOSED)).exclude(subject="")
        rows = shown.order_by("published_at").values_list("subject", "published_at")
        self.announced: dict[str, datetime | None] = dict(rows)
        issued = Batch.objects.filter(edition=edition, state=Batch.State.ISSUED)
        self.certified = set(issued.order_by().values_list("source", flat=True))


@dataclass(frozen=True)
class _Standing:
    """How far a round's result has come."""

    result: Result
    version: int
    is_confirmed: bool
    periods: tuple[Publicity, ...]  # of the newest roster
    is_public: bool
    is_announced: bool
    is_certified: bool


def _contest(contest: Contest, now: datetime, facts: _Announced) -> Programme:
    states = group_states(contest)
    course = contest_course(contest, states, now)
    # What comes before the groups, or after all of them, is said once for the whole contest.
    shared = None if course.next is None or course.next is first_step(states) else _action(course.next)
    if shared and contest.call_published_at is None and not course.counts:
        shared = replace(shared, blockers=tuple(contest_call_blockers(contest, now)))
    early = shared is not None and not any(state.rounds for state in states)
    tracks = tuple(_group(state, now, facts, waits=early) for state in states)
    steps = tuple(Step(stage.title, stage.state, stage.note, stage.link) for stage in course.stages[:4])
    page = reverse("organise_contest", args=[contest.edition.slug, contest.pk])
    return Programme(contest.title, page, f"contest-{contest.pk}", steps, shared, course.deadline, tracks)


def _selection(selection: Selection, now: datetime, facts: _Announced) -> Programme:
    course = selection_course(selection, now)
    own = any(course.next is state.step for state in course.kinds)
    shared = None if course.next is None or own else _action(course.next)
    if shared and selection.call_published_at is None and not any(state.counts for state in course.kinds):
        shared = replace(shared, blockers=tuple(selection_call_blockers(selection, now)))
    early = shared is not None and not any(state.round for state in course.kinds)
    tracks = tuple(_kind(state, now, facts, waits=early) for state in course.kinds)
    steps = tuple(Step(stage.title, stage.state, stage.note, stage.link) for stage in course.stages[:4])
    page = reverse("organise_selection", args=[selection.edition.slug, selection.pk])
    return Programme(selection.title, page, f"selection-{selection.pk}", steps, shared, course.deadline, tracks)


def _group(state: GroupState, now: datetime, facts: _Announced, *, waits: bool) -> Track:
    last = state.rounds[-1].sequence if state.rounds else 0
    rooms = [row for row in state.rounds if row.sequence == last]
    final = rooms[0].round if len(rooms) == 1 and rooms[0].advance_count is None else None
    standing = _standing(final, facts)
    drawn = bool(rooms) and all(row.drawn_at for row in rooms)
    marks = [("抽签", DONE if drawn else LATER, ""), *_judged([row.round for row in rooms])]
    steps = _steps([*marks, *_published(standing, now)], held=waits)
    if waits:
        return Track(state.group.title, steps, None)
    step, room = _action(state.step), state.room
    if room is not None and room.drawn_at is None:
        step = replace(step, blockers=tuple(draw_blockers(room)))
    elif room is not None and room.round.state != Round.State.LOCKED:
        step = replace(step, blockers=_round_texts(room.round))
    elif room is not None and room.advance_count is None:
        return Track(state.group.title, steps, _after_lock(step, room.round, standing, now))
    return Track(state.group.title, steps, step)


def _kind(state: KindState, now: datetime, facts: _Announced, *, waits: bool) -> Track:
    title, round = state.kind.title, state.round
    standing = _standing(round, facts)
    held = waits or (state.step is None and round is None)
    steps = _steps([*_judged([round] if round else []), *_published(standing, now)], held=held)
    step = None if waits or state.step is None else _action(state.step)
    if round is None or waits:
        return Track(title, steps, step)
    if round.state == Round.State.LOCKED:
        return Track(title, steps, _after_lock(step, round, standing, now))
    return Track(title, steps, replace(step, blockers=_round_texts(round)) if step else None)


def _action(step: ContestStep | WorksStep) -> Action:
    return Action(step.title, step.link, step.action, tuple(step.blockers), step.waits_for)


def _round_texts(round: Round) -> tuple[str, ...]:
    """What the refused opening or locking would say."""
    found = open_blockers(round) if round.state == Round.State.DRAFT else lock_blockers(round)
    return tuple(each.text for each in found if each.blocks)


def _after_lock(step: Action | None, round: Round, standing: _Standing | None, now: datetime) -> Action | None:
    """From the locked round to the certificates; `step` is what the programme itself says of it."""
    if standing is None:
        snapshot = latest_snapshot(round)
        texts = tuple(each.text for each in round_blockers(round, snapshot)) if snapshot else ()
        return replace(step, blockers=texts) if step else None
    result = standing.result
    slug, name = result.edition.slug, round.title
    page = reverse("organise_result", args=[slug, result.pk])
    if not standing.is_confirmed:
        text = f"名册 v{standing.version} 还没有经监督员确认"
        return Action(f"{name}：等待监督员确认名册", page, "查看", (text,), "supervisor")
    if result.publicity_days and not standing.periods and not standing.is_public:
        publicity = reverse("organise_publicity", args=[slug, result.pk])
        return Action(
            f"{name}：公示 {result.publicity_days} 个工作日", publicity, "去公示", tuple(start_refusals(result))
        )
    found = blockers(result, now=now)
    texts = tuple(each.text for each in found)
    if not standing.is_public:
        if not any(now < period.closes_at for period in standing.periods):
            return Action(f"{name}：公布结果", page, "去公布", texts)
        due = [each.link for each in found if not each.waits and not each.by_supervisor]
        if due:
            return Action(f"{name}：了结未了事项，公示期满后公布结果", due[0], "去处理", texts)
        return Action(f"{name}：公示期满后公布结果", page, "看结果", texts, "public")
    if not standing.is_announced:
        return Action(f"{name}：已公布，起草结果公告，签发证书", page, "公告与证书", texts)
    if not standing.is_certified:
        return Action(f"{name}：已公布，签发证书、办理晋级", page, "结果与证书", texts)
    return None if not texts else Action(f"{name}：已公布，还有未了事项", page, "查看", texts)


def _standing(round: Round | None, facts: _Announced) -> _Standing | None:
    result: Result | None = getattr(round, "result", None) if round is not None else None
    if result is None:
        return None
    roster = latest_roster(result)
    if roster is None:
        return None
    periods = tuple(each for each in standing_publicities(result) if each.roster_id == roster.pk)
    public = is_public_roster(result, roster)
    told = facts.announced.get(subject_of(result))
    return _Standing(
        result=result,
        version=roster.version,
        is_confirmed=confirmation_of(roster) is not None,
        periods=periods,
        is_public=public,
        is_announced=public and told is not None and result.published_at is not None and told >= result.published_at,
        is_certified=public and roster_source(result, roster) in facts.certified,
    )


Mark = tuple[str, str, str]


def _judged(rounds: Sequence[Round]) -> list[Mark]:
    """评分 and 封存 of the rounds that run side by side."""
    begun = bool(rounds) and all(each.state == Round.State.LOCKED for each in rounds)
    locked = sum(each.state == Round.State.LOCKED for each in rounds)
    opened = sum(each.state != Round.State.DRAFT for each in rounds)
    note = f"{opened} / {len(rounds)}" if len(rounds) > 1 else ""
    marked = DONE if begun else LATER
    return [("评分", marked, note), ("封存", marked, f"{locked} / {len(rounds)}" if len(rounds) > 1 else "")]


def _published(standing: _Standing | None, now: datetime) -> list[Mark]:
    """From the roster to the certificates."""
    if standing is None:
        return [(title, LATER, "") for title in ("名册", "确认", "公示", "公布", "公告", "证书")]
    period = standing.periods[-1] if standing.periods else None
    days = standing.result.publicity_days
    over = period is not None and all(each.closes_at <= now for each in standing.periods)
    shown = SKIPPED if not days else DONE if over or standing.is_public else LATER
    until = f"到 {period.ends_on.month}月{period.ends_on.day}日" if period else "" if days else "不公示"
    return [
        ("名册", DONE, f"v{standing.version}"),
        ("确认", DONE if standing.is_confirmed else LATER, ""),
        ("公示", shown, until),
        ("公布", DONE if standing.is_public else LATER, ""),
        ("公告", DONE if standing.is_announced else LATER, ""),
        ("证书", DONE if standing.is_certified else LATER, ""),
    ]


def _steps(marks: Sequence[Mark], *, held: bool = False) -> tuple[Step, ...]:
    """The first that is not done is the one where it stands, unless all of it waits for the shared steps."""
    first = next((place for place, (_, state, _) in enumerate(marks) if state == LATER), -1)
    return tuple(
        Step(title, NOW if place == first and not held else state, note)
        for place, (title, state, note) in enumerate(marks)
    )
