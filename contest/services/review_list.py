"""The office's list of registrations: narrowed, sorted, counted, with what each lacks in words.

What the database can tell it narrows by itself. What only the rules can tell (what is missing, who may not take part)
is computed over all registrations that are left, in a fixed number of queries whatever their number.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import OrderBy

from contest.models import Contest, Contestant, Group
from contest.services.documents import clean_document_number, index_document
from contest.services.eligibility import Asked, Ineligible, Missing, asked_of, eligibility_for, missing_for
from contest.services.typed import typed_values
from core.crypto import blind_index
from core.text.phones import PhoneInvalid, normalise_phone

Status = Contestant.Status
ANY, NONE = "any", "none"
PAGE_SIZE = 50
MOST_NAMED = 4
SORTS: dict[str, tuple[str, ...]] = {
    "": ("pk",),
    "name": ("name", "pk"),
    "group": ("group_id", "pk"),
    "title": ("title", "pk"),
    "unit": ("unit__name", "unit_order", "pk"),
    "status": ("place_of_status", "pk"),
    "submitted": ("submitted_at", "pk"),
}
_NUMBER = re.compile(r"[A-Z0-9]*\d{5}[A-Z0-9]*")


@dataclass(frozen=True)
class ListFilter:
    """What the list is narrowed to and sorted by, as an address holds it; an unknown value narrows to nobody.

    `found` holds registrations that a document or phone number was found to belong to: the number itself must not
    stand in an address, which browsers and logs keep.
    """

    q: str = ""
    group: str = ""
    status: str = ""
    channel: str = ""
    unit: str = ""
    missing: str = ""
    problem: str = ""
    quota: str = ""
    found: str = ""
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

    @property
    def needs_rules(self) -> bool:
        """Whether the database alone cannot tell who is meant."""
        return bool(self.missing or self.problem)


@dataclass(frozen=True)
class ListRow:
    """One registration of the list, with what it lacks and why it may not take part."""

    contestant: Contestant
    missing: list[Missing]
    faults: list[Ineligible]

    @property
    def blocks(self) -> bool:
        """Whether it may not be accepted as it is."""
        return bool(self.missing) or any(fault.blocks for fault in self.faults)

    @property
    def missing_words(self) -> str:
        """缺学历、缺材料：照片等 6 项; all of them where they are few."""
        words = "、".join(item.message for item in self.missing[:MOST_NAMED])
        return f"{words}等 {len(self.missing)} 项" if len(self.missing) > MOST_NAMED else words


@dataclass(frozen=True)
class Registrations:
    """A page of the list, and what stands around it."""

    rows: list[ListRow]
    total: int
    number: int
    pages: int
    statuses: dict[str, int]
    units: dict[int, str]
    asked: Asked

    @property
    def before(self) -> int:
        return self.number - 1

    @property
    def after(self) -> int:
        return self.number + 1


def list_registrations(
    contest: Contest, chosen: ListFilter, *, groups: Mapping[int, Group], page: int
) -> Registrations:
    """One page in five queries at most, whatever the number of registrations."""
    text = _asked_for(chosen)
    if chosen.needs_rules:
        return _by_rules(contest, chosen, text, dict(groups), page)
    kinds = _kinds(contest, text)
    total = sum(kind.number for kind in kinds if _is_meant(kind, chosen, groups))
    statuses: dict[str, int] = {}
    for kind in kinds:
        if _is_meant(kind, replace(chosen, status=""), groups):
            statuses[kind.status] = statuses.get(kind.status, 0) + kind.number
    number, pages = _page_number(page, total)
    found = sorted_by(_matching(contest, chosen, text), chosen.sort)[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    rows, asked = _rows(contest, list(found), dict(groups))
    units = {kind.unit_id: kind.unit_name or "" for kind in kinds if kind.unit_id is not None}
    return Registrations(rows, total, number, pages, statuses, units, asked)


def registrations_by_number(contest: Contest, text: str) -> list[int] | None:
    """Whose document or phone number this is, by its blind index; None for a text that is no such number.

    Part of a number finds nobody: what is masked on the page must not be guessed digit by digit (pitfall 15).
    """
    number = clean_document_number(text).removeprefix("+")
    if not _NUMBER.fullmatch(number):
        return None
    phone = _phone(text)
    persons = {index_document(kind, number) for kind in Contestant.IdKind.values}
    found = Q(id_index__in=persons) | Q(pk__in=_kept_without_index(contest, number, phone))
    if phone:
        found |= Q(phone_index=blind_index(phone, purpose="phone"))
    return list(Contestant.objects.filter(found, contest=contest).order_by("pk").values_list("pk", flat=True))


def registration_ids(contest: Contest, chosen: ListFilter) -> list[int]:
    """Everybody that the filter means, in the list's order."""
    if not chosen.needs_rules:
        return list(sorted_by(matching(contest, chosen), chosen.sort).values_list("pk", flat=True))
    rows, _ = _rows(contest, list(sorted_by(matching(contest, chosen), chosen.sort)), _groups(contest))
    return [row.contestant.pk for row in rows if _fits(row, chosen)]


def matching(contest: Contest, chosen: ListFilter) -> "QuerySet[Contestant, Contestant]":
    """What the database can tell: everything but `missing` and `problem`."""
    return _matching(contest, chosen, _asked_for(chosen))


def _matching(contest: Contest, chosen: ListFilter, text: Q) -> "QuerySet[Contestant, Contestant]":
    found = Contestant.objects.filter(text, contest=contest).select_related("unit")
    if chosen.group:
        found = found.filter(group__code=chosen.group)
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


def sorted_by(found: "QuerySet[Contestant, Contestant]", sort: str) -> "QuerySet[Contestant, Contestant]":
    """In a column's order, forwards or (`-name`) backwards; what has no value comes last either way."""
    name = sort.removeprefix("-")
    if name == "status":
        places = [When(status=status, then=Value(place)) for place, status in enumerate(Status.values)]
        found = found.annotate(place_of_status=Case(*places, default=Value(0), output_field=IntegerField()))
    order = [
        OrderBy(F(column), descending=sort.startswith("-") and column != "pk", nulls_last=True)
        for column in SORTS.get(name, SORTS[""])
    ]
    return found.order_by(*order)


def list_rows(contest: Contest, contestants: Sequence[Contestant]) -> list[ListRow]:
    """Registrations of one contest with what each lacks."""
    return _rows(contest, contestants, _groups(contest))[0]


def _groups(contest: Contest) -> dict[int, Group]:
    groups = {group.pk: group for group in contest.groups.order_by("pk")}
    for group in groups.values():
        group.contest = contest
    return groups


def _rows(contest: Contest, contestants: Sequence[Contestant], groups: dict[int, Group]) -> tuple[list[ListRow], Asked]:
    for one in contestants:
        one.contest, one.group = contest, groups[one.group_id]
    asked = asked_of(contestants, contests=[contest.pk])
    missing = missing_for(contestants, groups=groups, asked=asked)
    # Who left lacks nothing any more.
    staying = [one for one in contestants if one.status not in Contestant.LEFT]
    faults = eligibility_for(staying, groups=groups, missing=missing) if staying else {}
    rows = []
    for one in contestants:
        own = [fault for fault in faults.get(one.pk, []) if fault.code != "incomplete"]
        rows.append(ListRow(one, missing[one.pk] if one.pk in faults else [], own))
    return rows, asked


def _by_rules(contest: Contest, chosen: ListFilter, text: Q, groups: dict[int, Group], page: int) -> Registrations:
    found = list(sorted_by(_matching(contest, replace(chosen, status=""), text), chosen.sort))
    rows, asked = _rows(contest, found, groups)
    fitting = [row for row in rows if _fits(row, chosen)]
    statuses: dict[str, int] = {}
    for row in fitting:
        statuses[row.contestant.status] = statuses.get(row.contestant.status, 0) + 1
    if chosen.status:
        fitting = [row for row in fitting if row.contestant.status == chosen.status]
    number, pages = _page_number(page, len(fitting))
    shown = fitting[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    units = {one.unit.pk: one.unit.name for one in found if one.unit is not None}
    return Registrations(shown, len(fitting), number, pages, statuses, units, asked)


def _fits(row: ListRow, chosen: ListFilter) -> bool:
    lacking = [item.code for item in row.missing]
    wrong = [fault.code for fault in row.faults]
    return _one_of(chosen.missing, lacking) and _one_of(chosen.problem, wrong)


def _one_of(wanted: str, codes: Iterable[str]) -> bool:
    codes = list(codes)
    if wanted == "":
        return True
    if wanted in (ANY, NONE):
        return bool(codes) == (wanted == ANY)
    return wanted in codes


@dataclass(frozen=True)
class _Kind:
    """How many registrations are alike in all that the list can be narrowed to without the rules."""

    status: str
    group_id: int
    channel: str
    outside_quota: bool
    unit_id: int | None
    unit_name: str | None
    number: int


def _kinds(contest: Contest, text: Q) -> list[_Kind]:
    found = Contestant.objects.filter(text, contest=contest).order_by()
    kinds = found.values_list("status", "group_id", "channel", "outside_quota", "unit_id", "unit__name")
    return [_Kind(*kind) for kind in kinds.annotate(number=Count("pk"))]


def _is_meant(kind: _Kind, chosen: ListFilter, groups: Mapping[int, Group]) -> bool:
    return (
        chosen.status in ("", kind.status)
        and chosen.channel in ("", kind.channel)
        and chosen.group in ("", groups[kind.group_id].code)
        and chosen.unit in ("", NONE if kind.unit_id is None else str(kind.unit_id))
        and chosen.quota in ("", "outside" if kind.outside_quota else "inside")
    )


def _page_number(page: int, total: int) -> tuple[int, int]:
    pages = max(1, -(-total // PAGE_SIZE))
    return min(max(1, page), pages), pages


def _asked_for(chosen: ListFilter) -> Q:
    """A word of name, title or workplace; the persons whom a number was found to belong to."""
    found = Q()
    if chosen.q:
        found &= Q(name__icontains=chosen.q) | Q(title__icontains=chosen.q) | Q(workplace__icontains=chosen.q)
    if chosen.found:
        found &= Q(pk__in=[int(key) for key in chosen.found.split(".") if _is_key(key)])
    return found


def _kept_without_index(contest: Contest, number: str, phone: str) -> list[int]:
    """Guardians' phones, and the numbers typed into drafts, have no index: they are looked through."""
    rows = Contestant.objects.filter(contest=contest).filter(
        Q(guardian_phone__isnull=False) | Q(id_index__isnull=True, typed__isnull=False)
    )
    found = []
    for row in rows.only("typed", "guardian_phone", "id_index"):
        typed = typed_values(row) if row.id_index is None and row.typed is not None else {}
        phones = {
            _phone(row.guardian_phone or ""),
            _phone(typed.get("phone", "")),
            _phone(typed.get("guardian_phone", "")),
        }
        if (phone and phone in phones) or clean_document_number(typed.get("id_number", "")) == number:
            found.append(row.pk)
    return found


def _is_key(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) < 19


def _phone(text: str) -> str:
    try:
        return normalise_phone(text)
    except PhoneInvalid:
        return ""
