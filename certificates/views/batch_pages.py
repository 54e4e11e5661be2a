"""批次 for the organiser and the supervisor: what is in it, its proof, the approval, and how far its files are."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from certificates import services
from certificates.forms.batches import ApprovalForm, ReasonForm
from certificates.models import Batch, Certificate
from certificates.permissions import can_approve_batch, can_manage_certificates, can_supervise_certificates
from certificates.selectors import batch_progress, batch_units, batches_of
from core.access import or_404
from core.files import file_response
from core.models import Edition

PAGE = 50
ORGANISE, SUPERVISE = "organise", "supervise"


@require_safe
def organise_certificate_batches(request: HttpRequest, slug: str) -> HttpResponse:
    return _list(request, slug, ORGANISE)


@require_safe
def supervise_certificate_batches(request: HttpRequest, slug: str) -> HttpResponse:
    return _list(request, slug, SUPERVISE)


@require_safe
def organise_certificate_batch(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _page(request, load_batch(request, slug, pk), ORGANISE)


@require_safe
def supervise_certificate_batch(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _page(request, load_batch(request, slug, pk, SUPERVISE), SUPERVISE)


@require_safe
def organise_certificate_batch_proof(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    return _proof(load_batch(request, slug, pk))


@require_safe
def supervise_certificate_batch_proof(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    return _proof(load_batch(request, slug, pk, SUPERVISE))


@require_POST
def organise_certificate_batch_approve(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _approve(request, load_batch(request, slug, pk), ORGANISE)


@require_POST
def supervise_certificate_batch_approve(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _approve(request, load_batch(request, slug, pk, SUPERVISE), SUPERVISE)


@require_POST
def organise_certificate_batch_cancel(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    batch = load_batch(request, slug, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, batch, ORGANISE, cancel_form=form)
    reason = form.cleaned_data["reason"]
    services.cancel_batch(batch=batch, reason=reason, actor=actor_of(request), now=timezone.now())
    messages.success(request, "这一批已作废，没有占用编号。")
    return redirect("organise_certificate_batch", slug, pk)


@require_POST
def organise_certificate_batch_retry(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Another try for the proof, or for every certificate that was parked."""
    batch = load_batch(request, slug, pk)
    if batch.state == Batch.State.DRAFTED:
        services.retry_proof(batch=batch, now=timezone.now())
        messages.success(request, "校样已重新排队。")
        return redirect("organise_certificate_batch", slug, pk)
    count = services.retry_batch(batch=batch)
    messages.success(request, f"{count} 张证书已重新排队。")
    return redirect("organise_certificate_batch", slug, pk)


def load_batch(request: HttpRequest, slug: str, pk: int, audience: str = ORGANISE) -> Batch:
    """A batch with its edition, or 404 for whoever may not see it."""
    found = Batch.objects.select_related("edition", "layout", "drafted_by", "approved_by", "issued_by")
    batch = get_object_or_404(found.defer("awards"), pk=pk, edition__slug=slug)  # large, and not polled
    may_see = can_manage_certificates if audience == ORGANISE else can_supervise_certificates
    or_404(may_see(request.user, batch.edition))
    return batch


def actor_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # LoginRequiredMiddleware
    return request.user


def _list(request: HttpRequest, slug: str, audience: str) -> HttpResponse:
    edition = get_object_or_404(Edition, slug=slug)
    may_see = can_manage_certificates if audience == ORGANISE else can_supervise_certificates
    or_404(may_see(request.user, edition))
    page = Paginator(batches_of(edition), PAGE).get_page(request.GET.get("page"))
    context = {**_workspace(audience), "edition": edition, "page": page}
    return render(request, "certificates/batches.html", context)


def _approve(request: HttpRequest, batch: Batch, audience: str) -> HttpResponse:
    form = ApprovalForm(request.POST)
    if not form.is_valid():
        return _page(request, batch, audience, approval_form=form)
    proof_sha256 = form.cleaned_data["proof_sha256"]
    services.approve_batch(batch=batch, proof_sha256=proof_sha256, actor=actor_of(request), now=timezone.now())
    messages.success(request, "校样已核准，组委会可以签发。")
    return redirect(f"{audience}_certificate_batch", batch.edition.slug, batch.pk)


def _proof(batch: Batch) -> HttpResponseBase:
    or_404(bool(batch.proof_file))
    return file_response(batch.proof_file, f"{batch.title}（校样）.pdf")


def _workspace(audience: str) -> dict[str, Any]:
    return {
        "audience": audience,
        "workspace": audience,
        "here": "certificates",
        "batch_page": f"{audience}_certificate_batch",
        "batch_proof": f"{audience}_certificate_batch_proof",
        "batch_approve": f"{audience}_certificate_batch_approve",
        "batch_list": f"{audience}_certificate_batches",
    }


def _page(
    request: HttpRequest,
    batch: Batch,
    audience: str,
    *,
    approval_form: ApprovalForm | None = None,
    cancel_form: ReasonForm | None = None,
) -> HttpResponse:
    """The whole page, or for `?progress` only what changes while the worker is busy."""
    progress = batch_progress(batch)
    context = {
        **_workspace(audience),
        "edition": batch.edition,
        "batch": batch,
        "progress": progress,
        "is_busy": progress.is_running or (batch.state == Batch.State.DRAFTED and not _has_failed(batch)),
        "has_failed": _has_failed(batch),
        "parked": _parked(batch)[:PAGE] if progress.parked else [],
        "most_parked": PAGE,
    }
    if "progress" in request.GET:
        answer = render(request, "certificates/batch_progress.html", context)
        if not context["is_busy"]:
            answer.headers["HX-Refresh"] = "true"  # the next step is another now
        return answer
    shown = _shown_rows(request, batch)
    context |= {
        "page": shown,
        "units": batch_units(batch) if batch.state == Batch.State.ISSUED else [],
        "may_approve": can_approve_batch(request.user, batch),
        "approval_form": approval_form or ApprovalForm(initial={"proof_sha256": batch.proof_sha256}),
        "cancel_form": cancel_form or ReasonForm(),
    }
    return render(request, "certificates/batch.html", context)


def _has_failed(batch: Batch) -> bool:
    """The proof waits for a person."""
    return (
        batch.state == Batch.State.DRAFTED
        and batch.proof_attempts >= services.MOST_ATTEMPTS
        and bool(batch.proof_error)
    )


def _parked(batch: Batch) -> Any:
    return batch.certificates.filter(state=Certificate.State.PARKED).order_by("place", "pk")


def _shown_rows(request: HttpRequest, batch: Batch) -> Any:
    """A page of the rows; once issued, of the certificates."""
    if batch.state == Batch.State.ISSUED:
        rows: Any = batch.certificates.order_by("place", "pk")
    else:
        rows = batch.awards
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))
