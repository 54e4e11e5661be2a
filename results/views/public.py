"""What anybody may read of results (design §8): the list, one result, its rules, its result book."""

import json

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.access import or_404
from core.caching import public_page
from notices.models import Notice
from notices.selectors import public_notices
from results import selectors
from results.models import Result
from results.permissions import can_read_book, can_see_result
from results.rendering import criteria_of, open_row, rule_chapters, tiers_of
from scoring.documents.rulebook_example import example_page
from scoring.engine import parse_rulebook
from scoring.selectors import result_book


@login_not_required
@require_safe
@public_page("page")
def public_results(request: HttpRequest) -> HttpResponse:
    page = Paginator(selectors.published_results(), 50).get_page(request.GET.get("page"))
    return render(request, "results/public_results.html", {"page": page})


@login_not_required
@require_safe
@public_page()
def public_result(request: HttpRequest, pk: int) -> HttpResponse:
    """Winners, with snapshot and roster numbers; of a list that was withdrawn only that it was, and why."""
    result = get_object_or_404(_results().defer("published__snapshot__document"), pk=pk)
    or_404(can_see_result(request.user, result))
    return _result_page(request, result)


@login_not_required
@require_safe
def public_rules(request: HttpRequest, pk: int) -> HttpResponse:
    """计分办法: the rules of the published snapshot in words."""
    result = get_object_or_404(_results(), pk=pk)
    or_404(can_see_result(request.user, result) and result.published is not None)
    assert result.published is not None  # narrows the type
    snapshot = result.published.snapshot
    rules = snapshot.document["rulebook"]
    context = {
        "result": result,
        "edition": result.edition,
        "snapshot": snapshot,
        "rules": rules,
        "segments": criteria_of(rules),
        "chapters": rule_chapters(rules, snapshot.document["round"]["group"]),
        "example": example_page(parse_rulebook(rules), panel=len(snapshot.document["input"]["judges"])),
    }
    return render(request, "results/public_rules.html", context)


@login_not_required
@require_safe
def public_book(request: HttpRequest, pk: int) -> HttpResponse:
    """The published snapshot's result book as a file, for whom `book_access` opens it."""
    result = get_object_or_404(_results(), pk=pk)
    or_404(can_read_book(request.user, result))
    assert result.published is not None  # can_read_book has seen it
    book = result_book(result.published.snapshot)
    text = json.dumps(book, ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="result-book-{result.pk}.json"'
    return response


def _results() -> QuerySet[Result]:
    return Result.objects.select_related("edition", "published__snapshot")


def _notices(result: Result) -> list[Notice]:
    """What was announced of a result and may be read, newest first."""
    return list(public_notices().filter(edition=result.edition_id, subject=selectors.subject_of(result)))


def _result_page(request: HttpRequest, result: Result) -> HttpResponse:
    hidden = selectors.hidden_codes(result)
    roster = result.published
    shown = roster is not None and result.state == Result.State.PUBLISHED
    siblings = selectors.published_results().filter(edition=result.edition, title=result.title)
    notices = _notices(result)
    context = {
        "result": result,
        "edition": result.edition,
        "roster": roster if shown else None,
        "tiers": tiers_of(roster, result.list_order, hidden) if shown and roster else [],
        "rows": [open_row(row, hidden) for row in roster.rows] if shown and roster else [],
        "notices": notices,
        "was_publicised": any(notice.kind == Notice.Kind.PUBLICITY for notice in notices),
        "siblings": [sibling for sibling in siblings if sibling.pk != result.pk],
        "may_read_book": shown and can_read_book(request.user, result),
    }
    return render(request, "results/public_result.html", context)
