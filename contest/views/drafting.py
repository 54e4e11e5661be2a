"""A registration's form as it comes from a browser: kept by its button or by the page's own script; printed."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from contest import services
from contest.exceptions import StaleRegistration
from contest.forms.registration import RegistrationForm
from contest.models import Contestant
from contest.views.loading import actor_of
from core.exceptions import DomainError

# More than anybody writes into a registration form; whatever is longer was not typed by a person.
MOST_TYPED = 20_000


def keep_typed(request: HttpRequest, contestant: Contestant, form: RegistrationForm) -> Contestant:
    """Save what was typed as the draft. Refuses (DomainError) what no person types, and what save_draft refuses."""
    typed = form.typed()
    if sum(map(len, typed.values())) > MOST_TYPED:
        raise DomainError("填写的内容太长，没有保存。请缩短个人简介等较长的项目。")
    return services.save_draft(
        contestant=contestant,
        typed=typed,
        base_version=_version(request.POST.get("base_version", "")),
        actor=actor_of(request),
        now=timezone.now(),
    )


def autosave_answer(request: HttpRequest, contestant: Contestant) -> JsonResponse:
    """The same for the page's own script: what was kept, as JSON; 409 where it was not, and why."""
    form = RegistrationForm(request.POST, contest=contestant.contest)
    try:
        saved = keep_typed(request, contestant, form)
    except StaleRegistration as stale:
        return JsonResponse({"state": "conflict", "message": stale.message, "version": stale.version}, status=409)
    except DomainError as refused:
        return JsonResponse({"state": "refused", "message": refused.message}, status=409)
    return JsonResponse({"state": "saved", "version": saved.version, "at": f"{timezone.localtime():%H:%M}"})


def printed_page(request: HttpRequest, contestant: Contestant, *, back: str) -> HttpResponse:
    """报名表 filled in as typed so far, to print, sign, stamp and scan; `back` is the registration's own page."""
    form = RegistrationForm.of(contestant)
    long = {f"details.{each.spec.code}" for each in form.asked if each.spec.kind == "long"}
    labels = {str(form.fields[name].label) for name in long}
    shown = form.shown()
    context = {
        "own": contestant,
        "back": back,
        "rows": [row for row in shown if row[0] not in labels],
        "texts": [row for row in shown if row[0] in labels],
        "printed_at": timezone.now(),
    }
    return render(request, "contest/my_registration_form.html", context)


def _version(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
