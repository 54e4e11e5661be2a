"""The organiser's downloads of many certificates at once."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.http import require_safe

from accounts.models import Unit
from certificates.documents.archives import archive_stream, plan_archive
from certificates.documents.batches import BatchItem, batch_of, certificates_in, certificates_of
from certificates.documents.merging import merge_certificates
from certificates.exceptions import BatchRefused
from certificates.models import Batch
from certificates.permissions import can_manage_certificates
from certificates.views.batch_pages import load_batch
from core.access import or_404
from core.models import Edition


@require_safe
def organise_certificates_zip(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The certificates that the page shows (`?source=`), as a ZIP."""
    edition, source, items = _batch(request, slug)
    answer = zip_response(items, title=f"{edition.title}证书")
    if answer is None:
        messages.error(request, "还没有已签发的证书可以下载。")
        return _back(slug, source)
    return answer


@require_safe
def organise_certificates_pdf(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The same as one PDF; the list says what is in the way."""
    edition, source, items = _batch(request, slug)
    title = f"{edition.title}证书"
    try:
        merged = merge_certificates(items, title=title)
    except BatchRefused as error:
        messages.error(request, error.message)
        return _back(slug, source)
    answer = FileResponse(merged, content_type="application/pdf")
    return _named(answer, f"{title}{timezone.localdate():%Y%m%d}.pdf")


@require_safe
def organise_certificate_batch_zip(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """A batch as a ZIP, or with `?unit=` what a unit's own people got of it."""
    batch = load_batch(request, slug, pk)
    unit = _unit(request, batch)
    items = batch_of(certificates_in(batch, unit=unit.pk if unit else None))
    title = f"{batch.title}（{unit.name}）" if unit else batch.title
    return zip_response(items, title=title) or _nothing(request, batch)


@require_safe
def organise_certificate_batch_pdf(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """A batch as one PDF, for the printer's shop."""
    batch = load_batch(request, slug, pk)
    try:
        merged = merge_certificates(batch_of(certificates_in(batch)), title=batch.title)
    except BatchRefused as error:
        messages.error(request, error.message)
        return redirect("organise_certificate_batch", slug, pk)
    answer = FileResponse(merged, content_type="application/pdf")
    return _named(answer, f"{batch.title}{timezone.localdate():%Y%m%d}.pdf")


def zip_response(items: list[BatchItem], *, title: str) -> HttpResponseBase | None:
    """The certificates as a ZIP on its way; None where there is no file."""
    archive = plan_archive(items, title=title)
    if not archive.files:
        return None
    now = timezone.now()
    size, pieces = archive_stream(archive, now=now)
    answer = StreamingHttpResponse(pieces, content_type="application/zip")
    answer.headers["Content-Length"] = str(size)
    return _named(answer, f"{archive.title}{timezone.localdate(now):%Y%m%d}.zip")


def _unit(request: HttpRequest, batch: Batch) -> Unit | None:
    given = request.GET.get("unit", "")
    if not given:
        return None
    number = int(given) if given.isdecimal() and len(given) < 19 else 0
    return get_object_or_404(Unit, pk=number)


def _nothing(request: HttpRequest, batch: Batch) -> HttpResponse:
    messages.error(request, "还没有已签发的证书可以下载。")
    return redirect("organise_certificate_batch", batch.edition.slug, batch.pk)


def _batch(request: HttpRequest, slug: str) -> tuple[Edition, str, list[BatchItem]]:
    edition = get_object_or_404(Edition, slug=slug)
    or_404(can_manage_certificates(request.user, edition))
    source = request.GET.get("source", "")[:120]
    return edition, source, batch_of(certificates_of(edition, source=source))


def _back(slug: str, source: str) -> HttpResponse:
    query = f"?{urlencode({'source': source})}" if source else ""
    return redirect(reverse("organise_certificates", args=[slug]) + query)


def _named(answer: HttpResponseBase, name: str) -> HttpResponseBase:
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
