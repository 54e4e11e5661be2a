"""A contest's set-up: the guardians' consent text in its versions, and the call for entries."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from contest.exceptions import ContestRefused, SettingRefused
from contest.forms.settings import CallForm, ConsentTextForm, retype, show_conflict, show_refusal
from contest.models import Contest, Contestant
from contest.selectors.calls import call_blockers
from contest.services import calls as services
from contest.services.consent_texts import latest_consent_text, publish_consent_text
from contest.services.defaults import call_draft
from contest.views.loading import actor_of, load_contest
from contest.views.organise_settings import settings_page
from core.exceptions import ConflictError


@require_http_methods(["GET", "POST"])
def consent_text(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The text of today to make a new version of; `?version=` shows an earlier one as it was agreed to."""
    contest = load_contest(request, slug, pk)
    shown = request.GET.get("version", "")
    if shown:
        text = get_object_or_404(
            contest.consent_texts, version=int(shown) if shown.isdecimal() and len(shown) < 6 else 0
        )
        return render(request, "contest/settings_consent_version.html", settings_page(contest, "consent", text=text))
    last = latest_consent_text(contest)
    form = ConsentTextForm(request.POST if request.method == "POST" else None, last=last)
    if form.is_valid():
        try:
            text = publish_consent_text(
                contest=contest, **form.cleaned_data, actor=actor_of(request), now=timezone.now()
            )
        except SettingRefused as refused:
            show_refusal(form, refused.message, refused.field)
            retype(form, "seen_version", str(last.version if last else 0))
        else:
            messages.success(request, f"第 {text.version} 版已发布，此后由监护人阅读和同意的就是这一版。")
            return redirect("organise_settings_consent", slug, pk)
    versions = contest.consent_texts.select_related("created_by").order_by("-version")
    agreed = Contestant.objects.filter(contest=contest).exclude(guardian_consent_text=None)
    counts: dict[int, int] = {}
    for version in agreed.values_list("guardian_consent_text__version", flat=True):
        counts[version] = counts.get(version, 0) + 1
    context = settings_page(contest, "consent", form=form, versions=versions, counts=counts)
    return render(request, "contest/settings_consent.html", context)


@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The call's text with its preview, and what it still lacks."""
    contest = load_contest(request, slug, pk)
    draft = "" if contest.call_text else call_draft(contest)
    form = CallForm(request.POST if request.method == "POST" else None, contest=contest, draft=draft)
    if form.is_valid():
        try:
            services.change_call(
                contest=contest,
                text=form.cleaned_data["text"],
                actor=actor_of(request),
                now=timezone.now(),
                seen=form.cleaned_data["seen"],
            )
        except ConflictError as conflict:
            contest = load_contest(request, slug, pk)
            show_conflict(form, conflict.message, stored={}, seen=contest.call_text)
        except SettingRefused as refused:
            show_refusal(form, refused.message, refused.field)
        else:
            messages.success(
                request, "已保存，大家看到的通知已经更新。" if contest.call_published_at else "已保存，预览在下面。"
            )
            return redirect("organise_settings_call", slug, pk)
    return _call_page(request, contest, form)


@require_POST
def call_publish(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    contest = load_contest(request, slug, pk)
    try:
        services.publish_call(contest=contest, actor=actor_of(request), now=timezone.now())
    except ContestRefused as refused:
        messages.error(request, refused.message)
        return redirect("organise_settings_call", slug, pk)
    messages.success(request, "通知已发布，公众首页可以看到。")
    return redirect("organise_contest", slug, pk)


@require_POST
def call_withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    contest = load_contest(request, slug, pk)
    try:
        services.withdraw_call(contest=contest, actor=actor_of(request), now=timezone.now())
    except ContestRefused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "通知已撤回，不能再据此报名；已有的报名不变。")
    return redirect("organise_settings_call", slug, pk)


def _call_page(request: HttpRequest, contest: Contest, form: CallForm) -> HttpResponse:
    missing = call_blockers(contest, timezone.now())
    context = settings_page(contest, "call", form=form, missing=missing)
    return render(request, "contest/settings_call.html", context)
