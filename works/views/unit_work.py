"""One work of a unit (works.views.submitting); an author's own is looked at, ordered and stamped, not changed."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import or_404
from works.models import Work
from works.permissions import can_edit_work
from works.views import files, submitting
from works.views.submitting import Place
from works.views.unit_loading import load_unit_work


@never_cache
@require_http_methods(["GET", "POST"])
def unit_work(request: HttpRequest, pk: int) -> HttpResponse:
    place, work, may_edit = _load(request, pk)
    if not may_edit:
        or_404(request.method != "POST")
        return submitting.state_page(request, place, work)
    return submitting.work_page(request, place, work)


@require_POST
def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    return submitting.autosave_answer(request, *_load_own(request, pk))


@require_POST
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    return submitting.recall_answer(request, *_load_own(request, pk))


@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    return submitting.withdraw_page(request, *_load_own(request, pk))


@never_cache
@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    return submitting.history_page(request, *_load_own(request, pk))


@never_cache
@require_safe
def form(request: HttpRequest, pk: int) -> HttpResponse:
    place, work, _ = _load(request, pk)
    return submitting.printed_page(request, place, work)


@require_POST
def hand_in(request: HttpRequest, pk: int, requirement: int) -> HttpResponse:
    _, work, _ = _load(request, pk)
    return files.receive_file(request, work, requirement, back=reverse("unit_work", args=[pk]))


@never_cache
@require_safe
def file(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    _, work, _ = _load(request, pk)
    return files.send_file(request, work, file)


@require_POST
def take_back(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    _, work, _ = _load(request, pk)
    return files.take_back(request, work, file, back=reverse("unit_work", args=[pk]))


def _load(request: HttpRequest, pk: int) -> tuple[Place, Work, bool]:
    desk, work = load_unit_work(request, pk)
    may_edit = can_edit_work(request.user, work)
    place = Place(
        prefix="unit_work",
        base="works/unit_base.html",
        back=reverse("unit_works", args=[desk.edition.slug, desk.unit.pk]),
        back_title=desk.unit.name,
        context={**desk.context("works"), "only_recommends": not may_edit},
    )
    return place, work, may_edit


def _load_own(request: HttpRequest, pk: int) -> tuple[Place, Work]:
    place, work, may_edit = _load(request, pk)
    or_404(may_edit)
    return place, work
