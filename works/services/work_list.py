"""The office's list of works: narrowed, sorted, counted, with what the machine found at each.

What the database can tell it narrows by itself. What only the checks can tell is computed over all works that are
left, in a fixed number of queries whatever their number.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import OrderBy

from works.engine.checks import Check, worst
from works.engine.titles import title_index
from works.models import Author, Kind, Selection, Volume, Work
from works.selectors.gathering import Gathered, gathered, with_rows
from works.services.checks import check_works, kinds_of

Status = Work.Status
NONE = "none"
PAGE_SIZE = 50
MOST_SENTENCES = 3
SORTS: dict[str, tuple[str, ...]] = {
    "": ("pk",),
    "title": ("title", "pk"),
    "kind": ("kind__order", "pk"),
    "unit": ("unit__name", "unit_order", "pk"),
    "status": ("place_of_status", "pk"),
    "submitted": ("submitted_at", "pk"),
}
_NUMBER = re.compile(r"[A-Za-z](\d{1,9})")
_ISBN = re.compile(r"[\d\- ]{4,20}")


@dataclass(frozen=True)
class ListFilter:
    """What the list is narrowed to and sorted by, as an address holds it; an unknown value narrows to nothing."""

    q: str = ""
    kind: str = ""
    status: str = ""
    channel: str = ""
    unit: str = ""
    level: str = ""
    quota: str = ""
    sort: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "ListFilter":
        """The filter of an address or a form."""
        values = {each.name: query.get(each.name, "").replace("\0", "").strip()[:80] for each in fields(cls)}
        if values["sort"].removeprefix("-") not in SORTS:
            values["sort"] = ""
        return cls(**values)

    @property
    def query(self) -> str:
        """The filter as the query of an address, without `?`."""
        return urlencode({each.name: value for each in fields(self) if (value := getattr(self, each.name))})

    @property
    def narrows(self) -> bool:
        return bool(replace(self, sort="").query)


@dataclass(frozen=True)
class ListRow:
    """One work of the list, with its rows and what the machine found."""

    work: Work
    own: Gathered
    checks: list[Check]

    @property
    def level(self) -> str:
        return "" if self.work.status in Work.LEFT else worst(self.checks)

    @property
    def findings(self) -> list[Check]:
        """The gravest that a row has room for."""
        return [check for check in self.checks if check.level != "ok"][:MOST_SENTENCES]

    @property
    def more(self) -> int:
        """How many findings the row does not name."""
        return len([check for check in self.checks if check.level != "ok"]) - len(self.findings)

    @property
    def author_names(self) -> str:
        """苏作者等 3 人."""
        names = [author["name"] for author in self.own.authors]
        return f"{names[0]}等 {len(names)} 人" if len(names) > 2 else "、".join(names)

    @property
    def paper_short(self) -> int:
        return max(0, self.work.kind.paper_copies - self.own.paper)


@dataclass(frozen=True)
class Listed:
    """A page of the list, and what stands around it."""

    rows: list[ListRow]
    total: int
    number: int
    pages: int
    statuses: dict[str, int]
    units: dict[int, str]

    @property
    def before(self) -> int:
        return self.number - 1

    @property
    def after(self) -> int:
        return self.number + 1


def list_works(selection: Selection, chosen: ListFilter, *, kinds: Mapping[int, Kind], page: int) -> Listed:
    """One page in three queries, whatever the number of works."""
    if chosen.level:
        return _by_level(selection, chosen, kinds, page)
    sorts = _sorts(selection, chosen)
    total = sum(each.number for each in sorts if _is_meant(each, chosen, kinds))
    statuses: dict[str, int] = {}
    for each in sorts:
        if _is_meant(each, replace(chosen, status=""), kinds):
            statuses[each.status] = statuses.get(each.status, 0) + each.number
    number, pages = _page_number(page, total)
    found = sorted_by(matching(selection, chosen), chosen.sort)[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    units = {each.unit_id: each.unit_name or "" for each in sorts if each.unit_id is not None}
    return Listed(list_rows(selection, found, kinds=kinds), total, number, pages, statuses, units)


def list_rows(
    selection: Selection, works: "QuerySet[Work, Work]", *, kinds: Mapping[int, Kind] | None = None
) -> list[ListRow]:
    """Works of one selection with all that the list shows of them, in two queries."""
    found = list(with_rows(works.select_related("unit")))
    known = kinds_of(selection) if kinds is None else kinds
    for work in found:
        work.selection, work.kind = selection, known[work.kind_id]
    rows = {work.pk: gathered(work) for work in found}
    checks = check_works(found, kinds=known, rows=rows)
    return [ListRow(work, rows[work.pk], checks[work.pk]) for work in found]


def work_ids(selection: Selection, chosen: ListFilter) -> list[int]:
    """Every work that the filter means, in the list's order."""
    found = sorted_by(matching(selection, chosen), chosen.sort)
    if not chosen.level:
        return list(found.values_list("pk", flat=True))
    return [row.work.pk for row in list_rows(selection, found) if row.level == chosen.level]


def matching(selection: Selection, chosen: ListFilter) -> "QuerySet[Work, Work]":
    """What the database can tell: everything but `level`."""
    found = Work.objects.filter(_asked_for(chosen), selection=selection)
    if chosen.kind:
        found = found.filter(kind__code=chosen.kind)
    if chosen.status:
        found = found.filter(status=chosen.status)
    if chosen.channel:
        found = found.filter(channel=chosen.channel)
    if chosen.unit == NONE:
        found = found.filter(unit__isnull=True)
    elif chosen.unit:
        found = found.filter(unit=int(chosen.unit)) if _is_key(chosen.unit) else found.none()
    if chosen.quota:
        found = found.filter(outside_quota=chosen.quota == "outside")
    return found


def sorted_by(works: "QuerySet[Work, Work]", sort: str) -> "QuerySet[Work, Work]":
    """In the order that the list names; `-` before it turns it round."""
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    if name == "status":
        places = [When(status=value, then=Value(place)) for place, value in enumerate(Status.values)]
        works = works.annotate(place_of_status=Case(*places, output_field=IntegerField()))
    order = [
        OrderBy(F(column), descending=descending, nulls_last=True) if column != "pk" else OrderBy(F("pk"))
        for column in SORTS.get(name, SORTS[""])
    ]
    return works.order_by(*order)


def _by_level(selection: Selection, chosen: ListFilter, kinds: Mapping[int, Kind], page: int) -> Listed:
    found = sorted_by(matching(selection, replace(chosen, status="")), chosen.sort)
    rows = [row for row in list_rows(selection, found, kinds=kinds) if row.level == chosen.level]
    statuses: dict[str, int] = {}
    for row in rows:
        statuses[row.work.status] = statuses.get(row.work.status, 0) + 1
    fitting = [row for row in rows if chosen.status in ("", row.work.status)]
    number, pages = _page_number(page, len(fitting))
    shown = fitting[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    units = {row.work.unit.pk: row.work.unit.name for row in rows if row.work.unit is not None}
    return Listed(shown, len(fitting), number, pages, statuses, units)


@dataclass(frozen=True)
class _Sort:
    """How many works are alike in all that the list can be narrowed to without the checks."""

    status: str
    kind_id: int
    channel: str
    outside_quota: bool
    unit_id: int | None
    unit_name: str | None
    number: int


def _sorts(selection: Selection, chosen: ListFilter) -> list[_Sort]:
    found = Work.objects.filter(_asked_for(chosen), selection=selection).order_by()
    sorts = found.values_list("status", "kind_id", "channel", "outside_quota", "unit_id", "unit__name")
    return [_Sort(*each) for each in sorts.annotate(work_count=Count("pk"))]


def _is_meant(each: _Sort, chosen: ListFilter, kinds: Mapping[int, Kind]) -> bool:
    return (
        chosen.status in ("", each.status)
        and chosen.channel in ("", each.channel)
        and chosen.kind in ("", kinds[each.kind_id].code)
        and chosen.unit in ("", NONE if each.unit_id is None else str(each.unit_id))
        and chosen.quota in ("", "outside" if each.outside_quota else "inside")
    )


def _page_number(page: int, total: int) -> tuple[int, int]:
    pages = max(1, -(-total // PAGE_SIZE))
    return min(max(1, page), pages), pages


def _asked_for(chosen: ListFilter) -> Q:
    """A word of title, author or workplace; a whole number like V0012; the beginning of an ISBN."""
    if not chosen.q:
        return Q()
    authors = Author.objects.filter(work=OuterRef("pk"), name__icontains=chosen.q)
    found = Q(title__icontains=chosen.q) | Q(workplace__icontains=chosen.q) | Q(Exists(authors))
    if index := title_index(chosen.q):
        found |= Q(title_index__contains=index)
    if number := _NUMBER.fullmatch(chosen.q):
        found |= Q(pk=int(number[1]), kind__code__istartswith=chosen.q[0])
    if _ISBN.fullmatch(chosen.q):
        digits = chosen.q.replace("-", "").replace(" ", "")
        found |= Q(Exists(Volume.objects.filter(work=OuterRef("pk"), isbn__startswith=digits)))
    return found


def _is_key(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) < 19
