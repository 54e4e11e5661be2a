"""Works with all that belongs to them in one query, and what in their edition resembles them in another."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Func, IntegerField, JSONField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Coalesce, JSONObject

from works.models import Author, FormerWinner, Kind, PaperCopy, Volume, Work, WorkFile

Status = Work.Status
# These hold one of their unit's or author's places; a draft only waits for one.
IN_QUOTA = (Status.SUBMITTED, Status.RETURNED, Status.ACCEPTED)
# Above so many works, what resembles them is looked for among all: as many keys would be slower.
MOST_KEYS = 100


class _Rows(Func):
    """All rows of a group as one JSON list, in no certain order."""

    function = "JSON_GROUP_ARRAY"
    contains_aggregate = True
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_AGG", **context)

    def get_group_by_cols(self) -> list[Any]:
        return []


@dataclass(frozen=True)
class Gathered:
    """A work's rows as plain values; a file's `media` is what it says of itself."""

    authors: list[dict[str, Any]]
    volumes: list[dict[str, Any]]
    files: list[dict[str, Any]]
    paper: int


@dataclass(frozen=True)
class Like:
    """Another work that has something in common with one: its ISBN, title, file, unit or first author."""

    key: str
    work: int
    kind: int
    label: str
    author: str
    workplace: str
    order: int
    submitted: str


@dataclass(frozen=True)
class Former:
    """A former winner that has an ISBN or a title in common with one of the works."""

    title_index: str
    isbn: str
    title: str
    author: str
    award: str


@dataclass
class Likes:
    """What resembles the works, by what they have in common."""

    isbn: list[Like] = field(default_factory=list)
    title: list[Like] = field(default_factory=list)
    file: list[Like] = field(default_factory=list)
    unit: list[Like] = field(default_factory=list)
    author: list[Like] = field(default_factory=list)
    former: list[Former] = field(default_factory=list)


def with_rows(works: "QuerySet[Work, Work]") -> "QuerySet[Work, Work]":
    """Works with their authors, volumes, current files and paper copies, for `gathered` to read."""
    return works.annotate(
        author_json=_rows_of(Author.objects.all(), "place", "name", "workplace"),
        volume_json=_rows_of(Volume.objects.all(), "place", "title", "isbn"),
        file_json=_rows_of(
            WorkFile.objects.filter(superseded_at__isnull=True),
            *("id", "requirement_id", "original_name", "format", "size", "sha256", "reading", "last_error", "media"),
        ),
        paper_count=paper_count(),
    )


def paper_count() -> Coalesce:
    """How many paper copies of a work the office has received."""
    sums = PaperCopy.objects.filter(work=OuterRef("pk")).order_by().values("work").annotate(sum=Sum("count"))
    return Coalesce(Subquery(sums.values("sum"), output_field=IntegerField()), 0)


def gathered(work: Work) -> Gathered:
    """The rows of a work that came `with_rows`; in their order."""
    authors, volumes, files = (list(getattr(work, f"{name}_json") or []) for name in ("author", "volume", "file"))
    for file in files:
        if isinstance(file["media"], str):  # SQLite keeps JSON as text
            file["media"] = json.loads(file["media"])
    paper: int = work.paper_count  # type: ignore[attr-defined]  # annotated in with_rows
    return Gathered(
        sorted(authors, key=lambda row: int(row["place"])),
        sorted(volumes, key=lambda row: int(row["place"])),
        sorted(files, key=lambda row: int(row["requirement_id"])),
        paper,
    )


def likes_of(works: Sequence[Work], rows: dict[int, Gathered], kinds: dict[int, Kind]) -> Likes:
    """What in the edition has an ISBN, title or file in common with these works, who competes with them for a quota,
    and former winners like them: one query, whatever their number."""
    found = Likes()
    if not works:
        return found
    parts = _same_things(works, rows) + _competitors(works, rows, kinds)
    for what, key, work, kind, code, title, name, unit, status, author, workplace, order, submitted in parts[0].union(
        *parts[1:], all=True
    ):
        if what == "former":
            found.former.append(Former(title_index=key, isbn=code, title=title, author=author, award=name))
            continue
        label = _label(code, work, title, name, unit, status)
        getattr(found, what).append(Like(key, work, kind, label, author or "", workplace or "", order, submitted or ""))
    return found


def _label(code: str, work: int, title: str, kind: str, unit: str | None, status: str) -> str:
    number = f"{code[:1].upper()}{work:04d}"
    return f"{number}《{title}》（{kind}，{unit or '个人申报'}，{Status(status).label}）"


def _rows_of(found: Any, *names: str) -> Subquery:
    rows = found.filter(work=OuterRef("pk")).order_by().values("work")
    packed = rows.annotate(rows=_Rows(JSONObject(**{name: name for name in names})))
    return Subquery(packed.values("rows"), output_field=JSONField())


def _columns(found: Any, what: str, key: Any, *, prefix: str = "") -> Any:
    """Thirteen columns, the same of each part."""
    path = f"{prefix}__" if prefix else ""
    author: Any = {
        name: Subquery(
            Author.objects.filter(work=OuterRef(f"{prefix or 'pk'}"), place=1).order_by().values(name)[:1],
            output_field=CharField(),
        )
        for name in ("name", "workplace")
    }
    return found.order_by().values_list(
        Value(what, output_field=CharField()),
        key,
        F(f"{prefix}_id") if prefix else F("pk"),
        F(f"{path}kind_id"),
        F(f"{path}kind__code"),
        F(f"{path}title"),
        F(f"{path}kind__title"),
        F(f"{path}unit__name"),
        F(f"{path}status"),
        author["name"],
        author["workplace"],
        Coalesce(F(f"{path}unit_order"), 0, output_field=IntegerField()),
        Cast(F(f"{path}submitted_at"), CharField()),
    )


def _same_things(works: Sequence[Work], rows: dict[int, Gathered]) -> list[Any]:
    selection = works[0].selection
    few = len(works) <= MOST_KEYS
    isbns = {volume["isbn"] for each in rows.values() for volume in each.volumes}
    titles = {work.title_index for work in works if work.title_index}
    digests = {file["sha256"] for each in rows.values() for file in each.files}
    staying = Q(work__selection__edition=selection.edition_id) & ~Q(work__status__in=Work.LEFT)
    volumes = Volume.objects.filter(staying, **({"isbn__in": isbns} if few else {}))
    named = Work.objects.filter(selection__edition=selection.edition_id).exclude(status__in=Work.LEFT)
    named = named.filter(title_index__in=titles) if few else named.exclude(title_index="")
    files = WorkFile.objects.filter(staying, superseded_at__isnull=True, **({"sha256__in": digests} if few else {}))
    former = FormerWinner.objects.filter(selection=selection)
    if few:
        former = former.filter(Q(isbn__in=isbns) | Q(title_index__in=titles))
    nothing: Any = Value("", output_field=CharField())
    zero: Any = Value(0, output_field=IntegerField())
    winners = former.order_by().values_list(
        *(Value("former", output_field=CharField()), F("title_index"), zero, zero, F("isbn"), F("title"), F("award")),
        *(nothing, nothing, F("author"), nothing, zero, nothing),
    )
    return [
        _columns(volumes, "isbn", F("isbn"), prefix="work"),
        _columns(named, "title", F("title_index")),
        _columns(files, "file", F("sha256"), prefix="work"),
        winners,
    ]


def _competitors(works: Sequence[Work], rows: dict[int, Gathered], kinds: dict[int, Kind]) -> list[Any]:
    """Works that take places of the same units and first authors, where the kind limits those."""
    parts = []
    by_unit = [kind.pk for kind in kinds.values() if kind.unit_quota is not None]
    by_author = [kind.pk for kind in kinds.values() if kind.author_quota is not None]
    counted = Work.objects.filter(status__in=IN_QUOTA, outside_quota=False)
    if by_unit:
        units = {work.unit_id for work in works if work.unit_id is not None}
        inside = counted.filter(kind__in=by_unit, unit__in=units).exclude(channel=Work.Channel.INDIVIDUAL)
        parts.append(_columns(inside, "unit", Cast(F("unit_id"), CharField())))
    if by_author:
        names = {each.authors[0]["name"] for each in rows.values() if each.authors}
        first = Author.objects.filter(place=1, name__in=names, work__in=counted.filter(kind__in=by_author))
        parts.append(_columns(first, "author", F("name"), prefix="work"))
    return parts
