"""Rows of the meeting page: what stands beside the ranking of the works that are shown."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from scoring.models import SheetComment, Snapshot
from works.models import Admission, KindRound, MeetingDecision
from works.selectors.standings import Line

WIDE, TIED, UNRANKED = "wide", "tied", "unranked"


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A line of the standing with the office's view of the work: title, workplace, what was said and decided."""

    line: Line
    entry_id: int
    work_id: int
    title: str
    workplace: str
    comments: int
    decisions: tuple[MeetingDecision, ...]


def kind_rounds() -> "QuerySet[KindRound, KindRound]":
    """Rounds of kinds with edition and meeting, and the newest 定格成绩 by key, number and digest: one query."""
    newest = Snapshot.objects.filter(round=OuterRef("round")).order_by("-number")
    found = KindRound.objects.select_related("kind__selection__edition", "round__meeting", "round__rulebook")
    return found.annotate(
        snapshot_id=Subquery(newest.values("pk")[:1]), snapshot_sha256=Subquery(newest.values("sha256")[:1])
    )


def chosen_lines(lines: Sequence[Line], show: str, wanted: str) -> list[Line]:
    """Those of one sort, and those whose code or title holds what is looked for."""
    if show == WIDE:
        lines = [line for line in lines if line.spread is not None and line.spread.is_wide]
    elif show == TIED:
        lines = [line for line in lines if line.tied]
    elif show == UNRANKED:
        lines = [line for line in lines if line.rank is None]
    if wanted := wanted.strip().upper():
        lines = [line for line in lines if wanted in line.code.upper() or wanted in line.title.upper()]
    return list(lines)


def meeting_rows(round_id: int, lines: Sequence[Line]) -> list[MeetingRow]:
    """The rows of these lines, in three queries."""
    codes = [line.code for line in lines]
    admissions = Admission.objects.filter(entry__round=round_id, entry__code__in=codes)
    columns = ("entry_id", "work_id", "work__title", "work__workplace")
    works = {row["entry__code"]: row for row in admissions.values("entry__code", *columns)}
    comments = _comment_counts(round_id, codes)
    decisions: dict[str, list[MeetingDecision]] = defaultdict(list)
    said = MeetingDecision.objects.filter(round=round_id, entry__code__in=codes).select_related("entry")
    for each in said.order_by("pk"):
        decisions[each.entry.code].append(each)
    return [
        MeetingRow(
            line=line,
            entry_id=found["entry_id"],
            work_id=found["work_id"],
            title=found["work__title"],
            workplace=found["work__workplace"],
            comments=comments.get(line.code, 0),
            decisions=tuple(decisions[line.code]),
        )
        for line in lines
        if (found := works.get(line.code))
    ]


def _comment_counts(round_id: int, codes: Sequence[str]) -> dict[str, int]:
    """How many comments stand with each work; an empty text took one back."""
    found = SheetComment.objects.filter(sheet__entry__round=round_id, sheet__entry__code__in=list(codes))
    standing: dict[tuple[str, int, str], bool] = {}
    rows = found.order_by("number").values_list("sheet__entry__code", "sheet_id", "kind", "text")
    for code, sheet_id, kind, text in rows:
        standing[code, sheet_id, kind] = bool(text.strip())
    counts: dict[str, int] = defaultdict(int)
    for (code, _, _), stands in standing.items():
        counts[code] += stands
    return counts


@dataclass(frozen=True, slots=True)
class Said:
    """What one reviewer wrote of a work."""

    seat: str
    to_office: str
    to_author: str


def comments_of(entry_id: int) -> list[Said]:
    """The standing comments of a work by reviewer's code."""
    rows = SheetComment.objects.filter(sheet__entry=entry_id).order_by("number")
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for number, kind, text in rows.values_list("sheet__seat__number", "kind", "text"):
        found[number][kind] = text.strip()
    return [
        Said(f"J{number}", texts.get(SheetComment.Kind.OFFICE, ""), texts.get(SheetComment.Kind.AUTHOR, ""))
        for number, texts in sorted(found.items())
        if any(texts.values())
    ]
