"""A contest's course from its set-up to the province: where it stands, what comes next, how many are registered."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import localtime

from contest.models import Appearance, Contest, Contestant, Finalist, GroupRound
from contest.selectors.calls import call_blockers
from contest.selectors.overview import GroupState, NextStep, Stage, first_step
from results.models import Result
from scoring.models import Round

Status = Contestant.Status
WAITING = (Status.DRAFT, Status.SUBMITTED, Status.RETURNED)
DONE, SKIPPED = "done", "skipped"


@dataclass(frozen=True)
class Course:
    """A contest at a glance; `counts` are registrations by group and status, `deadline` says how long is left."""

    stages: tuple[Stage, ...]
    next: NextStep | None
    counts: dict[int, Counter[str]]
    deadline: str


def contest_course(contest: Contest, states: Sequence[GroupState], now: datetime) -> Course:
    """Where the contest stands and what its organiser does next, in a fixed number of queries."""
    counts = _registration_counts(contest)
    total: Counter[str] = sum(counts.values(), Counter())
    stages = _stages(contest, states, total, now)
    return Course(stages, _next(contest, states, total, now), counts, deadline_words(contest, now))


def deadline_words(contest: Contest, now: datetime) -> str:
    """How long registration is still open, in words; empty where no end is set."""
    closes, opens = contest.registration_closes_at, contest.registration_opens_at
    if closes is None:
        return ""
    if opens is not None and now < opens:
        return f"报名 {_moment(opens)} 开始，{_moment(closes)} 截止"
    if now >= closes:
        return f"报名已于 {_moment(closes)} 截止"
    return f"报名 {_moment(closes)} 截止，还有 {_left(closes - now)}"


def _left(left: timedelta) -> str:
    hours, minutes = divmod(int(left.total_seconds()) // 60, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} 天 {hours} 小时"
    return f"{hours} 小时 {minutes} 分"


def _moment(when: datetime) -> str:
    local = localtime(when)
    return f"{local.month} 月 {local.day} 日 {local:%H:%M}"


def _registration_counts(contest: Contest) -> dict[int, Counter[str]]:
    found: dict[int, Counter[str]] = {}
    rows = contest.contestants.order_by().values_list("group_id", "status").annotate(number=Count("pk"))
    for group_id, status, number in rows:
        found.setdefault(group_id, Counter())[status] = number
    return found


def _stages(contest: Contest, states: Sequence[GroupState], total: Counter[str], now: datetime) -> tuple[Stage, ...]:
    edition = contest.edition.slug
    facts = [
        *_before_stages(contest, total, now),
        *_round_stages(contest, states, edition),
    ]
    first_open = next((place for place, (_, _, done, _) in enumerate(facts) if not done), len(facts))
    return tuple(
        Stage(title, note, done if done == SKIPPED else DONE if done else "now" if place == first_open else "", link)
        for place, (title, note, done, link) in enumerate(facts)
    )


Fact = tuple[str, str, str, str]


def _before_stages(contest: Contest, total: Counter[str], now: datetime) -> list[Fact]:
    """Set-up, call, registration and review; a contest filled by workbook needs no call."""
    people = sum(total[status] for status in (*WAITING, Status.ACCEPTED))
    waiting = sum(total[status] for status in WAITING)
    closes, published = contest.registration_closes_at, contest.call_published_at is not None
    set_up = closes is not None or published or people > 0
    called = DONE if published else SKIPPED if people else ""
    registered = people > 0 and (closes is None or now >= closes or not published)
    at: list[str | int] = [contest.edition.slug, contest.pk]
    call_page = reverse("organise_settings_call", args=at)
    dates = "时间已定" if closes else "不公开报名" if people else "未定时间"
    return [
        ("设置", dates, DONE if set_up else "", reverse("organise_settings", args=at)),
        ("通知发布", {DONE: "已发布", SKIPPED: "未用"}.get(called, "未发布"), called, call_page),
        ("报名", f"{people} 人", DONE if registered else "", reverse("organise_contestants", args=at)),
        (
            "审核",
            f"待办 {waiting} 人" if waiting else f"受理 {total[Status.ACCEPTED]} 人",
            DONE if registered and not waiting else "",
            page_of("organise_review", *at) or reverse("organise_contestants", args=at) + "?status=submitted",
        ),
    ]


def _round_stages(contest: Contest, states: Sequence[GroupState], edition: str) -> list[Fact]:
    """Draw, check-in, marks, results and the province; groups without a round count as not done."""
    rounds = [row for state in states for row in state.rounds]
    finals = [row for row in rounds if row.advance_count is None]
    wanted = len(rounds) + sum(not state.rounds for state in states)
    drawn = sum(row.drawn_at is not None for row in rounds)
    begun = sum(row.round.state != Round.State.DRAFT for row in rounds)
    locked = sum(row.round.state == Round.State.LOCKED for row in rounds)
    to_publish = max(len(finals), len(states))
    public = sum(_is_public(row) for row in finals)
    expected, seen = _check_ins(contest)
    nominees = _nominee_count(contest)
    at: list[str | int] = [edition, contest.pk]
    # Whoever judges without check-in has passed it by.
    checked = DONE if expected and seen == expected else SKIPPED if wanted and begun == wanted else ""
    check_ins = "未用" if checked == SKIPPED and not seen else f"{seen} / {expected}" if expected else "–"
    all_public = to_publish > 0 and public == to_publish
    return [
        ("分组抽签", f"{drawn} / {wanted}", DONE if wanted and drawn == wanted else "", ""),
        ("检录", check_ins, checked, ""),
        ("评分", f"封存 {locked} / {wanted}", DONE if wanted and locked == wanted else "", ""),
        ("结果", f"公布 {public} / {to_publish}", DONE if all_public else "", ""),
        ("推荐省赛", f"{nominees} 人", DONE if nominees and all_public else "", page_of("organise_province", *at)),
    ]


def _is_public(row: GroupRound) -> bool:
    result: Result | None = getattr(row.round, "result", None)
    return result is not None and result.state == Result.State.PUBLISHED


def _check_ins(contest: Contest) -> tuple[int, int]:
    """How many are to appear on stage, and of how many it is known whether they came."""
    rows = Appearance.objects.filter(
        contestant__contest=contest, entry__round__group_round__medium=GroupRound.Medium.STAGE
    )
    states = Counter(rows.order_by().values_list("check_in", flat=True))
    expected = sum(states.values())
    return expected, expected - states[Appearance.CheckIn.EXPECTED]


def _nominee_count(contest: Contest) -> int:
    rows = Finalist.objects.filter(contestant__contest=contest).exclude(state=Finalist.State.WITHDRAWN)
    return rows.exclude(kind=Finalist.Kind.RESERVE, state=Finalist.State.STANDING).count()


def _next(contest: Contest, states: Sequence[GroupState], total: Counter[str], now: datetime) -> NextStep | None:
    drawn = any(row.drawn_at for state in states for row in state.rounds)
    early = None if drawn else _registration_step(contest, total, now)
    if early is not None:
        return early
    step = first_step(states)
    if step is not None or _nominee_count(contest):
        return step
    province = page_of("organise_province", contest.edition.slug, contest.pk)
    return NextStep("确认晋级名单，准备推荐省赛", province, "推荐省赛") if province else None


def _registration_step(contest: Contest, total: Counter[str], now: datetime) -> NextStep | None:
    """What the registrations wait for; None when they are finished and the groups go on."""
    at: list[str | int] = [contest.edition.slug, contest.pk]
    people = sum(total[status] for status in (*WAITING, Status.ACCEPTED))
    settings, call = reverse("organise_settings", args=at), reverse("organise_settings_call", args=at)
    listed = reverse("organise_contestants", args=at)
    closes, opens = contest.registration_closes_at, contest.registration_opens_at
    if contest.call_published_at is None and not people:
        if opens is None or closes is None:
            return NextStep("定下报名时间", settings, "去设置", ("还没有定下报名的起止时间",))
        return NextStep("写好报名通知，发布", call, "写通知", tuple(call_blockers(contest, now)))
    if total[Status.SUBMITTED]:
        review = page_of("organise_review", *at) or f"{listed}?status=submitted"
        return NextStep(f"审核 {total[Status.SUBMITTED]} 份报名", review, "去审核")
    is_open = contest.call_published_at is not None and closes is not None and now < closes
    if is_open and opens is not None and now < opens:
        return NextStep("等待报名开始", call, "看通知", (deadline_words(contest, now),), waits_for="registrants")
    if is_open:
        return NextStep("报名进行中", listed, "看报名", (deadline_words(contest, now),), waits_for="registrants")
    unfinished = total[Status.DRAFT] + total[Status.RETURNED]
    if unfinished:
        status = Status.DRAFT if total[Status.DRAFT] else Status.RETURNED
        return NextStep(f"处理 {unfinished} 份没有完成的报名", f"{listed}?status={status}", "去处理")
    return None


def page_of(name: str, *keys: str | int) -> str:
    """A page's address, empty while this installation has no such page."""
    try:
        return reverse(name, args=keys)
    except NoReverseMatch:
        return ""
