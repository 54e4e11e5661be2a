"""When registrations may be made, submitted and taken back; the office is not bound by it."""

from datetime import datetime

from django.utils import timezone

from contest.exceptions import ContestRefused
from contest.models import Contest, Contestant


def refuse_outside_window(contest: Contest, now: datetime) -> None:
    """Raise ContestRefused without a published call, before registration opens, and from the very moment it closes
    (vectors.md §10)."""
    if contest.call_published_at is None:
        message = "报名通知还没有发布，或者已经撤回，现在不接收报名。填写过的内容都在；请联系组委会。"
        raise ContestRefused(message, code="no_call")
    opens, closes = contest.registration_opens_at, contest.registration_closes_at
    if opens is not None and now < opens:
        raise ContestRefused(f"报名还没有开始，{_moment(opens)} 开始。", code="too_early")
    if closes is not None and now >= closes:
        raise ContestRefused(
            f"报名已于 {_moment(closes)} 截止，不再接收。填写的内容已保存为草稿；如有特殊情况，请联系组委会。",
            code="too_late",
        )


def refuse_late(contestant: Contestant, now: datetime) -> None:
    """Raise ContestRefused when a registration may not be submitted now.

    A returned one is bound by the date it was returned to instead, that very moment still being in time.
    """
    due = contestant.completion_due_at
    if contestant.status != Contestant.Status.RETURNED or due is None:
        refuse_outside_window(contestant.contest, now)
        return
    if now > due:
        raise ContestRefused(
            f"补正期限 {_moment(due)} 已过，不再接收。填写的内容已保存；如有特殊情况，请联系组委会。", code="too_late"
        )


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
