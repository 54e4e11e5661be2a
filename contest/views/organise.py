"""The organiser's overview of a contest, and a new contest."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from contest import selectors
from contest.exceptions import SettingRefused
from contest.forms import ContestForm
from contest.forms.settings import show_refusal
from contest.models import Contest, Contestant
from contest.services.contests import copy_contest, create_contest
from contest.views.loading import actor_of, load_contest, load_edition
from core.models import Edition


@require_safe
def organise_contest(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """讲解大赛: its course, and for each group what to do next and what stands in the way."""
    contest = load_contest(request, slug, pk)
    states = selectors.group_states(contest)
    course = selectors.contest_course(contest, states, timezone.now())
    context = {
        "edition": contest.edition,
        "here": "contest",
        "contest": contest,
        "groups": [(state, course.counts.get(state.group.pk, {})) for state in states],
        "statuses": Contestant.Status.choices,
        "course": course,
        "is_new": not course.counts and contest.call_published_at is None,
    }
    return render(request, "contest/organise_contest.html", context)


@require_http_methods(["GET", "POST"])
def contest_new(request: HttpRequest, slug: str) -> HttpResponse:
    """A contest from a preset or after an earlier one; its page then says what comes next."""
    edition = load_edition(request, slug)
    actor = actor_of(request)
    number = edition.contests.count() + 1
    initial = {
        "title": f"{edition.year} 年科普讲解大赛",
        "slug": "jiangjie" if number == 1 else f"jiangjie-{number}",
    }
    typed = request.POST if request.method == "POST" else None
    form = ContestForm(typed, sources=selectors.contests_to_copy(actor), initial=initial)
    if form.is_valid():
        try:
            contest = _make_contest(edition, form.cleaned_data, actor)
        except SettingRefused as refused:
            show_refusal(form, refused.message, refused.field)
        else:
            messages.success(request, f"“{contest.title}”已建立，下一步是定下报名时间。")
            return redirect("organise_contest", slug, contest.pk)
    return render(request, "contest/contest_new.html", {"edition": edition, "here": "contest", "form": form})


def _make_contest(edition: Edition, wanted: dict[str, Any], actor: User) -> Contest:
    source = wanted.pop("source", None)
    if source is None:
        return create_contest(edition=edition, **wanted, actor=actor, now=timezone.now())
    named = {name: wanted[name] for name in ("title", "slug", "first_day")}
    return copy_contest(source=source, edition=edition, **named, actor=actor, now=timezone.now())
