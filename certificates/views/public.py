"""证书查验: anyone who holds a certificate can see whether it is genuine."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.exceptions import TooManyAttempts
from certificates.documents.checking import MAX_BYTES, check_certificate_file, look_up_certificate
from certificates.forms.checking import CheckFileForm, CheckForm
from certificates.selectors import printed_certificates
from core.exceptions import DomainError
from core.files.formats import too_large
from core.files.uploads import skipped_upload


@login_not_required
@never_cache
@sensitive_post_parameters("name")
@require_http_methods(["GET", "HEAD", "POST"])
def certificate_check(request: HttpRequest) -> HttpResponse:
    """By serial number and name, sent by POST: no name of a winner stands in an address or a log."""
    form = CheckForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, form=form)
    try:
        certificate = look_up_certificate(**form.cleaned_data, address=_address(request), now=timezone.now())
    except DomainError as error:
        form.add_error(None, error.message)
        return _page(request, form=form, status=_status_of(error))
    return _page(request, form=form, asked=True, certificate=certificate)


@login_not_required
@never_cache
@require_POST
def certificate_check_file(request: HttpRequest) -> HttpResponse:
    """By the file itself, of which nothing is kept."""
    form = CheckFileForm(request.POST, request.FILES)
    skipped = skipped_upload(request)
    if skipped is not None:
        form.errors.pop("file", None)
        form.add_error("file", too_large(skipped, max(MAX_BYTES + 1, _length(request)), MAX_BYTES).message)
    if not form.is_valid():
        return _page(request, file_form=form)
    file = form.cleaned_data["file"]
    try:
        answer = check_certificate_file(file=file, name=file.name, address=_address(request), now=timezone.now())
    except DomainError as error:
        form.add_error("file", error.message)
        return _page(request, file_form=form, status=_status_of(error))
    return _page(request, answer=answer, certificate=answer.certificate)


@login_not_required
@require_safe
def certificate_check_token(request: HttpRequest, token: str) -> HttpResponse:
    """By the printed code; an unknown one says so, and answers 404."""
    certificate = printed_certificates().filter(token=token).select_related("series__edition").first()
    return _page(request, asked=True, certificate=certificate, status=200 if certificate else 404)


def _page(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    forms = {"form": CheckForm(), "file_form": CheckFileForm(), "asked": False}
    return render(request, "certificates/check.html", {**forms, **context}, status=status)


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _length(request: HttpRequest) -> int:
    return int(request.META.get("CONTENT_LENGTH") or 0)


def _status_of(error: DomainError) -> int:
    return 429 if isinstance(error, TooManyAttempts) else 200
