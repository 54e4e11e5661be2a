"""Rows of a selection's office, or 404 for whoever does not organise its edition."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from core.access import or_404
from core.models import Edition
from works.models import FileRequirement, FormerWinner, Kind, Selection, Work, WorkFile
from works.permissions import can_manage_selection


def actor_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # LoginRequiredMiddleware
    return request.user


def load_edition(request: HttpRequest, slug: str) -> Edition:
    edition = get_object_or_404(Edition, slug=slug)
    or_404(can_manage_selection(request.user, edition))
    return edition


def load_selection(request: HttpRequest, slug: str, pk: int) -> Selection:
    found = Selection.objects.select_related("edition", "rulebook")
    selection = get_object_or_404(found, pk=pk, edition__slug=slug)
    or_404(can_manage_selection(request.user, selection.edition))
    return selection


def load_selection_and_kinds(request: HttpRequest, slug: str, pk: int) -> tuple[Selection, dict[int, Kind]]:
    """A selection with its kinds and their requirements by number, in two queries."""
    found = Kind.objects.filter(selection=pk, selection__edition__slug=slug).select_related("selection__edition")
    kinds = {kind.pk: kind for kind in found.order_by("order", "pk").prefetch_related("file_requirements")}
    if not kinds:
        return load_selection(request, slug, pk), {}
    selection = next(iter(kinds.values())).selection
    or_404(can_manage_selection(request.user, selection.edition))
    for kind in kinds.values():
        kind.selection = selection
    return selection, kinds


def load_kind(request: HttpRequest, slug: str, pk: int) -> Kind:
    found = Kind.objects.select_related("selection__edition", "selection__rulebook")
    kind = get_object_or_404(found, pk=pk, selection__edition__slug=slug)
    or_404(can_manage_selection(request.user, kind.selection.edition))
    return kind


def load_requirement(request: HttpRequest, slug: str, pk: int) -> FileRequirement:
    found = FileRequirement.objects.select_related("kind__selection__edition")
    requirement = get_object_or_404(found, pk=pk, kind__selection__edition__slug=slug)
    or_404(can_manage_selection(request.user, requirement.kind.selection.edition))
    return requirement


def load_former_winner(request: HttpRequest, slug: str, pk: int) -> FormerWinner:
    found = FormerWinner.objects.select_related("selection__edition")
    winner = get_object_or_404(found, pk=pk, selection__edition__slug=slug)
    or_404(can_manage_selection(request.user, winner.selection.edition))
    return winner


def load_work(request: HttpRequest, slug: str, pk: int) -> Work:
    found = Work.objects.select_related("selection__edition", "kind", "unit", "user")
    work = get_object_or_404(found, pk=pk, selection__edition__slug=slug)
    or_404(can_manage_selection(request.user, work.selection.edition))
    return work


def load_work_file(request: HttpRequest, slug: str, pk: int) -> WorkFile:
    found = WorkFile.objects.select_related("work__selection__edition", "work__kind", "requirement")
    file = get_object_or_404(found, pk=pk, work__selection__edition__slug=slug)
    or_404(can_manage_selection(request.user, file.work.selection.edition))
    return file


def page_number(request: HttpRequest) -> int:
    """The page that an address asks for, 1 where it names none."""
    text = request.GET.get("page", "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 7 else 1


def settings_page(selection: Selection, part: str, **more: Any) -> dict[str, Any]:
    """What every page of the set-up shows."""
    return {
        "edition": selection.edition,
        "here": "selection_settings",
        "selection": selection,
        "part": part,
        **more,
    }
