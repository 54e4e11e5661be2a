"""Whole public pages kept for a moment for whoever is nobody in particular: no query, no session, no token.

A page that anybody reads is asked for by hundreds at once when a result comes out. It is made once in KEPT_SECONDS and
a browser uses it for BROWSER_SECONDS more, so that what was published or withdrawn shows within five seconds; no clock
of two machines is compared for that.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from threading import Lock
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import quote_etag

KEPT_SECONDS = 3
BROWSER_SECONDS = 1
# A longer value of a parameter is nobody's page number: answered, never kept.
LONGEST_VALUE = 60
# How long a cache server that did not answer is left alone.
REST_SECONDS = 5.0
LONGEST_WAIT = 2.0
ALIAS = "pages"
logger = logging.getLogger(__name__)
View = Callable[..., HttpResponseBase]
Page = tuple[bytes, str, str]  # content, its type, its tag


@dataclass
class _Outage:
    """Until when (monotonic) the cache server is left alone; 0 while it answers. A process's own."""

    until: float = 0.0


_outage = _Outage()
_makers = tuple(Lock() for _ in range(64))


def public_page(*parameters: str, unkept: tuple[str, ...] = ()) -> Callable[[View], View]:
    """Keep a view's page for anonymous visitors; stands below `login_not_required` and `require_safe`.

    `parameters` are the names of the query that the view reads, `unkept` those of free texts (a search), with which
    nothing is kept. Whatever else stands in the query the view does not get to see, so that nothing a stranger appended
    to an address ends in a page of others. Not kept: what is answered to somebody with a session, a message or a
    token, other methods, and all but plain answers of status 200 that set no cookie.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def kept_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            _forget_others(request, (*parameters, *unkept))
            if _is_somebody(request):
                return _own_page(view(request, *args, **kwargs))
            if request.method not in {"GET", "HEAD"}:
                return view(request, *args, **kwargs)
            key = _key(request, unkept)
            if not key:
                return _made(request, "", lambda: view(request, *args, **kwargs))
            stored = _get(key)
            if stored is not None:
                return _answer(request, *stored)
            with _one_maker(key):
                stored = _get(key)
                if stored is not None:
                    return _answer(request, *stored)
                return _made(request, key, lambda: view(request, *args, **kwargs))

        return kept_view

    return decorate


@contextmanager
def _one_maker(key: str) -> Iterator[None]:
    """Of those in this process who ask for a page that is not there one makes it, the others wait: else hundreds make
    the same page at the moment it expires. Nobody waits longer than the page could take."""
    lock = _makers[int(key[:4], 16) % len(_makers)]
    has_it = lock.acquire(timeout=LONGEST_WAIT)
    try:
        yield
    finally:
        if has_it:
            lock.release()


def _made(request: HttpRequest, key: str, view: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    response = view()
    if not _is_keepable(request, response):
        return response
    assert isinstance(response, HttpResponse)  # _is_keepable has seen it
    page = (response.content, response["Content-Type"], quote_etag(sha256(response.content).hexdigest()[:32]))
    if request.method == "GET" and key:
        _set(key, page)
    return _answer(request, *page)


def _forget_others(request: HttpRequest, names: tuple[str, ...]) -> None:
    """Leave of the query what the page reads, each name once, in one order: the same page has one address."""
    query = QueryDict(mutable=True)
    for name in names:
        if name in request.GET:
            query[name] = request.GET[name]
    request.GET = query  # type: ignore[assignment]
    query._mutable = False
    request.META["QUERY_STRING"] = query.urlencode()


def _is_somebody(request: HttpRequest) -> bool:
    """Whether an answer may be this visitor's own: a session, or a message that waits for him."""
    own = {settings.SESSION_COOKIE_NAME, "messages"}
    return not own.isdisjoint(request.COOKIES) or "Authorization" in request.headers


def _own_page(response: HttpResponseBase) -> HttpResponseBase:
    if not response.has_header("Cache-Control"):
        patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ["Cookie"])
    return response


def _key(request: HttpRequest, unkept: tuple[str, ...]) -> str:
    """What the page is kept under; empty where it is not kept. Feeds and page metadata name scheme and host."""
    if any(request.GET.get(name) for name in unkept):
        return ""
    if any(len(str(value)) > LONGEST_VALUE for value in request.GET.values()):
        return ""
    return sha256(request.build_absolute_uri().encode()).hexdigest()


def _is_keepable(request: HttpRequest, response: HttpResponseBase) -> bool:
    if response.status_code != 200 or response.streaming or not isinstance(response, HttpResponse):
        return False
    shared = not response.cookies and "private" not in response.get("Cache-Control", "")
    token = "CSRF_COOKIE" in request.META and request.META.get("CSRF_COOKIE_NEEDS_UPDATE", False)
    said = getattr(getattr(request, "_messages", None), "added_new", False)
    session = getattr(request, "session", None)
    return shared and not token and not said and not (session is not None and session.modified)


def _answer(request: HttpRequest, content: bytes, content_type: str, etag: str) -> HttpResponseBase:
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(content, content_type=content_type)
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=BROWSER_SECONDS)
    patch_vary_headers(response, ["Cookie"])
    return response


def _get(key: str) -> Page | None:
    found = _guarded(lambda: caches[ALIAS].get(key))
    return found if isinstance(found, tuple) else None


def _set(key: str, page: Page) -> None:
    _guarded(lambda: caches[ALIAS].set(key, page, KEPT_SECONDS))


def _guarded(ask: Callable[[], Any]) -> Any:
    """What the cache server says; None while it is out of reach. A page must not depend on it: one line in the log."""
    if time.monotonic() < _outage.until:
        return None
    try:
        answer = ask()
    except Exception as error:  # each backend has errors of its own
        if not _outage.until:
            logger.warning("pages are not kept, the cache does not answer: %s", error)
        _outage.until = time.monotonic() + REST_SECONDS
        return None
    _outage.until = 0.0
    return answer
