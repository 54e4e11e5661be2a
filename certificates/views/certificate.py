"""One certificate for the organiser: what it says, its file, and the two acts that void it: 补发 and 撤销."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from certificates import services
from certificates.exceptions import CertificateRefused, IssuingBlocked
from certificates.forms.batches import ReasonForm, ReissueForm
from certificates.models import Certificate
from certificates.permissions import can_manage_certificates
from certificates.views.batch_pages import actor_of
from core.access import or_404


@require_safe
def organise_certificate(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _page(request, _certificate(request, slug, pk))


@require_POST
def organise_certificate_revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    certificate = _certificate(request, slug, pk)
    form = ReasonForm(request.POST, prefix="revoke")
    if not form.is_valid():
        return _page(request, certificate, revoke_form=form)
    reason = form.cleaned_data["reason"]
    services.revoke_certificate(certificate=certificate, reason=reason, actor=actor_of(request), now=timezone.now())
    messages.success(request, f"证书 {certificate.serial} 已撤销，查验时显示“已撤销”和原因。")
    return redirect("organise_certificate", slug, pk)


@require_POST
def organise_certificate_reissue(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Draft a batch of one; it is proofed and approved like any other."""
    certificate = _certificate(request, slug, pk)
    form = ReissueForm(request.POST, certificate=certificate)
    if not form.is_valid():
        return _page(request, certificate, reissue_form=form)
    try:
        batch = services.draft_reissue(
            certificate=certificate,
            reason=form.cleaned_data["reason"],
            words=form.words(),
            actor=actor_of(request),
            now=timezone.now(),
        )
    except (CertificateRefused, IssuingBlocked) as refused:
        form.add_error(None, refused.message)
        return _page(request, certificate, reissue_form=form)
    messages.success(request, "已拟定补发，正在制作校样。由另一个账号核准、签发之后，旧证书才失效。")
    return redirect("organise_certificate_batch", slug, batch.pk)


def _certificate(request: HttpRequest, slug: str, pk: int) -> Certificate:
    found = Certificate.objects.select_related("series__edition", "layout", "batch", "unit").defer("batch__awards")
    certificate = get_object_or_404(found, pk=pk, series__edition__slug=slug)
    or_404(can_manage_certificates(request.user, certificate.series.edition))
    return certificate


def _page(
    request: HttpRequest,
    certificate: Certificate,
    *,
    revoke_form: ReasonForm | None = None,
    reissue_form: ReissueForm | None = None,
) -> HttpResponse:
    is_void = certificate.state in Certificate.VOID
    context = {
        "edition": certificate.series.edition,
        "here": "certificates",
        "certificate": certificate,
        "is_void": is_void,
        "may_reissue": certificate.state != Certificate.State.SUPERSEDED,
        "successors": Certificate.objects.filter(award_key=certificate.award_key).exclude(pk=certificate.pk),
        "revoke_form": revoke_form or ReasonForm(prefix="revoke"),
        "reissue_form": reissue_form or ReissueForm(certificate=certificate),
    }
    return render(request, "certificates/organise_certificate.html", context)
