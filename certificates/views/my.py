"""A recipient's own certificates."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from certificates.models import Certificate
from certificates.permissions import can_download
from certificates.views.files import certificate_response
from core.access import or_404


@require_safe
def my_certificates(request: HttpRequest) -> HttpResponse:
    certificates = Certificate.objects.filter(recipient_user=request.user.pk).order_by("pk")
    return render(request, "certificates/my_certificates.html", {"certificates": certificates})


@require_safe
def my_certificate_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    certificate = get_object_or_404(Certificate.objects.select_related("series__edition"), pk=pk)
    or_404(can_download(request.user, certificate) and certificate.state == Certificate.State.ISSUED)
    return certificate_response(certificate)
