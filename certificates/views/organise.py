"""The organiser's list of certificates: how far they are, their files, and another try for what failed."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from certificates import services
from certificates.models import Certificate
from certificates.permissions import can_manage_certificates
from certificates.views.files import certificate_response
from core.access import or_404
from core.models import Edition


def _edition(request: HttpRequest, slug: str) -> Edition:
    edition = get_object_or_404(Edition, slug=slug)
    or_404(can_manage_certificates(request.user, edition))
    return edition


@require_safe
def organise_certificates(request: HttpRequest, slug: str) -> HttpResponse:
    """证书: `?source=` narrows to one result; the counts by state survive a reload, since they are the rows'."""
    edition = _edition(request, slug)
    source = request.GET.get("source", "")
    certificates = Certificate.objects.filter(series__edition=edition).order_by("series_id", "number")
    if source:
        certificates = certificates.filter(source__startswith=source)
    counts = dict(certificates.order_by().values_list("state").annotate(Count("pk")))
    states = [(label, counts.get(state, 0)) for state, label in Certificate.State.choices]
    unfinished = counts.get(Certificate.State.OWED, 0) + counts.get(Certificate.State.CLAIMED, 0)
    page = Paginator(certificates, 50).get_page(request.GET.get("page"))
    context = {
        "edition": edition,
        "here": "certificates",
        "page": page,
        "states": states,
        "unfinished": unfinished,
        "source": source,
    }
    return render(request, "certificates/organise_certificates.html", context)


@require_safe
def organise_certificate_file(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    edition = _edition(request, slug)
    certificate = get_object_or_404(Certificate, pk=pk, series__edition=edition, state=Certificate.State.ISSUED)
    return certificate_response(certificate)


@require_POST
def organise_certificate_retry(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    edition = _edition(request, slug)
    certificate = get_object_or_404(Certificate, pk=pk, series__edition=edition)
    services.retry_certificate(certificate=certificate)
    messages.success(request, f"证书 {certificate.serial} 已重新排队。")
    if certificate.batch_id is not None:
        return redirect("organise_certificate_batch", slug, certificate.batch_id)
    return redirect("organise_certificates", slug)
