"""The office imports registrations from a workbook (contest.views.importing)."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contest.views import importing
from contest.views.importing import ImportPlace
from contest.views.loading import load_contest


@never_cache
@require_http_methods(["GET", "POST"])
def registrations_import(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return importing.import_page(request, _place(request, slug, pk))


@require_safe
def template(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return importing.empty_table(_place(request, slug, pk))


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


def _place(request: HttpRequest, slug: str, pk: int) -> ImportPlace:
    contest = load_contest(request, slug, pk)
    return ImportPlace(
        contest=contest,
        base="workspace.html",
        context={"edition": contest.edition, "here": "contestants"},
        address=lambda act: reverse(f"organise_import_{act}" if act else "organise_import", args=[slug, pk]),
        back=reverse("organise_contestants", args=[slug, pk]),
        back_title="选手名单",
    )
