"""推荐省赛: what the package for the province still lacks."""

from collections.abc import Sequence

from contest.models import Contest, Delegation, Finalist, Group
from contest.selectors import open_places
from contest.services.eligibility import missing_for
from results.models import Result


def package_gaps(contest: Contest, rows: Sequence[Finalist]) -> list[str]:
    """Sentences on what is missing, in the order of the package; an empty list means that it is complete."""
    gaps = list(_group_gaps(contest, rows))
    if not Delegation.objects.filter(contest=contest).exists():
        gaps.append("代表队信息还没有填写")
    missing = missing_for([row.contestant for row in rows])
    for row in rows:
        contestant = row.contestant
        lacking = "、".join(item.message.rstrip("。") for item in missing.get(contestant.pk, []))
        if lacking:
            gaps.append(f"{contestant.group.title} {contestant.name}：{lacking}")
    return gaps


def _group_gaps(contest: Contest, rows: Sequence[Finalist]) -> "list[str]":
    results = Result.objects.filter(round__group_round__group__contest=contest).select_related("round__group_round")
    listed = {row.result_id for row in rows}
    decided: set[int] = set()
    gaps = []
    for result in results:
        decided.add(result.round.group_round.group_id)
        if result.pk not in listed:
            gaps.append(f"{result.group_title}的晋级名单还没有确认")
        elif (places := open_places(result)) > 0:
            gaps.append(f"{result.group_title}还有 {places} 个晋级名额空缺，可由递补选手补上")
    undecided = Group.objects.filter(contest=contest).exclude(pk__in=decided)
    return [f"{group.title}还没有结果" for group in undecided] + gaps
