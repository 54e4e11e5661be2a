"""公示: a confirmed roster stands before the public for some working days before it is published (domain.md B1)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.text.dates import plain_date
from ledger.services import record_event
from notices.models import Notice
from notices.selectors import publicity_period
from notices.services import create_notice, publish_notice, withdraw_notice
from results.exceptions import ResultRefused
from results.models import Publicity, Result, Roster
from results.selectors import (
    confirmation_of,
    departed_of,
    is_public_roster,
    judging_blockers,
    latest_roster,
    standing_publicities,
    subject_of,
)
from results.services.locking import locked_result
from results.services.messages import notify_publicity
from results.services.notices import Dates, current_lists, hide_in_notices, publicity_texts

MOST_DAYS = 60
LONGEST_PERIOD = timedelta(days=366)
LONGEST_REASON = 200


@transaction.atomic
def start_publicity(
    *,
    result: Result,
    actor: User,
    now: datetime,
    ends_on: date | None = None,
    deviation: str = "",
    working_days: int | None = None,
    title: str = "",
    body: str = "",
    number: str = "",
) -> Publicity:
    """Publish the notice of the newest roster's period, which begins now; rehearsals too, seen by the office alone.

    `working_days` are the result's where nothing else is said, counted from the local day after `now` by the stored
    calendar (notices.selectors.publicity_period); `ends_on` is that rule's end unless given, and another end needs a
    `deviation`. A second list before the public is a 补充公示. Refuses (ResultRefused) what `start_refusals` names,
    days and dates that cannot be, and a body without the period's dates.
    """
    locked = locked_result(result)
    roster = _startable(locked)
    days = _checked_days(locked.publicity_days if working_days is None else working_days)
    rule = publicity_period(timezone.localdate(now), days)
    end, why = _checked_end(rule.starts_on, rule.ends_on, ends_on, deviation)
    _refuse_other_dates(body, dates := Dates(days, rule.starts_on, end, rule.note))
    own_title, own_body = publicity_texts(locked, roster, dates, previous := previous_roster(locked))
    current = current_lists(locked, roster, final=False)
    notice = create_notice(
        edition=locked.edition,
        kind=Notice.Kind.PUBLICITY,
        title=title.strip() or own_title,
        body=body.strip() or own_body,
        number=number,
        dated=dates.starts_on,
        subject=subject_of(locked),
        lists=current[0],
        source=current[1],
        actor=actor,
        now=now,
    )
    hide_in_notices(locked, actor=actor, now=now)
    text = publish_notice(notice=notice, actor=actor, now=now, current=current)
    publicity = Publicity.objects.create(
        result=locked,
        roster=roster,
        notice=notice,
        number=Publicity.objects.filter(result=locked).count() + 1,
        working_days=days,
        starts_on=dates.starts_on,
        ends_on=end,
        rule_ends_on=rule.ends_on,
        closes_at=closing_of(end),
        deviation=why,
        calendar_note=rule.note,
        started_by=actor,
        started_at=now,
    )
    notify_publicity(publicity, previous=previous, now=now)
    _record_start(publicity, text.sha256, actor, now)
    return publicity


@transaction.atomic
def withdraw_publicity(*, publicity: Publicity, reason: str, actor: User, now: datetime) -> None:
    """Withdraw a period's notice: the period counts no longer, its roster needs another one.

    Refuses (ResultRefused) an empty reason, one withdrawn already, and the period of the list that is public now.
    """
    locked = locked_result(publicity.result)
    notice = Notice.objects.select_related("edition").get(pk=publicity.notice_id)
    if notice.state == Notice.State.WITHDRAWN:
        raise ResultRefused("这次公示已经撤回，不必重复。")
    if is_public_roster(locked, publicity.roster):
        raise ResultRefused("名单已经公布，公示不能单独撤回；名单有误时请撤回结果。")
    if not reason.strip():
        raise ResultRefused("请写明撤回公示的原因，它会显示在公开页面上。")
    withdraw_notice(notice=notice, reason=reason, actor=actor, now=now)
    record_event(edition=locked.edition, kind="publicity_withdrawn", actor=actor, payload=_numbers(publicity), now=now)


@transaction.atomic
def set_publicity_days(*, result: Result, days: int, actor: User, now: datetime) -> None:
    """Say for how many working days each roster of a result is to stand in 公示; 0 for none.

    Refuses (ResultRefused) less than none and more than MOST_DAYS, and none once a list has stood before the public.
    """
    if not 0 <= days <= MOST_DAYS:
        raise ResultRefused(f"公示期请填 0 到 {MOST_DAYS} 个工作日。")
    locked = locked_result(result)
    if days == locked.publicity_days:
        return
    if not days and Publicity.objects.filter(result=locked).exists():
        raise ResultRefused("这个结果已经公示过，公示期不能改为 0。")
    old = locked.publicity_days
    locked.publicity_days = days
    locked.save(update_fields=["publicity_days"])
    payload = {"result": locked.pk, "working_days": days, "working_days_before": old}
    record_event(edition=locked.edition, kind="publicity_days_set", actor=actor, payload=payload, now=now)


@dataclass(frozen=True)
class Preview:
    """A 公示 as it would begin now: its period, `rule_ends_on`, and the words of its notice."""

    dates: Dates
    rule_ends_on: date
    closes_at: datetime
    title: str
    body: str
    lists: list[dict[str, Any]]
    source: str


def preview_publicity(
    *, result: Result, roster: Roster, now: datetime, working_days: int, ends_on: date | None = None
) -> Preview:
    """What start_publicity would publish at `now`; raises ResultRefused for days and dates that cannot be."""
    days = _checked_days(working_days)
    rule = publicity_period(timezone.localdate(now), days)
    end, _ = _checked_end(rule.starts_on, rule.ends_on, ends_on, "预览")
    dates = Dates(days, rule.starts_on, end, rule.note)
    title, body = publicity_texts(result, roster, dates, previous_roster(result))
    return Preview(dates, rule.ends_on, closing_of(end), title, body, *current_lists(result, roster, final=False))


def start_refusals(result: Result) -> list[str]:
    """What keeps the newest roster from being put before the public, a clause each; the page shows the same."""
    roster = latest_roster(result)
    if roster is None:
        return ["还没有提出获奖人员名册"]
    found = [blocker.text for blocker in judging_blockers(result, roster)]
    if confirmation_of(roster) is None:
        found.append(f"名册 v{roster.version} 还没有经监督员确认")
    if not result.publicity_days:
        found.append("没有设定公示期，请先填写公示的工作日数")
    if is_public_roster(result, roster):
        return [*found, f"名册 v{roster.version} 已经公布，不再公示"]
    found += [each.text for each in departed_of(result, roster) if each.blocks]
    if any(period.roster_id == roster.pk for period in standing_publicities(result)):
        found.append(f"名册 v{roster.version} 已经公示，不必重复")
    return found


def previous_roster(result: Result) -> Roster | None:
    """The roster that the public read in the last period that counts; None before the first."""
    standing = standing_publicities(result)
    return Roster.objects.select_related("snapshot").get(pk=standing[-1].roster_id) if standing else None


def closing_of(ends_on: date) -> datetime:
    """From when on objections come too late: local midnight after the last day."""
    return timezone.make_aware(datetime.combine(ends_on + timedelta(days=1), time()))


def _startable(result: Result) -> Roster:
    roster, refusals = latest_roster(result), start_refusals(result)
    if refusals or roster is None:
        raise ResultRefused("暂不能公示：" + "；".join(refusals) + "。")
    return roster


def _checked_days(days: int) -> int:
    if not 1 <= days <= MOST_DAYS:
        raise ResultRefused(f"公示期请填 1 到 {MOST_DAYS} 个工作日。")
    return days


def _checked_end(starts_on: date, rule: date, given: date | None, deviation: str) -> tuple[date, str]:
    """The last day and why it is not the rule's; "" where it is."""
    end, why = given or rule, " ".join(deviation.split())
    if not starts_on < end <= starts_on + LONGEST_PERIOD:
        raise ResultRefused(f"公示结束日须晚于公示当日（{plain_date(starts_on)}），并在一年以内。")
    if end == rule:
        return end, ""
    if not why:
        raise ResultRefused(f"按规则公示到 {plain_date(rule)}，所填结束日与它不同，请写明原因。")
    if len(why) > LONGEST_REASON:
        raise ResultRefused(f"与规则不同的原因最多 {LONGEST_REASON} 个字，请缩短。")
    return end, why


def _refuse_other_dates(body: str, dates: Dates) -> None:
    """A text of one's own has to print the period that counts: what is printed decides (domain.md B1)."""
    missing = [plain_date(day) for day in (dates.starts_on, dates.ends_on) if plain_date(day) not in body]
    if body.strip() and missing:
        raise ResultRefused(
            f"正文没有写明公示期的日期 {'、'.join(missing)}：公示自{plain_date(dates.starts_on)}至"
            f"{plain_date(dates.ends_on)}，请更正正文，或清空正文由系统重写。"
        )


def _record_start(publicity: Publicity, text_sha256: str, actor: User, now: datetime) -> None:
    """What the ledger keeps of a period: dates, numbers, digests."""
    roster = publicity.roster
    payload = {
        **_numbers(publicity),
        "starts_on": publicity.starts_on.isoformat(),
        "ends_on": publicity.ends_on.isoformat(),
        "rule_ends_on": publicity.rule_ends_on.isoformat(),
        "working_days": publicity.working_days,
        "roster_sha256": roster.sha256,
        "snapshot": roster.snapshot.number,
        "snapshot_sha256": roster.snapshot.sha256,
        "text_sha256": text_sha256,
    }
    edition = publicity.result.edition
    record_event(edition=edition, kind="publicity_started", actor=actor, payload=payload, now=now)


def _numbers(publicity: Publicity) -> dict[str, int]:
    return {
        "result": publicity.result_id,
        "publicity": publicity.number,
        "roster": publicity.roster.version,
        "notice": publicity.notice_id,
    }
