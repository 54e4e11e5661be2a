"""异议 from outside: the form, and what became of an objection, for whoever has its token."""

import secrets

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.exceptions import TooManyAttempts
from core.access import or_404
from core.exceptions import DomainError
from core.files.formats import shortened
from core.files.uploads import skipped_upload
from results import selectors, services
from results.forms.objections import ObjectionForm
from results.models import Objection, Publicity, Result
from results.permissions import can_object, can_see_objection

SAID = ("kind", "name", "phone", "unit_name", "entry", "about", "body", "files", "letter", "submission")


@login_not_required
@never_cache
@sensitive_post_parameters("name", "phone", "about", "body")
@require_http_methods(["GET", "HEAD", "POST"])
def objection_new(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, also when the period is over: what comes late is kept. A refused one keeps what was typed."""
    result = get_object_or_404(Result.objects.select_related("edition", "round"), pk=pk)
    or_404(can_object(request.user, result))
    period = selectors.last_period(result)
    if request.method != "POST":
        return _form_page(request, result, period, ObjectionForm(initial=_fresh(), period=period))
    skipped = skipped_upload(request)
    form = ObjectionForm(request.POST, request.FILES, period=period)
    if skipped is not None:
        form.add_error("files", f"“{shortened(skipped)}”太大，没有接收；每份最大 20 MB，请压缩后再上传。")
    if not form.is_valid():
        return _form_page(request, result, period, form, status=422)
    said = {name: form.cleaned_data[name] for name in SAID}
    address = str(request.META.get("REMOTE_ADDR", ""))
    try:
        objection = services.lodge_objection(result=result, **said, address=address, now=timezone.now())
    except DomainError as refused:
        form.refuse(refused)
        status = 429 if isinstance(refused, TooManyAttempts) else 422
        return _form_page(request, result, period, form, status=status)
    return redirect(reverse("objection_state", args=[objection.token]) + "?received=1")


@login_not_required
@never_cache
@require_safe
def objection_state(request: HttpRequest, token: str) -> HttpResponse:
    """Receipt, state and answers: no name, no phone, nothing of what was written."""
    found = Objection.objects.select_related("result__edition", "publicity").defer("name", "phone", "about", "body")
    objection = get_object_or_404(found, token=token)
    or_404(can_see_objection(request.user, objection))
    steps = [step for step in objection.steps.defer("note") if step.answer]
    context = {
        "objection": objection,
        "result": objection.result,
        "edition": objection.result.edition,
        "steps": steps,
        "is_new": "received" in request.GET,
        "address": request.build_absolute_uri(request.path),
    }
    response = render(request, "results/objection_state.html", context)
    # A browser that tells no referrer tells no origin either: the page holds no form, its token stays where it is.
    response["Referrer-Policy"] = "no-referrer"
    return _unlisted(response)


def _form_page(
    request: HttpRequest, result: Result, period: Publicity | None, form: ObjectionForm, *, status: int = 200
) -> HttpResponse:
    if isinstance(form.data, QueryDict) and not form.data.get("submission"):
        form.data = {**form.data.dict(), **_fresh()}
    context = {
        "result": result,
        "edition": result.edition,
        "period": period,
        "is_over": period is not None and period.closes_at <= timezone.now(),
        "form": form,
    }
    return _unlisted(render(request, "results/objection_new.html", context, status=status))


def _fresh() -> dict[str, str]:
    return {"submission": secrets.token_urlsafe(24)}


def _unlisted(response: HttpResponse) -> HttpResponse:
    """No search engine keeps these pages."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
