"""A contest's set-up: basics, groups with their quotas, and the fields that registrations are asked."""

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from contest.exceptions import SettingRefused
from contest.forms.settings import AskedFieldsForm, BasicsForm, GroupsForm, show_conflict, show_refusal
from contest.models import Contest
from contest.services.contests import basics_mark, basics_of, change_contest
from contest.services.file_names import EXAMPLE, file_name_fault
from contest.services.settings import change_asked_fields, change_groups, groups_mark
from contest.views.loading import actor_of, load_contest
from core.exceptions import ConflictError
from core.files.naming import name_by_rule


@require_http_methods(["GET", "POST"])
def basics(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    contest = load_contest(request, slug, pk)
    form = BasicsForm(request.POST if request.method == "POST" else None, contest=contest)
    if form.is_valid():
        wanted = form.basics()
        try:
            change_contest(
                contest=contest, basics=wanted, actor=actor_of(request), now=timezone.now(), seen=_seen(form)
            )
        except ConflictError as conflict:
            stored = load_contest(request, slug, pk)
            show_conflict(form, conflict.message, stored=asdict(basics_of(stored)), seen=basics_mark(stored))
        except SettingRefused as refused:
            show_refusal(form, refused.message, refused.field)
        else:
            messages.success(request, "已保存。")
            return redirect("organise_settings", slug, pk)
    rule = str(form["file_name_rule"].value() or "")
    example = "" if file_name_fault(rule) else name_by_rule(rule, EXAMPLE, extension="pdf")
    return render(request, "contest/settings_basics.html", settings_page(contest, "basics", form=form, example=example))


@require_http_methods(["GET", "POST"])
def groups(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    contest = load_contest(request, slug, pk)
    form = GroupsForm(request.POST if request.method == "POST" else None, contest=contest)
    if form.is_valid():
        try:
            change_groups(
                contest=contest,
                groups=form.settings(),
                actor=actor_of(request),
                now=timezone.now(),
                seen=_seen(form),
            )
        except ConflictError as conflict:
            stored = GroupsForm(contest=contest)
            values = {name: field.initial for name, field in stored.fields.items() if name != "seen"}
            show_conflict(form, conflict.message, stored=values, seen=groups_mark(contest))
        except SettingRefused as refused:
            show_refusal(form, refused.message, refused.field)
        else:
            messages.success(request, "已保存。")
            return redirect("organise_settings_groups", slug, pk)
    return render(request, "contest/settings_groups.html", settings_page(contest, "groups", form=form))


@require_http_methods(["GET", "POST"])
def asked_fields(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    contest = load_contest(request, slug, pk)
    form = AskedFieldsForm(request.POST if request.method == "POST" else None, contest=contest)
    if form.is_valid():
        change_asked_fields(contest=contest, fields=form.chosen(), actor=actor_of(request), now=timezone.now())
        messages.success(request, "已保存。")
        return redirect("organise_settings_fields", slug, pk)
    return render(request, "contest/settings_fields.html", settings_page(contest, "fields", form=form))


def settings_page(contest: Contest, part: str, **more: Any) -> dict[str, Any]:
    """What every page of the set-up shows."""
    return {"edition": contest.edition, "here": "settings", "contest": contest, "part": part, **more}


def _seen(form: BasicsForm | GroupsForm) -> str | None:
    return form.cleaned_data["seen"] or None
