"""What every address below /api/v1/ shares: how a refusal looks, and how lists are paged (design §7)."""

import logging
from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler

from core.exceptions import ConflictError, DomainError

PAGE_SIZE = 50
_TWICE = "同样的内容刚刚已经保存，这一次没有再存；请重新读取后核对。"
_WORDS = {
    400: "请求的内容不对，请按说明改正。",
    401: "请先登录，或在 Authorization 头中带上令牌。",
    403: "这个账号不能这样做；网页登录的请求须带 CSRF 令牌。",
    404: "没有找到，或者您无权查看。",
    405: "这个地址不接受这种请求。",
    406: "这里只提供 JSON。",
    415: "请以 JSON 提交。",
    429: "请求太频繁，请稍后再试。",
}
logger = logging.getLogger(__name__)


class PlainTextField(serializers.RegexField):
    """Text as PostgreSQL keeps it, which the schema says too: any characters but NUL."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"^[^\u0000]*$", **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """A text is a text: marks and numbers come as strings, never as what JSON calls a number."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class ProblemSerializer(serializers.Serializer[Any]):
    """A refusal: `message` is a sentence for people, `errors` names fields, `code` the kind for programs."""

    code = serializers.CharField()
    message = serializers.CharField()
    errors = serializers.DictField(  # type: ignore[assignment]  # a field of this name hides Serializer.errors, unused
        child=serializers.CharField(), required=False
    )


class PageQuery(serializers.Serializer[Any]):
    """The question of a list: which page, from 1."""

    page = serializers.IntegerField(min_value=1, max_value=1_000_000, default=1)


PAGE = OpenApiParameter("page", {"type": "integer", "minimum": 1, "maximum": 1_000_000}, description="页码，从 1 开始")


def problems(*codes: int) -> "dict[int, OpenApiResponse]":
    """The refusals that an address may answer with, for its schema."""
    return {code: OpenApiResponse(ProblemSerializer, description=_WORDS.get(code, "")) for code in codes}


def asked_of(request: Request) -> dict[str, Any]:
    """The query's parameters as they stand: an empty one is asked too, and none of a number."""
    return {name: value or None for name, value in request.query_params.items()}


def page_of(request: Request, rows: "QuerySet[Any, Any]") -> tuple[int, list[Any]]:
    """The number of all rows, and those of the page that was asked for; a page past the end is empty.

    Raises ValidationError for a page that is no number from 1.
    """
    query = PageQuery(data=asked_of(request))
    query.is_valid(raise_exception=True)
    paginator = Paginator(rows, PAGE_SIZE)
    number = query.validated_data["page"]
    found = list(paginator.page(number)) if number <= paginator.num_pages else []
    return paginator.count, found


def answer_problem(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Every refusal in one shape; what is a fault of ours stays an error 500 with its log line."""
    if isinstance(error, IntegrityError):
        # The database is the guard of what may be there once (pitfall 28); the log keeps what it refused.
        logger.exception("refused by the database: %s", context["request"].path)
        error = ConflictError(_TWICE, code="twice")
    if isinstance(error, DomainError):
        return Response(domain_problem(error), status=status.HTTP_409_CONFLICT)
    if isinstance(error, Http404):
        error = NotFound()
    answer = exception_handler(error, dict(context))
    if answer is None:
        return None
    body: dict[str, Any] = {
        "code": error.get_codes() if isinstance(error, APIException) else "refused",
        "message": _WORDS.get(answer.status_code, "请求没有被接受。"),
    }
    if isinstance(error, ValidationError):
        body["code"] = "invalid"
        body["errors"] = dict(_flat(error.detail))
    answer.data = body
    return answer


def domain_problem(error: DomainError) -> dict[str, Any]:
    """A refused act as its answer; faults by field where it names any."""
    body: dict[str, Any] = {"code": error.code, "message": error.message}
    errors = getattr(error, "errors", None) or dict(getattr(error, "faults", None) or [])
    if errors:
        body["errors"] = {str(name): str(message) for name, message in errors.items()}
    return body


def _flat(detail: Any, prefix: str = "") -> "list[tuple[str, str]]":
    if isinstance(detail, dict):
        return [line for name, value in detail.items() for line in _flat(value, f"{prefix}.{name}" if prefix else name)]
    if isinstance(detail, list) and detail and not isinstance(detail[0], dict | list):
        return [(prefix or "body", "；".join(str(each) for each in detail))]
    if isinstance(detail, list):
        return [line for place, value in enumerate(detail) for line in _flat(value, f"{prefix}[{place}]")]
    return [(prefix or "body", str(detail))]
