"""Published notices for programs; everything here is what the public pages show too."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import PAGE, page_of, problems
from notices import selectors
from notices.models import Notice
from notices.rendering import shown_title


class NoticeEditionSerializer(serializers.Serializer[Any]):
    slug = serializers.SlugField()
    title = serializers.CharField()


class NoticeSerializer(serializers.Serializer[Any]):
    """A published notice; one that was withdrawn is no longer here."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Notice.Kind.choices)
    title = serializers.CharField()
    number = serializers.CharField(allow_blank=True, help_text="文号")
    edition = NoticeEditionSerializer()
    published_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True, help_text="结束的时间；结束后仍可查看")
    address = serializers.CharField(help_text="公开页面的路径")


class NoticeListSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(min_value=0)
    notices = NoticeSerializer(many=True)


class ListRowSerializer(serializers.Serializer[Any]):
    """A row of a list; 某某 stands for a name that is not shown any more."""

    people = serializers.ListField(child=serializers.CharField())
    unit = serializers.CharField(allow_blank=True)
    title = serializers.CharField(allow_blank=True)
    tutors = serializers.ListField(child=serializers.CharField())
    note = serializers.CharField(allow_blank=True)


class ListTierSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(allow_blank=True)
    rows = ListRowSerializer(many=True)


class NoticeNameListSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    tiers = ListTierSerializer(many=True)


class NoticeAttachmentSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    format = serializers.CharField()
    size = serializers.IntegerField(min_value=0, help_text="字节")
    sha256 = serializers.CharField()
    address = serializers.CharField(help_text="下载的路径")


class NoticeDetailSerializer(NoticeSerializer):
    """The whole published text; `source` names the snapshot and roster that its lists show."""

    addressees = serializers.CharField(allow_blank=True)
    body = serializers.CharField(allow_blank=True, help_text="一行一段的纯文本")
    signed_by = serializers.CharField()
    dated = serializers.DateField(help_text="成文日期")
    lists = NoticeNameListSerializer(many=True)
    # A field of this name hides Field.source, which a serializer without a parent does not use.
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    attachments = NoticeAttachmentSerializer(many=True)


@extend_schema(
    operation_id="listNotices",
    summary="已发布的公告",
    parameters=[PAGE],
    responses={200: NoticeListSerializer, **problems(400)},
    auth=[],
    tags=["公告"],
)
@api_view(["GET"])
@permission_classes([AllowAny])
def notice_list(request: Request) -> Response:
    """Published notices, newest first, without their texts."""
    count, found = page_of(request, selectors.public_headlines())
    rows = [_summary(notice, shown_title(notice), str(getattr(notice, "shown_number", ""))) for notice in found]
    return Response({"count": count, "notices": rows})


@extend_schema(
    operation_id="getNotice",
    summary="一份公告",
    responses={200: NoticeDetailSerializer, **problems(404)},
    auth=[],
    tags=["公告"],
)
@api_view(["GET"])
@permission_classes([AllowAny])
def notice_detail(request: Request, pk: int) -> Response:
    """One published notice, whole."""
    notice = get_object_or_404(selectors.public_notices(), pk=pk)
    document = selectors.public_document(notice)
    texts = {name: document[name] for name in ("addressees", "body", "signed_by", "dated", "source")}
    files = [
        {
            **{name: each[name] for name in ("name", "format", "size", "sha256")},
            "address": reverse("public_notice_attachment", args=[pk, each["id"]]),
        }
        for each in document["attachments"]
    ]
    summary = _summary(notice, document["title"], document["number"])
    return Response({**summary, **texts, "lists": [_list(each) for each in document["lists"]], "attachments": files})


def _summary(notice: Notice, title: str, number: str) -> dict[str, Any]:
    return {
        "id": notice.pk,
        "kind": notice.kind,
        "title": title,
        "number": number,
        "edition": {"slug": notice.edition.slug, "title": notice.edition.title},
        "published_at": notice.published_at.isoformat() if notice.published_at else None,
        "closed_at": notice.closed_at.isoformat() if notice.closed_at else None,
        "address": reverse("public_notice", args=[notice.pk]),
    }


def _list(found: dict[str, Any]) -> dict[str, Any]:
    """A list with the keys that the schema names, and no others."""
    rows = ("unit", "title", "note")
    return {
        "title": found.get("title", ""),
        "note": found.get("note", ""),
        "tiers": [
            {
                "title": tier.get("title", ""),
                "rows": [
                    {name: row.get(name) or "" for name in rows}
                    | {name: list(row.get(name) or []) for name in ("people", "tutors")}
                    for row in tier["rows"]
                ],
            }
            for tier in found.get("tiers", [])
        ],
    }
