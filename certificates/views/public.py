"""证书查验: anyone who holds a certificate can see whether it is genuine."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certificates.forms import CheckForm
from certificates.selectors import find_certificate, printed_certificates


@login_not_required
@require_safe
def certificate_check(request: HttpRequest) -> HttpResponse:
    """By serial number and name: the same answer for “no such” and “does not match”."""
    form = CheckForm(request.GET if request.GET else None)
    certificate, asked = None, form.is_bound and form.is_valid()
    if asked:
        certificate = find_certificate(**form.cleaned_data)
    context = {"form": form, "asked": asked, "certificate": certificate}
    return render(request, "certificates/check.html", context)


@login_not_required
@require_safe
def certificate_check_token(request: HttpRequest, token: str) -> HttpResponse:
    """By the printed code; an unknown one says so, and answers 404."""
    certificate = printed_certificates().filter(token=token).select_related("series__edition").first()
    context = {"form": CheckForm(), "asked": True, "certificate": certificate}
    return render(request, "certificates/check.html", context, status=200 if certificate else 404)
