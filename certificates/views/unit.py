"""A unit's coordinator: the certificates of the unit's own people, one by one and as a ZIP."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.models import Unit
from accounts.permissions import coordinates
from certificates.documents.batches import batch_of
from certificates.models import Certificate
from certificates.selectors import unit_certificates
from certificates.views.batches import zip_response
from certificates.views.files import certificate_response
from core.access import or_404
from core.models import Edition

PAGE = 50


@require_safe
def unit_certificates_page(request: HttpRequest, slug: str, unit: int) -> HttpResponse:
    edition, own = _desk(request, slug, unit)
    page = Paginator(unit_certificates(own, edition), PAGE).get_page(request.GET.get("page"))
    context = {"edition": edition, "unit": own, "page": page, "here": "certificates"}
    return render(request, "certificates/unit_certificates.html", context)


@require_safe
def unit_certificate_file(request: HttpRequest, slug: str, unit: int, pk: int) -> HttpResponseBase:
    edition, own = _desk(request, slug, unit)
    issued = unit_certificates(own, edition).filter(state=Certificate.State.ISSUED)
    return certificate_response(get_object_or_404(issued, pk=pk))


@require_safe
def unit_certificates_zip(request: HttpRequest, slug: str, unit: int) -> HttpResponseBase:
    edition, own = _desk(request, slug, unit)
    items = batch_of(unit_certificates(own, edition))
    answer = zip_response(items, title=f"{edition.title}证书（{own.name}）")
    if answer is None:
        messages.error(request, "还没有已签发的证书可以下载。")
        return redirect("unit_certificates", slug, unit)
    return answer


def _desk(request: HttpRequest, slug: str, unit: int) -> tuple[Edition, Unit]:
    edition, own = get_object_or_404(Edition, slug=slug), get_object_or_404(Unit, pk=unit)
    or_404(coordinates(request.user, edition, own.pk))
    return edition, own
