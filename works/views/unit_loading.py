"""Rows of a recommending unit, or 404 for whoever does not coordinate it in that edition."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import Unit
from core.access import or_404
from core.models import Edition
from works.models import Kind, Selection, Work
from works.permissions import can_coordinate, can_recommend_work
from works.selectors.submitting import unit_selections
from works.services.places import unit_works


@dataclass(frozen=True)
class WorksDesk:
    """One unit in one edition, as its coordinator sees its works."""

    edition: Edition
    unit: Unit
    selections: tuple[Selection, ...]

    def context(self, here: str) -> dict[str, Any]:
        """What every page of the unit's works shows beside its own content."""
        return {"edition": self.edition, "unit": self.unit, "desk": self, "here": here}

    def selection(self, pk: int) -> Selection:
        """A selection that concerns the unit, or 404."""
        found = next((each for each in self.selections if each.pk == pk), None)
        or_404(found is not None)
        assert found is not None
        return found


def load_desk(request: HttpRequest, slug: str, unit: int) -> WorksDesk:
    return _desk(request, get_object_or_404(Edition, slug=slug), get_object_or_404(Unit, pk=unit))


def load_unit_kind(request: HttpRequest, slug: str, unit: int, pk: int) -> tuple[WorksDesk, Kind]:
    desk = load_desk(request, slug, unit)
    kind = get_object_or_404(Kind.objects.select_related("selection__edition"), pk=pk)
    desk.selection(kind.selection_id)
    return desk, kind


def load_unit_work(request: HttpRequest, pk: int) -> tuple[WorksDesk, Work]:
    """A work that the unit recommends; the address names no unit, for a work has only one."""
    found = get_object_or_404(Work.objects.select_related("selection__edition", "unit"), pk=pk)
    or_404(found.unit is not None and can_recommend_work(request.user, found))
    assert found.unit is not None
    desk = _desk(request, found.selection.edition, found.unit)
    return desk, get_object_or_404(unit_works(found.unit).select_related("unit"), pk=pk)


def _desk(request: HttpRequest, edition: Edition, unit: Unit) -> WorksDesk:
    or_404(can_coordinate(request.user, edition, unit))
    return WorksDesk(edition, unit, tuple(unit_selections(unit, edition)))
