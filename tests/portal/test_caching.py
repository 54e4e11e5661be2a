"""Public pages kept for a moment: no query while they are, never older than five seconds, never anybody's own."""
# ruff: noqa: F811 (fixtures)

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from types import SimpleNamespace

import pytest
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import Client
from django.urls import path, reverse

from config.urls import urlpatterns as product_urls
from core import caching
from core.caching import BROWSER_SECONDS, KEPT_SECONDS, public_page
from core.models import Edition
from results.services import withdraw_result
from tests.portal.showcase import (  # noqa: F401 (fixtures)
    accepted,
    author,
    book,
    books,
    entries_of,
    locked,
    make_panel,
    make_work,
    opened,
    publish,
    selection,
    set_up,
    unit,
    video,
)

ANSWERS = {
    "broken": lambda request: HttpResponse("no", status=404),
    "cookie": lambda request: _with_cookie(HttpResponse("own")),
    "session": lambda request: HttpResponse(f"{request.session.setdefault('own', 1)}"),
    "token": lambda request: HttpResponse(get_token(request)),
    "message": lambda request: _with_message(request),
    "private": lambda request: HttpResponse("own", headers={"Cache-Control": "private"}),
}
made: list[str] = []


def _with_cookie(response):
    response.set_cookie("own", "1")
    return response


def _with_message(request):
    messages.success(request, "已保存")
    return HttpResponse("own")


@login_not_required
@public_page("page")
def probe(request, name):
    made.append(request.get_full_path())
    return ANSWERS[name](request) if name in ANSWERS else HttpResponse(f"{len(made)}")


urlpatterns = [path("probe/<str:name>/", probe), *product_urls]


@pytest.fixture
def wall(monkeypatch):
    """The cache's clock; the test moves it by `wall.seconds`."""
    clock = SimpleNamespace(seconds=1_000_000.0)
    stub = SimpleNamespace(time=lambda: clock.seconds)
    for module in ("base", "locmem"):
        monkeypatch.setattr(f"django.core.cache.backends.{module}.time", stub)
    return clock


@pytest.fixture(autouse=True)
def kept_pages(settings, wall, monkeypatch):
    """A cache for pages as a server without Redis has it, empty."""
    here = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "test-pages"}
    settings.CACHES = {**settings.CACHES, "pages": here}
    settings.ROOT_URLCONF = __name__
    monkeypatch.setattr(caching, "_outage", caching._Outage())
    made.clear()
    store = caches["pages"]
    store.clear()
    yield store
    store.clear()


@pytest.mark.parametrize(
    ("name", "pattern"),
    [("home", ""), ("gallery", ""), ("gallery_work", "own"), ("public_edition", "edition")],
)
def test_a_kept_page_takes_no_query_no_session_and_no_token(books, edition, django_assert_num_queries, name, pattern):
    Edition.objects.update(state=Edition.State.RUNNING)
    arguments = {"": [], "own": [books.pk, entries_of(books)[0]], "edition": [edition.slug]}[pattern]
    first = Client().get(reverse(name, args=arguments))

    with django_assert_num_queries(0):
        second = Client().get(reverse(name, args=arguments))

    assert (first.status_code, second.content) == (200, first.content)
    for answer in (first, second):
        assert answer.cookies == {}
        assert answer["Vary"] == "Cookie"
        assert answer["Cache-Control"] == f"public, max-age={BROWSER_SECONDS}"
        assert b"csrf" not in answer.content
    assert second["Content-Security-Policy"] == first["Content-Security-Policy"]
    assert second["X-Request-Id"] != first["X-Request-Id"]


def test_what_is_withdrawn_is_gone_within_five_seconds(books, organiser, now, wall, client):
    assert "仰望星空" in client.get("/gallery/").content.decode()
    withdraw_result(result=books, reason="名单有误", actor=organiser, now=now)

    wall.seconds += KEPT_SECONDS - 0.1
    assert "仰望星空" in client.get("/gallery/").content.decode()
    wall.seconds += 0.2

    assert "仰望星空" not in client.get("/gallery/").content.decode()
    assert KEPT_SECONDS + BROWSER_SECONDS < 5


def test_signed_in_people_get_their_own_page_and_nobody_else_gets_it(edition, organiser, signed_in):
    anonymous = Client().get("/").content.decode()
    own = signed_in(organiser).get("/")
    after = Client().get("/").content.decode()

    assert "郝组织" in own.content.decode()
    assert own["Cache-Control"] == "private, no-cache"
    assert "Cookie" in own["Vary"]
    assert "郝组织" not in after
    assert after == anonymous


def test_a_signed_in_visitor_who_comes_first_leaves_nothing_behind(edition, organiser, signed_in):
    signed_in(organiser).get("/")

    assert "郝组织" not in Client().get("/").content.decode()


def test_a_flash_message_is_shown_to_whom_it_is_for(edition, client):
    """Kept in a cookie where there is no session."""
    client.get("/probe/message/")
    assert "messages" in client.cookies

    own = client.get("/").content.decode()

    assert "已保存" in own
    assert "已保存" not in Client().get("/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_what_is_somebodys_own_or_no_plain_page_is_not_kept(name):
    for _ in range(2):
        answer = Client().get(f"/probe/{name}/")

    assert len(made) == 2
    assert "public" not in answer.get("Cache-Control", "")


def test_only_what_a_page_reads_of_its_address_makes_it_another(db, client):
    """A stranger's addition neither fills the cache nor ends in a link on other people's page."""
    addresses = ["/probe/a/?page=2", "/probe/a/?page=2&utm=x", "/probe/a/?evil=1&page=1&page=2", "/probe/a/?page=3"]

    bodies = [client.get(address).content for address in addresses]

    assert bodies == [b"1", b"1", b"1", b"2"]
    assert made == ["/probe/a/?page=2", "/probe/a/?page=3"]


def test_a_very_long_value_is_answered_and_not_kept(db, client, kept_pages):
    for _ in range(2):
        assert client.get(f"/probe/a/?page={'1' * 100}").status_code == 200

    assert len(made) == 2


def test_another_host_has_a_page_of_its_own(db, client):
    assert client.get("/probe/a/").content == b"1"
    assert client.get("/probe/a/", headers={"Host": "localhost"}).content == b"2"
    assert client.get("/probe/a/", secure=True).content == b"3"


def test_who_has_the_page_already_is_told_so(db, client):
    first = client.get("/probe/a/")

    again = client.get("/probe/a/", headers={"If-None-Match": first["ETag"]})
    changed = client.get("/probe/a/", headers={"If-None-Match": '"another"'})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert re.match(r"public, max-age=\d", again["Cache-Control"])
    assert (changed.status_code, changed.content) == (200, b"1")


def test_head_uses_the_page_and_leaves_none(db, client):
    client.head("/probe/a/")
    assert client.get("/probe/a/").content == b"2"

    head = client.head("/probe/a/")

    assert (head.status_code, head.content, len(made)) == (200, b"", 2)


def test_other_methods_pass(db, client):
    for _ in range(2):
        assert client.post("/probe/a/").status_code == 200

    assert len(made) == 2


def test_of_many_who_ask_at_once_one_makes_the_page(db, monkeypatch):
    """When it expires, hundreds ask for it."""
    let_go = Event()
    monkeypatch.setitem(ANSWERS, "slow", lambda request: let_go.wait(2) and HttpResponse("made"))
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(lambda: Client().get("/probe/slow/").content) for _ in range(8)]
        let_go.set()

        assert {answer.result() for answer in answers} == {b"made"}

    assert len(made) == 1


def test_a_maker_that_hangs_does_not_hold_up_the_others(db, monkeypatch):
    monkeypatch.setattr(caching, "LONGEST_WAIT", 0.05)
    hung, let_go = Event(), Event()

    def answer(request):
        hung.set()
        return (len(made) > 1 or let_go.wait(5)) and HttpResponse("made")

    monkeypatch.setitem(ANSWERS, "hangs", answer)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(lambda: Client().get("/probe/hangs/").content)
        hung.wait(2)
        assert Client().get("/probe/hangs/").content == b"made"
        assert not first.done()
        let_go.set()
        assert first.result() == b"made"


def test_a_view_that_fails_lets_the_next_one_try(db, monkeypatch):
    def fail(request):
        raise ValueError

    monkeypatch.setitem(ANSWERS, "fails", fail)
    for _ in range(2):
        with pytest.raises(ValueError):  # noqa: PT011 (the test's own)
            Client().get("/probe/fails/")

    assert len(made) == 2


def test_a_search_is_not_kept(books, client, kept_pages):
    client.get("/gallery/?q=星空")

    assert len(kept_pages._cache) == 0


def test_pages_are_made_while_the_cache_is_down_and_the_log_says_so_once(db, client, settings, monkeypatch, caplog):
    settings.CACHES = {**settings.CACHES, "pages": {"BACKEND": "tests.portal.test_caching.Broken"}}
    moments = iter(range(0, 1000, int(caching.REST_SECONDS) + 1))
    monkeypatch.setattr(caching.time, "monotonic", lambda: float(next(moments)))

    with caplog.at_level(logging.WARNING, logger="core.caching"):
        bodies = [client.get("/probe/a/").content for _ in range(3)]

    assert bodies == [b"1", b"2", b"3"]
    assert [record.getMessage() for record in caplog.records if record.name == "core.caching"] == [
        "pages are not kept, the cache does not answer: no route to host"
    ]


def test_a_cache_that_is_down_is_left_alone_for_a_while(db, client, settings):
    settings.CACHES = {**settings.CACHES, "pages": {"BACKEND": "tests.portal.test_caching.Broken"}}
    Broken.asked = 0

    for _ in range(5):
        client.get("/probe/a/")

    assert Broken.asked == 1


class Broken:
    """A cache server that nobody reaches."""

    asked = 0

    def __init__(self, location, params):
        pass

    def get(self, key):
        Broken.asked += 1
        raise OSError("no route to host")

    def set(self, key, value, timeout):
        raise OSError("no route to host")

    def close(self):
        pass
