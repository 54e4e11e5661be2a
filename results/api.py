"""Published results for programs; everything here is what the public pages show too."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import or_404
from results import selectors
from results.models import Result
from results.permissions import can_read_book
from results.rendering import public_rows
from scoring.selectors import result_book as book_of

PAGE_SIZE = 50


@api_view(["GET"])
@permission_classes([AllowAny])
def result_list(request: Request) -> Response:
    """Published results, newest first, without their rows."""
    paginator = Paginator(selectors.published_results(), PAGE_SIZE)
    page = paginator.get_page(request.query_params.get("page"))
    return Response({"count": paginator.count, "results": [_summary(result) for result in page]})


@api_view(["GET"])
@permission_classes([AllowAny])
def result_detail(request: Request, pk: int) -> Response:
    """One published result with its winners, or with everybody where the organiser shows everybody."""
    result = get_object_or_404(selectors.published_results().defer("published__snapshot__document"), pk=pk)
    if result.published is None:
        raise Http404
    rows = public_rows(result.published, everybody=result.shows_everybody)
    return Response({**_summary(result), "rows": rows})


@api_view(["GET"])
@permission_classes([AllowAny])
def result_book(request: Request, pk: int) -> Response:
    """The result book of a published result, as far as it is open to whoever asks (docs/result-book.md)."""
    result = get_object_or_404(Result.objects.select_related("edition", "published__snapshot"), pk=pk)
    or_404(can_read_book(request.user, result))
    return Response(book_of(_published(result).snapshot))


def _summary(result: Result) -> dict[str, Any]:
    roster = _published(result)
    return {
        "id": result.pk,
        "title": result.title,
        "group": result.group_title,
        "edition": {"slug": result.edition.slug, "title": result.edition.title},
        "published_at": result.published_at.isoformat() if result.published_at else None,
        "snapshot": {"number": roster.snapshot.number, "sha256": roster.snapshot.sha256},
        "roster": {"version": roster.version, "sha256": roster.sha256},
        "book_access": result.book_access,
        "shows_everybody": result.shows_everybody,
    }


def _published(result: Result) -> Any:
    if result.published is None:
        raise Http404
    return result.published
