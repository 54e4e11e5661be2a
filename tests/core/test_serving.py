"""Kept files on their way out: ranges under conditions, shown in a sandbox, sent by the proxy where there is one."""

import os
import tracemalloc

import pytest
from csp.middleware import CSPMiddleware
from django.test import RequestFactory
from django.utils.http import http_date

from core.files import file_response

CONTENT = bytes(range(100))
CHANGED = 1_700_000_000


@pytest.fixture
def video(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "v").write_bytes(CONTENT)
    os.utime(tmp_path / "v", (CHANGED, CHANGED))
    return "v"


def body_of(response) -> bytes:
    body = b"".join(response)
    for close in response._resource_closers:
        close()
    return body


def ask(video, method: str = "get", name: str = "a.mp4", **headers: str):
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    request = getattr(RequestFactory(), method)("/", headers=named)
    return file_response(video, name, request=request, inline=True)


def test_part_of_the_file_whose_beginning_one_has(video):
    etag = ask(video, "head")["ETag"]

    part = ask(video, range="bytes=10-19", if_range=etag)

    assert (part.status_code, body_of(part), part["Content-Range"]) == (206, CONTENT[10:20], "bytes 10-19/100")
    assert (part["Content-Length"], part["Accept-Ranges"]) == ("10", "bytes")


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ('"other"', 200),
        ('W/"64-17979cfe362a0000"', 200),
        (http_date(CHANGED), 206),
        (http_date(CHANGED + 1), 200),
        ("nonsense", 200),
    ],
)
def test_whole_file_where_the_beginning_is_of_another(video, condition, status):
    response = ask(video, range="bytes=10-19", if_range=condition)

    assert (response.status_code, len(body_of(response))) == (status, 100 if status == 200 else 10)


def test_tag_changes_with_the_bytes(video, tmp_path):
    before = ask(video)
    body_of(before)
    (tmp_path / "v").write_bytes(CONTENT[::-1])

    after = ask(video)
    assert (body_of(after), after["ETag"] != before["ETag"]) == (CONTENT[::-1], True)


@pytest.mark.parametrize("method", ["get", "head"])
def test_what_the_browser_has_is_not_sent_again(video, method):
    first = ask(video, method)
    body_of(first)

    by_tag = ask(video, method, if_none_match=first["ETag"])
    by_time = ask(video, method, if_modified_since=first["Last-Modified"])

    assert [(each.status_code, each["ETag"]) for each in (by_tag, by_time)] == [(304, first["ETag"])] * 2
    assert by_tag["Cache-Control"] == "private, no-cache"


def test_head_tells_the_size_and_sends_nothing(video):
    response = ask(video, "head", range="bytes=0-9")

    assert (response.status_code, body_of(response)) == (200, b"")
    assert (response["Content-Length"], response["Content-Type"]) == ("100", "video/mp4")
    assert response["Accept-Ranges"] == "bytes"


def test_range_that_is_not_there_says_how_long_the_file_is(video):
    response = ask(video, range="bytes=100-")

    assert (response.status_code, response["Content-Range"], body_of(response)) == (416, "bytes */100", b"")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_empty_file_has_no_range(video, tmp_path):
    (tmp_path / "v").write_bytes(b"")

    assert ask(video, range="bytes=0-").status_code == 416
    assert ask(video, range="bytes=-5").status_code == 416
    assert body_of(ask(video)) == b""


def test_what_is_shown_is_in_a_sandbox_that_our_policy_does_not_replace(video):
    request = RequestFactory().get("/")
    response = CSPMiddleware(lambda _: file_response(video, "a.jpg", request=request, inline=True))(request)

    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert response["Content-Disposition"] == 'inline; filename="a.jpg"'
    body_of(response)


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.pdf", "a.docx", "a.xml", "a", "a.mp4.html"])
def test_what_could_run_is_only_ever_saved(video, name):
    response = ask(video, name=name)
    body_of(response)

    assert response["Content-Disposition"].startswith("attachment")
    assert "html" not in response["Content-Type"]
    assert "svg" not in response["Content-Type"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_proxy_sends_the_bytes_where_settings_name_one(video, settings, tmp_path):
    settings.MEDIA_ACCEL = "/kept/"
    (tmp_path / "组 别").mkdir()
    (tmp_path / "组 别" / "v").write_bytes(CONTENT)

    response = ask("组 别/v", range="bytes=0-9")

    assert (response.status_code, body_of(response)) == (200, b"")
    assert response["X-Accel-Redirect"] == "/kept/%E7%BB%84%20%E5%88%AB/v"
    assert response["Content-Type"] == "video/mp4"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert not response.has_header("ETag")


def test_long_film_is_read_in_small_blocks(video, tmp_path):
    with (tmp_path / "v").open("wb") as file:
        file.truncate(64 * 1024 * 1024)

    response = ask(video, range="bytes=0-")
    tracemalloc.start()
    received = sum(len(block) for block in response)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert received == 64 * 1024 * 1024
    assert most < 1024 * 1024
