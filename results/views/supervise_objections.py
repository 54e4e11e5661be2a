"""异议 for supervisors: every objection and how it was handled, to be read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.access import or_404
from core.models import Edition
from results.models import Objection
from results.permissions import can_handle_objection, can_supervise_objections
from results.views.organise_objections import list_context, objection_context


@require_safe
def supervise_objections(request: HttpRequest, slug: str) -> HttpResponse:
    edition = get_object_or_404(Edition, slug=slug)
    or_404(can_supervise_objections(request.user, edition))
    context = {**list_context(request, edition), "workspace": "supervise"}
    return render(request, "results/supervise_objections.html", context)


@never_cache
@require_safe
def supervise_objection(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = Objection.objects.select_related("result__edition", "publicity__roster", "handler")
    objection = get_object_or_404(found, pk=pk, result__edition__slug=slug)
    or_404(can_supervise_objections(request.user, objection.result.edition))
    context = {
        **objection_context(objection),
        "workspace": "supervise",
        "may_handle": can_handle_objection(request.user, objection),
    }
    return render(request, "results/supervise_objection.html", context)
