"""When works may be submitted, replaced and taken back; the office is not bound by it."""

from datetime import datetime, timedelta

from django.utils import timezone

from works.exceptions import WorkRefused
from works.models import Selection, Work


def refuse_outside_window(selection: Selection, now: datetime, *, begun_at: datetime | None = None) -> None:
    """Raise WorkRefused without a published call, before submission opens, and from the very moment it closes.

    An upload that was `begun_at` before the deadline may finish within the selection's grace.
    """
    if selection.call_published_at is None:
        message = "申报通知还没有发布，或者已经撤回，现在不接收申报。填写过的内容都在；请联系组委会。"
        raise WorkRefused(message, code="no_call")
    opens, closes = selection.opens_at, selection.closes_at
    if opens is not None and now < opens:
        raise WorkRefused(f"申报还没有开始，{moment(opens)} 开始。", code="too_early")
    if closes is None or now < closes:
        return
    if begun_at is not None and begun_at < closes and now < closes + timedelta(minutes=selection.grace_minutes):
        return
    raise WorkRefused(
        f"申报已于 {moment(closes)} 截止，不再接收。填写的内容已保存为草稿；如有特殊情况，请联系组委会。",
        code="too_late",
    )


def refuse_late(work: Work, now: datetime, *, begun_at: datetime | None = None) -> None:
    """Raise WorkRefused when a work may not be handed in or changed now.

    A returned one is bound by the date it was returned to instead, that very moment still being in time.
    """
    due = work.completion_due_at
    if work.status != Work.Status.RETURNED or due is None:
        refuse_outside_window(work.selection, now, begun_at=begun_at)
        return
    in_grace = begun_at is not None and begun_at <= due and now <= due + timedelta(minutes=work.selection.grace_minutes)
    if now > due and not in_grace:
        raise WorkRefused(
            f"补正期限 {moment(due)} 已过，不再接收。填写的内容已保存；如有特殊情况，请联系组委会。", code="too_late"
        )


def moment(at: datetime) -> str:
    """2026-11-30 24:00 as every refusal writes it, in local time."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
