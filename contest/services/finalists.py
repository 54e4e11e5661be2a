"""晋级选手 and 递补: who goes to the province, after a confirmed result (pitfalls 1, 3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from contest.exceptions import ContestRefused
from contest.models import Appearance, Contestant, Finalist
from contest.selectors import open_places
from contest.selectors.finalists import extra_places, is_confirmed
from ledger.services import record_event
from results.models import Result
from results.selectors import latest_roster

FINALIST, RESERVE, EXTRA = Finalist.Kind.FINALIST, Finalist.Kind.RESERVE, Finalist.Kind.EXTRA
STANDING, WITHDRAWN, MOVED_UP = Finalist.State.STANDING, Finalist.State.WITHDRAWN, Finalist.State.MOVED_UP


@dataclass(frozen=True)
class _Place:
    kind: Finalist.Kind
    place: int
    contestant_id: int


@transaction.atomic
def record_finalists(*, result: Result, actor: User, now: datetime) -> list[Finalist]:
    """Write down finalists and reserves of the newest confirmed roster, in the order of the standings.

    The organiser's act 确认晋级名单 calls it, after a supervisor's confirmation. After a correction it is called
    again: withdrawals that were recorded stay, and a reserve stays moved up while there is a place for it. An extra
    nominee stays one and is no reserve beside it; who is a finalist now needs no extra place. Refuses (ContestRefused)
    an unconfirmed roster and a list that is written down already.
    """
    result = Result.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=result.pk)
    roster = latest_roster(result)
    if roster is None or not is_confirmed(roster):
        raise ContestRefused("名册经监督员确认之后，才能确认晋级名单。")
    output = roster.snapshot.document["output"]
    extras = Finalist.objects.filter(result=result, kind=EXTRA)
    extra = set(extras.filter(state=STANDING).values_list("contestant_id", flat=True))
    wanted = [
        place
        for place in _places(result, output["finalists"], output["reserves"])
        if place.kind == FINALIST or place.contestant_id not in extra
    ]
    before = list(Finalist.objects.filter(result=result).exclude(kind=EXTRA))
    if before and wanted == [
        _Place(Finalist.Kind(row.kind), row.place, row.contestant_id) for row in _by_place(before)
    ]:
        raise ContestRefused("晋级名单已经确认，与最新名册一致，不必重复。")
    rows = _carried_over(result, wanted, before)
    Finalist.objects.filter(pk__in=[row.pk for row in before]).delete()
    extras.filter(contestant_id__in=[row.contestant_id for row in rows]).delete()
    made = Finalist.objects.bulk_create(rows)
    payload = {
        "result": result.pk,
        "roster": roster.version,
        "finalists": [row.contestant_id for row in made if row.kind == FINALIST],
        "reserves": [row.contestant_id for row in made if row.kind == RESERVE],
    }
    record_event(edition=result.edition, kind="finalists_recorded", actor=actor, payload=payload, now=now)
    return made


@transaction.atomic
def withdraw_finalist(*, finalist: Finalist, reason: str, actor: User, now: datetime) -> Finalist:
    """A finalist or reserve gives up the place; nobody moves up by itself (pitfall 3).

    Refuses (ContestRefused) an empty reason and who has given up already.
    """
    locked = _locked(finalist)
    if locked.state == WITHDRAWN:
        raise ContestRefused("此人已经登记放弃，请刷新页面。")
    if not reason.strip():
        raise ContestRefused("请写明放弃的原因。")
    locked.state, locked.reason = WITHDRAWN, reason.strip()
    locked.save(update_fields=["state", "reason"])
    payload = {"finalist": locked.pk, "contestant": locked.contestant_id, "result": locked.result_id}
    record_event(edition=locked.result.edition, kind="finalist_withdrawn", actor=actor, payload=payload, now=now)
    return locked


@transaction.atomic
def move_up_reserve(*, finalist: Finalist, actor: User, now: datetime) -> Finalist:
    """The first reserve still standing takes a place that was given up; the recorded act of pitfall 3.

    Refuses (ContestRefused) where no place is open, and a reserve before whom another one stands.
    """
    locked = _locked(finalist)
    if locked.kind != RESERVE or locked.state != STANDING:
        raise ContestRefused("只有仍在候补的递补选手可以递补。")
    if open_places(locked.result) < 1:
        raise ContestRefused("晋级名额没有空缺，不能递补。")
    ahead = Finalist.objects.filter(result=locked.result, kind=RESERVE, state=STANDING, place__lt=locked.place)
    if ahead.exists():
        raise ContestRefused("须按递补顺序进行：前面还有递补选手，请先递补前一位，或登记其放弃。")
    locked.state = MOVED_UP
    locked.save(update_fields=["state"])
    payload = {"finalist": locked.pk, "contestant": locked.contestant_id, "result": locked.result_id}
    record_event(edition=locked.result.edition, kind="reserve_moved_up", actor=actor, payload=payload, now=now)
    return locked


@transaction.atomic
def nominate_extra(*, result: Result, contestant: Contestant, reason: str, actor: User, now: datetime) -> Finalist:
    """Nominate somebody of the group outside the quota (Henan 2023: one for each 科普基地; domain.md A1).

    A reserve who is nominated leaves the reserves. Refuses (ContestRefused) an empty reason, a list of finalists that
    is not written down yet, more nominees than the rulebook allows, somebody of another group or who does not take
    part any more, and who goes to the province already.
    """
    result = Result.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=result.pk)
    reason = reason.strip()
    if not reason:
        raise ContestRefused("请写明名额外推荐的依据，例如“省级科普基地推荐”。")
    listed = {row.contestant_id: row for row in Finalist.objects.filter(result=result)}
    if not any(row.kind == FINALIST for row in listed.values()):
        raise ContestRefused("请先确认晋级名单，再办理名额外推荐。")
    if extra_places(result) < 1:
        raise ContestRefused("评分细则规定的名额外推荐人数已满；确需增加，请先修订评分细则。")
    row = listed.get(contestant.pk) or Finalist(result=result, contestant=contestant)
    _refuse_nominee(row, result)
    row.kind, row.state, row.reason = EXTRA, STANDING, reason
    row.place = max((other.place for other in listed.values() if other.kind == EXTRA), default=0) + 1
    row.save()
    payload = {"finalist": row.pk, "contestant": row.contestant_id, "result": result.pk, "place": row.place}
    record_event(edition=result.edition, kind="extra_nominated", actor=actor, payload=payload, now=now)
    return row


def _refuse_nominee(row: Finalist, result: Result) -> None:
    contestant = row.contestant
    if not Appearance.objects.filter(contestant=contestant, entry__round_id=result.round_id).exists():
        raise ContestRefused(f"{contestant.name}没有参加这一组的比赛，不能名额外推荐。")
    if contestant.status != Contestant.Status.ACCEPTED:
        raise ContestRefused(f"{contestant.name}的报名是“{contestant.get_status_display()}”，不能推荐。")
    if row.pk is not None and row.kind != RESERVE and row.state == STANDING:
        raise ContestRefused(f"{contestant.name}已经在推荐名单中，不必重复。")
    if row.state == MOVED_UP:
        raise ContestRefused(f"{contestant.name}已经递补晋级，不必名额外推荐。")
    if row.pk is not None and row.kind == FINALIST:
        raise ContestRefused(f"{contestant.name}已登记放弃晋级，不能名额外推荐。")


def _locked(finalist: Finalist) -> Finalist:
    """The row, with its result locked first: places of one list are given out one act at a time."""
    Result.objects.select_for_update(no_key=True).get(pk=finalist.result_id)
    return (
        Finalist.objects.select_for_update(of=("self",), no_key=True)
        .select_related("result__edition")
        .get(pk=finalist.pk)
    )


def _places(result: Result, finalists: Sequence[str], reserves: Sequence[str]) -> list[_Place]:
    appearances = Appearance.objects.filter(entry__round_id=result.round_id)
    by_code = dict(appearances.values_list("entry__code", "contestant_id"))
    return [
        _Place(kind, place, by_code[code])
        for kind, codes in ((FINALIST, finalists), (RESERVE, reserves))
        for place, code in enumerate(codes, start=1)
    ]


def _by_place(rows: Sequence[Finalist]) -> list[Finalist]:
    return sorted(rows, key=lambda row: (row.kind != FINALIST, row.place))


def _carried_over(result: Result, wanted: Sequence[_Place], before: Sequence[Finalist]) -> list[Finalist]:
    """The new list with what was recorded of the same people: withdrawals always, a move up while a place is open.

    Who has left the contest since the snapshot is listed as withdrawn: the place is open, nobody moves up by itself.
    """
    earlier = {row.contestant_id: row for row in before}
    left = Contestant.objects.filter(pk__in=[place.contestant_id for place in wanted], status__in=Contestant.LEFT)
    reasons = dict(left.values_list("pk", "status_reason"))
    rows: list[Finalist] = []
    for place in wanted:
        row = Finalist(result=result, contestant_id=place.contestant_id, kind=place.kind, place=place.place)
        old = earlier.get(place.contestant_id)
        if old is not None and old.state == WITHDRAWN:
            row.state, row.reason = WITHDRAWN, old.reason
        elif place.contestant_id in reasons:
            row.state, row.reason = WITHDRAWN, reasons[place.contestant_id] or "已退出"
        rows.append(row)
    vacant = sum(row.kind == FINALIST and row.state == WITHDRAWN for row in rows)
    for row in rows:
        old = earlier.get(row.contestant_id)
        is_standing = row.kind == RESERVE and row.state == STANDING
        if vacant and is_standing and old is not None and old.state == MOVED_UP:
            row.state = MOVED_UP
            vacant -= 1
    return rows
