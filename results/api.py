"""Published results for programs; everything here is what the public pages show too."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import or_404
from core.api import PAGE, page_of, problems
from results import selectors
from results.models import Result
from results.permissions import can_read_book
from results.rendering import public_rows
from scoring.selectors import result_book as book_of


class ResultEditionSerializer(serializers.Serializer[Any]):
    slug = serializers.SlugField()
    title = serializers.CharField()


class SnapshotReferenceSerializer(serializers.Serializer[Any]):
    """定格成绩: its number and digest."""

    number = serializers.IntegerField(min_value=1)
    sha256 = serializers.CharField()


class RosterReferenceSerializer(serializers.Serializer[Any]):
    """获奖人员名册: its version and digest."""

    version = serializers.IntegerField(min_value=1)
    sha256 = serializers.CharField()


class ResultSerializer(serializers.Serializer[Any]):
    """A published result; snapshot and roster say which marks and names it shows."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    group = serializers.CharField()
    edition = ResultEditionSerializer()
    published_at = serializers.DateTimeField(allow_null=True)
    snapshot = SnapshotReferenceSerializer()
    roster = RosterReferenceSerializer()
    book_access = serializers.ChoiceField(choices=Result.BookAccess.choices)
    shows_everybody = serializers.BooleanField()


class ResultListSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(min_value=0)
    results = ResultSerializer(many=True)


class HonouredSerializer(serializers.Serializer[Any]):
    """A row of the public list; entry, rank and score only where the organiser shows everybody."""

    people = serializers.ListField(child=serializers.CharField())
    unit = serializers.CharField(allow_blank=True)
    title = serializers.CharField()
    tutors = serializers.ListField(child=serializers.CharField())
    tier_title = serializers.CharField(allow_blank=True)
    advances = serializers.BooleanField()
    titles = serializers.ListField(child=serializers.CharField())
    entry = serializers.CharField(required=False)
    rank = serializers.IntegerField(required=False, allow_null=True)
    shown = serializers.CharField(required=False, allow_null=True)


class ResultDetailSerializer(ResultSerializer):
    rows = HonouredSerializer(many=True)


_BOOK = {"type": "object", "description": "docs/result-book.md", "additionalProperties": True}


@extend_schema(
    operation_id="listResults",
    summary="公布的结果",
    parameters=[PAGE],
    responses={200: ResultListSerializer, **problems(400)},
    auth=[],
    tags=["结果"],
)
@api_view(["GET"])
@permission_classes([AllowAny])
def result_list(request: Request) -> Response:
    """Published results, newest first, without their rows."""
    count, found = page_of(request, selectors.published_results())
    return Response({"count": count, "results": [_summary(result) for result in found]})


@extend_schema(
    operation_id="getResult",
    summary="一个结果的名单",
    responses={200: ResultDetailSerializer, **problems(404)},
    auth=[],
    tags=["结果"],
)
@api_view(["GET"])
@permission_classes([AllowAny])
def result_detail(request: Request, pk: int) -> Response:
    """One published result with its winners, or with everybody where the organiser shows everybody."""
    result = get_object_or_404(selectors.published_results().defer("published__snapshot__document"), pk=pk)
    if result.published is None:
        raise Http404
    rows = public_rows(
        result.published,
        everybody=result.shows_everybody,
        list_order=result.list_order,
        hidden=selectors.hidden_codes(result),
    )
    return Response({**_summary(result), "rows": rows})


@extend_schema(
    operation_id="getResultBook", summary="成绩册（JSON）", responses={200: _BOOK, **problems(401, 404)}, tags=["结果"]
)
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
