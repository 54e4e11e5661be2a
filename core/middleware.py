"""Middleware: request ids in log lines, domain errors as pages, no NUL in addresses, the hall's plain-HTTP mode."""

import ipaddress
import logging
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.shortcuts import render

from core.exceptions import DomainError

GetResponse = Callable[[HttpRequest], HttpResponse]
current_request_id: ContextVar[str] = ContextVar("current_request_id", default="-")
logger = logging.getLogger(__name__)
_TWICE = "同样的内容刚刚已由您或他人保存，这一次没有再存；请返回并刷新页面，核对现在的内容。"
HALL_PATHS = re.compile(r"^/(judge|hall|help|start|static|c|sign-in|sign-out)(/|$)")


class RequestIdFilter(logging.Filter):
    """Puts the id of the request under way on each log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id.get()
        return True


def request_id(get_response: GetResponse) -> GetResponse:
    """Give each request an id, in its log lines and in the answer's X-Request-Id."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = current_request_id.set(secrets.token_hex(6))
        try:
            response = get_response(request)
            response["X-Request-Id"] = current_request_id.get()
            return response
        finally:
            current_request_id.reset(token)

    return middleware


class _DomainErrors:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, IntegrityError):
            # The database is the guard of what may be there once (pitfall 28); the log keeps what it refused.
            logger.exception("refused by the database: %s", request.path)
            error = DomainError(_TWICE, code="twice")
        if not isinstance(error, DomainError):
            return None
        return render(request, "refused.html", {"error": error}, status=409)


def domain_errors(get_response: GetResponse) -> _DomainErrors:
    """Show a refused act that no view caught as a page with its sentence (409), never as a 500.

    So is what a database constraint refused: of two people (or two taps) at the same moment the second meets it.
    """
    return _DomainErrors(get_response)


def no_nul(get_response: GetResponse) -> GetResponse:
    """An address with a NUL in it names nothing: PostgreSQL keeps none in texts and would answer with an error."""

    def middleware(request: HttpRequest) -> HttpResponse:
        query = "%00" in request.META.get("QUERY_STRING", "")
        if query and request.path.startswith("/api/"):
            body = {"code": "invalid", "message": "网址的参数里有空字符，请去掉。"}
            return JsonResponse(body, status=400)
        if "\0" in request.path or query:
            return HttpResponseNotFound("没有这个网址，请核对。", content_type="text/plain; charset=utf-8")
        return get_response(request)

    return middleware


def hall_only(get_response: GetResponse) -> GetResponse:
    """In the venue's plain-HTTP mode answer private addresses only, and only judge and hall pages (design §12)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not settings.HALL_HTTP:
            return get_response(request)
        address = ipaddress.ip_address(request.META["REMOTE_ADDR"])
        if address.is_loopback:
            return get_response(request)
        if not address.is_private or not HALL_PATHS.match(request.path):
            return HttpResponseNotFound("此地址仅供现场评委与工作人员使用。", content_type="text/plain; charset=utf-8")
        return get_response(request)

    return middleware
