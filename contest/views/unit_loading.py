"""Rows of a recommending unit, or 404 for whoever does not coordinate it in that edition."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import Unit
from accounts.selectors import coordinated_units
from contest.models import Contest, Contestant, Group
from contest.permissions import can_coordinate
from contest.selectors.units import unit_contests, unit_entries
from contest.views.loading import actor_of
from core.access import or_404
from core.models import Edition


@dataclass(frozen=True)
class Desk:
    """One unit in one edition, as its coordinator sees it."""

    edition: Edition
    unit: Unit
    contests: tuple[Contest, ...]
    has_others: bool

    def context(self, here: str) -> dict[str, Any]:
        """What every page of the unit shows beside its own content."""
        return {"edition": self.edition, "unit": self.unit, "desk": self, "here": here}

    def contest(self, pk: int) -> Contest:
        """A contest that concerns the unit, or 404."""
        found = next((contest for contest in self.contests if contest.pk == pk), None)
        or_404(found is not None)
        assert found is not None
        return found


def load_desk(request: HttpRequest, slug: str, unit: int) -> Desk:
    return _desk(request, get_object_or_404(Edition, slug=slug), get_object_or_404(Unit, pk=unit))


def load_unit_group(request: HttpRequest, slug: str, unit: int, pk: int) -> tuple[Desk, Group]:
    desk = load_desk(request, slug, unit)
    group = get_object_or_404(Group.objects.select_related("contest__edition"), pk=pk)
    desk.contest(group.contest_id)
    return desk, group


def load_unit_entry(request: HttpRequest, pk: int) -> tuple[Desk, Contestant]:
    """A registration that the unit recommends; the address names no unit, for a registration has only one."""
    found = get_object_or_404(Contestant.objects.select_related("contest__edition", "unit"), pk=pk)
    or_404(found.unit is not None)
    assert found.unit is not None
    desk = _desk(request, found.contest.edition, found.unit)
    return desk, get_object_or_404(unit_entries(found.unit), pk=pk)


def _desk(request: HttpRequest, edition: Edition, unit: Unit) -> Desk:
    or_404(can_coordinate(request.user, edition, unit))
    has_others = coordinated_units(actor_of(request)).count() > 1
    return Desk(edition, unit, tuple(unit_contests(unit, edition)), has_others)
