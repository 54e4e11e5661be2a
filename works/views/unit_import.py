"""A unit's coordinator imports the unit's works from a workbook (works.views.importing)."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import importing
from works.views.importing import WorksImport, empty_table
from works.views.unit_loading import load_desk


@never_cache
@require_http_methods(["GET", "POST"])
def unit_works_import(request: HttpRequest, slug: str, unit: int, pk: int) -> HttpResponse:
    return importing.import_page(request, _place(request, slug, unit, pk))


@require_safe
def template(request: HttpRequest, slug: str, unit: int, pk: int) -> HttpResponse:
    return empty_table(_place(request, slug, unit, pk).selection)


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


def _place(request: HttpRequest, slug: str, unit: int, pk: int) -> WorksImport:
    desk = load_desk(request, slug, unit)
    selection = desk.selection(pk)
    return WorksImport(
        selection=selection,
        base="works/unit_base.html",
        context={**desk.context("import"), "own_selection": selection},
        addresses=lambda act: reverse(
            f"unit_works_import_{act}" if act else "unit_works_import", args=[slug, unit, pk]
        ),
        list_address=reverse("unit_works", args=[slug, unit]),
        list_title=desk.unit.name,
        unit=desk.unit,
    )
