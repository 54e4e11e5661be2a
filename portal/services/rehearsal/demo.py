"""The demo edition: a contest of two groups, one finished and public, one in the middle of judging; a second
contest that is open for registration; and a works selection in review."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from accounts.services import create_user
from contest.models import Contest
from contest.services.contests import basics_of, change_contest
from core.models import Edition
from portal.services.rehearsal import judging, play
from portal.services.rehearsal.campus import stage_campus
from portal.services.rehearsal.cast import DEMO_PASSWORD, Cast, gather_cast, seat_panel
from portal.services.rehearsal.clock import PlayClock
from portal.services.rehearsal.people import invent_people
from portal.services.rehearsal.works_demo import AUTHOR_MAIL, AUTHOR_NAME, stage_demo_selection
from scoring.models import Round

DEMO_DOMAIN = "demo.invalid"
SEED = 2026


@dataclass(frozen=True)
class DemoAccount:
    """An account of the demo: who, and how to sign in."""

    role: str
    name: str
    email: str


DEMO_ACCOUNTS = (
    DemoAccount("组委会", "郝组织", f"organiser@{DEMO_DOMAIN}"),
    DemoAccount("监督员", "纪监督", f"supervisor@{DEMO_DOMAIN}"),
    DemoAccount("评委（1 至 7 号）", "钱守正 等", f"judge1@{DEMO_DOMAIN}"),
    DemoAccount("统计员", "汤统计", f"clerk@{DEMO_DOMAIN}"),
    DemoAccount("选手", "", f"entrant@{DEMO_DOMAIN}"),
    DemoAccount("单位联络员", "连报送", f"coordinator@{DEMO_DOMAIN}"),
    DemoAccount("监护人", "罗知秋", f"guardian@{DEMO_DOMAIN}"),
    DemoAccount("作者", AUTHOR_NAME, AUTHOR_MAIL),
)


def load_demo(*, first_day: date, clock: PlayClock, progress: Callable[[str], None]) -> Edition:
    """Fill an empty database through the same services as the pages; certificates are left to the worker."""
    rng = random.Random(SEED)  # noqa: S311 - invented marks
    edition = Edition.objects.create(
        slug="2026",
        title="2026 科技活动周",
        year=2026,
        theme="创新争先、自立自强，走进科技、你我同行",
        organiser_name="示范市科学技术协会",
        supervision_phone="0000-0000000",
        state=Edition.State.RUNNING,
        publicity_days=0,
        created_at=clock(),
    )
    cast = gather_cast(edition=edition, judges=7, now=clock(), mail=lambda name: f"{name}@{DEMO_DOMAIN}")
    people = invent_people(rng, groups=["成年组", "少年组"], count=36, first_day=first_day)
    entrant = people[0]
    create_user(name=entrant.name, email=f"entrant@{DEMO_DOMAIN}", phone=entrant.phone, password=DEMO_PASSWORD)
    contest = play.stage_contest(
        edition=edition, cast=cast, preset="contest-two-groups", people=people, first_day=first_day, clock=clock
    )
    _close_registration(contest, cast, clock)
    progress("选手 36 人已导入")
    panel = seat_panel(edition=edition, title="评委组", cast=cast, now=clock())
    adult, junior = contest.groups.get(code="adult"), contest.groups.get(code="junior")
    round = play.draw_round(group=adult, panel=panel, title="成年组决赛", rng=rng, cast=cast, clock=clock)
    play.judge_round(round=round, rng=rng, cast=cast, clock=clock, wants_tie=True)
    play.settle_lines(round=round, rng=rng, cast=cast, clock=clock, by_runoff=False)
    play.honour_round(round=round, cast=cast, clock=clock)
    progress("成年组已评完并公布")
    round = play.draw_round(group=junior, panel=panel, title="少年组决赛", rng=rng, cast=cast, clock=clock)
    _mark_half(round=round, rng=rng, cast=cast, clock=clock)
    progress("少年组评分进行中")
    stage_campus(edition=edition, cast=cast, entrant=entrant, first_day=first_day, clock=clock)
    progress("校园专场报名进行中")
    stage_demo_selection(edition=edition, cast=cast, clock=clock)
    progress("科普作品评审进行中")
    return edition


def _close_registration(contest: Contest, cast: Cast, clock: PlayClock) -> None:
    """Nobody registers any more while the juniors are on stage."""
    now = clock()
    basics = replace(
        basics_of(contest),
        registration_opens_at=now - timedelta(days=40),
        registration_closes_at=now - timedelta(days=10),
    )
    change_contest(contest=contest, basics=basics, actor=cast.organiser, now=now)


def _mark_half(*, round: Round, rng: random.Random, cast: Cast, clock: PlayClock) -> None:
    plan = play.plan_round(round=round, rng=rng)
    entries = list(round.entries.order_by("order"))
    judging.mark_entries(round=round, plan=plan, entries=entries[:9], rng=rng, cast=cast, clock=clock)
    late = {f"J{number}" for number in (5, 6, 7)}
    for pair in [pair for pair in plan.marks if pair[1] in late]:
        del plan.marks[pair]
    judging.mark_entries(round=round, plan=plan, entries=entries[9:10], rng=rng, cast=cast, clock=clock)
