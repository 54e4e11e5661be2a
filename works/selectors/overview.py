"""A selection at a glance: where it stands, what comes next, how many works there are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.urls import NoReverseMatch, reverse

from results.models import Confirmation, Result, Roster
from scoring.models import Round
from works.models import Kind, KindRound, Recommendation, Selection, Work
from works.selectors.calls import call_blockers, deadline_words

Status = Work.Status
WAITING = (Status.DRAFT, Status.SUBMITTED, Status.RETURNED)


@dataclass(frozen=True)
class NextStep:
    """What comes next: a sentence, the page where it is done, what stands in the way, and whom it waits for."""

    title: str
    link: str = ""
    action: str = ""
    blockers: tuple[str, ...] = ()
    waits_for: str = "organiser"


@dataclass(frozen=True)
class Stage:
    """One point of a selection's course; `state` is done, now or empty."""

    title: str
    note: str
    state: str
    link: str = ""


@dataclass(frozen=True)
class KindState:
    """A kind at a glance: works by status, its review and its next step."""

    kind: Kind
    counts: Counter[str]
    round: Round | None
    step: NextStep | None


@dataclass(frozen=True)
class Course:
    """A selection at a glance; `deadline` says how long works are still taken."""

    stages: tuple[Stage, ...]
    next: NextStep | None
    kinds: tuple[KindState, ...]
    deadline: str


def selection_course(selection: Selection, now: datetime) -> Course:
    """Where the selection stands and what its organiser does next, in a fixed number of queries."""
    kinds = list(selection.kinds.order_by("order", "pk"))
    counts = _counts(selection)
    rounds = {
        row.kind_id: row.round
        for row in KindRound.objects.filter(kind__selection=selection).select_related("round__result")
    }
    unconfirmed = _unconfirmed(list(rounds.values()))
    states = tuple(
        KindState(
            kind,
            counts.get(kind.pk, Counter()),
            rounds.get(kind.pk),
            _kind_step(selection, kind, counts.get(kind.pk, Counter()), rounds.get(kind.pk), unconfirmed),
        )
        for kind in kinds
    )
    total: Counter[str] = sum(counts.values(), Counter())
    recommended = Recommendation.objects.filter(work__selection=selection, state=Recommendation.State.STANDING).count()
    step = _early_step(selection, total, now) or _late_step(states)
    if step is None and not recommended:
        page = reverse("organise_recommendation", args=[selection.edition.slug, selection.pk])
        step = NextStep("推荐作品参加省级评选", page, "推荐省评")
    return Course(_stages(selection, states, total, recommended, now), step, states, deadline_words(selection, now))


def page_of(name: str, *keys: str | int) -> str:
    """A page's address, empty while this installation has no such page."""
    try:
        return reverse(name, args=keys)
    except NoReverseMatch:
        return ""


def _counts(selection: Selection) -> dict[int, Counter[str]]:
    found: dict[int, Counter[str]] = {}
    rows = selection.works.order_by().values_list("kind_id", "status").annotate(work_count=Count("pk"))
    for kind_id, status, number in rows:
        found.setdefault(kind_id, Counter())[status] = number
    return found


def _unconfirmed(rounds: Sequence[Round]) -> set[int]:
    """Rounds whose newest roster no supervisor has confirmed."""
    newest: dict[int, int] = {}
    for round_id, pk in (
        Roster.objects.filter(result__round__in=rounds).order_by("version").values_list("result__round_id", "pk")
    ):
        newest[round_id] = pk
    confirmed = set(Confirmation.objects.filter(roster_id__in=newest.values()).values_list("roster_id", flat=True))
    return {round_id for round_id, pk in newest.items() if pk not in confirmed}


def _early_step(selection: Selection, total: Mapping[str, int], now: datetime) -> NextStep | None:
    """What the submissions wait for; None when they are finished and the kinds go on."""
    at: list[str | int] = [selection.edition.slug, selection.pk]
    works = sum(total.get(status, 0) for status in (*WAITING, Status.ACCEPTED))
    settings = reverse("organise_selection_settings", args=at)
    call, listed = reverse("organise_selection_call", args=at), reverse("organise_works", args=at)
    opens, closes = selection.opens_at, selection.closes_at
    if selection.call_published_at is None and not works:
        if opens is None or closes is None:
            return NextStep("定下申报时间", settings, "去设置", ("还没有定下申报的起止时间",))
        return NextStep("写好征集通知，发布", call, "写通知", tuple(call_blockers(selection, now)))
    if submitted := total.get(Status.SUBMITTED, 0):
        return NextStep(f"形式审查 {submitted} 件作品", f"{listed}?status={Status.SUBMITTED}", "去审查")
    is_open = selection.call_published_at is not None and closes is not None and now < closes
    if is_open:
        word = "等待申报开始" if opens is not None and now < opens else "申报进行中"
        return NextStep(word, listed, "看作品", (deadline_words(selection, now),), waits_for="authors")
    if unfinished := total.get(Status.DRAFT, 0) + total.get(Status.RETURNED, 0):
        status = Status.DRAFT if total.get(Status.DRAFT) else Status.RETURNED
        return NextStep(f"处理 {unfinished} 件没有完成的申报", f"{listed}?status={status}", "去处理")
    return None


def _late_step(states: Sequence[KindState]) -> NextStep | None:
    steps = [state.step for state in states if state.step is not None]
    own = [step for step in steps if step.waits_for == "organiser"]
    return own[0] if own else next((step for step in steps if step.waits_for), None)


def _kind_step(
    selection: Selection, kind: Kind, counts: Mapping[str, int], round: Round | None, unconfirmed: set[int]
) -> NextStep | None:
    """What a kind waits for after screening; None for one without accepted works."""
    slug = selection.edition.slug
    if not counts.get(Status.ACCEPTED, 0) and round is None:
        return None
    if round is None:
        page = reverse("organise_kind_review", args=[slug, kind.pk])
        return NextStep(f"{kind.title}：设置评审，选定评审组", page, "设置评审")
    review = reverse("organise_kind_review", args=[slug, kind.pk])
    if round.state == Round.State.DRAFT:
        return NextStep(f"{kind.title}：分配评审，开放评分", review, "去分配")
    if round.state == Round.State.OPEN:
        return NextStep(f"{kind.title}：评审进行中，收齐后封存", review, "看进度")
    meeting = reverse("organise_meeting", args=[slug, round.pk])
    result: Result | None = getattr(round, "result", None)
    if result is None:
        return NextStep(f"{kind.title}：开评审会，提出获奖名册", meeting, "评审会")
    page = reverse("organise_result", args=[slug, result.pk])
    if round.pk in unconfirmed:
        return NextStep(f"{kind.title}：等待监督员确认名册", page, "查看", waits_for="supervisor")
    if result.state != Result.State.PUBLISHED:
        return NextStep(f"{kind.title}：公示、公布结果", page, "去公布")
    return None


def _stages(
    selection: Selection, states: Sequence[KindState], total: Mapping[str, int], recommended: int, now: datetime
) -> tuple[Stage, ...]:
    at: list[str | int] = [selection.edition.slug, selection.pk]
    works = sum(total.get(status, 0) for status in (*WAITING, Status.ACCEPTED))
    waiting = sum(total.get(status, 0) for status in WAITING)
    closes, published = selection.closes_at, selection.call_published_at is not None
    submitted = works > 0 and (closes is None or now >= closes or not published)
    reviewed = [state for state in states if state.counts.get(Status.ACCEPTED, 0) or state.round]
    locked = sum(state.round is not None and state.round.state == Round.State.LOCKED for state in reviewed)
    public = sum(_is_public(state.round) for state in reviewed)
    listed = reverse("organise_works", args=at)
    facts = [
        ("设置", "时间已定" if closes else "未定时间", bool(closes) or works > 0, "organise_selection_settings"),
        ("通知发布", "已发布" if published else "未发布", published or works > 0, "organise_selection_call"),
        ("申报", f"{works} 件", submitted, "organise_works"),
        (
            "形式审查",
            f"待办 {waiting} 件" if waiting else f"受理 {total.get(Status.ACCEPTED, 0)} 件",
            submitted and not waiting,
            f"{listed}?status={Status.SUBMITTED}",
        ),
        ("评审", f"封存 {locked} / {len(reviewed)}", bool(reviewed) and locked == len(reviewed), ""),
        ("结果", f"公布 {public} / {len(reviewed)}", bool(reviewed) and public == len(reviewed), ""),
        ("推荐省评", f"{recommended} 件", recommended > 0, "organise_recommendation"),
    ]
    first = next((place for place, (_, _, done, _) in enumerate(facts) if not done), len(facts))
    return tuple(
        Stage(
            title,
            note,
            "done" if done else "now" if place == first else "",
            page if page.startswith("/") else reverse(page, args=at) if page else "",
        )
        for place, (title, note, done, page) in enumerate(facts)
    )


def _is_public(round: Round | None) -> bool:
    result: Result | None = getattr(round, "result", None) if round is not None else None
    return result is not None and result.state == Result.State.PUBLISHED
