"""The organiser's overview of a contest, a new contest, and a group's next round."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from contest import selectors, services
from contest.exceptions import ContestRefused
from contest.forms import ContestForm, RoundForm
from contest.views.loading import actor_of, load_contest, load_edition, load_group
from core.exceptions import DomainError
from scoring.services import create_panel


@require_safe
def organise_contest(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """讲解大赛: its course, and for each group what to do next and what stands in the way."""
    contest = load_contest(request, slug, pk)
    states = selectors.group_states(contest)
    context = {
        "edition": contest.edition,
        "here": "contest",
        "contest": contest,
        "states": states,
        "stages": selectors.stages(contest, states),
        "next": selectors.first_step(states),
    }
    return render(request, "contest/organise_contest.html", context)


@require_http_methods(["GET", "POST"])
def contest_new(request: HttpRequest, slug: str) -> HttpResponse:
    edition = load_edition(request, slug)
    form = ContestForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            contest = services.create_contest(
                edition=edition, **form.cleaned_data, actor=actor_of(request), now=timezone.now()
            )
        except ContestRefused as refused:
            form.add_error("slug", refused.message)
        else:
            messages.success(request, f"“{contest.title}”已建立，下一步是导入报名表。")
            return redirect("organise_contest", slug, contest.pk)
    return render(request, "contest/contest_new.html", {"edition": edition, "here": "contest", "form": form})


@require_http_methods(["GET", "POST"])
def round_new(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The group's next round, with a panel that is there or a new one."""
    group = load_group(request, slug, pk)
    count = group.group_rounds.count()
    suggested = f"{group.contest.title}{group.title}" + (f"第 {count + 1} 轮" if count else "")
    initial = {"title": suggested, "panel_title": f"{group.title}评委组"}
    form = RoundForm(request.POST if request.method == "POST" else None, group=group, initial=initial)
    if form.is_valid():
        try:
            panel = form.cleaned_data["panel"] or create_panel(
                edition=group.contest.edition, title=form.cleaned_data["panel_title"]
            )
            round = services.set_up_round(
                group=group, panel=panel, title=form.cleaned_data["title"], actor=actor_of(request), now=timezone.now()
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"“{round.title}”已建立，下一步是抽签排定出场顺序。")
            return redirect("organise_contest", slug, group.contest_id)
    context = {"edition": group.contest.edition, "here": "contest", "group": group, "form": form}
    return render(request, "contest/round_new.html", context)
