"""Works out of a workbook: every row, every fault with its cell; nothing is changed by reading."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from accounts.models import Unit
from core.spreadsheets import Fault, Ignored, Row, WorkbookRefused, open_workbook, read_several_tables
from works.engine.people import Person
from works.engine.titles import title_index
from works.models import Kind, Selection
from works.services.content import AuthorLine, Content, VolumeLine, content_faults
from works.services.fields import DETAIL, form_fields
from works.services.imports import ImportRow, unit_row_faults
from works.spreadsheets.headings import NEEDED, work_columns

_PEOPLE = ("first_author", "authors", "other_authors")


@dataclass(frozen=True)
class ReadWorks:
    """What a workbook holds: rows when there is no fault; the columns with contents that were not read, the rows that
    are hidden in it, the titles of the sheets that have a table of works."""

    rows: list[ImportRow]
    faults: list[Fault]
    row_count: int
    ignored: list[Ignored] = field(default_factory=list)
    hidden_count: int = 0
    sheets: tuple[str, ...] = ()


def read_works(file: BinaryIO, selection: Selection, *, unit: Unit | None = None) -> ReadWorks:
    """Every row of every sheet that has a table of books or of videos, and every fault with its cell.

    With `unit`, a coordinator's workbook, rows that are not the unit's to bring are faults too.
    Raises WorkbookRefused for a file that is no readable workbook or has no such table.
    """
    kinds = list(selection.kinds.order_by("order", "pk"))
    for kind in kinds:
        kind.selection = selection
    forms = {kind.form: work_columns(kind.form) for kind in kinds}
    tables = read_several_tables(open_workbook(file), forms)
    found: list[tuple[Row, ImportRow]] = []
    for row, more in _joined(tables.rows):
        read = _import_row(row, more, _kind_of(row, kinds))
        if read is not None:
            found.append((row, read))
    _note_repeats(found, several_sheets=len(tables.sheets) > 1)
    if unit is not None:
        for foreign in unit_row_faults(selection=selection, rows=[read for _, read in found], unit=unit):
            found[foreign.row][0].add_fault(
                _cell_name(found[foreign.row][0], foreign.field), foreign.code, foreign.message
            )
    faults = [fault for row in tables.rows for fault in _in_order(row)]
    return ReadWorks(
        rows=[] if faults else [read for _, read in found],
        faults=faults,
        row_count=len(found) if not faults else len(tables.rows),
        ignored=tables.ignored,
        hidden_count=sum(row.hidden for row in tables.rows),
        sheets=tables.sheets,
    )


def _joined(rows: Sequence[Row]) -> list[tuple[Row, list[Row]]]:
    """Each work's first row with those below that share its title cell: a series with a row for each volume."""
    found: list[tuple[Row, list[Row]]] = []
    for row in rows:
        if "title" in row.merged and found and found[-1][0].sheet == row.sheet:
            found[-1][1].append(row)
        else:
            found.append((row, []))
    return found


def _kind_of(row: Row, kinds: Sequence[Kind]) -> Kind:
    """The kind that a sheet's table belongs to: by its form, of several by the sheet's title."""
    fitting = [kind for kind in kinds if kind.form == row.table]
    title = "".join(unicodedata.normalize("NFKC", row.sheet).split())
    named = [kind for kind in fitting if kind.title in title] or fitting
    if len(named) > 1:
        names = "、".join(kind.title for kind in fitting)
        raise WorkbookRefused(
            f"工作表“{row.sheet}”不知是哪一类，请把工作表改名为：{names}（其中之一）。", code="unknown_kind"
        )
    return named[0]


def _import_row(row: Row, more: Sequence[Row], kind: Kind) -> ImportRow | None:
    """The work of a row with its faults noted at their cells; None where a cell that it needs cannot be read."""
    values = row.values
    for name in NEEDED[Kind.Form(kind.form)]:
        if name in row.cells and values[name] is None and not _is_faulty(row, name):
            row.add_fault(name, "required", f"{_LABELS[name]}没有填写。")
    authors = _authors(row, more)
    volumes = _volumes(row, more)
    if any(name in row.cells and _is_faulty(row, name) for name in ("title", "isbn", *_PEOPLE)):
        return None
    content = Content(kind, _columns(row, kind), tuple(authors), tuple(volumes), {})
    for fault in content_faults(content):
        name = _cell_name(row, fault.field)
        if not _is_faulty(row, name) or fault.code not in ("required",):
            row.add_fault(name, fault.code, fault.message)
    return ImportRow(content, str(values["recommender"] or content.text("workplace")), values["order"])


_LABELS = {
    "category": "“类别”",
    "published_on": "出版或首播的时间",
    "phone": "“联系电话”",
    "seconds": "“时长”",
    "whole_seconds": "“时长”",
    "minutes": "“时长”",
    "url": "“播放链接”",
}


def _columns(row: Row, kind: Kind) -> dict[str, object]:
    """Columns of Work; a video's unit is that which holds the rights where nothing else says it."""
    values: Mapping[str, Any] = row.values
    names = [spec.name for spec in form_fields(kind) if not spec.name.startswith(DETAIL)]
    found = {name: values.get(name) for name in names}
    if kind.form == Kind.Form.VIDEO:
        found["seconds"] = values["seconds"] or values["whole_seconds"] or values["minutes"]
        found["workplace"] = values["workplace"] or values["publisher"]
    found["workplace"] = found["workplace"] or values["recommender"]
    if not found["workplace"] and not any(_is_faulty(row, each) for each in ("workplace", "publisher")):
        at = next((each for each in ("workplace", "publisher", "recommender") if each in row.cells), None)
        if at is not None and (at != "publisher" or kind.form == Kind.Form.VIDEO):
            row.add_fault(at, "required", "单位没有填写。")
    return found


def _authors(row: Row, more: Sequence[Row]) -> list[AuthorLine]:
    """第一作者, then the others; a column of all authors may name the first one again."""
    people: list[Person] = []
    for each in (row, *more):
        for name in _PEOPLE:
            if each is not row and name in each.merged:
                continue
            given: list[Person] = each.values[name] or []
            if people and given and given[0].name == people[0].name and name != "first_author":
                given = given[1:]
            people += given
    if not people and not any(_is_faulty(row, name) for name in _PEOPLE):
        at = next((name for name in _PEOPLE if name in row.cells), None)
        if at is None:
            raise WorkbookRefused(f"工作表“{row.sheet}”的表头缺少“作者”，请补上这一列再上传。", code="missing_column")
        row.add_fault(at, "required", "作者没有填写。")
    elif (
        people
        and "first_author" in row.cells
        and not row.values["first_author"]
        and not _is_faulty(row, "first_author")
    ):
        row.add_fault("first_author", "required", "“第一作者”没有填写。")
    return [AuthorLine(each.name, each.workplace) for each in people]


def _volumes(row: Row, more: Sequence[Row]) -> list[VolumeLine]:
    found: list[VolumeLine] = list(row.values.get("isbn") or [])
    for each in more:
        if "isbn" not in each.merged:
            found += each.values.get("isbn") or []
    return found


def _cell_name(row: Row, name: str) -> str:
    """The column in which a fault of the content belongs."""
    if name.startswith("volumes"):
        return "isbn"
    if name.startswith("authors"):
        if name == "authors.1.name" and "first_author" in row.cells:
            return "first_author"
        return next((each for each in ("other_authors", "authors", "first_author") if each in row.cells), "authors")
    if name == "seconds":
        return next((each for each in ("seconds", "whole_seconds", "minutes") if each in row.cells), name)
    if name == "workplace" and name not in row.cells:
        return next((each for each in ("publisher", "recommender") if each in row.cells), name)
    return name


def _note_repeats(found: Sequence[tuple[Row, ImportRow]], *, several_sheets: bool) -> None:
    """The same work twice: an ISBN or link that another row has, or title and first author."""
    seen: dict[tuple[str, str], tuple[Row, str]] = {}
    for row, read in found:
        for mark, column in _marks(read.content):
            first, at = seen.setdefault(mark, (row, column))
            if first is row:
                continue
            sheet = f"工作表“{first.sheet}”的 " if several_sheets else ""
            what = {"isbn": "ISBN", "url": "播放链接"}.get(column, "作品名称和第一作者")
            message = f"与 {sheet}{first.cells.get(at, '')} 的{what}相同，同一件作品只能申报一次。"
            row.add_fault(column, "duplicate_in_file", message)
            break


def _marks(content: Content) -> list[tuple[tuple[str, str], str]]:
    """By what a work is told to be the same, with the column that says so."""
    marks = [((f"isbn {isbn}", ""), "isbn") for isbn in content.isbns]
    if url := content.text("url"):
        marks.append(((f"url {url}", ""), "url"))
    first = content.authors[0].name if content.authors else ""
    marks.append(((f"title {content.kind.pk} {title_index(content.title)}", first), "title"))
    return marks


def _is_faulty(row: Row, name: str) -> bool:
    cell = row.cells.get(name)
    return cell is not None and any(fault.cell == cell for fault in row.faults)


def _in_order(row: Row) -> list[Fault]:
    """The faults of a row as its columns stand."""
    places = {cell: place for place, cell in enumerate(sorted(row.cells.values(), key=lambda cell: (len(cell), cell)))}
    return sorted(row.faults, key=lambda fault: places.get(fault.cell, -1))
