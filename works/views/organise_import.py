"""The office imports works from a workbook (works.views.importing)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import importing
from core.access import or_404
from works.models import Selection
from works.permissions import can_manage_selection
from works.views.importing import WorksImport, empty_table


@never_cache
@require_http_methods(["GET", "POST"])
def works_import(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return importing.import_page(request, _place(request, slug, pk))


@require_safe
def template(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return empty_table(_place(request, slug, pk).selection)


@never_cache
@require_safe
def annotated(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return importing.annotated_workbook(request, _place(request, slug, pk))


@require_POST
def confirm(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return importing.confirm_import(request, _place(request, slug, pk))


@require_POST
def discard(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return importing.discard_import(request, _place(request, slug, pk))


def _place(request: HttpRequest, slug: str, pk: int) -> WorksImport:
    found = Selection.objects.select_related("edition")
    selection = get_object_or_404(found, pk=pk, edition__slug=slug)
    or_404(can_manage_selection(request.user, selection.edition))
    return WorksImport(
        selection=selection,
        base="workspace.html",
        context={"edition": selection.edition, "here": "works"},
        addresses=lambda act: reverse(
            f"organise_works_import_{act}" if act else "organise_works_import", args=[slug, pk]
        ),
        list_address=reverse("organise_works", args=[slug, pk]),
        list_title="作品名单",
    )
