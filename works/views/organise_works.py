"""The organiser's list of works: find, choose, export."""

from dataclasses import replace
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.exceptions import DomainError
from core.spreadsheets.writing import XLSX_TYPE
from works.engine.checks import LEVELS
from works.forms.screening import ScreeningAct
from works.models import Work
from works.selectors.calls import is_open
from works.services.draft_reminders import remind_drafts
from works.services.exports import record_export
from works.services.work_list import ListFilter, list_rows, list_works, matching, sorted_by
from works.spreadsheets.work_list import works_workbook
from works.views.office_loading import actor_of, load_selection_and_kinds, page_number

COLUMNS = (
    ("title", "作品"),
    ("kind", "类别"),
    ("unit", "单位"),
    ("status", "状态"),
    ("submitted", "提交时间"),
)


@require_safe
def works(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    selection, kinds = load_selection_and_kinds(request, slug, pk)
    chosen = ListFilter.of(request.GET)
    listed = list_works(selection, chosen, kinds=kinds, page=page_number(request))
    context = {
        "edition": selection.edition,
        "here": "works",
        "selection": selection,
        "chosen": chosen,
        "listed": listed,
        "chips": _chips(chosen, listed.statuses),
        "columns": _columns(chosen),
        "kinds": kinds.values(),
        "takes_paper": any(kind.paper_copies for kind in kinds.values()),
        "levels": [(level, label) for level, label in LEVELS.items()],
        "channels": Work.Channel.choices,
        "units": sorted(listed.units.items(), key=lambda unit: unit[1]),
        "acts": ScreeningAct.choices,
        "may_remind": chosen.status == Work.Status.DRAFT
        and bool(listed.rows)
        and selection.call_published_at is not None
        and selection.closes_at is not None
        and is_open(selection, timezone.now()),
    }
    return render(request, "works/organise_works.html", context)


@require_POST
def remind(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Remind everybody with a draft of the deadline."""
    selection, _ = load_selection_and_kinds(request, slug, pk)
    try:
        told = remind_drafts(selection=selection, actor=actor_of(request), now=timezone.now())
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, f"已提醒 {told} 人在截止之前提交。")
    address = reverse("organise_works", args=[selection.edition.slug, selection.pk])
    return redirect(f"{address}?status={Work.Status.DRAFT}")


@require_safe
def screening(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Where screening begins: the list of what waits for a decision."""
    selection, _ = load_selection_and_kinds(request, slug, pk)
    address = reverse("organise_works", args=[selection.edition.slug, selection.pk])
    return redirect(f"{address}?status={Work.Status.SUBMITTED}")


@require_http_methods(["GET", "POST"])
def export(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What the list shows as a workbook: without contacts for the asking, with them for a reason that is recorded."""
    selection, kinds = load_selection_and_kinds(request, slug, pk)
    contacts = request.method == "POST"
    chosen = ListFilter.of(request.GET)
    rows = list_rows(selection, sorted_by(matching(selection, chosen), chosen.sort), kinds=kinds)
    if chosen.level:
        rows = [row for row in rows if row.level == chosen.level]
    if contacts:
        try:
            record_export(
                selection=selection,
                count=len(rows),
                reason=request.POST.get("reason", ""),
                actor=actor_of(request),
                now=timezone.now(),
            )
        except DomainError as refused:
            messages.error(request, refused.message)
            return redirect("organise_works", slug, pk)
    content = works_workbook(rows, title=f"{selection.title}作品名单", contacts=contacts)
    response = HttpResponse(content, content_type=XLSX_TYPE)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{selection.title}作品名单.xlsx')}"
    return response


def _chips(chosen: ListFilter, counts: dict[str, int]) -> list[tuple[str, int, str, bool]]:
    """Label, number, address and whether it is the one that is shown."""
    chips = [("全部", sum(counts.values()), replace(chosen, status="").query, chosen.status == "")]
    for value, label in Work.Status.choices:
        if counts.get(value) or chosen.status == value:
            chips.append((label, counts.get(value, 0), replace(chosen, status=value).query, chosen.status == value))
    return chips


def _columns(chosen: ListFilter) -> list[tuple[str, str, str]]:
    """Heading, address that sorts by it, and the direction it is sorted in now."""
    found = []
    for name, label in COLUMNS:
        now = {name: "ascending", f"-{name}": "descending"}.get(chosen.sort, "")
        found.append((label, replace(chosen, sort=f"-{name}" if now == "ascending" else name).query, now))
    return found
