"""One's own registration: typed, kept, handed in, taken back, given up."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contest import services
from contest.exceptions import RegistrationRefused, StaleRegistration
from contest.forms.registration import ReasonForm, RegistrationForm
from contest.models import Contestant
from contest.selectors import deadline_words
from contest.selectors.open_calls import birth_words
from contest.services import Registration
from contest.views.drafting import autosave_answer, keep_typed, printed_page
from contest.views.loading import actor_of
from contest.views.my_loading import due_at, late_message, load_own, next_step
from core.exceptions import DomainError

Status = Contestant.Status


@never_cache
@require_http_methods(["GET", "POST"])
def my_registration(request: HttpRequest, pk: int) -> HttpResponse:
    """The form as typed so far; once handed in, what was, with its state and what comes next."""
    own = load_own(request, pk)
    if request.method == "POST":
        return _submit_stored(request, own) if request.POST.get("act") == "submit_stored" else _save(request, own)
    if own.status in Contestant.EDITABLE:
        return _form_page(request, own, RegistrationForm.of(own))
    return _state_page(request, own)


@require_POST
def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as saving, for the page's own script: what was kept, as JSON; 409 where it was not, and why."""
    return autosave_answer(request, load_own(request, pk))


@require_POST
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    """撤回提交, to change something before the deadline."""
    own = load_own(request, pk)
    try:
        services.recall_registration(contestant=own, actor=actor_of(request), now=timezone.now())
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "已撤回，现在是草稿。改好后请记得重新提交。")
    return redirect("my_registration", pk)


@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """不参加了: a draft that was never submitted goes without a trace, anything else with a reason, for good."""
    own = load_own(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and request.POST.get("act") == "delete":
        return _delete(request, own)
    if form.is_valid():
        try:
            services.withdraw_contestant(
                contestant=own, reason=form.cleaned_data["reason"], actor=actor_of(request), now=timezone.now()
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"已办理退出：{own.name or '这份报名'}。")
            return redirect("my_home")
    on_record = own.id_index is not None or own.decisions.exists() or own.materials.exists()
    context = {"own": own, "form": form, "may_delete": own.status == Status.DRAFT and not on_record}
    return render(request, "contest/my_withdraw.html", context)


@never_cache
@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """报名回执: the number, when it came in, and what comes next."""
    own = load_own(request, pk)
    if own.submitted_at is None:
        return redirect("my_registration", pk)
    missing = services.missing_items(own) if own.status not in Contestant.LEFT else []
    context = {"own": own, "missing": missing, "step": next_step(own, missing, timezone.now())}
    return render(request, "contest/my_receipt.html", context)


@never_cache
@require_safe
def printed_form(request: HttpRequest, pk: int) -> HttpResponse:
    """报名表 filled in as typed so far, to print, sign, stamp and scan."""
    return printed_page(request, load_own(request, pk), back=reverse("my_registration", args=[pk]))


def _save(request: HttpRequest, own: Contestant) -> HttpResponse:
    form = RegistrationForm(request.POST, contest=own.contest)
    try:
        saved = keep_typed(request, own, form)
    except StaleRegistration as stale:
        return _conflict_page(request, own, form, stale)
    except DomainError as refused:
        form.add_error(None, refused.message)
        return _form_page(request, own, form, status=409)
    act = request.POST.get("act")
    if act == "submit":
        return _submit(request, saved, form)
    messages.success(request, "草稿已保存，还没有提交。")
    return redirect("my_materials" if act == "materials" else "my_registration", own.pk)


def _submit_stored(request: HttpRequest, own: Contestant) -> HttpResponse:
    """Hand in what is kept already, from the page of materials."""
    form = RegistrationForm(services.typed_values(own), contest=own.contest)
    return _submit(request, own, form)


def _submit(request: HttpRequest, own: Contestant, form: RegistrationForm) -> HttpResponse:
    if form.is_valid() and _handed_in(request, own, form, form.registration()):
        return redirect("my_receipt", own.pk)
    return _form_page(request, own, form)


def _handed_in(request: HttpRequest, own: Contestant, form: RegistrationForm, registration: Registration) -> bool:
    try:
        services.submit_registration(
            contestant=own,
            registration=registration,
            base_version=own.version,
            actor=actor_of(request),
            now=timezone.now(),
        )
    except RegistrationRefused as refused:
        for field, message in refused.faults:
            form.add_error(field if field in form.fields else None, message)
        return False
    except DomainError as refused:
        form.add_error(None, refused.message)
        return False
    return True


def _delete(request: HttpRequest, own: Contestant) -> HttpResponse:
    try:
        services.delete_draft(contestant=own, actor=actor_of(request), now=timezone.now())
    except DomainError as refused:
        messages.error(request, refused.message)
        return redirect("my_withdraw", own.pk)
    messages.success(request, "草稿已删除。")
    return redirect("my_home")


def _conflict_page(
    request: HttpRequest, own: Contestant, form: RegistrationForm, stale: StaleRegistration
) -> HttpResponse:
    """Both versions side by side; the form below holds what was typed here, so that nothing is lost (pitfall 20)."""
    kept = RegistrationForm(contest=own.contest, initial=form.typed())
    conflict = form.differences(stale.stored, stale.typed)
    return _form_page(request, own, kept, conflict=conflict, version=stale.version, status=409)


def _form_page(
    request: HttpRequest,
    own: Contestant,
    form: RegistrationForm,
    *,
    conflict: list[tuple[str, str, str]] | None = None,
    version: int | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    asked = services.asked_materials(own)
    missing = services.missing_items(own)
    context = {
        "own": own,
        "form": form,
        "faults": [(form[name], errors) for name, errors in form.errors.items() if name in form.fields],
        "groups": [(group, birth_words(group)) for group in form.groups],
        "conflict": conflict or [],
        "base_version": own.version if version is None else version,
        "asked": asked,
        "missing_materials": [item for item in missing if item.code.startswith("material.")],
        "late": late_message(own, now),
        "due_at": due_at(own),
        "deadline": deadline_words(own.contest, now),
        "may_edit": own.status in Contestant.EDITABLE,
    }
    return render(request, "contest/my_registration.html", context, status=status)


def _state_page(request: HttpRequest, own: Contestant) -> HttpResponse:
    now = timezone.now()
    missing = services.missing_items(own) if own.status not in Contestant.LEFT else []
    context = {
        "own": own,
        "shown": RegistrationForm.of(own).shown(),
        "materials": services.current_materials([own])[own.pk],
        "missing": missing,
        "lacks_material": any(item.code.startswith("material.") for item in missing),
        "step": next_step(own, missing, now),
        "decisions": own.decisions.order_by("-pk"),
        "may_recall": own.status == Status.SUBMITTED and not late_message(own, now),
        "has_left": own.status in Contestant.LEFT,
    }
    return render(request, "contest/my_registration_state.html", context)
