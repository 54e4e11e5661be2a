"""Rows that single pages list."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from accounts.models import Role, User
from core.models import Edition
from scoring.models import (
    Correction,
    Entry,
    LateMark,
    PaperEntry,
    Recusal,
    Round,
    ScoreSheet,
    Seat,
    SheetRevision,
    Snapshot,
)

_OWN_COLUMNS = (
    *(field.attname for field in ScoreSheet._meta.concrete_fields),
    *(f"seat__{name}" for name in ("number", "judge_id", "panel_id", "removed_at")),
    *(f"current__{name}" for name in ("number", "marks", "total")),
    *(f"entry__{name}" for name in ("code", "title", "order", "exhibit", "status", "seconds", "locked_at", "round_id")),
    *(
        f"entry__round__{name}"
        for name in ("title", "state", "edition_id", "rulebook_id", "panel_id", "assigned", "due_at")
    ),
    *(f"entry__round__edition__{name}" for name in ("slug", "title")),
    "entry__round__rulebook__sha256",
)
_CONFLICT: dict[str, Any] = {
    "state": Recusal.State.CONFIRMED,
    "source__in": (Recusal.Source.SAME_UNIT, Recusal.Source.SAME_PERSON),
}


@dataclass(frozen=True, slots=True)
class JudgeRound:
    """A round that an account judges, with the number of its own sheets that are in and that are to be."""

    round: Round
    number: int
    is_chair: bool
    done: int
    of: int


def judge_rounds(user: User) -> list[JudgeRound]:
    """The rounds of the panels on which the account sits, open ones first; two queries."""
    rank = {Round.State.OPEN: 0, Round.State.DRAFT: 1, Round.State.LOCKED: 2}
    seats = {seat.panel_id: seat for seat in Seat.objects.filter(judge_id=user.pk, removed_at__isnull=True)}
    own = Q(entries__sheets__judge_id=user.pk) & ~Q(entries__sheets__state__in=ScoreSheet.LEFT_OUT)
    rounds = (
        Round.objects.filter(panel_id__in=seats)
        .select_related("edition")
        .annotate(
            of=Count("entries__sheets", filter=own),
            done=Count("entries__sheets", filter=own & Q(entries__sheets__state=ScoreSheet.State.SUBMITTED)),
        )
        .order_by("-pk")
    )
    lines = [
        JudgeRound(each, seats[each.panel_id].number, seats[each.panel_id].is_chair, each.done, each.of)
        for each in rounds
    ]
    return sorted(lines, key=lambda line: rank[Round.State(line.round.state)])


def own_sheets(user: User) -> QuerySet[ScoreSheet]:
    """The account's own sheets with what the sheet's page and a save need, and no more.

    None of a round in preparation: what is assigned there may still change, and is shown when the round opens.
    """
    related = ("seat", "current", "entry__round__edition", "entry__round__rulebook")
    own = ScoreSheet.objects.filter(judge_id=user.pk).exclude(entry__round__state=Round.State.DRAFT)
    return own.select_related(*related).only(*_OWN_COLUMNS)


def sheets_to_save(user: User) -> QuerySet[ScoreSheet]:
    """The account's own sheets with the few columns that a save looks at: a hall of judges saves at once."""
    own = ScoreSheet.objects.filter(judge_id=user.pk).select_related("entry__round__rulebook")
    return own.only("segment", "seat_id", "entry__code", "entry__order", "entry__round__rulebook__sha256")


def next_owed_sheet(sheet: ScoreSheet) -> int | None:
    """The next sheet in running order that this seat still owes in the round."""
    owed = ScoreSheet.objects.filter(
        seat_id=sheet.seat_id,
        entry__round_id=sheet.entry.round_id,
        entry__order__gte=sheet.entry.order,
        entry__status=Entry.Status.COMPETING,
        entry__locked_at__isnull=True,
        state__in=ScoreSheet.OWED,
    ).exclude(pk=sheet.pk)
    return owed.order_by("entry__order", "entry__code", "segment").values_list("pk", flat=True).first()


def seatable_judges(edition: Edition) -> QuerySet[User]:
    """Accounts with the judge's role in the edition."""
    holders = User.objects.filter(grants__edition=edition, grants__role=Role.JUDGE, grants__revoked_at__isnull=True)
    return holders.filter(is_active=True).distinct().order_by("name", "pk")


def round_recusals(round: Round) -> QuerySet[Recusal]:
    """Every recusal of the round, those to decide first; of an assigned one without its recorded conflicts."""
    undecided_first = ("-state", "entry__order", "seat__number", "pk")  # "proposed" sorts last by name
    found = Recusal.objects.filter(entry__round_id=round.pk).select_related("entry", "seat__judge", "declared_by")
    if round.assigned:
        found = found.exclude(**_CONFLICT)
    return found.order_by(*undecided_first)


def count_conflicts(round: Round) -> int:
    """How many pairs of an assigned round are never assigned: hundreds of works make thousands, too many to list."""
    return Recusal.objects.filter(entry__round_id=round.pk, **_CONFLICT).count() if round.assigned else 0


def entry_sheets(entry: Entry) -> QuerySet[ScoreSheet]:
    """The entry's sheets by segment and seat, with what stands in them."""
    return entry.sheets.select_related("seat__judge", "current__author").order_by("segment", "seat__number")


def entry_revisions(entry: Entry) -> QuerySet[SheetRevision]:
    """Every save of every sheet of the entry, latest first."""
    found = SheetRevision.objects.filter(sheet__entry_id=entry.pk).select_related("sheet__seat", "author")
    return found.order_by("-received_at", "-pk")


def round_late_marks(round: Round) -> QuerySet[LateMark]:
    """The arbitration list, unsettled ones first."""
    related = ("sheet__entry__round__rulebook", "sheet__seat__judge", "sheet__current", "author", "settled_by")
    found = LateMark.objects.filter(sheet__entry__round_id=round.pk).select_related(*related)
    return found.order_by(F("settled_at").desc(nulls_first=True), "pk")


def open_papers(round: Round) -> dict[int, PaperEntry]:
    """First typings that wait for a second account, by sheet."""
    waiting = PaperEntry.objects.filter(
        sheet__entry__round_id=round.pk, confirmed_at__isnull=True, discarded_at__isnull=True
    ).select_related("typed_by")
    return {paper.sheet_id: paper for paper in waiting}


def paper_sheets(round: Round, *, owed_only: bool = True) -> QuerySet[ScoreSheet]:
    """Sheets of the round that could come from paper, in running order."""
    found = ScoreSheet.objects.filter(entry__round_id=round.pk).select_related("entry", "seat__judge")
    if owed_only:
        found = found.filter(state__in=(*ScoreSheet.OWED, ScoreSheet.State.ABSENT))
    return found.order_by("entry__order", "segment", "seat__number")


def edition_corrections(edition: Edition) -> QuerySet[Correction]:
    """Corrections of an edition, latest first."""
    related = (
        "entry__round__edition",
        "entry__round__rulebook",
        "sheet__seat__judge",
        "requested_by",
        "decided_by",
    )
    found = Correction.objects.filter(entry__round__edition_id=edition.pk).select_related(*related)
    return found.order_by("-pk")


def round_snapshots(round: Round) -> QuerySet[Snapshot]:
    """The round's snapshots without their documents, latest first."""
    return round.snapshots.defer("document").select_related("created_by", "rulebook").order_by("-number")


def rounds_for(users_editions: Iterable[int]) -> QuerySet[Round]:
    """Rounds of these editions that a hall has to do with, open ones first; `on_stage` unless judges watch something
    instead. Rounds whose entries are assigned to reviewers have no hall."""
    watched = Entry.objects.filter(round=OuterRef("pk")).exclude(exhibit="")
    found = Round.objects.filter(edition_id__in=list(users_editions), assigned=False).annotate(
        on_stage=~Exists(watched)
    )
    return found.select_related("edition", "rulebook", "panel").order_by("-state", "pk")  # open, locked, draft
