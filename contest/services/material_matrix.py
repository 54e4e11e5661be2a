"""Contestant × requirement: what was handed in and what is missing, per group and unit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from contest.models import Contest, Contestant, Group, Material, MaterialRequirement
from contest.services.eligibility import is_asked_of

PAGE_SIZE = 50


@dataclass(frozen=True)
class Cell:
    """A requirement for a person: not asked, handed in, or missing. `material` is loaded for the page's rows only."""

    requirement: MaterialRequirement
    asked: bool
    handed_in: bool
    material: Material | None = None

    @property
    def is_missing(self) -> bool:
        return self.asked and self.requirement.required and not self.handed_in


@dataclass(frozen=True)
class MatrixRow:
    contestant: Contestant
    cells: list[Cell]

    @property
    def missing(self) -> int:
        return sum(cell.is_missing for cell in self.cells)


@dataclass
class Tally:
    """How far a group or a unit is; `key` is what the address narrows to."""

    title: str
    key: str
    people: int = 0
    complete: int = 0
    missing: int = 0


@dataclass(frozen=True)
class MatrixFilter:
    """What the page is narrowed to; `only` is `missing` for those who lack something."""

    group: str = ""
    unit: str = ""
    only: str = ""


@dataclass(frozen=True)
class Matrix:
    """A page of rows, and the tallies of everybody."""

    requirements: list[MaterialRequirement]
    rows: list[MatrixRow]
    total: int
    number: int
    pages: int
    groups: list[Tally]
    units: list[Tally]

    @property
    def before(self) -> int:
        return self.number - 1

    @property
    def after(self) -> int:
        return self.number + 1


def material_matrix(contest: Contest, chosen: MatrixFilter, *, page: int) -> Matrix:
    """In five queries, whatever the number of registrations; who has left is not in it."""
    groups = {group.pk: group for group in contest.groups.order_by("pk")}
    requirements = list(contest.material_requirements.order_by("order", "pk"))
    handed_in = _handed_in(contest)
    rows = [_row(one, groups[one.group_id], requirements, handed_in) for one in _people(contest)]
    meant = [row for row in rows if _is_meant(row, groups, chosen)]
    pages = max(1, -(-len(meant) // PAGE_SIZE))
    number = min(max(1, page), pages)
    return Matrix(
        requirements=requirements,
        rows=_with_files(meant[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], groups),
        total=len(meant),
        number=number,
        pages=pages,
        groups=_tallies(rows, lambda one: (groups[one.group_id].title, groups[one.group_id].code)),
        units=_tallies(rows, _unit_of),
    )


def people_with_materials(contest: Contest, chosen: MatrixFilter) -> list[Contestant]:
    """Everybody whom the filter means, as the ZIP wants them: by group, unit, the unit's order."""
    groups = {group.pk: group for group in contest.groups.all()}
    requirements, handed_in = list(contest.material_requirements.order_by("order", "pk")), _handed_in(contest)
    rows = [_row(one, groups[one.group_id], requirements, handed_in) for one in _people(contest)]
    meant = [row.contestant.pk for row in rows if _is_meant(row, groups, chosen)]
    found = Contestant.objects.filter(pk__in=meant).select_related("group", "unit")
    return list(found.order_by("group_id", "unit__name", "unit_order", "pk"))


def _people(contest: Contest) -> "QuerySet[Contestant, Contestant]":
    """Without the columns that are encrypted: nothing of them is shown here."""
    people = Contestant.objects.filter(contest=contest).exclude(status__in=Contestant.LEFT)
    columns = ("contest_id", "group_id", "unit_id", "unit__name", "channel", "status", "name")
    return people.select_related("unit").only(*columns).order_by("group_id", "unit__name", "unit_order", "pk")


def _handed_in(contest: Contest) -> set[tuple[int, int]]:
    current = Material.objects.filter(contestant__contest=contest, superseded_at__isnull=True)
    return set(current.order_by().values_list("contestant_id", "requirement_id"))


def _row(
    one: Contestant, group: Group, requirements: Iterable[MaterialRequirement], handed_in: set[tuple[int, int]]
) -> MatrixRow:
    cells = [Cell(each, is_asked_of(each, one, group), (one.pk, each.pk) in handed_in) for each in requirements]
    return MatrixRow(one, cells)


def _is_meant(row: MatrixRow, groups: Mapping[int, Group], chosen: MatrixFilter) -> bool:
    one = row.contestant
    return (
        chosen.group in ("", groups[one.group_id].code)
        and chosen.unit in ("", _unit_of(one)[1])
        and (chosen.only == "" or row.missing > 0)
    )


def _unit_of(one: Contestant) -> tuple[str, str]:
    return ("没有推荐单位", "none") if one.unit is None else (one.unit.name, str(one.unit.pk))


def _with_files(rows: Sequence[MatrixRow], groups: Mapping[int, Group]) -> list[MatrixRow]:
    current = Material.objects.filter(
        contestant__in=[row.contestant.pk for row in rows], superseded_at__isnull=True
    ).order_by()
    files = {(material.contestant_id, material.requirement_id): material for material in current}
    found = []
    for row in rows:
        row.contestant.group = groups[row.contestant.group_id]
        cells = [
            Cell(cell.requirement, cell.asked, cell.handed_in, files.get((row.contestant.pk, cell.requirement.pk)))
            for cell in row.cells
        ]
        found.append(MatrixRow(row.contestant, cells))
    return found


def _tallies(rows: Iterable[MatrixRow], named: Callable[[Contestant], tuple[str, str]]) -> list[Tally]:
    found: dict[str, Tally] = {}
    for row in rows:
        title, key = named(row.contestant)
        tally = found.setdefault(key, Tally(title, key))
        missing = row.missing
        tally.people += 1
        tally.complete += missing == 0
        tally.missing += missing
    return list(found.values())
