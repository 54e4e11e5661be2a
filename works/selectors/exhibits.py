"""What a reviewer sees of a work: facts and files, and of a blind kind only what names nobody (pitfall 15)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from core.files import FORMATS
from scoring.models import Entry, Round, ScoreSheet
from works.models import Admission, FileRequirement, Kind, Work, WorkFile

_NOT_MINE = (ScoreSheet.State.RECUSED, ScoreSheet.State.UNASSIGNED)
PICTURES, VIDEOS = {"jpg", "png"}, {"mp4", "mov"}


@dataclass(frozen=True, slots=True)
class ExhibitFile:
    """A file on the work's page: `shown_as` is video, picture, pdf or download; `name` says nothing of its maker."""

    title: str
    address: str
    name: str
    mime: str
    shown_as: str
    size: int


def review_sheets(user: User, round_id: int, code: str) -> "QuerySet[ScoreSheet, ScoreSheet]":
    """The account's own sheets of a work's entry by which it may look at the work: assigned, not recused, the seat
    stands, the entry competes, and the round is open or locked."""
    return ScoreSheet.objects.filter(
        judge=user,
        seat__removed_at__isnull=True,
        entry__round=round_id,
        entry__code=code,
        entry__status=Entry.Status.COMPETING,
        entry__round__state__in=(Round.State.OPEN, Round.State.LOCKED),
        entry__admission__isnull=False,
    ).exclude(state__in=_NOT_MINE)


def admitted(round_id: int, code: str) -> "QuerySet[Admission, Admission]":
    """The admission behind an entry's code, with work and kind; nothing that is encrypted is read."""
    found = Admission.objects.filter(entry__round=round_id, entry__code=code)
    related = ("entry__round__edition", "work__kind__selection", "work__unit")
    return found.select_related(*related).defer("work__typed", "work__phone", "work__details")


def facts_of(work: Work) -> list[tuple[str, str]]:
    """Label and words, whatever is not stated left out. Of a blind kind nothing that somebody wrote freely."""
    found = [("类别", work.kind.title), ("作品类别", work.get_category_display())]
    if not work.kind.is_blind:
        found += _names(work)
    found += [
        ("册数", f"{work.volumes} 册" if work.volumes and work.volumes > 1 else ""),
        ("时长", _minutes(work.seconds)),
        ("非原创素材", "" if work.non_original_percent is None else f"{work.non_original_percent.normalize():f}%"),
        ("人工智能生成内容", "" if work.ai_used is None else "使用" if work.ai_used else "未使用"),
    ]
    if not work.kind.is_blind:
        found += [("人工智能使用说明", work.ai_note), ("素材来源", work.sources), ("内容简介", work.summary)]
    return [(label, words) for label, words in found if words]


def _names(work: Work) -> list[tuple[str, str]]:
    is_book = work.kind.form == Kind.Form.BOOK
    date = f"{work.published_on:%Y-%m}" if work.published_on and is_book else ""
    day = f"{work.published_on:%Y-%m-%d}" if work.published_on and not is_book else ""
    return [
        ("作者", "、".join(author.name for author in work.authors.all())),
        ("第一作者单位", work.workplace),
        ("出版社" if is_book else "版权单位", work.publisher),
        ("版次印次", work.edition_note),
        ("出版时间", date),
        ("首播平台", work.platform),
        ("首播日期", day),
        ("推荐单位", work.unit.name if work.unit else ""),
    ]


def _minutes(seconds: int | None) -> str:
    if not seconds:
        return ""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} 分 {rest:02d} 秒" if minutes else f"{rest} 秒"


def exhibit_rows(work: Work) -> "QuerySet[WorkFile, WorkFile]":
    """The current files that reviewers may see; of a blind kind only those that have a copy without metadata."""
    shown = WorkFile.objects.filter(
        work=work, superseded_at__isnull=True, requirement__shown_to_reviewers=True
    ).select_related("requirement")
    if work.kind.is_blind:
        shown = shown.exclude(clean_path="")
    return shown.order_by("requirement__order", "requirement_id")


def exhibit_files(work: Work, entry: Entry) -> list[ExhibitFile]:
    """Those files as the page shows them."""
    return [
        ExhibitFile(
            title=row.requirement.title,
            address=reverse("judge_work_file", args=[entry.round_id, entry.code, row.requirement_id]),
            name=file_name(entry, row.requirement, row.format),
            mime=FORMATS[row.format].mime,
            shown_as=_shown_as(row.format),
            size=row.size,
        )
        for row in exhibit_rows(work)
    ]


def file_name(entry: Entry, requirement: FileRequirement, format: str) -> str:
    """What a file is called on its way to a reviewer: the file's own name may name who made it."""
    return f"{entry.code}-{requirement.code}{FORMATS[format].extensions[0]}"


def _shown_as(format: str) -> str:
    if format in VIDEOS:
        return "video"
    if format in PICTURES:
        return "picture"
    return "pdf" if format == "pdf" else "download"


def uncleaned_works(kind: Kind) -> list[str]:
    """Of a blind kind: "编号 材料" of each file that reviewers are to see and of which there is no clean copy yet."""
    if not kind.is_blind:
        return []
    rows: Sequence[tuple[str, str]] = list(
        WorkFile.objects.filter(
            work__admission__entry__round__kind_round__kind=kind,
            superseded_at__isnull=True,
            requirement__shown_to_reviewers=True,
            clean_path="",
        )
        .order_by("work__admission__entry__order", "requirement__order")
        .values_list("work__admission__entry__code", "requirement__title")
    )
    return [f"{code} 号的“{title}”" for code, title in rows]
