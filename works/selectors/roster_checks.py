"""What a selection knows of a roster that the roster cannot know: which works have left (settings.ROSTER_CHECKS)."""

from results.models import Result, Roster
from results.selectors import Departure
from works.models import Admission, Work

_GONE = {
    Work.Status.WITHDRAWN.value: "已退出",
    Work.Status.REFUSED.value: "已改为不予受理",
}


def departed_works(result: Result, roster: Roster) -> list[Departure]:
    """Ranked entries whose works were withdrawn or refused since (pitfalls 1, 3); one query.

    Either holds the list back: who withdraws a work does not want it published.
    """
    ranked = {row["entry"] for row in roster.rows if row["rank"] is not None}
    gone = Admission.objects.filter(entry__round=result.round_id, work__status__in=_GONE).order_by("entry__code")
    return [
        Departure(f"编号 {code} 的作品{_GONE[status]}，仍在名册中，请更正其参评状态后重新提出名册", blocks=True)
        for code, status in gone.values_list("entry__code", "work__status")
        if code in ranked
    ]
