"""What a contest knows of a roster that the roster cannot know: who has left since (settings.ROSTER_CHECKS)."""

from contest.models import Appearance, Contestant
from results.models import Result, Roster
from results.selectors import Departure

_GONE = {
    Contestant.Status.WITHDRAWN.value: "已退出，奖项照名册保留；要改的，请更正其参赛状态后重新提出名册",
    Contestant.Status.REFUSED.value: "报名已改为不予受理，仍在名册中，请更正其参赛状态后重新提出名册",
}


def departed_contestants(result: Result, roster: Roster) -> list[Departure]:
    """Ranked entries whose contestants withdrew or were excluded since; one query.

    Whoever withdraws keeps the award that the stage gave, and the list goes on (pitfall 3); whoever turns out to have
    had no right to take part holds it back until the list is corrected (pitfall 1).
    """
    ranked = {row["entry"] for row in roster.rows if row["rank"] is not None}
    gone = Appearance.objects.filter(entry__round=result.round_id, contestant__status__in=_GONE).order_by("entry__code")
    return [
        Departure(f"编号 {code} 的选手{_GONE[status]}", blocks=status == Contestant.Status.REFUSED)
        for code, status in gone.values_list("entry__code", "contestant__status")
        if code in ranked
    ]
