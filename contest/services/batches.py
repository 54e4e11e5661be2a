"""One act on many registrations, as they were seen: what changed meanwhile is left alone and named (pitfall 20)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import models, transaction
from django.utils import timezone

from accounts.models import User
from contest.exceptions import ContestRefused
from contest.models import Contest, Contestant
from contest.services.consents import record_guardian_consent
from contest.services.contestants import take_phone_as_guardians
from contest.services.review import (
    ReviewOutcome,
    accept_registrations,
    refuse_registrations,
    return_registrations,
    set_outside_quota,
    sort_for_review,
)

CHANGED = "打开确认页之后，这份报名有了改动，请看过新的内容再办理。"
LONGEST_REASON = 200
DUE_AFTER = 3  # working days
DUE_TIME = time(17)


class BatchAct(models.TextChoices):
    """What the list's buttons do."""

    ACCEPT = "accept", "受理"
    RETURN = "return", "退回补正"
    REFUSE = "refuse", "不予受理"
    CONSENT = "consent", "登记监护人书面同意"
    PHONES = "phones", "以联系电话为监护人电话"
    OUTSIDE = "outside", "列为名额外"
    INSIDE = "inside", "改回名额内"


NEEDS_REASON = frozenset((BatchAct.RETURN, BatchAct.REFUSE, BatchAct.OUTSIDE))
# Ready-made, for whoever reviews 300 registrations; his own words may follow.
REASONS: dict[str, tuple[str, ...]] = {
    BatchAct.RETURN: (
        "请补齐缺少的材料。",
        "报名表请加盖推荐单位公章后重新上传扫描件。",
        "上传的文件看不清或打不开，请重新上传。",
        "证件号码、姓名与身份证件不一致，请核对。",
        "请补充监护人的姓名、电话和同意书。",
        "讲解题目或工作单位（学校）填写不完整，请核对。",
    ),
    BatchAct.REFUSE: (
        "年龄不符合所报组别的要求。",
        "往届获奖者按通知不再参加。",
        "超出推荐单位的名额。",
        "同一人重复报名。",
        "补正期限已过，仍未补齐。",
    ),
    BatchAct.OUTSIDE: ("上届获奖单位按通知增加的名额。", "承办单位按通知增加的名额。"),
}


@dataclass(frozen=True)
class Batch:
    """An act, with the registrations as they were seen: version by number."""

    act: BatchAct
    seen: Mapping[int, int]
    reason: str = ""
    due_at: datetime | None = None


def usual_due_at(now: datetime) -> datetime:
    """Three working days from now, at 17:00. Public holidays are not known here: the page says so."""
    day, left = timezone.localdate(now), DUE_AFTER
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return timezone.make_aware(datetime.combine(day, DUE_TIME))


def joined_reason(chosen: Sequence[str], words: str) -> str:
    """The reasons that were ticked, and somebody's own words after them."""
    return "".join([*chosen, " ".join(words.split())])


def preview_batch(*, contest: Contest, contestants: Sequence[int], act: str) -> ReviewOutcome:
    """Who would be done and who could not, with the reason; changes nothing."""
    rows = Contestant.objects.filter(contest=contest, pk__in=contestants).select_related("contest", "group", "unit")
    return _sorted(list(rows.order_by("pk")), BatchAct(act))


@transaction.atomic
def carry_out_batch(*, contest: Contest, batch: Batch, actor: User, now: datetime) -> ReviewOutcome:
    """Do one act to whoever is still as he was seen; the others are named and stay as they are.

    Refuses (ContestRefused) an empty choice, and what the act itself refuses: no reason, a date that has passed.
    """
    if not batch.seen:
        raise ContestRefused("请先勾选选手。")
    _refuse_reason(batch)
    Contest.objects.select_for_update(of=("self",), no_key=True).get(pk=contest.pk)
    found = Contestant.objects.select_for_update(of=("self",), no_key=True).filter(contest=contest, pk__in=batch.seen)
    rows = list(found.select_related("contest__edition", "group", "unit").order_by("pk"))
    changed = [(one, CHANGED) for one in rows if one.version != batch.seen[one.pk]]
    unchanged = [one for one in rows if one.version == batch.seen[one.pk]]
    outcome = _done(contest, batch, unchanged, actor, now) if unchanged else ReviewOutcome()
    return ReviewOutcome(outcome.done, [*outcome.refused, *changed])


def _done(contest: Contest, batch: Batch, rows: Sequence[Contestant], actor: User, now: datetime) -> ReviewOutcome:
    keys = [one.pk for one in rows]
    if batch.act == BatchAct.ACCEPT:
        return accept_registrations(contest=contest, contestants=keys, actor=actor, now=now)
    if batch.act == BatchAct.RETURN:
        if batch.due_at is None:
            raise ContestRefused("请填写补正期限。")
        return return_registrations(
            contest=contest, contestants=keys, reason=batch.reason, due_at=batch.due_at, actor=actor, now=now
        )
    if batch.act == BatchAct.REFUSE:
        return refuse_registrations(contest=contest, contestants=keys, reason=batch.reason, actor=actor, now=now)
    outcome = _sorted(rows, batch.act)
    keys = [one.pk for one in outcome.done]
    if keys and batch.act == BatchAct.CONSENT:
        record_guardian_consent(contest=contest, contestants=keys, actor=actor, now=now)
    elif keys and batch.act == BatchAct.PHONES:
        take_phone_as_guardians(contest=contest, contestants=keys, actor=actor, now=now)
    elif batch.act in (BatchAct.OUTSIDE, BatchAct.INSIDE):
        outside = batch.act == BatchAct.OUTSIDE
        for one in outcome.done:
            set_outside_quota(contestant=one, outside=outside, reason=batch.reason, actor=actor, now=now)
    return outcome


def _refuse_reason(batch: Batch) -> None:
    if batch.act not in NEEDS_REASON:
        return
    if not batch.reason:
        raise ContestRefused("请写明原因，报名人会看到。")
    if len(batch.reason) > LONGEST_REASON:
        raise ContestRefused(f"原因最多 {LONGEST_REASON} 个字，现有 {len(batch.reason)} 个，请缩短。")


def _sorted(rows: Sequence[Contestant], act: BatchAct) -> ReviewOutcome:
    if act in (BatchAct.ACCEPT, BatchAct.RETURN, BatchAct.REFUSE):
        return sort_for_review(rows, act)
    outcome = ReviewOutcome()
    for one in rows:
        if why := _why_not(one, act):
            outcome.refused.append((one, why))
        else:
            outcome.done.append(one)
    return outcome


def _why_not(one: Contestant, act: BatchAct) -> str:
    """Why an act that is no decision cannot be done to somebody; the services of each act refuse the same."""
    if one.status in Contestant.LEFT:
        return f"现在是“{one.get_status_display()}”。"
    if act == BatchAct.OUTSIDE:
        return "已在名额外。" if one.outside_quota else ""
    if act == BatchAct.INSIDE:
        return "" if one.outside_quota else "本来就在名额内。"
    if not one.guardian_name:
        return "没有监护人姓名，请先补全。" if one.group.needs_guardian else "成年选手不需要监护人。"
    if act == BatchAct.CONSENT:
        return "已有监护人同意。" if one.guardian_consent_at else ""
    if one.guardian_phone:
        return "已有监护人电话。"
    return "" if one.phone else "没有联系电话。"
