"""数据 of an edition: registrations and works by unit and by day, judging, spread of marks, awards by unit."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery

from accounts.models import Unit
from contest.models import Contestant
from contest.selectors.numbers import registrations_by_day, registrations_by_unit
from core.models import Edition
from results.models import Roster
from scoring.selectors.spreads import Progress, RoundSpread, judging_progress, round_spreads
from works.models import Work
from works.selectors.numbers import works_by_day, works_by_unit

NO_UNIT = "（没有推荐单位）"


@dataclass(frozen=True)
class UnitCount:
    """One unit's registrations or works: in all, of them accepted, of them drafts, withdrawn or refused."""

    unit: str
    handed_in: int
    accepted: int
    drafts: int
    left: int


@dataclass(frozen=True)
class UnitAwards:
    """What one unit's people won, by the title of the tier, in the order of `EditionNumbers.tiers`."""

    unit: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class EditionNumbers:
    """All numbers of an edition. Awards are of confirmed rosters, the newest of each result."""

    registrations: tuple[UnitCount, ...]
    registration_days: tuple[tuple[date, int], ...]
    works: tuple[UnitCount, ...]
    work_days: tuple[tuple[date, int], ...]
    progress: tuple[Progress, ...]
    spreads: tuple[RoundSpread, ...]
    tiers: tuple[str, ...]
    awards: tuple[UnitAwards, ...]


def edition_numbers(edition: Edition) -> EditionNumbers:
    """Eight queries at most, however much there is."""
    tiers, awards = _awards(edition)
    return EditionNumbers(
        registrations=_by_unit(registrations_by_unit(edition), Contestant.Status.ACCEPTED, Contestant.Status.DRAFT),
        registration_days=tuple(registrations_by_day(edition).items()),
        works=_by_unit(works_by_unit(edition), Work.Status.ACCEPTED, Work.Status.DRAFT),
        work_days=tuple(works_by_day(edition).items()),
        progress=tuple(judging_progress(edition)),
        spreads=tuple(round_spreads(edition)),
        tiers=tiers,
        awards=awards,
    )


def _by_unit(counts: Mapping[str, Counter[str]], accepted: str, draft: str) -> tuple[UnitCount, ...]:
    """Largest first; `handed_in` is what is accepted, waits or was returned."""
    rows = []
    for unit, own in counts.items():
        left = own["withdrawn"] + own["refused"]
        rows.append(UnitCount(unit or NO_UNIT, own.total() - left - own[draft], own[accepted], own[draft], left))
    return tuple(sorted(rows, key=lambda row: (-row.handed_in, row.unit)))


def _awards(edition: Edition) -> tuple[tuple[str, ...], tuple[UnitAwards, ...]]:
    """Tiers in the order in which they were first met, best first in each roster; units with most awards first.

    A list that a supervisor has not confirmed is not counted yet, nor one whose result was withdrawn.
    """
    confirmed = Roster.objects.filter(result=OuterRef("result"), confirmation__isnull=False).order_by("-version")
    rosters = Roster.objects.filter(
        result__edition=edition, pk=Subquery(confirmed.values("pk")[:1]), result__withdrawn_at__isnull=True
    )
    rows = [row for roster in rosters.order_by("result_id").values_list("rows", flat=True) for row in roster]
    names = dict(Unit.objects.filter(pk__in={row.get("unit_id") for row in rows}).values_list("pk", "name"))
    tiers: dict[str, None] = {}
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        if title := row.get("tier_title"):
            tiers.setdefault(title)
            unit = names.get(row.get("unit_id")) or NO_UNIT
            counts.setdefault(unit, Counter())[title] += 1
    found = [UnitAwards(unit, tuple(own[tier] for tier in tiers)) for unit, own in counts.items()]
    return tuple(tiers), tuple(sorted(found, key=_best_first))


def _best_first(row: UnitAwards) -> tuple[int | str, ...]:
    return (-row.total, *(-number for number in row.counts), row.unit)
