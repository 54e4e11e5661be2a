"""Rulebooks of an edition: their versions, where they are in use, and for how large a field."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from core.models import Edition
from scoring import engine
from scoring.models import Entry, Round, Rulebook, Seat
from scoring.selectors.rules import rules_of

# After the first mark only these may differ (design §4: awards, quotas, tie chain and penalties).
CHANGEABLE = ("title", "penalties", "tie_chain", "boundary", "groups")


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version with the rounds that follow it."""

    rulebook: Rulebook
    rounds: tuple[Round, ...]


@dataclass(frozen=True, slots=True)
class RulebookLine:
    """A rulebook with its versions, the newest first."""

    newest: Rulebook
    versions: tuple[VersionLine, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """For how many a rulebook is used: entrants by group, the smallest panel; None and absent where nobody knows."""

    entrants: Mapping[str, int]
    panel: int | None


def fixed_parts(document: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a document that stay once a round has opened."""
    return {key: value for key, value in document.items() if key not in CHANGEABLE}


def edition_rulebooks(edition: Edition) -> list[RulebookLine]:
    """Every rulebook of an edition with its versions and their rounds; two queries."""
    rounds: dict[int, list[Round]] = defaultdict(list)
    for each in Round.objects.filter(edition=edition).order_by("pk"):
        rounds[each.rulebook_id].append(each)
    by_code: dict[str, list[VersionLine]] = defaultdict(list)
    for rulebook in _listed(edition).order_by("code", "-version"):
        by_code[rulebook.code].append(VersionLine(rulebook, tuple(rounds[rulebook.pk])))
    return [RulebookLine(versions[0].rulebook, tuple(versions)) for versions in by_code.values()]


def newest_rulebooks(edition: Edition) -> list[Rulebook]:
    """The newest version of each rulebook of an edition."""
    newest: dict[str, Rulebook] = {}
    for rulebook in _listed(edition).order_by("code", "version"):
        newest[rulebook.code] = rulebook
    return list(newest.values())


def versions_of(rulebook: Rulebook) -> QuerySet[Rulebook]:
    """All versions of a rulebook, the newest first."""
    found = Rulebook.objects.filter(edition_id=rulebook.edition_id, code=rulebook.code).select_related("created_by")
    return found.order_by("-version")


def rules_in_force(rulebook: Rulebook) -> Rulebook | None:
    """The newest version of this rulebook under which a round has opened; its fixed parts bind all later ones."""
    return versions_of(rulebook).filter(frozen_at__isnull=False).first()


def field_of(rulebook: Rulebook) -> Field:
    """Who is to be judged under any version of this rulebook, as far as rounds are set up; one query."""
    competing = Count("entries", filter=Q(entries__status=Entry.Status.COMPETING), distinct=True)
    seated = Count("panel__seats", filter=Q(panel__seats__removed_at__isnull=True), distinct=True)
    rounds = Round.objects.filter(edition_id=rulebook.edition_id, rulebook__code=rulebook.code, parent__isnull=True)
    entrants: dict[str, int] = {}
    panels: list[int] = []
    for group, count, seats in (
        rounds.annotate(competing=competing, seated=seated).order_by("pk").values_list("group", "competing", "seated")
    ):
        if count:
            entrants[group] = count
        if seats:
            panels.append(seats)
    return Field(entrants, min(panels, default=None))


def round_field(round: Round) -> Field:
    """Who is to be judged in one round; two queries."""
    competing = Entry.objects.filter(round_id=round.pk, status=Entry.Status.COMPETING).count()
    seats = Seat.objects.filter(panel_id=round.panel_id, removed_at__isnull=True).count()
    return Field({round.group: competing} if competing else {}, seats or None)


def rulebook_findings(rulebook: Rulebook, field: Field) -> tuple[engine.Finding, ...]:
    """What the linter says of stored rules for that field."""
    return engine.lint_rulebook(rules_of(rulebook), entrants=field.entrants, panel=field.panel)


def _listed(edition: Edition) -> QuerySet[Rulebook]:
    return Rulebook.objects.filter(edition=edition).defer("document").select_related("created_by")
