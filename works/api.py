"""作品评选 for programs: one's own works and those of one's units, with their state, what they lack and their files.

Files are brought by tus (docs/api.md) with the `purpose` and `target` that stand here beside each requirement.
"""

from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Role, RoleGrant, User
from core.api import PAGE, page_of, problems
from works.models import FileRequirement, Work
from works.services import current_files, missing_for
from works.services.uploads import PURPOSE, upload_target

_TAGS = ["作品"]


class MissingItemSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


class HandedInFileSerializer(serializers.Serializer[Any]):
    """A file as it was handed in; `reading` says whether the server has measured it."""

    name = serializers.CharField()
    size = serializers.IntegerField(min_value=0)
    sha256 = serializers.CharField()
    uploaded_at = serializers.DateTimeField()
    reading = serializers.CharField()


class FileSlotSerializer(serializers.Serializer[Any]):
    """A kind of file that the work asks for, and what is there; `purpose` and `target` go into an upload's metadata."""

    code = serializers.SlugField()
    title = serializers.CharField()
    formats = serializers.ListField(child=serializers.CharField())
    min_bytes = serializers.IntegerField(min_value=1)
    max_bytes = serializers.IntegerField(min_value=1)
    required = serializers.BooleanField()  # type: ignore[assignment]  # a declared field is no attribute
    purpose = serializers.CharField()
    target = serializers.CharField()
    file = HandedInFileSerializer(allow_null=True)


class WorkSerializer(serializers.Serializer[Any]):
    """A work: its state, what the office said, and what it still lacks."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    selection = serializers.IntegerField()
    kind = serializers.SlugField()
    unit = serializers.IntegerField(allow_null=True)
    title = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(choices=Work.Status.choices)
    status_reason = serializers.CharField(allow_blank=True)
    completion_due_at = serializers.DateTimeField(allow_null=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(min_value=0)
    missing = MissingItemSerializer(many=True)


class WorkDetailSerializer(WorkSerializer):
    files = FileSlotSerializer(many=True)


class WorkListSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(min_value=0)
    results = WorkSerializer(many=True)


@extend_schema(
    operation_id="listWorks",
    summary="我的和本单位的作品",
    parameters=[PAGE],
    responses={200: WorkListSerializer, **problems(400, 401)},
    tags=_TAGS,
)
@api_view(["GET"])
def work_list(request: Request) -> Response:
    """Own works and those of the units that the account coordinates, newest first."""
    count, found = page_of(request, _own(request).order_by("-pk"))
    missing = missing_for(found)
    return Response({"count": count, "results": [_work(work, missing[work.pk]) for work in found]})


@extend_schema(
    operation_id="getWork",
    summary="一件作品",
    responses={200: WorkDetailSerializer, **problems(401, 404)},
    tags=_TAGS,
)
@api_view(["GET"])
def work_detail(request: Request, pk: int) -> Response:
    work = get_object_or_404(_own(request), pk=pk)
    missing = missing_for([work])[work.pk]
    there = {file.requirement_id: file for file in current_files([work])[work.pk]}
    slots = [_slot(work, each, there.get(each.pk)) for each in work.kind.file_requirements.all()]
    return Response({**_work(work, missing), "files": slots})


def _own(request: Request) -> "QuerySet[Work, Work]":
    """The account's own, and what the units that it coordinates submit (works.permissions)."""
    user = request.user
    assert isinstance(user, User)  # DEFAULT_PERMISSION_CLASSES
    grants = RoleGrant.objects.filter(user=user, role=Role.COORDINATOR, revoked_at=None, unit__isnull=False)
    mine = Q(user=user)
    for edition_id, unit_id in grants.values_list("edition_id", "unit_id"):
        of_unit = Q(selection__edition_id=edition_id, unit_id=unit_id)
        mine |= of_unit & ~Q(channel=Work.Channel.INDIVIDUAL)
    return Work.objects.filter(mine).select_related("kind__selection__edition", "selection")


def _work(work: Work, missing: Any) -> dict[str, Any]:
    return {
        "id": work.pk,
        "number": work.number,
        "selection": work.selection_id,
        "kind": work.kind.code,
        "unit": work.unit_id,
        "title": work.title,
        "status": work.status,
        "status_reason": work.status_reason,
        "completion_due_at": work.completion_due_at.isoformat() if work.completion_due_at else None,
        "submitted_at": work.submitted_at.isoformat() if work.submitted_at else None,
        "version": work.version,
        "missing": [{"code": item.code, "message": item.message} for item in missing],
    }


def _slot(work: Work, requirement: FileRequirement, file: Any) -> dict[str, Any]:
    return {
        "code": requirement.code,
        "title": requirement.title,
        "formats": requirement.formats,
        "min_bytes": requirement.min_bytes,
        "max_bytes": requirement.max_bytes,
        "required": requirement.required,
        "purpose": PURPOSE,
        "target": upload_target(work, requirement),
        "file": file
        and {
            "name": file.original_name,
            "size": file.size,
            "sha256": file.sha256,
            "uploaded_at": file.uploaded_at.isoformat(),
            "reading": file.reading,
        },
    }
