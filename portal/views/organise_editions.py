"""An edition's settings, its state, and the next edition made from it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Role, User
from accounts.permissions import has_role
from core.access import or_404
from core.exceptions import ConflictError
from core.models import Edition
from portal.exceptions import EditionRefused
from portal.forms import EditionSettingsForm, NextEditionForm
from portal.selectors.editions import closing_blockers
from portal.services.editions import MOVES, change_edition, details_mark, set_edition_state
from portal.services.next_edition import copyable, create_next_edition

State = Edition.State
# What each state means and the act that leads there.
STATES = {
    State.PREPARING: ("公众首页和往届页面都不列出本届，办公室照常工作。", ""),
    State.RUNNING: ("公众首页列出本届：通知、截止时间、公告和结果。", "开始"),
    State.CLOSED: ("本届移到往届，结果、规则和作品照原样供人查看；证书仍可查验。", "结束本届"),
}


@require_http_methods(["GET", "POST"])
def organise_edition_settings(request: HttpRequest, slug: str) -> HttpResponse:
    edition = _edition(request, slug)
    form = EditionSettingsForm(request.POST if request.method == "POST" else None, edition=edition)
    if form.is_valid():
        try:
            change_edition(
                edition=edition,
                details=form.details(),
                seen=form.cleaned_data["seen"],
                actor=_actor(request),
                now=timezone.now(),
            )
        except ConflictError as conflict:
            form.add_error(None, conflict.message)
            typed = request.POST.copy()
            typed["seen"] = details_mark(_edition(request, slug))
            form.data = typed
        except EditionRefused as refused:
            form.add_error(refused.field or None, refused.message)
        else:
            messages.success(request, "已保存。")
            return redirect("organise_edition_settings", slug)
    return _settings_page(request, edition, form)


@require_POST
def organise_edition_state(request: HttpRequest, slug: str) -> HttpResponse:
    edition = _edition(request, slug)
    try:
        changed = set_edition_state(
            edition=edition, state=request.POST.get("state", ""), actor=_actor(request), now=timezone.now()
        )
    except EditionRefused as refused:
        messages.error(request, refused.message)
        return _settings_page(request, edition, EditionSettingsForm(edition=edition), status=422)
    messages.success(request, f"本届现在是“{changed.get_state_display()}”。")
    return redirect("organise_edition_settings", slug)


@require_http_methods(["GET", "POST"])
def organise_edition_next(request: HttpRequest, slug: str) -> HttpResponse:
    """What will be copied, to be ticked; a POST makes the edition."""
    edition = _edition(request, slug)
    form = NextEditionForm(request.POST if request.method == "POST" else None, edition=edition, found=copyable(edition))
    if form.is_valid():
        try:
            made = create_next_edition(
                source=edition,
                year=form.cleaned_data["year"],
                title=form.cleaned_data["title"],
                slug=form.cleaned_data["slug"],
                chosen=form.chosen(),
                actor=_actor(request),
                now=timezone.now(),
            )
        except EditionRefused as refused:
            form.add_error(refused.field or None, refused.message)
        else:
            messages.success(request, f"已建立“{made.title}”。请先定下各项时间，再发布通知。")
            return redirect("organise_edition", made.slug)
    context = {"edition": edition, "here": "next", "form": form}
    return render(request, "portal/organise_edition_next.html", context, status=422 if form.errors else 200)


def _settings_page(
    request: HttpRequest, edition: Edition, form: EditionSettingsForm, status: int = 200
) -> HttpResponse:
    edition = get_object_or_404(Edition, pk=edition.pk)
    following = [(state, *STATES[state]) for state in State if state in MOVES[State(edition.state)]]
    reopens = edition.state == State.CLOSED
    context = {
        "edition": edition,
        "here": "edition",
        "form": form,
        "states": [(state.label, words, state == edition.state) for state, (words, _) in STATES.items()],
        "moves": [(state.value, state.label, "重新打开" if reopens else act) for state, _, act in following],
        "blockers": closing_blockers(edition) if edition.state == State.RUNNING else [],
    }
    page = "portal/organise_edition_settings.html"
    return render(request, page, context, status=422 if form.errors else status)


def _edition(request: HttpRequest, slug: str) -> Edition:
    edition = get_object_or_404(Edition, slug=slug)
    or_404(has_role(request.user, edition, Role.ORGANISER))
    return edition


def _actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # LoginRequiredMiddleware
    return request.user
