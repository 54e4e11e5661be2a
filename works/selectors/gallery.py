"""What the public may see of a work that is on a published list. Who is on it, the roster says, never these rows."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from works.models import Admission, FileRequirement, KindRound, Work, WorkFile

Role = FileRequirement.Role
FILMS = frozenset({"mp4", "mov"})
PICTURES = frozenset({"jpg", "png"})
# Versions of works.services.declaration.TEXTS by what their makers agreed to have shown; without one nothing is.
SHOWS_COVER_AND_BLURB = frozenset({1, 2})
SHOWS_WHOLE_FILM = frozenset({2})


@dataclass(frozen=True, slots=True)
class ShownWork:
    """What is shown beside a roster row. `picture` is cover, poster or "": which file stands for the work."""

    kind_title: str
    is_book: bool
    summary: str
    publisher: str
    published: str
    platform: str
    link: str
    seconds: int | None
    picture: str
    has_film: bool


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file as it is sent: always a copy that says nothing of who made it or on which machine."""

    path: str
    format: str


def forms_of_rounds(round_ids: Iterable[int]) -> dict[int, str]:
    """The form (book, video) of the kind that each round reviewed; a round that reviews no works is left out."""
    rows = KindRound.objects.filter(round__in=list(round_ids)).values_list("round_id", "kind__form")
    return dict(rows)


def publishers_of(round_ids: Iterable[int]) -> dict[tuple[int, str], str]:
    """Publisher by round and entry code, to be searched by: of works of which it is shown."""
    admitted = Admission.objects.filter(entry__round__in=list(round_ids), work__status=Work.Status.ACCEPTED)
    rows = admitted.values_list("entry__round_id", "entry__code", "work__publisher")
    return {(round_id, code): publisher for round_id, code, publisher in rows}


def shown_works(entries: Collection[tuple[int, str]]) -> dict[tuple[int, str], ShownWork]:
    """By round and entry code; nothing but the kind of one that left since it was published. Two queries."""
    found = {(each.entry.round_id, each.entry.code): each.work for each in _admitted(entries)}
    wanted = {key: work for key, work in found.items() if key in set(entries)}
    files: dict[int, list[WorkFile]] = {}
    for file in _files([work.pk for work in wanted.values()]):
        files.setdefault(file.work_id, []).append(file)
    return {key: _shown(work, files.get(work.pk, [])) for key, work in wanted.items()}


def shown_file(round_id: int, code: str, what: str) -> ShownFile | None:
    """The file behind a work's `cover`, `poster` or `film`, or None where it has none that may be shown."""
    admission = _admitted([(round_id, code)]).first()
    if admission is None:
        return None
    return _file(admission.work, list(_files([admission.work_id])), what)


def _admitted(entries: Collection[tuple[int, str]]) -> "QuerySet[Admission]":
    rounds, codes = {round_id for round_id, _ in entries}, {code for _, code in entries}
    found = Admission.objects.filter(entry__round__in=rounds, entry__code__in=codes)
    return found.select_related("entry", "work__kind").defer("work__typed", "work__phone", "work__details")


def _files(work_ids: list[int]) -> "QuerySet[WorkFile]":
    current = WorkFile.objects.filter(work__in=work_ids, superseded_at__isnull=True)
    return current.filter(requirement__role__in=(Role.MAIN, Role.COVER)).select_related("requirement").order_by("pk")


def _shown(work: Work, files: list[WorkFile]) -> ShownWork:
    stands = work.status == Work.Status.ACCEPTED
    agreed = stands and work.declared_version in SHOWS_COVER_AND_BLURB
    is_book = work.kind.form == work.kind.Form.BOOK
    day = work.published_on if stands else None
    return ShownWork(
        kind_title=work.kind.title,
        is_book=is_book,
        summary=work.summary if agreed else "",
        publisher=work.publisher if stands else "",
        published="" if day is None else f"{day.year} 年 {day.month} 月" + ("" if is_book else f" {day.day} 日"),
        platform=work.platform if stands else "",
        link=work.url if stands and work.url.lower().startswith(("https://", "http://")) else "",
        seconds=work.seconds if stands else None,
        picture=next((what for what in ("cover", "poster") if _file(work, files, what)), ""),
        has_film=_file(work, files, "film") is not None,
    )


def _file(work: Work, files: list[WorkFile], what: str) -> ShownFile | None:
    """Covers and posters are pictures that we drew anew, films copies without metadata."""
    allowed = SHOWS_WHOLE_FILM if what == "film" else SHOWS_COVER_AND_BLURB
    if work.status != Work.Status.ACCEPTED or work.declared_version not in allowed:
        return None
    role, formats = (Role.COVER, PICTURES) if what == "cover" else (Role.MAIN, FILMS)
    for file in files:
        if file.requirement.role == role and file.format in formats:
            path = file.clean_path if what == "film" else file.poster_path
            if path:
                return ShownFile(path, file.format if what == "film" else "jpg")
    return None
