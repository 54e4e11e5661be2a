"""推荐（省级评选）: the city's ordered choice among the winners, recorded and taken back with reasons."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from django.db import transaction

from accounts.models import User
from ledger.services import record_event
from results.models import Result
from works.exceptions import WorkRefused
from works.models import Kind, Recommendation
from works.selectors.recommendations import candidates, confirmed_roster

LONGEST_REASON = 200
REPLACED = "推荐名单重新排定"
STANDING, WITHDRAWN = Recommendation.State.STANDING, Recommendation.State.WITHDRAWN


@transaction.atomic
def recommend_works(
    *, result: Result, works: Sequence[int], seen: Sequence[int], reason: str = "", actor: User, now: datetime
) -> list[Recommendation]:
    """Record which winners go to the province, first to last; an earlier list of the result is replaced and kept.

    `works` are their ids in order, `seen` the list that was on the page. Refuses (WorkRefused) an unconfirmed roster, a
    work that won nothing or has left (pitfall 1), one named twice, more than the kind's quota, without a reason
    an order other than the ranks' and one that parts equal ranks, the list that stands already, and one that changed
    meanwhile (pitfall 20).
    """
    if not works:
        raise WorkRefused("请至少选一件作品。")
    result = Result.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=result.pk)
    kind = Kind.objects.get(kind_round__round_id=result.round_id)
    roster = confirmed_roster(result)
    if roster is None:
        raise WorkRefused("名册经监督员确认之后，才能确定推荐作品。")
    standing = list(Recommendation.objects.filter(result=result, state=STANDING).order_by("place"))
    before = [row.work_id for row in standing]
    if before != list(seen):
        raise WorkRefused("您打开页面以后，推荐名单已有变动。没有保存，请看过最新名单再确定。")
    if before == list(works):
        raise WorkRefused("推荐名单没有变化，不必重复确定。")
    why = _checked_reason(result, kind, works, reason)
    for row in standing:
        row.state, row.reason = WITHDRAWN, REPLACED
        row.save(update_fields=["state", "reason"])
    made = Recommendation.objects.bulk_create(
        Recommendation(result=result, work_id=pk, place=place, reason=why, recorded_by=actor, recorded_at=now)
        for place, pk in enumerate(works, start=1)
    )
    payload = {"result": result.pk, "roster": roster.version, "works": list(works)}
    record_event(edition=result.edition, kind="works_recommended", actor=actor, payload=payload, now=now)
    return made


@transaction.atomic
def withdraw_recommendation(
    *, recommendation: Recommendation, reason: str, actor: User, now: datetime
) -> Recommendation:
    """A work is no longer recommended; those behind it keep their places until the list is set again (pitfall 3).

    Refuses (WorkRefused) a missing reason and one that is taken back already.
    """
    row = (
        Recommendation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("result__edition")
        .get(pk=recommendation.pk)
    )
    if row.state != STANDING:
        raise WorkRefused("这件作品已经不在推荐名单里，请刷新页面。")
    why = _short(reason)
    if not why:
        raise WorkRefused("请写明不再推荐的理由。")
    row.state, row.reason = WITHDRAWN, why
    row.save(update_fields=["state", "reason"])
    payload = {"recommendation": row.pk, "work": row.work_id, "result": row.result_id}
    record_event(edition=row.result.edition, kind="recommendation_withdrawn", actor=actor, payload=payload, now=now)
    return row


def _checked_reason(result: Result, kind: Kind, works: Sequence[int], reason: str) -> str:
    why = _short(reason)
    if len(set(works)) != len(works):
        raise WorkRefused("同一件作品列了两次，请核对顺序。")
    winners = candidates(result)
    order = [each.work.pk for each in winners]
    if any(pk not in order for pk in works):
        raise WorkRefused("有作品没有获奖或已经退出，不能推荐。请刷新页面后重新选择。")
    if kind.province_quota is not None and len(works) > kind.province_quota:
        raise WorkRefused(f"{kind.title}推荐名额 {kind.province_quota} 件，选了 {len(works)} 件，请减少。")
    ranks = [each.rank for each in winners[: len(works) + 1]]
    is_by_rank = list(works) == order[: len(works)] and all(one != other for one, other in pairwise(ranks))
    if not is_by_rank and not why:
        raise WorkRefused("推荐顺序与获奖名次不同，或者有名次并列的作品要分先后，请写明理由。")
    return why


def _short(reason: str) -> str:
    why = reason.replace("\0", "").strip()
    if len(why) > LONGEST_REASON:
        raise WorkRefused(f"理由最多 {LONGEST_REASON} 个字，请写得简短些。")
    return why
