"""What a contest knows of a roster that the roster cannot know: who has left since (settings.ROSTER_CHECKS)."""

from contest.models import Appearance, Contestant
from results.models import Result, Roster

_GONE = {
    Contestant.Status.WITHDRAWN.value: "已退出",
    Contestant.Status.REFUSED.value: "报名已改为不予受理",
}


def departed_contestants(result: Result, roster: Roster) -> list[str]:
    """Ranked entries whose contestants withdrew or were excluded since, a sentence each (pitfalls 1, 3); one query."""
    ranked = {row["entry"] for row in roster.rows if row["rank"] is not None}
    gone = Appearance.objects.filter(entry__round=result.round_id, contestant__status__in=_GONE).order_by("entry__code")
    return [
        f"编号 {code} 的选手{_GONE[status]}，仍在名册中，请更正其参赛状态后重新提出名册"
        for code, status in gone.values_list("entry__code", "contestant__status")
        if code in ranked
    ]
