"""Machine checks of works (形式审查): what each lacks, breaks or shares with another, with the evidence.

They decide nothing: a person does (works.services.screening). Any number of works takes the same few queries.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import Model, Prefetch, QuerySet

from core.files import format_labels, readable_size
from works.engine.checks import Check, check_isbns, check_length, check_picture, check_series, check_share, check_window
from works.models import Author, FileRequirement, Kind, Selection, Volume, Work, WorkFile
from works.selectors.gathering import Gathered, gathered, likes_of, with_rows
from works.services.likeness import Likeness
from works.services.missing import missing_for

Reading = WorkFile.Reading
Row = TypeVar("Row", bound=Model)
_ORDER = ("fault", "doubt", "ok")


def check_work(work: Work) -> list[Check]:
    """What the machine finds at one work, faults first."""
    return check_works([work])[work.pk]


def check_works(
    works: Sequence[Work], *, kinds: Mapping[int, Kind] | None = None, rows: Mapping[int, Gathered] | None = None
) -> dict[int, list[Check]]:
    """What the machine finds at works of one selection, by their number; who left is not looked at.

    Fewer queries where the caller has the kinds with their requirements, or the works' rows.
    """
    if not works:
        return {}
    found_kinds = dict(kinds) if kinds is not None else kinds_of(works[0].selection)
    if rows is None:
        again = with_rows(Work.objects.filter(pk__in=[work.pk for work in works]))
        rows = {work.pk: gathered(work) for work in again}
    staying = [work for work in works if work.status not in Work.LEFT]
    for work in staying:
        _prime(work, found_kinds[work.kind_id], rows[work.pk])
    handed_in = {work.pk: {file["requirement_id"] for file in rows[work.pk].files} for work in staying}
    missing = missing_for(staying, handed_in=handed_in)
    likeness = Likeness(likes_of(staying, {work.pk: rows[work.pk] for work in staying}, found_kinds))
    found: dict[int, list[Check]] = {work.pk: [] for work in works}
    for work in staying:
        kind, own = found_kinds[work.kind_id], rows[work.pk]
        checks = [
            *(Check(f"missing.{item.code}", "fault", f"{item.message}。") for item in missing[work.pk]),
            *_of_itself(work, kind, own),
            *_of_files(work, kind, own),
            *_of_paper(kind, own),
            *likeness.of(work, kind, own),
        ]
        found[work.pk] = sorted(checks, key=lambda check: _ORDER.index(check.level))
    return found


def kinds_of(selection: Selection) -> dict[int, Kind]:
    """The kinds of a selection with their file requirements, by number: two queries."""
    requirements = Prefetch("file_requirements", FileRequirement.objects.order_by("order", "pk"))
    kinds = {kind.pk: kind for kind in selection.kinds.order_by("order", "pk").prefetch_related(requirements)}
    for kind in kinds.values():
        kind.selection = selection
    return kinds


def _prime(work: Work, kind: Kind, own: Gathered) -> None:
    """Give a work what was gathered of it, so that nobody asks the database again."""
    work.kind = kind
    cache = work.__dict__.setdefault("_prefetched_objects_cache", {})
    cache["authors"] = _known(Author.objects.filter(work=work), [Author(work=work, **row) for row in own.authors])
    cache["volume_rows"] = _known(Volume.objects.filter(work=work), [Volume(work=work, **row) for row in own.volumes])


def _known(found: "QuerySet[Row, Row]", rows: list[Row]) -> "QuerySet[Row, Row]":
    """A query whose answer is there already."""
    found._result_cache = rows  # as Django's own prefetching does
    return found


def _of_itself(work: Work, kind: Kind, own: Gathered) -> list[Check]:
    is_book = kind.form == Kind.Form.BOOK
    checks = check_window(work.published_on, kind.window_from, kind.window_to, by_month=is_book)
    if is_book:
        checks += check_isbns([volume["isbn"] for volume in own.volumes])
        checks += check_series(work.category, work.volumes, len(own.volumes))
    return checks + check_share(work.non_original_percent, kind.most_non_original)


def _of_files(work: Work, kind: Kind, own: Gathered) -> list[Check]:
    """Each file against its requirement; the video's length and picture by what the file itself says."""
    files = {file["requirement_id"]: file for file in own.files}
    checks: list[Check] = []
    media: dict[str, Any] = {}
    has_video = False
    for requirement in kind.file_requirements.all():
        file = files.get(requirement.pk)
        if file is None:
            continue
        checks += _of_file(requirement, file)
        if requirement.role == FileRequirement.Role.MAIN:
            media, has_video = file["media"] or {}, True
    if kind.form == Kind.Form.VIDEO:
        checks += check_length(work.seconds, media, kind.min_seconds, kind.max_seconds, has_file=has_video)
        checks += check_picture(media, kind.min_height, kind.aspect)
    return checks


def _of_file(requirement: FileRequirement, file: Mapping[str, Any]) -> list[Check]:
    """A file as its requirement stands now, which may have changed since it was handed in; and whether it reads."""
    title, size = requirement.title, int(file["size"])
    bounds = f"{readable_size(requirement.min_bytes)} 至 {readable_size(requirement.max_bytes)}"
    if requirement.min_bytes <= 1:
        bounds = f"不超过 {readable_size(requirement.max_bytes)}"
    evidence = f"{file['original_name']}：{str(file['format']).upper()}，{readable_size(size)}；要求 {bounds}"
    code = f"file.{requirement.code}"
    if file["format"] not in requirement.formats:
        return [Check(code, "fault", f"“{title}”的格式不是{format_labels(requirement.formats)}。", evidence)]
    if size > requirement.max_bytes:
        return [Check(code, "fault", f"“{title}”太大。", evidence)]
    if size < requirement.min_bytes:
        return [Check(code, "fault", f"“{title}”太小，可能画质不够。", evidence)]
    if file["reading"] == Reading.PARKED:
        return [Check(code, "fault", f"“{title}”打不开：{file['last_error'] or '读取失败'}", evidence)]
    if file["reading"] != Reading.DONE:
        return [Check(code, "doubt", f"“{title}”还在读取，请稍后再看。", evidence)]
    return [Check(code, "ok", f"“{title}”可以打开，格式和大小符合要求。", evidence)]


def _of_paper(kind: Kind, own: Gathered) -> list[Check]:
    """样书 is the office's own missing item; being short of it is no reason to refuse."""
    if not kind.paper_copies:
        return []
    evidence = f"收到 {own.paper} 份；要求 {kind.paper_copies} 份"
    if own.paper < kind.paper_copies:
        return [Check("paper", "doubt", f"样书还差 {kind.paper_copies - own.paper} 份。", evidence)]
    return [Check("paper", "ok", "样书收齐。", evidence)]
