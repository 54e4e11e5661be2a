"""A selection's set-up: basics, the call, and winners of earlier years."""

from collections.abc import Sequence
from dataclasses import asdict

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.exceptions import ConflictError
from core.files.naming import name_by_rule
from core.spreadsheets import Fault, WorkbookRefused
from core.spreadsheets.writing import XLSX_TYPE
from works.exceptions import SettingRefused, WorkRefused
from works.forms.office import BasicsForm, CallForm, FormerUploadForm, show_conflict, show_refusal
from works.models import Selection
from works.selectors.calls import call_blockers
from works.services import calls as call_services
from works.services.defaults import call_draft
from works.services.file_names import EXAMPLE, file_name_fault
from works.services.former_winners import add_former_winners, remove_former_winner
from works.services.selections import basics_mark, basics_of, change_selection
from works.spreadsheets.former_winners import former_winners_template, read_former_winners
from works.views.office_loading import actor_of, load_former_winner, load_selection, settings_page

PAGE = 50
MOST_FAULTS_SHOWN = 200


@require_http_methods(["GET", "POST"])
def basics(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    selection = load_selection(request, slug, pk)
    form = BasicsForm(request.POST if request.method == "POST" else None, selection=selection)
    if form.is_valid():
        try:
            change_selection(
                selection=selection,
                basics=form.basics(),
                actor=actor_of(request),
                now=timezone.now(),
                seen=form.cleaned_data["seen"] or None,
            )
        except ConflictError as conflict:
            stored = load_selection(request, slug, pk)
            show_conflict(form, conflict.message, stored=asdict(basics_of(stored)), seen=basics_mark(stored))
        except SettingRefused as refused:
            show_refusal(form, refused.message, refused.field)
        else:
            messages.success(request, "已保存。")
            return redirect("organise_selection_settings", slug, pk)
    rule = str(form["file_name_rule"].value() or "")
    example = "" if file_name_fault(rule) else name_by_rule(rule, EXAMPLE, extension="pdf")
    context = settings_page(selection, "basics", form=form, example=example)
    return render(request, "works/settings_basics.html", context)


@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The call's text with its preview, and what it still lacks."""
    selection = load_selection(request, slug, pk)
    draft = "" if selection.call_text else call_draft(selection)
    form = CallForm(request.POST if request.method == "POST" else None, selection=selection, draft=draft)
    if form.is_valid():
        try:
            call_services.change_call(
                selection=selection,
                text=form.cleaned_data["text"],
                actor=actor_of(request),
                now=timezone.now(),
                seen=form.cleaned_data["seen"],
            )
        except ConflictError as conflict:
            selection = load_selection(request, slug, pk)
            show_conflict(form, conflict.message, stored={}, seen=selection.call_text)
        except SettingRefused as refused:
            show_refusal(form, refused.message, refused.field)
        else:
            told = "已保存，大家看到的通知已经更新。" if selection.call_published_at else "已保存，预览在下面。"
            messages.success(request, told)
            return redirect("organise_selection_call", slug, pk)
    missing = call_blockers(selection, timezone.now())
    return render(request, "works/settings_call.html", settings_page(selection, "call", form=form, missing=missing))


@require_POST
def call_publish(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    selection = load_selection(request, slug, pk)
    try:
        call_services.publish_call(selection=selection, actor=actor_of(request), now=timezone.now())
    except WorkRefused as refused:
        messages.error(request, refused.message)
        return redirect("organise_selection_call", slug, pk)
    messages.success(request, "通知已发布，公众首页可以看到。")
    return redirect("organise_selection", slug, pk)


@require_POST
def call_withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    selection = load_selection(request, slug, pk)
    try:
        call_services.withdraw_call(selection=selection, actor=actor_of(request), now=timezone.now())
    except WorkRefused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "通知已撤回，不能再据此申报；已有的作品不变。")
    return redirect("organise_selection_call", slug, pk)


@require_http_methods(["GET", "POST"])
def former_winners(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The list; an uploaded workbook adds all its lines or none."""
    selection = load_selection(request, slug, pk)
    if request.method != "POST":
        return _former_page(request, selection, FormerUploadForm())
    form = FormerUploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _former_page(request, selection, form)
    file = form.cleaned_data["file"]
    try:
        read = read_former_winners(file)
        if read.faults:
            return _former_page(request, selection, FormerUploadForm(), faults=read.faults, file_name=str(file.name))
        added, known = add_former_winners(
            selection=selection, lines=read.lines, actor=actor_of(request), now=timezone.now()
        )
    except (WorkbookRefused, WorkRefused) as refused:
        show_refusal(form, refused.message, "file")
        return _former_page(request, selection, form)
    already = f"，{known} 件早已在名单中" if known else ""
    messages.success(request, f"已加入 {added} 件{already}。")
    return redirect("organise_former_winners", slug, pk)


@require_safe
def former_template(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    load_selection(request, slug, pk)
    name = "%E5%BE%80%E5%B1%8A%E8%8E%B7%E5%A5%96%E4%BD%9C%E5%93%81.xlsx"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return HttpResponse(former_winners_template(), content_type=XLSX_TYPE, headers=headers)


@require_POST
def former_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    winner = load_former_winner(request, slug, pk)
    remove_former_winner(winner=winner, actor=actor_of(request), now=timezone.now())
    messages.success(request, f"已把《{winner.title}》移出名单。")
    return redirect("organise_former_winners", slug, winner.selection_id)


def _former_page(
    request: HttpRequest,
    selection: Selection,
    form: FormerUploadForm,
    *,
    faults: Sequence[Fault] = (),
    file_name: str = "",
) -> HttpResponse:
    page = Paginator(selection.former_winners.order_by("pk"), PAGE).get_page(request.GET.get("page"))
    context = settings_page(
        selection,
        "former",
        form=form,
        page=page,
        faults=faults[:MOST_FAULTS_SHOWN],
        fault_count=len(faults),
        file_name=file_name,
    )
    return render(request, "works/settings_former.html", context)
