"""Works from a workbook: all rows or none, and twice is once (design §9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Unit, UnitAlias, User
from accounts.selectors import clean_unit_name
from accounts.services import add_units
from ledger.services import record_event
from works.engine.titles import title_index
from works.exceptions import WorkRefused
from works.models import Author, Selection, Volume, Work
from works.services.columns import author_rows, fill_columns, volume_rows
from works.services.content import Content, content_faults
from works.services.window import refuse_outside_window

BATCH = 500
MOST_NAMED = 5
Channel = Work.Channel


@dataclass(frozen=True)
class ImportRow:
    """One work of a workbook, the unit that brings it, and its place in the unit's order."""

    content: Content
    unit_name: str
    order: int | None = None


@dataclass(frozen=True)
class ImportOutcome:
    """What an import did, or would do: new works, those that were there already, and new units."""

    created: int
    unchanged: int
    new_units: tuple[str, ...]


@dataclass(frozen=True)
class RowFault:
    """Why a row may not be imported; `row` counts the rows that were given, from 0."""

    row: int
    field: str
    code: str
    message: str


@dataclass(frozen=True)
class _Known:
    """The works of a selection by what tells that two are one; a work that has left stays known."""

    by_isbn: dict[str, Work]
    by_url: dict[str, Work]
    by_title: dict[tuple[int, str, str], Work]

    def find(self, content: Content) -> Work | None:
        for isbn in content.isbns:
            if isbn in self.by_isbn:
                return self.by_isbn[isbn]
        first = content.authors[0].name if content.authors else ""
        by_title = self.by_title.get((content.kind.pk, title_index(content.title), first))
        return by_title or self.by_url.get(content.text("url") or "-")


def preview_import(*, selection: Selection, rows: Sequence[ImportRow], unit: Unit | None = None) -> ImportOutcome:
    """What `import_works` would do with these rows; changes nothing."""
    known = _known(selection)
    fresh = [row for row in rows if known.find(row.content) is None]
    return ImportOutcome(len(fresh), len(rows) - len(fresh), () if unit else tuple(_unknown_units(fresh)))


def unit_row_faults(*, selection: Selection, rows: Sequence[ImportRow], unit: Unit) -> list[RowFault]:
    """Rows that are not this unit's to bring: what another unit recommends, or works that somebody else submitted."""
    units = _units_by_name()
    known = _known(selection)
    found = []
    for place, row in enumerate(rows):
        named = units.get(clean_unit_name(row.unit_name))
        if named is not None and named.pk != unit.pk and row.unit_name != row.content.text("workplace"):
            message = f"“{named.name}”是另一个推荐单位，请由该单位报送。"
            found.append(RowFault(place, "recommender", "foreign_unit", message))
        work = known.find(row.content)
        if work is not None and (work.unit_id != unit.pk or work.channel == Channel.INDIVIDUAL):
            message = "这件作品已由作者本人或别的单位申报，同一件作品只能申报一次。"
            found.append(RowFault(place, "title", "submitted_elsewhere", message))
    return found


@transaction.atomic
def import_works(
    *, selection: Selection, rows: Sequence[ImportRow], actor: User | None, now: datetime, unit: Unit | None = None
) -> ImportOutcome:
    """Keep every work of the rows that is not there yet, as a draft; what is there already stays untouched.

    What a work lacks, missing_items says. Refuses (WorkRefused) all rows when one has a fault. With `unit`, a
    coordinator's import, every work is that unit's; refused are other units' works too and, outside the dates,
    everything. Unknown units are made.
    """
    _refuse_faults(rows)
    selection = (
        Selection.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=selection.pk)
    )
    if unit is not None:
        refuse_outside_window(selection, now)
        _refuse_foreign(selection, rows, unit)
    known = _known(selection)
    fresh = [row for row in rows if known.find(row.content) is None]
    unknown = [] if unit else _unknown_units(fresh)
    add_units(names=unknown)
    outcome = ImportOutcome(len(fresh), len(rows) - len(fresh), tuple(unknown))
    if not fresh:
        return outcome
    _create(selection, fresh, unit, actor, now)
    payload = {"selection": selection.pk, "created": outcome.created, "unchanged": outcome.unchanged}
    if unit is not None:
        payload["unit"] = unit.pk
    record_event(edition=selection.edition, kind="works_imported", actor=actor, payload=payload, now=now)
    return outcome


def _create(
    selection: Selection, rows: Sequence[ImportRow], unit: Unit | None, actor: User | None, now: datetime
) -> None:
    units = _units_by_name() if unit is None else {}
    works = []
    for row in rows:
        work = Work(
            selection=selection,
            kind=row.content.kind,
            unit=unit or units.get(clean_unit_name(row.unit_name)),
            channel=Channel.OFFICE if unit is None else Channel.UNIT,
            unit_order=row.order,
            registered_by=actor,
            created_at=now,
        )
        fill_columns(work, row.content)
        works.append(work)
    Work.objects.bulk_create(works, batch_size=BATCH)
    pairs = list(zip(works, rows, strict=True))
    Author.objects.bulk_create([each for work, row in pairs for each in author_rows(work, row.content, {})])
    Volume.objects.bulk_create([each for work, row in pairs for each in volume_rows(work, row.content)])


def _refuse_faults(rows: Sequence[ImportRow]) -> None:
    messages: list[str] = []
    for place, row in enumerate(rows, start=1):
        messages += [f"第 {place} 件《{row.content.title}》：{fault.message}" for fault in content_faults(row.content)]
    if messages:
        raise WorkRefused("没有导入任何作品：" + "".join(messages[:MOST_NAMED]))


def _refuse_foreign(selection: Selection, rows: Sequence[ImportRow], unit: Unit) -> None:
    faults = unit_row_faults(selection=selection, rows=rows, unit=unit)
    messages = [f"第 {each.row + 1} 件《{rows[each.row].content.title}》：{each.message}" for each in faults]
    if messages:
        raise WorkRefused("没有导入任何作品：" + "".join(messages[:MOST_NAMED]))


def _known(selection: Selection) -> _Known:
    works = list(Work.objects.filter(selection=selection).prefetch_related("authors", "volume_rows").order_by("pk"))
    by_isbn: dict[str, Work] = {}
    by_url: dict[str, Work] = {}
    by_title: dict[tuple[int, str, str], Work] = {}
    for work in works:
        by_isbn |= {row.isbn: work for row in work.volume_rows.all()}
        if work.url:
            by_url[work.url] = work
        authors = sorted(work.authors.all(), key=lambda each: each.place)
        if work.title_index:
            by_title[(work.kind_id, work.title_index, authors[0].name if authors else "")] = work
    return _Known(by_isbn, by_url, by_title)


def _units_by_name() -> dict[str, Unit]:
    aliases = {alias.name: alias.unit for alias in UnitAlias.objects.select_related("unit")}
    return aliases | {unit.name: unit for unit in Unit.objects.all()}


def _unknown_units(rows: Iterable[ImportRow]) -> list[str]:
    known = _units_by_name()
    names = dict.fromkeys(clean_unit_name(row.unit_name) for row in rows if row.unit_name)
    return [name for name in names if name not in known]
