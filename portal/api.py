"""Editions for programs, and the description of the whole API (design §7)."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import PAGE, page_of, problems
from core.models import Edition


class EditionSerializer(serializers.Serializer[Any]):
    """届次."""

    slug = serializers.SlugField()
    title = serializers.CharField()
    year = serializers.IntegerField()
    theme = serializers.CharField(allow_blank=True)
    organiser_name = serializers.CharField()
    supervision_phone = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(choices=Edition.State.choices)


class EditionListSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(min_value=0)
    results = EditionSerializer(many=True)


@extend_schema(
    operation_id="listEditions",
    summary="届次",
    parameters=[PAGE],
    responses={200: EditionListSerializer, **problems(400)},
    auth=[],
    tags=["届次"],
)
@api_view(["GET"])
@permission_classes([AllowAny])
def edition_list(request: Request) -> Response:
    """Editions that the public sees, newest first."""
    count, found = page_of(request, _public().order_by("-year", "slug"))
    return Response({"count": count, "results": EditionSerializer(found, many=True).data})


@extend_schema(
    operation_id="getEdition",
    summary="一届",
    responses={200: EditionSerializer, **problems(404)},
    auth=[],
    tags=["届次"],
)
@api_view(["GET"])
@permission_classes([AllowAny])
def edition_detail(request: Request, slug: str) -> Response:
    return Response(EditionSerializer(get_object_or_404(_public(), slug=slug)).data)


def _public() -> Any:
    """As on the home page: neither what is still being prepared nor rehearsals."""
    return Edition.objects.filter(is_rehearsal=False).exclude(state=Edition.State.PREPARING)
