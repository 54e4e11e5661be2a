"""A unit's coordinator imports the unit's registrations from a workbook (contest.views.importing)."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contest.views import importing
from contest.views.importing import ImportPlace
from contest.views.unit_loading import load_desk


@never_cache
@require_http_methods(["GET", "POST"])
def unit_import(request: HttpRequest, slug: str, unit: int, pk: int) -> HttpResponse:
    return importing.import_page(request, _place(request, slug, unit, pk))


@require_safe
def template(request: HttpRequest, slug: str, unit: int, pk: int) -> HttpResponse:
    return importing.empty_table(_place(request, slug, unit, pk))


@never_cache
@require_safe
def annotated(request: HttpRequest, slug: str, unit: int, pk: int) -> HttpResponse:
    return importing.annotated_workbook(request, _place(request, slug, unit, pk))


@require_POST
def confirm(request: HttpRequest, slug: str, unit: int, pk: int) -> HttpResponse:
    return importing.confirm_import(request, _place(request, slug, unit, pk))


@require_POST
def discard(request: HttpRequest, slug: str, unit: int, pk: int) -> HttpResponse:
    return importing.discard_import(request, _place(request, slug, unit, pk))


def _place(request: HttpRequest, slug: str, unit: int, pk: int) -> ImportPlace:
    desk = load_desk(request, slug, unit)
    contest = desk.contest(pk)
    return ImportPlace(
        contest=contest,
        base="contest/unit_base.html",
        context={**desk.context("import"), "own_contest": contest},
        address=lambda act: reverse(f"unit_import_{act}" if act else "unit_import", args=[slug, unit, pk]),
        back=reverse("unit_home", args=[slug, unit]),
        back_title=desk.unit.name,
        unit=desk.unit,
    )
