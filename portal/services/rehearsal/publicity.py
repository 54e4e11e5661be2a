"""公示 in a play: a period across the National Day, an objection that is right, one that comes too late."""

import random
from collections.abc import Collection

from notices.models import Notice
from portal.services.rehearsal.cast import Cast
from portal.services.rehearsal.clock import PlayClock
from results.models import Objection, Publicity, Result
from results.services import (
    accept_objection,
    assign_handler,
    draft_result_notice,
    lodge_objection,
    publish_result_notice,
    rule_objection,
    settle_objection,
    start_publicity,
)

COMPLAINT = "现场公布的内容陈述得分与评分表不一致，请核对原始评分表。"
PHONES = ("13800000001", "13800000002")


def begin_publicity(*, result: Result, cast: Cast, clock: PlayClock) -> Publicity:
    """Publish the newest roster for its working days, on the morning after."""
    clock.skip_to_morning()
    return start_publicity(result=result, actor=cast.organiser, now=clock())


def wait_out(publicity: Publicity, *, clock: PlayClock) -> str:
    """Move the clock to the end of a period; returns its dates in words."""
    clock.skip_to(publicity.closes_at)
    return f"{'补充' if publicity.number > 1 else ''}公示 {publicity.starts_on} 至 {publicity.ends_on}"


def uphold_an_objection(*, result: Result, cast: Cast, clock: PlayClock) -> Objection:
    """Somebody objects by name; the supervisor looks into it and finds it right."""
    objection = _lodge(result, place=0, clock=clock)
    accept_objection(objection=objection, actor=cast.organiser, now=clock())
    assign_handler(objection=objection, handler=cast.supervisor, actor=cast.organiser, now=clock())
    objection.refresh_from_db()
    rule_objection(
        objection=objection,
        ruling=Objection.State.UPHELD,
        answer="经核对原始评分表，异议成立，成绩将依规更正。",
        actor=cast.supervisor,
        now=clock(),
    )
    objection.refresh_from_db()
    return objection


def settle(objection: Objection, *, cast: Cast, clock: PlayClock) -> None:
    """The corrected list stands in its supplementary period: the objection is settled."""
    settle_objection(objection=objection, answer="成绩已更正并补充公示。", actor=cast.organiser, now=clock())


def object_too_late(*, result: Result, clock: PlayClock) -> list[str]:
    """One that comes after the period is kept and answered; returns what does not hold of it."""
    objection = _lodge(result, place=1, clock=clock)
    told = (objection.state, objection.reason)
    wanted = (Objection.State.DECLINED, Objection.Reason.LATE)
    return [] if told == wanted else [f"a late objection is {told}"]


def announce(*, result: Result, cast: Cast, clock: PlayClock) -> Notice:
    """The final notice of a published result."""
    notice = draft_result_notice(result=result, actor=cast.organiser, now=clock())
    publish_result_notice(notice=notice, actor=cast.organiser, now=clock())
    return notice


def entries_of(result: Result) -> Collection[str]:
    roster = result.rosters.order_by("-version").first()
    return [row["entry"] for row in roster.rows] if roster else []


def _lodge(result: Result, *, place: int, clock: PlayClock) -> Objection:
    entry = random.Random(place).choice(list(entries_of(result)))  # noqa: S311 - a play
    return lodge_objection(
        result=result,
        kind=Objection.Kind.PERSON,
        name="甄如实",
        phone=PHONES[place],
        entry=entry,
        body=COMPLAINT,
        submission=f"{result.pk:031x}{place}",
        now=clock(),
    )
