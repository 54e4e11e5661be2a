"""Who goes to the province: places of a list of finalists, and the nominees of a contest."""

from collections.abc import Iterable

from contest.models import Contest, Finalist, Group
from results.models import Confirmation, Result, Roster
from results.selectors import latest_roster


def open_places(result: Result) -> int:
    """Finalists' places that somebody gave up and nobody has taken yet (pitfall 3)."""
    rows = Finalist.objects.filter(result=result).values_list("kind", "state")
    places = sum(kind == Finalist.Kind.FINALIST for kind, _ in rows)
    taken = sum(
        (kind, state) == (Finalist.Kind.FINALIST, Finalist.State.STANDING) or state == Finalist.State.MOVED_UP
        for kind, state in rows
    )
    return places - taken


def is_confirmed(roster: Roster) -> bool:
    """Whether a supervisor confirmed the roster."""
    return Confirmation.objects.filter(roster=roster).exists()


def extra_places(result: Result) -> int:
    """How many nominees outside the quota the newest confirmed rules still allow (domain.md A1)."""
    roster = latest_roster(result)
    if roster is None or not is_confirmed(roster):
        return 0
    document = roster.snapshot.document
    group = next(found for found in document["rulebook"]["groups"] if found["code"] == document["round"]["group"])
    standing = Finalist.objects.filter(result=result, kind=Finalist.Kind.EXTRA, state=Finalist.State.STANDING)
    return int(group["extra_nominees"]) - standing.count()


def nominees(contest: Contest) -> list[Finalist]:
    """Who represents the city, in the order of nomination: by group, finalists, reserves who moved up, extra ones."""
    found = (
        Finalist.objects.filter(result__round__group_round__group__contest=contest)
        .exclude(state=Finalist.State.WITHDRAWN)
        .exclude(kind=Finalist.Kind.RESERVE, state=Finalist.State.STANDING)
        .select_related("contestant__group", "contestant__unit", "contestant__contest", "result")
    )
    kinds = list(Finalist.Kind)
    return sorted(found, key=lambda row: (row.contestant.group_id, kinds.index(Finalist.Kind(row.kind)), row.place))


def basis_of(rows: Iterable[Finalist]) -> list[str]:
    """Which snapshot and roster each group's nominees come from, as lists and forms print it (pitfall 10)."""
    results = {row.result_id: row.result for row in rows}
    found = []
    for result in results.values():
        roster = latest_roster(result)
        if roster is not None:
            found.append(f"{result.group_title}定格成绩第 {roster.snapshot.number} 号、名册 v{roster.version}")
    return found


def group_results(contest: Contest) -> list[tuple[Group, Result | None]]:
    """Each group with the result whose finalists go to the province: that of its last judged round."""
    results = Result.objects.filter(round__group_round__group__contest=contest).select_related("round__group_round")
    newest: dict[int, Result] = {}
    for result in results.order_by("round__group_round__sequence", "pk"):
        newest[result.round.group_round.group_id] = result
    return [(group, newest.get(group.pk)) for group in contest.groups.order_by("pk")]
