"""One registration of a unit: begun, kept as typed, handed in, taken back, withdrawn."""

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
from contest.selectors.open_calls import birth_words
from contest.selectors.units import registration_window
from contest.views.documents import registration_docx_response
from contest.views.drafting import autosave_answer, keep_typed, printed_page
from contest.views.loading import actor_of
from contest.views.materials import material_lines
from contest.views.unit_loading import Desk, load_desk, load_unit_entry
from core.exceptions import DomainError

Status = Contestant.Status


@require_http_methods(["GET", "POST"])
def unit_entry_new(request: HttpRequest, slug: str, unit: int, pk: int) -> HttpResponse:
    """A new draft, in the group that is chosen; the group can still be changed in it."""
    desk = load_desk(request, slug, unit)
    contest = desk.contest(pk)
    [own] = services.unit_groups(desk.unit, [contest]).values()
    if request.method == "POST":
        chosen = next((each.group for each in own if str(each.group.pk) == request.POST.get("group")), None)
        if chosen is None:
            messages.error(request, "请选择组别。")
            return redirect("unit_entry_new", slug, unit, pk)
        try:
            started = services.start_registration(
                contest=contest,
                group=chosen,
                channel=Contestant.Channel.UNIT,
                unit=desk.unit,
                owner=None,
                actor=actor_of(request),
                now=timezone.now(),
            )
        except DomainError as refused:
            messages.error(request, refused.message)
            return redirect("unit_home", slug, unit)
        return redirect("unit_entry", started.pk)
    window = registration_window(contest, timezone.now())
    groups = [(each, birth_words(each.group)) for each in own]
    context = {**desk.context("home"), "own_contest": contest, "groups": groups, "window": window}
    return render(request, "contest/unit_entry_new.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def unit_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """The registration form as typed so far, what is missing, the materials; or, once handed in, what was."""
    desk, entry = load_unit_entry(request, pk)
    if request.method != "POST":
        return _page(request, desk, entry, RegistrationForm.of(entry))
    form = RegistrationForm(request.POST, contest=entry.contest)
    try:
        saved = keep_typed(request, entry, form)
    except StaleRegistration as stale:
        # Unbound: what was typed is shown to be compared, not corrected.
        return _page(request, desk, entry, RegistrationForm(contest=entry.contest, initial=form.typed()), stale=stale)
    except DomainError as refused:
        return _page(request, desk, entry, form, error=refused.message)
    if request.POST.get("act") != "submit":
        messages.success(request, "草稿已保存，还没有提交。")
        return redirect("unit_entry", pk)
    return _submit(request, desk, saved, form)


@require_POST
def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Saving by the page's own script."""
    _, entry = load_unit_entry(request, pk)
    return autosave_answer(request, entry)


@require_POST
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    """撤回提交: a draft again, and its place is free."""
    _, entry = load_unit_entry(request, pk)
    try:
        services.recall_registration(contestant=entry, actor=actor_of(request), now=timezone.now())
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, f"已撤回{entry.name}的提交，可以修改后再提交。")
    return redirect("unit_entry", pk)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw away a draft that was never submitted."""
    desk, entry = load_unit_entry(request, pk)
    try:
        services.delete_draft(contestant=entry, actor=actor_of(request), now=timezone.now())
    except DomainError as refused:
        messages.error(request, refused.message)
        return redirect("unit_entry", pk)
    messages.success(request, f"已删除{entry.name or '这份'}草稿。")
    return redirect("unit_home", desk.edition.slug, desk.unit.pk)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit withdraws the contestant, for good."""
    desk, entry = load_unit_entry(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, desk, entry, RegistrationForm.of(entry), leave=form)
    try:
        services.withdraw_contestant(
            contestant=entry, reason=form.cleaned_data["reason"], actor=actor_of(request), now=timezone.now()
        )
    except DomainError as refused:
        form.add_error(None, refused.message)
        return _page(request, desk, entry, RegistrationForm.of(entry), leave=form)
    messages.success(request, f"{entry.name}已退出。")
    return redirect("unit_home", desk.edition.slug, desk.unit.pk)


@never_cache
@require_safe
def form_docx(request: HttpRequest, pk: int) -> HttpResponse:
    """The 报名表 filled in by the system, to print, sign and stamp."""
    _, entry = load_unit_entry(request, pk)
    return registration_docx_response(entry)


@never_cache
@require_safe
def form_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a page that prints."""
    _, entry = load_unit_entry(request, pk)
    return printed_page(request, entry, back=reverse("unit_entry", args=[pk]))


def _submit(request: HttpRequest, desk: Desk, saved: Contestant, form: RegistrationForm) -> HttpResponse:
    if not form.is_valid():
        error = "内容已保存为草稿，还没有提交：请改正标出的地方再提交。"
        return _page(request, desk, saved, form, error=error)
    try:
        services.submit_registration(
            contestant=saved,
            registration=form.registration(),
            base_version=saved.version,
            actor=actor_of(request),
            now=timezone.now(),
        )
    except RegistrationRefused as refused:
        for field, message in refused.faults:
            form.add_error(field if field in form.fields else None, message)
        return _page(request, desk, saved, form, error="内容已保存为草稿，还没有提交：请看标出的原因。")
    except DomainError as refused:
        return _page(request, desk, saved, form, error=refused.message)
    messages.success(request, f"{saved.name}的报名已提交，等待组委会审核。")
    return redirect("unit_home", desk.edition.slug, desk.unit.pk)


def _page(
    request: HttpRequest,
    desk: Desk,
    entry: Contestant,
    form: RegistrationForm,
    *,
    stale: StaleRegistration | None = None,
    error: str = "",
    leave: ReasonForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    materials = material_lines(entry)
    on_record = entry.id_index is not None or entry.decisions.exists() or any(line.material for line in materials)
    context = {
        **desk.context("home"),
        "own_contest": entry.contest,
        "entry": entry,
        "form": form,
        "faults": [(form[name], errors) for name, errors in form.errors.items() if name in form.fields],
        "groups": [(group, birth_words(group)) for group in form.groups],
        # What somebody typed stays on the page, even where it can be kept no more.
        "is_open": entry.status in Contestant.EDITABLE or form.is_bound or stale is not None,
        "can_hand_in": entry.status in Contestant.EDITABLE,
        "window": registration_window(entry.contest, now),
        "base_version": stale.version if stale else entry.version,
        "conflict": form.differences(stale.stored, stale.typed) if stale else [],
        "error": stale.message if stale else error,
        "missing": services.missing_items(entry) if entry.status not in Contestant.LEFT else [],
        "materials": materials,
        "shown": form.shown(),
        "decisions": entry.decisions.order_by("-pk"),
        "has_left": entry.status in Contestant.LEFT,
        "can_delete": entry.status == Status.DRAFT and not on_record,
        "leave": leave or ReasonForm(),
    }
    return render(request, "contest/unit_entry.html", context)
