"""推荐（省级评选）: which winners may be recommended, which are, and what the package for the province still lacks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from results.models import Result, Roster
from results.selectors import confirmation_of, latest_roster
from works.models import FileRequirement, Kind, Recommendation, Selection, Work, WorkFile

STANDING = Recommendation.State.STANDING


@dataclass(frozen=True)
class Candidate:
    """A winner that may be recommended: the work, its rank as the roster has it, and its award."""

    work: Work
    rank: int | None
    shown: str
    tier_title: str


def confirmed_roster(result: Result) -> Roster | None:
    """The newest roster, if a supervisor confirmed it."""
    roster = latest_roster(result)
    return roster if roster is not None and confirmation_of(roster) is not None else None


def kind_results(selection: Selection) -> list[tuple[Kind, Result | None]]:
    """Each kind with the result of its review, None before there is one."""
    found = Result.objects.filter(round__kind_round__kind__selection=selection).select_related("edition", "round")
    by_kind = {result.round.kind_round.kind_id: result for result in found.select_related("round__kind_round")}
    return [(kind, by_kind.get(kind.pk)) for kind in selection.kinds.all()]


def candidates(result: Result) -> list[Candidate]:
    """The winners of the newest confirmed roster in its order; who has left since is none (pitfall 1)."""
    roster = confirmed_roster(result)
    if roster is None:
        return []
    works = Work.objects.filter(admission__entry__round_id=result.round_id).exclude(status__in=Work.LEFT)
    by_code = {work.admission.entry.code: work for work in works.select_related("admission__entry", "kind", "unit")}
    return [
        Candidate(by_code[row["entry"]], row["rank"], str(row["shown"]), row["tier_title"] or "")
        for row in roster.rows
        if row["tier"] is not None and row["entry"] in by_code
    ]


def recommended(results: Iterable[Result]) -> list[Recommendation]:
    """Who is recommended, by result and in the city's order."""
    found = Recommendation.objects.filter(result__in=list(results), state=STANDING)
    return list(
        found.select_related("work__kind", "work__unit", "work__selection__edition", "result")
        .prefetch_related("work__authors", "work__volume_rows")
        .order_by("work__kind__order", "work__kind_id", "place")
    )


def basis_of(rows: Sequence[Recommendation]) -> list[str]:
    """Which snapshot and roster each kind's recommendations come from, as lists and forms print it (pitfall 10)."""
    found = []
    for result in {row.result_id: row.result for row in rows}.values():
        roster = confirmed_roster(result)
        if roster is not None:
            found.append(f"{result.group_title}定格成绩第 {roster.snapshot.number} 号、名册 v{roster.version}")
    return found


def current_files(works: Iterable[Work]) -> dict[int, list[WorkFile]]:
    """The files of works as they stand, by work and in the order of the requirements."""
    found: dict[int, list[WorkFile]] = {work.pk: [] for work in works}
    rows = WorkFile.objects.filter(work__in=list(found), superseded_at=None).select_related("requirement")
    for row in rows.order_by("requirement__order", "pk"):
        found[row.work_id].append(row)
    return found


def package_gaps(selection: Selection, rows: Sequence[Recommendation]) -> list[str]:
    """Sentences on what is missing, in the order of the package; an empty list means that it is complete."""
    gaps = _kind_gaps(selection, rows)
    files = current_files([row.work for row in rows])
    required: dict[int, list[FileRequirement]] = {}
    for each in FileRequirement.objects.filter(kind__selection=selection, required=True).order_by("order", "pk"):
        required.setdefault(each.kind_id, []).append(each)
    for row in rows:
        work, handed_in = row.work, {file.requirement_id for file in files[row.work_id]}
        lacking = [
            each.title
            for each in required.get(work.kind_id, [])
            if each.pk not in handed_in and not (each.or_link and work.url)
        ]
        lacking += [label for label, value in _words_needed(work) if not value]
        if lacking:
            gaps.append(f"{work.kind.title}《{work.title}》：缺{'、'.join(lacking)}")
    return gaps


def _words_needed(work: Work) -> list[tuple[str, str]]:
    return [("内容简介", work.summary), ("联系人", work.contact_name), ("联系电话", work.phone or "")]


def _kind_gaps(selection: Selection, rows: Sequence[Recommendation]) -> list[str]:
    counts: dict[int, int] = {}
    for row in rows:
        counts[row.work.kind_id] = counts.get(row.work.kind_id, 0) + 1
    gaps = []
    for kind, result in kind_results(selection):
        chosen, quota = counts.get(kind.pk, 0), kind.province_quota
        if result is None:
            gaps.append(f"{kind.title}还没有结果")
        elif not chosen:
            gaps.append(f"{kind.title}还没有确定推荐作品")
        elif quota is not None and chosen < quota:
            gaps.append(f"{kind.title}推荐了 {chosen} 件，名额 {quota} 件")
    return gaps
