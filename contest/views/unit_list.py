"""推荐汇总表 of a unit: a page to print, and a workbook."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from contest import services
from contest.documents.unit_list import unit_list_lines, unit_list_workbook
from contest.models import Contest, Contestant
from contest.selectors.units import unit_entries
from contest.views.loading import actor_of
from contest.views.organise_contestants import XLSX
from contest.views.unit_loading import Desk, load_desk

Status = Contestant.Status
LISTED = (Status.SUBMITTED, Status.RETURNED, Status.ACCEPTED)


@require_safe
def unit_list(request: HttpRequest, slug: str, unit: int, pk: int) -> HttpResponse:
    """Who was submitted, in the unit's order, with ID numbers and phones masked."""
    desk = load_desk(request, slug, unit)
    contest = desk.contest(pk)
    entries, drafts = _entries(desk, contest)
    context = {
        **desk.context("list"),
        "own_contest": contest,
        "lines": unit_list_lines(entries, full=False),
        "drafts": drafts,
        "today": timezone.localdate(),
    }
    return render(request, "contest/unit_list.html", context)


@require_http_methods(["GET", "POST"])
def unit_list_xlsx(request: HttpRequest, slug: str, unit: int, pk: int) -> HttpResponse:
    """The same as a workbook; asked for by POST in full, which is recorded."""
    desk = load_desk(request, slug, unit)
    contest = desk.contest(pk)
    entries, _ = _entries(desk, contest)
    full = request.method == "POST"
    if full:
        services.record_export(
            contest=contest,
            count=len(entries),
            reason=f"{desk.unit.name}推荐汇总表，打印盖章",
            actor=actor_of(request),
            now=timezone.now(),
        )
    lines = unit_list_lines(entries, full=full)
    content = unit_list_workbook(desk.unit, contest, lines, on=timezone.localdate(), full=full)
    name = f"{contest.title}推荐汇总表-{desk.unit.name}.xlsx"
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": disposition})


def _entries(desk: Desk, contest: Contest) -> tuple[list[Contestant], int]:
    """Who is on the list, and how many drafts are not."""
    entries = list(unit_entries(desk.unit).filter(contest=contest).exclude(status__in=Contestant.LEFT))
    listed = [one for one in entries if one.status in LISTED]
    return listed, len(entries) - len(listed)
