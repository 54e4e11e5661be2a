"""Calls for works: what one still lacks, which are published, which are open."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.timezone import localtime

from works.models import Selection


def call_blockers(selection: Selection, now: datetime) -> list[str]:
    """Why the call cannot be published yet, a sentence each with what to do; empty when nothing stands in the way."""
    missing = []
    if not selection.call_text.strip():
        missing.append("正文还是空的，请写好并保存。")
    if selection.opens_at is None:
        missing.append("还没有定下申报开始时间。")
    if selection.closes_at is None:
        missing.append("还没有定下申报截止时间。")
    elif selection.closes_at <= now:
        missing.append("申报截止时间已经过去，请先改期。")
    return missing


def published_selections() -> "QuerySet[Selection, Selection]":
    """Selections whose call anybody may read: rehearsals never."""
    found = Selection.objects.filter(call_published_at__isnull=False, edition__is_rehearsal=False)
    return found.select_related("edition").order_by("closes_at", "pk")


def open_selections(now: datetime) -> "QuerySet[Selection, Selection]":
    """Calls by which works can be handed in now or later on, the first to close first."""
    return published_selections().filter(Q(closes_at__isnull=True) | Q(closes_at__gt=now))


def is_open(selection: Selection, now: datetime) -> bool:
    """Whether works are taken at this moment; the closing moment itself is too late."""
    opens, closes = selection.opens_at, selection.closes_at
    return (opens is None or opens <= now) and (closes is None or now < closes)


def deadline_words(selection: Selection, now: datetime) -> str:
    """How long works are still taken, in words; empty where no end is set."""
    closes, opens = selection.closes_at, selection.opens_at
    if closes is None:
        return ""
    if opens is not None and now < opens:
        return f"申报 {_moment(opens)} 开始，{_moment(closes)} 截止"
    if now >= closes:
        return f"申报已于 {_moment(closes)} 截止"
    return f"申报 {_moment(closes)} 截止，还有 {_left(closes - now)}"


def _left(left: timedelta) -> str:
    hours, minutes = divmod(int(left.total_seconds()) // 60, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} 天 {hours} 小时"
    return f"{hours} 小时 {minutes} 分"


def _moment(when: datetime) -> str:
    local = localtime(when)
    return f"{local.month} 月 {local.day} 日 {local:%H:%M}"
