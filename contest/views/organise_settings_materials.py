"""A contest's set-up: the materials that it asks for."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contest.exceptions import ContestRefused, SettingRefused
from contest.forms.settings import RequirementForm, show_refusal
from contest.services import requirements as services
from contest.views.loading import actor_of, load_contest, load_requirement
from contest.views.organise_settings import settings_page


@require_safe
def materials(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    contest = load_contest(request, slug, pk)
    rows = list(contest.material_requirements.annotate(file_count=Count("materials__contestant", distinct=True)))
    return render(request, "contest/settings_materials.html", settings_page(contest, "materials", rows=rows))


@require_http_methods(["GET", "POST"])
def material_new(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    contest = load_contest(request, slug, pk)
    form = RequirementForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = services.add_requirement(
                contest=contest, settings=form.settings(), actor=actor_of(request), now=timezone.now()
            )
        except ContestRefused as refused:
            show_refusal(form, refused.message, getattr(refused, "field", ""))
        else:
            messages.success(request, f"已加上“{made.title}”。")
            return redirect("organise_settings_materials", slug, pk)
    return render(request, "contest/settings_material.html", settings_page(contest, "materials", form=form))


@require_http_methods(["GET", "POST"])
def material(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    requirement = load_requirement(request, slug, pk)
    contest = requirement.contest
    form = RequirementForm(request.POST if request.method == "POST" else None, requirement=requirement)
    if form.is_valid():
        try:
            services.change_requirement(
                requirement=requirement, settings=form.settings(), actor=actor_of(request), now=timezone.now()
            )
        except SettingRefused as refused:
            show_refusal(form, refused.message, refused.field)
        else:
            messages.success(request, "已保存。")
            return redirect("organise_settings_materials", slug, contest.pk)
    context = settings_page(contest, "materials", form=form, requirement=requirement)
    return render(request, "contest/settings_material.html", context)


@require_POST
def material_move(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    requirement = load_requirement(request, slug, pk)
    services.move_requirement(
        requirement=requirement, up=request.POST.get("to") == "up", actor=actor_of(request), now=timezone.now()
    )
    return redirect("organise_settings_materials", slug, requirement.contest_id)


@require_POST
def material_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    requirement = load_requirement(request, slug, pk)
    try:
        services.remove_requirement(requirement=requirement, actor=actor_of(request), now=timezone.now())
    except ContestRefused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, f"已删去“{requirement.title}”。")
    return redirect("organise_settings_materials", slug, requirement.contest_id)
