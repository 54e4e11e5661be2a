"""审核: the office accepts, returns or refuses registrations, many at once, and the registrant is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from contest.exceptions import ContestRefused
from contest.models import Appearance, Contest, Contestant, ReviewDecision
from contest.selectors import left_out_of_draw
from contest.services.contestants import let_leave
from contest.services.eligibility import eligibility_for
from contest.services.notices import tell_registrants
from ledger.services import record_event

Status, Act = Contestant.Status, ReviewDecision.Act
BATCH = 500
LONGEST_REASON = 200
_LEADS_TO = {Act.ACCEPT: Status.ACCEPTED, Act.RETURN: Status.RETURNED, Act.REFUSE: Status.REFUSED}


@dataclass(frozen=True)
class ReviewOutcome:
    """Who was decided on, and who could not be, with the reason."""

    done: list[Contestant] = field(default_factory=list)
    refused: list[tuple[Contestant, str]] = field(default_factory=list)


@transaction.atomic
def accept_registrations(*, contest: Contest, contestants: Sequence[int], actor: User, now: datetime) -> ReviewOutcome:
    """受理 whoever lacks nothing and is eligible; the others are named with the reason and stay as they are.

    Refuses (ContestRefused) an empty choice.
    """
    chosen = _chosen(contest, contestants)
    outcome = sort_for_review(chosen, Act.ACCEPT)
    _decide(contest, outcome.done, Act.ACCEPT, "", None, actor, now)
    tell_registrants(
        contest=contest,
        contestants=outcome.done,
        code="registration_accepted",
        now=now,
    )
    return outcome


@transaction.atomic
def return_registrations(
    *, contest: Contest, contestants: Sequence[int], reason: str, due_at: datetime, actor: User, now: datetime
) -> ReviewOutcome:
    """退回补正: the registrant may change and submit again until `due_at`, that moment included.

    Refuses (ContestRefused) an empty choice, an empty reason and a date that has passed; who cannot be returned, a
    draft say, is named.
    """
    reason = _stated(reason)
    if due_at <= now:
        raise ContestRefused("补正期限已经过去，请填写一个将来的时间。")
    outcome = sort_for_review(_chosen(contest, contestants), Act.RETURN)
    _decide(contest, outcome.done, Act.RETURN, reason, due_at, actor, now)
    tell_registrants(
        contest=contest,
        contestants=outcome.done,
        code="registration_returned",
        words={"原因": reason, "截止时间": f"{timezone.localtime(due_at):%Y-%m-%d %H:%M}"},
        now=now,
    )
    return outcome


@transaction.atomic
def refuse_registrations(
    *, contest: Contest, contestants: Sequence[int], reason: str, actor: User, now: datetime
) -> ReviewOutcome:
    """不予受理, for good: an entry that was drawn already is ineligible (pitfall 1).

    Refuses (ContestRefused) an empty choice and an empty reason.
    """
    reason = _stated(reason)
    outcome = sort_for_review(_chosen(contest, contestants), Act.REFUSE)
    return _refuse(contest, outcome, reason, actor, now)


@transaction.atomic
def close_abandoned_drafts(*, contest: Contest, reason: str, actor: User, now: datetime) -> ReviewOutcome:
    """Refuse the drafts that nobody submitted, a unit's imported ones too; those of the office are its own and stay.

    Refuses (ContestRefused) while registration is open, and an empty reason.
    """
    reason = _stated(reason)
    closes = contest.registration_closes_at
    if closes is None or now < closes:
        raise ContestRefused("报名还没有截止，草稿还可以提交；截止后再清理。")
    drafts = _locked(contest).filter(status=Status.DRAFT, submitted_at=None)
    drafts = drafts.filter(Q(id_index__isnull=True) | Q(channel=Contestant.Channel.UNIT))
    return _refuse(contest, ReviewOutcome(done=list(drafts)), reason, actor, now)


@transaction.atomic
def set_outside_quota(*, contestant: Contestant, outside: bool, reason: str, actor: User, now: datetime) -> Contestant:
    """名额外: the nominee does not count against the unit's quota. Refuses (ContestRefused) an empty reason."""
    reason = reason.strip()
    if outside:
        reason = _stated(reason)
    Contest.objects.select_for_update(of=("self",), no_key=True).get(pk=contestant.contest_id)
    locked = _locked(contestant.contest).get(pk=contestant.pk)
    locked.outside_quota, locked.outside_quota_reason = outside, reason if outside else ""
    locked.version += 1
    locked.save(update_fields=["outside_quota", "outside_quota_reason", "version"])
    payload = {"contestant": locked.pk, "outside_quota": outside}
    record_event(edition=locked.contest.edition, kind="outside_quota_set", actor=actor, payload=payload, now=now)
    return locked


def _locked(contest: Contest) -> "QuerySet[Contestant, Contestant]":
    rows = Contestant.objects.select_for_update(of=("self",), no_key=True).filter(contest=contest)
    return rows.select_related("contest__edition", "group", "unit", "user").order_by("pk")


def _chosen(contest: Contest, contestants: Sequence[int]) -> list[Contestant]:
    """The chosen registrations of this contest, locked after the contest itself: quota and person stay as checked."""
    Contest.objects.select_for_update(of=("self",), no_key=True).get(pk=contest.pk)
    chosen = list(_locked(contest).filter(pk__in=contestants))
    if not chosen:
        raise ContestRefused("请先勾选选手。")
    return chosen


def _stated(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise ContestRefused("请写明原因，报名人会看到。")
    if len(reason) > LONGEST_REASON:
        raise ContestRefused(f"原因最多 {LONGEST_REASON} 个字，现有 {len(reason)} 个，请缩短。")
    return reason


def sort_for_review(chosen: Sequence[Contestant], act: str) -> ReviewOutcome:
    """Who may be accepted, returned or refused as things are, and who not with the reason; changes nothing."""
    reasons: dict[int, str] = {}
    if act == Act.ACCEPT:
        faults = eligibility_for(chosen)
        reasons = {pk: "".join(each.message for each in found if each.blocks) for pk, found in faults.items()}
        for one in left_out_of_draw(chosen):
            reasons[one.pk] = f"{one.group.title}已经抽签，此人不在其中。须先申请重新抽签，再受理。"
    elif act == Act.RETURN:
        drawn = Appearance.objects.filter(contestant__in=[one.pk for one in chosen]).order_by()
        sentence = "已经抽签，不能退回；请直接更正资料，或办理退出。"
        reasons = dict.fromkeys(drawn.values_list("contestant_id", flat=True), sentence)
    outcome = ReviewOutcome()
    for one in chosen:
        why = reasons.get(one.pk, "")
        if _LEADS_TO[Act(act)] not in Contestant.MOVES[Status(one.status)]:
            why = f"现在是“{one.get_status_display()}”。"
        if why:
            outcome.refused.append((one, why))
        else:
            outcome.done.append(one)
    return outcome


def _decide(
    contest: Contest,
    decided: Sequence[Contestant],
    act: ReviewDecision.Act,
    reason: str,
    due_at: datetime | None,
    actor: User,
    now: datetime,
) -> None:
    if not decided:
        return
    for one in decided:
        one.status, one.status_reason, one.completion_due_at = _LEADS_TO[act], reason, due_at
        one.version += 1
    pks = [one.pk for one in decided]
    for start in range(0, len(pks), BATCH):
        Contestant.objects.filter(pk__in=pks[start : start + BATCH]).update(
            status=_LEADS_TO[act], status_reason=reason, completion_due_at=due_at, version=F("version") + 1
        )
    _write_down(decided, act, reason, due_at, actor, now)
    kinds = {Act.ACCEPT: "registrations_accepted", Act.RETURN: "registrations_returned"}
    payload = {"contest": contest.pk, "contestants": pks}
    record_event(edition=contest.edition, kind=kinds[act], actor=actor, payload=payload, now=now)


def _write_down(
    decided: Sequence[Contestant],
    act: ReviewDecision.Act,
    reason: str,
    due_at: datetime | None,
    actor: User,
    now: datetime,
) -> None:
    ReviewDecision.objects.bulk_create(
        [
            ReviewDecision(contestant=one, act=act, reason=reason, due_at=due_at, decided_by=actor, decided_at=now)
            for one in decided
        ],
        batch_size=BATCH,
    )


def _refuse(contest: Contest, outcome: ReviewOutcome, reason: str, actor: User, now: datetime) -> ReviewOutcome:
    """Each leaves as a single refusal does: its entries and its place among finalists go with it."""
    if not outcome.done:
        return outcome
    for one in outcome.done:
        let_leave(one, Status.REFUSED, reason, actor, now)
    _write_down(outcome.done, Act.REFUSE, reason, None, actor, now)
    payload = {"contest": contest.pk, "contestants": [one.pk for one in outcome.done]}
    record_event(edition=contest.edition, kind="registrations_refused", actor=actor, payload=payload, now=now)
    tell_registrants(
        contest=contest,
        contestants=outcome.done,
        code="registration_refused",
        words={"原因": reason},
        now=now,
    )
    return outcome
