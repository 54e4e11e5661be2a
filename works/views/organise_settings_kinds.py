"""A selection's set-up: its kinds, what they ask, and the files that they want."""

from dataclasses import asdict

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.exceptions import ConflictError
from works.exceptions import SettingRefused, WorkRefused
from works.forms.office import (
    AskedFieldsForm,
    KindForm,
    NewKindForm,
    RequirementForm,
    show_conflict,
    show_refusal,
)
from works.services import kinds as kind_services
from works.services import requirements as requirement_services
from works.views.office_loading import actor_of, load_kind, load_requirement, load_selection, settings_page


@require_http_methods(["GET", "POST"])
def kinds(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The kinds with their limits; a group of the rules that is none yet can be made one."""
    selection = load_selection(request, slug, pk)
    free = kind_services.free_groups(selection)
    form = NewKindForm(request.POST if request.method == "POST" else None, groups=free)
    if form.is_valid():
        try:
            made = kind_services.add_kind(
                selection=selection, **form.cleaned_data, actor=actor_of(request), now=timezone.now()
            )
        except SettingRefused as refused:
            show_refusal(form, refused.message, refused.field)
        else:
            messages.success(request, f"已增加“{made.title}”，请核对要求和材料。")
            return redirect("organise_work_kind", slug, made.pk)
    rows = selection.kinds.annotate(work_count=Count("works")).order_by("order", "pk")
    context = settings_page(selection, "kinds", form=form, rows=rows, free=free)
    return render(request, "works/settings_kinds.html", context)


@require_http_methods(["GET", "POST"])
def kind(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    row = load_kind(request, slug, pk)
    form = KindForm(request.POST if request.method == "POST" else None, kind=row)
    if form.is_valid():
        try:
            kind_services.change_kind(
                kind=row,
                settings=form.settings(),
                actor=actor_of(request),
                now=timezone.now(),
                seen=form.cleaned_data["seen"] or None,
            )
        except ConflictError as conflict:
            stored = load_kind(request, slug, pk)
            values = asdict(kind_services.settings_of(stored))
            show_conflict(form, conflict.message, stored=values, seen=kind_services.kind_mark(stored))
        except SettingRefused as refused:
            show_refusal(form, refused.message, refused.field)
        else:
            messages.success(request, "已保存。")
            return redirect("organise_selection_kinds", slug, row.selection_id)
    return render(request, "works/settings_kind.html", settings_page(row.selection, "kinds", form=form, kind=row))


@require_POST
def kind_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    row = load_kind(request, slug, pk)
    try:
        kind_services.remove_kind(kind=row, actor=actor_of(request), now=timezone.now())
    except WorkRefused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, f"已删除“{row.title}”。")
    return redirect("organise_selection_kinds", slug, row.selection_id)


@require_http_methods(["GET", "POST"])
def kind_fields(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    row = load_kind(request, slug, pk)
    form = AskedFieldsForm(request.POST if request.method == "POST" else None, kind=row)
    if form.is_valid():
        kind_services.change_asked_fields(kind=row, codes=form.chosen(), actor=actor_of(request), now=timezone.now())
        messages.success(request, "已保存。")
        return redirect("organise_work_fields", slug, pk)
    return render(request, "works/settings_fields.html", settings_page(row.selection, "kinds", form=form, kind=row))


@require_safe
def files(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The files that each kind asks for, in their order."""
    selection = load_selection(request, slug, pk)
    rows = [
        (each, list(each.file_requirements.annotate(file_count=Count("files__work", distinct=True))))
        for each in selection.kinds.order_by("order", "pk")
    ]
    return render(request, "works/settings_files.html", settings_page(selection, "files", rows=rows))


@require_http_methods(["GET", "POST"])
def file_new(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    row = load_kind(request, slug, pk)
    form = RequirementForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = requirement_services.add_requirement(
                kind=row, settings=form.settings(), actor=actor_of(request), now=timezone.now()
            )
        except SettingRefused as refused:
            show_refusal(form, refused.message, refused.field)
        else:
            messages.success(request, f"已加上“{made.title}”。")
            return redirect("organise_selection_files", slug, row.selection_id)
    return render(request, "works/settings_file.html", settings_page(row.selection, "files", form=form, kind=row))


@require_http_methods(["GET", "POST"])
def file_change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    requirement = load_requirement(request, slug, pk)
    row = requirement.kind
    form = RequirementForm(request.POST if request.method == "POST" else None, requirement=requirement)
    if form.is_valid():
        try:
            requirement_services.change_requirement(
                requirement=requirement, settings=form.settings(), actor=actor_of(request), now=timezone.now()
            )
        except SettingRefused as refused:
            show_refusal(form, refused.message, refused.field)
        else:
            messages.success(request, "已保存。")
            return redirect("organise_selection_files", slug, row.selection_id)
    context = settings_page(row.selection, "files", form=form, kind=row, requirement=requirement)
    return render(request, "works/settings_file.html", context)


@require_POST
def file_move(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    requirement = load_requirement(request, slug, pk)
    requirement_services.move_requirement(
        requirement=requirement, up=request.POST.get("to") == "up", actor=actor_of(request), now=timezone.now()
    )
    return redirect("organise_selection_files", slug, requirement.kind.selection_id)


@require_POST
def file_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    requirement = load_requirement(request, slug, pk)
    try:
        requirement_services.remove_requirement(requirement=requirement, actor=actor_of(request), now=timezone.now())
    except WorkRefused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, f"已删去“{requirement.title}”。")
    return redirect("organise_selection_files", slug, requirement.kind.selection_id)
