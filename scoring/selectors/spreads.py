"""How far judging has come, and how the marks of locked rounds spread; nothing of a round that is still judged."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Count, OuterRef, Subquery

from core.models import Edition
from scoring.models import Entry, Round, ScoreSheet, Snapshot


@dataclass(frozen=True, slots=True)
class Progress:
    """Sheets of a round that somebody was asked for: how many there are and how many are submitted."""

    title: str
    state: str
    asked: int
    submitted: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Marks in exact numbers; the quartiles are medians of the lower and the upper half, the middle one left out."""

    count: int
    least: Fraction
    lower: Fraction
    median: Fraction
    upper: Fraction
    most: Fraction
    mean: Fraction


@dataclass(frozen=True, slots=True)
class RoundSpread:
    """A locked round: totals by judge (J1 …), marks by criterion. Rows are (segment, code or title, spread)."""

    title: str
    snapshot: int
    judges: tuple[tuple[str, str, Spread], ...]
    criteria: tuple[tuple[str, str, Spread], ...]


def judging_progress(edition: Edition) -> list[Progress]:
    """Every round of an edition, two queries: sheets of competing entries that are owed or submitted."""
    found: dict[int, Counter[str]] = {}
    sheets = ScoreSheet.objects.filter(entry__round__edition=edition, entry__status=Entry.Status.COMPETING)
    counted = sheets.exclude(state__in=ScoreSheet.LEFT_OUT).order_by()
    for round_id, state, number in counted.values_list("entry__round_id", "state").annotate(number=Count("pk")):
        found.setdefault(round_id, Counter())[state] += number
    rounds = Round.objects.filter(edition=edition).order_by("pk")
    return [
        Progress(
            each.title,
            each.get_state_display(),
            found.get(each.pk, Counter()).total(),
            found.get(each.pk, Counter())[ScoreSheet.State.SUBMITTED],
        )
        for each in rounds
    ]


def round_spreads(edition: Edition) -> list[RoundSpread]:
    """Every locked round of an edition by its newest 定格成绩, one query; runoffs too.

    Only what counted is in there: submitted sheets of entries that competed. A round that is open is left out, so that
    nobody is led by how others mark.
    """
    newest = Snapshot.objects.filter(round=OuterRef("round")).order_by("-number").values("pk")[:1]
    snapshots = Snapshot.objects.filter(round__edition=edition, round__state=Round.State.LOCKED, pk=Subquery(newest))
    return [
        _round_spread(row.round.title, row.number, row.document)
        for row in snapshots.select_related("round").order_by("round_id")
    ]


def spread_of(values: Iterable[Fraction]) -> Spread | None:
    """The spread of some numbers; None of none."""
    ordered = sorted(values)
    if not ordered:
        return None
    half = len(ordered) // 2
    return Spread(
        count=len(ordered),
        least=ordered[0],
        lower=_median(ordered[:half] or ordered),
        median=_median(ordered),
        upper=_median(ordered[-half:] if half else ordered),
        most=ordered[-1],
        mean=sum(ordered, Fraction(0)) / len(ordered),
    )


def _median(ordered: Sequence[Fraction]) -> Fraction:
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _round_spread(title: str, number: int, document: dict[str, Any]) -> RoundSpread:
    competing = {each["code"] for each in document["input"]["entries"] if each["status"] == "competing"}
    segments = [each for each in document["rulebook"]["segments"] if each["scored_by"] == "panel"]
    judges: dict[tuple[str, str], list[Fraction]] = {}
    criteria: dict[tuple[str, str], list[Fraction]] = {}
    for sheet in document["input"]["sheets"]:
        if sheet["state"] != "submitted" or sheet["entry"] not in competing:
            continue
        judges.setdefault((sheet["segment"], sheet["judge"]), []).append(Fraction(sheet["total"]))
        for code, mark in sheet["marks"].items():
            criteria.setdefault((sheet["segment"], code), []).append(Fraction(mark))
    by_judge = [
        (segment["title"], judge, spread)
        for segment in segments
        for judge in document["input"]["judges"]
        if (spread := spread_of(judges.get((segment["code"], judge), ())))
    ]
    by_criterion = [
        (segment["title"], criterion["title"], spread)
        for segment in segments
        for criterion in segment["criteria"]
        if (spread := spread_of(criteria.get((segment["code"], criterion["code"]), ())))
    ]
    return RoundSpread(title, number, tuple(by_judge), tuple(by_criterion))
