"""One registration in the organiser's hands: read, decided, corrected, written about."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contest import services
from contest.exceptions import RegistrationRefused, StaleRegistration
from contest.forms import LeaveForm
from contest.forms.review import BatchForm, NoteForm, OfficeRegistrationForm, RevealForm
from contest.models import Contestant
from contest.services.batches import Batch, BatchAct, carry_out_batch, usual_due_at
from contest.services.exports import record_reveal
from contest.services.notes import send_note
from contest.services.review_list import ListFilter, list_rows, registration_ids
from contest.services.review_sheet import registration_history, registration_materials, registration_sheet
from contest.views.loading import actor_of, load_contestant
from core.exceptions import DomainError

DECISIONS = (BatchAct.ACCEPT, BatchAct.RETURN, BatchAct.REFUSE)


@never_cache
@require_safe
def contestant(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Everything of a registration in reading order, and its neighbours in the list it was opened from."""
    return _page(request, load_contestant(request, slug, pk))


@never_cache
@require_POST
def reveal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The page with numbers in full, once the purpose is on record; they are in this answer only."""
    found = load_contestant(request, slug, pk)
    form = RevealForm(request.POST)
    if not form.is_valid():
        return _page(request, found, reveal_form=form)
    record_reveal(contestant=found, reason=form.cleaned_data["purpose"], actor=actor_of(request), now=timezone.now())
    return _page(request, found, full=True)


@require_POST
def decide(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Accept, return or refuse, then on to the next one of the list."""
    found = load_contestant(request, slug, pk)
    act = request.POST.get("act", "")
    if act not in BatchAct.values:
        return redirect(_address(found, ListFilter.of(request.GET)))
    form = BatchForm(request.POST, act=act, prefix=act)
    if not form.is_valid():
        return _page(request, found, forms={act: form})
    chosen = ListFilter.of(request.GET)
    following = _neighbours(found, chosen)[1] if act in DECISIONS and chosen.query else None
    version = request.POST.get("version", "")
    batch = Batch(
        act=BatchAct(act),
        seen={found.pk: int(version) if version.isdecimal() and len(version) < 10 else -1},
        reason=form.cleaned_data.get("reason", ""),
        due_at=form.cleaned_data.get("due_at"),
    )
    try:
        outcome = carry_out_batch(contest=found.contest, batch=batch, actor=actor_of(request), now=timezone.now())
    except DomainError as refused:
        form.add_error(None, refused.message)
        return _page(request, load_contestant(request, slug, pk), forms={act: form})
    for _, reason in outcome.refused:
        messages.error(request, f"{found.name or '这份报名'}没有办理：{reason}")
    if not outcome.done:
        return redirect(_address(found, chosen))
    messages.success(request, f"{found.name or '这份报名'}：{batch.act.label}，已办理。")
    if following is None:
        return redirect(_address(found, chosen))
    return redirect(_address(Contestant(pk=following, contest=found.contest), chosen))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Correct a registration. Numbers stay masked: a new one is typed over, an empty field keeps the old one."""
    found = load_contestant(request, slug, pk)
    form = OfficeRegistrationForm.of(found, request.POST if request.method == "POST" else None)
    version, conflict, differences = found.version, "", []
    if form.is_valid():
        try:
            services.change_contestant(
                contestant=found,
                registration=form.registration(),
                base_version=_version(request),
                actor=actor_of(request),
                now=timezone.now(),
            )
        except RegistrationRefused as refused:
            for field, message in refused.faults:
                form.add_error(field if field in form.fields else None, message)
        except StaleRegistration as stale:
            conflict, version = stale.message, stale.version
            differences = form.plain_differences(stale.stored, stale.typed)
        else:
            messages.success(request, "已保存。")
            return redirect(_address(found, ListFilter.of(request.GET)))
    form.keep_masked()
    context = {
        "edition": found.contest.edition,
        "here": "contestants",
        "contest": found.contest,
        "contestant": found,
        "form": form,
        "version": version,
        "conflict": conflict,
        "differences": differences,
        "query": ListFilter.of(request.GET).query,
    }
    return render(request, "contest/contestant_edit.html", context)


@require_POST
def note(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Write to whoever registered somebody."""
    found = load_contestant(request, slug, pk)
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            sent = send_note(
                contestant=found, body=form.cleaned_data["body"], actor=actor_of(request), now=timezone.now()
            )
        except DomainError as refused:
            form.add_error("body", refused.message)
        else:
            messages.success(request, f"留言已发给 {sent.told} 个账号。")
            return redirect(_address(found, ListFilter.of(request.GET)))
    return _page(request, found, note_form=form)


@require_POST
def leave(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The contestant withdraws, or is refused."""
    found = load_contestant(request, slug, pk)
    form = LeaveForm(request.POST)
    if not form.is_valid():
        return _page(request, found, leave_form=form)
    act = services.withdraw_contestant if form.cleaned_data["kind"] == "withdraw" else services.refuse_contestant
    act(contestant=found, reason=form.cleaned_data["reason"], actor=actor_of(request), now=timezone.now())
    messages.success(request, f"已登记{found.name}：{form.cleaned_data['reason']}。")
    return redirect(_address(found, ListFilter.of(request.GET)))


@never_cache
@require_POST
def account(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Open the contestant's account. The code is shown in the answer itself: nothing keeps it for a second request."""
    found = load_contestant(request, slug, pk)
    try:
        opened = services.open_participant_account(contestant=found, actor=actor_of(request), now=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("organise_contestant", slug, pk)
    if not opened.code:
        messages.success(request, f"已关联到{opened.user.name}原有的账号，请本人用原来的密码登录。")
        return redirect("organise_contestant", slug, pk)
    context = {
        "edition": found.contest.edition,
        "here": "contestants",
        "contestant": found,
        "person": opened.user,
        "code": opened.code,
        "link": f"{settings.PUBLIC_ORIGIN or request.build_absolute_uri('/')[:-1]}{reverse('reset_by_code')}",
    }
    return render(request, "contest/participant_code.html", context)


def _page(
    request: HttpRequest,
    found: Contestant,
    *,
    full: bool = False,
    forms: dict[str, BatchForm] | None = None,
    reveal_form: RevealForm | None = None,
    note_form: NoteForm | None = None,
    leave_form: LeaveForm | None = None,
) -> HttpResponse:
    chosen = ListFilter.of(request.GET)
    [row] = list_rows(found.contest, [found])
    before, after, place, count = _neighbours(found, chosen)
    due_at = timezone.localtime(usual_due_at(timezone.now()))
    acts = {act.value: BatchForm(act=act, prefix=act.value, initial={"due_at": due_at}) for act in BatchAct}
    context = {
        "edition": found.contest.edition,
        "here": "contestants",
        "contest": found.contest,
        "contestant": found,
        "row": row,
        "chosen": chosen,
        "query": f"?{chosen.query}" if chosen.query else "",
        "before": before,
        "after": after,
        "place": place,
        "count": count,
        "full": full,
        "sections": registration_sheet(found, full=full),
        "materials": registration_materials(found),
        "history": registration_history(found),
        "moves": {str(status) for status in Contestant.MOVES[Contestant.Status(found.status)]},
        "forms": acts | (forms or {}),
        "opened": next(iter(forms or {}), ""),
        "reveal_form": reveal_form or RevealForm(),
        "note_form": note_form or NoteForm(),
        "leave_form": leave_form or LeaveForm(),
        "appearances": found.appearances.select_related("entry__round").order_by("pk"),
        "finals": found.finals.select_related("result"),
    }
    return render(request, "contest/contestant.html", context)


def _neighbours(found: Contestant, chosen: ListFilter) -> tuple[int | None, int | None, int, int]:
    """Who stands before and after in the list it was opened from, its place there (0 if none), and how many there are.

    Who was just decided on is no longer in a list of the undecided: then the list's first is the next.
    """
    keys = registration_ids(found.contest, chosen)
    if found.pk not in keys:
        return None, keys[0] if keys else None, 0, len(keys)
    place = keys.index(found.pk)
    before = keys[place - 1] if place else None
    after = keys[place + 1] if place + 1 < len(keys) else None
    return before, after, place + 1, len(keys)


def _address(found: Contestant, chosen: ListFilter) -> str:
    address = reverse("organise_contestant", args=[found.contest.edition.slug, found.pk])
    return f"{address}?{chosen.query}" if chosen.query else address


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None
