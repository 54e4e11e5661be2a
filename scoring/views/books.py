"""The rules of a round in words, and its result book as JSON, XLSX and a page to print."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from core.access import or_404
from scoring.documents import build_result_workbook, result_sheet_context
from scoring.models import Round, Snapshot
from scoring.permissions import can_organise, can_see_book, can_see_round
from scoring.selectors import latest_snapshot, result_book
from scoring.selectors.rulebooks import round_field, versions_of
from scoring.views.asking import asker
from scoring.views.loading import load_round
from scoring.views.rulebook_page import rules_context

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def rulebook(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """计分办法 of a round (pk of the round), for the organiser and, in his workspace, the supervisor."""
    round = load_round(slug, pk)
    or_404(can_see_round(asker(request), round))
    supervising = _supervising(request)
    may_edit = not supervising and can_organise(asker(request), round)
    newest = versions_of(round.rulebook).first()
    context = {
        "edition": round.edition,
        "here": "contest",
        "round": round,
        "may_edit": may_edit,
        "newer": newest if newest and newest.version > round.rulebook.version else None,
        **rules_context(round.rulebook, round_field(round), group=round.group),
        **supervising,
    }
    return render(request, "scoring/rulebook.html", context)


@require_safe
def book_json(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """`result-book.json` of the latest snapshot, or of `?snapshot=` number."""
    round, snapshot = _asked_snapshot(request, slug, pk)
    text = json.dumps(result_book(snapshot), ensure_ascii=False, indent=1, sort_keys=True)
    return _file(text, "application/json; charset=utf-8", round, snapshot, "json")


@require_safe
def book_xlsx(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """`result-book.xlsx`, in which every figure is a formula."""
    round, snapshot = _asked_snapshot(request, slug, pk)
    return _file(build_result_workbook(result_book(snapshot)), XLSX, round, snapshot, "xlsx")


@require_safe
def book_print(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The result sheet with its signature rows."""
    _, snapshot = _asked_snapshot(request, slug, pk)
    return render(request, "scoring/book_print.html", result_sheet_context(result_book(snapshot)))


def _asked_snapshot(request: HttpRequest, slug: str, pk: int) -> tuple[Round, Snapshot]:
    round = load_round(slug, pk)
    or_404(can_see_book(asker(request), round))
    number = request.GET.get("snapshot", "")
    if number.isdecimal() and len(number) < 10:
        found = round.snapshots.filter(number=int(number)).first()
    else:
        found = latest_snapshot(round)
    if found is None:
        raise Http404
    return round, found


def _file(content: str | bytes, content_type: str, round: Round, snapshot: Snapshot, ending: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    name = f"{round.title}-成绩册-第{snapshot.number}号.{ending}"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response


def _supervising(request: HttpRequest) -> dict[str, Any]:
    match = request.resolver_match
    under = match is not None and str(match.url_name).startswith("supervise_")
    return {"workspace": "supervise"} if under else {}
