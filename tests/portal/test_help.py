"""帮助: every page of the manual is whole, says what the product says, and is found from the pages that it explains."""

import inspect
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import DjangoAssertNumQueries

from portal.rendering.manual import AUDIENCES, FOLDER, PICTURES, ManualPage, manual, page_of_name, search
from portal.templatetags.manual import help_address
from tools.manual_pictures import PICTURES as TAKEN

ROOT = Path(project.BASE_DIR)
PAGES = [path for path in manual() if "/" in path]
OFFICE = ("organise_", "my_", "unit_", "judge_", "hall_", "supervise_")
# Files, fragments of pages and the steps inside a page that has its help already.
NO_PAGE = re.compile(
    r"_(file|zip|pdf|xlsx|json|template|annotated|export|package|feed|preview|live|wechat|word|form|test_page|minutes"
    r"|confirm|discard|result|batch|proof|attachment|print|video|csv|book)$"
)
STEPS = {
    "my_registration_certificate",  # a file
    "unit_certificate_file",
    "organise_consent_version",
    "organise_asset_file",
}


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from patterns(each)
        else:
            yield each


def names() -> set[str]:
    return {each.name or "" for each in patterns(get_resolver())}


def is_got(pattern: URLPattern) -> bool:
    """Whether GET is answered: what require_http_methods of Django was given, found below the other decorators."""
    view: Any = pattern.callback
    while view is not None:
        methods = (
            inspect.getclosurevars(view).nonlocals.get("request_method_list") if inspect.isfunction(view) else None
        )
        if methods is not None:
            return "GET" in methods
        view = getattr(view, "__wrapped__", None)
    return True


@cache
def product() -> str:
    """Templates, programmes and scripts, where the words on buttons stand."""
    folders = [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name not in {"tests", "benchmarks"}]
    files = [file for folder in folders for kind in ("*.html", "*.py", "*.js") for file in folder.rglob(kind)]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def source(path: str) -> str:
    return (FOLDER / f"{path}.md").read_text(encoding="utf-8")


def test_every_file_is_a_page_and_stands_once_in_the_index_of_its_audience() -> None:
    there = {file.relative_to(FOLDER).with_suffix("").as_posix() for file in FOLDER.rglob("*.md")}
    indices = {"index", *(f"{each}/index" for each in AUDIENCES)}
    linked = [path for each in AUDIENCES for path in manual()[each].linked if path.startswith(f"{each}/")]

    assert there - indices == set(PAGES)
    assert [path for path, times in Counter(linked).items() if times > 1] == []


@pytest.mark.parametrize("path", PAGES)
def test_page_has_a_title_an_opening_sentence_and_numbered_steps(path: str) -> None:
    page = manual()[path]

    assert page.title
    assert page.opening.endswith(("。", "："))
    assert re.search(r"^1\. ", source(path), re.MULTILINE)
    assert re.search(r"^2\. ", source(path), re.MULTILINE)


@pytest.mark.parametrize("path", ["", *AUDIENCES, *PAGES])
def test_links_and_pictures_of_a_page_exist(path: str) -> None:
    page = manual()[path]

    assert [each for each in page.linked if each not in manual()] == []
    assert [each for each in page.pictures if not (PICTURES / each).is_file()] == []
    assert page.html.count('width="') == len(page.pictures)
    assert 'alt=""' not in page.html


def test_buttons_that_pages_quote_are_in_the_product() -> None:
    words = product()
    quoted = {path: re.findall(r"\*\*“([^”]+)”\*\*", source(path)) for path in PAGES}

    assert {
        path: missing for path, found in quoted.items() if (missing := [one for one in found if one not in words])
    } == {}


def test_every_picture_is_taken_by_the_command_and_all_together_are_small() -> None:
    files = {file.stem: file.stat().st_size for file in PICTURES.iterdir()}

    assert set(files) == set(TAKEN)
    assert sum(files.values()) < 6_000_000


def test_every_picture_is_on_a_page() -> None:
    assert set(TAKEN) - {each.removesuffix(".png") for page in manual().values() for each in page.pictures} == set()


def test_names_in_the_front_matter_resolve_and_are_of_one_page() -> None:
    named = Counter(name for page in manual().values() for name in page.names)

    assert set(named) - names() == set()
    assert [name for name, times in named.items() if times > 1] == []


def test_every_office_page_has_its_page_of_the_manual() -> None:
    asked = {
        each.name or ""
        for each in patterns(get_resolver())
        if (each.name or "").startswith(OFFICE) and not NO_PAGE.search(each.name or "") and is_got(each)
    }

    assert asked - set(page_of_name()) - STEPS == set()


def test_markdown_with_html_is_shown_as_text() -> None:
    from portal.rendering.manual import _MARKDOWN

    assert "<script>" not in _MARKDOWN.render('<script>alert(1)</script>\n\n<a href="javascript:x">x</a>')


@pytest.mark.parametrize(
    ("words", "first"), [("回避", "judge/recuse"), ("补发", "organise/reissue"), ("断 接着", "my/upload")]
)
def test_search_finds_titles_first(words: str, first: str) -> None:
    found = [page.path for page in search(words)]

    assert first in found[:4]


@pytest.mark.parametrize("words", ["", "   ", "这个词不在手册里"])
def test_search_without_words_or_hits_finds_nothing(words: str) -> None:
    assert search(words) == []


@pytest.mark.django_db
def test_every_page_is_shown_to_anybody_without_a_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for page in manual().values():
        with django_assert_num_queries(0):
            answer = client.get(page.address)
        content = answer.content.decode()

        assert (answer.status_code, "style=" in content) == (200, False), page.path
        assert (page.title if page.path else "按身份看") in content


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["nothing", "my/nothing", "../settings", "my/../../README", "my%2F..%2F..%2Fapi", "index", "my/index"]
)
def test_address_that_is_no_page_is_not_found(client: Client, path: str) -> None:
    assert client.get(f"/help/{path}/").status_code == 404


@pytest.mark.django_db
def test_search_page_shows_what_was_found_and_escapes_what_was_typed(client: Client) -> None:
    found = client.get("/help/", {"q": "补发"}).content.decode()
    odd = client.get("/help/", {"q": '"><script>x'}).content.decode()

    assert "补发和撤销" in found
    assert "<script>x" not in odd
    assert "没有找到" in odd


@pytest.mark.django_db
def test_page_of_the_product_leads_to_its_help(client: Client) -> None:
    assert 'href="/help/public/certificates/">帮助：这一页怎么用' in client.get("/certificates/check/").content.decode()


@pytest.mark.django_db
def test_page_without_help_has_no_link(client: Client) -> None:
    assert ">帮助：这一页怎么用</a>" not in client.get("/help/").content.decode()


def test_help_address_on_a_page_of_an_error_is_empty() -> None:
    request = RequestFactory().get("/nowhere/")

    assert help_address({"request": request}) == ""
    assert help_address({}) == ""


def test_pages_are_chained_in_reading_order() -> None:
    shown: ManualPage = manual()["my/sign-in"]

    assert (shown.previous, shown.following) == ("my/sign-up", "my/account")


@pytest.mark.django_db
def test_hall_mode_serves_the_manual_in_the_venue(client: Client, settings: Any) -> None:
    settings.HALL_HTTP = True

    assert client.get("/help/judge/score/", REMOTE_ADDR="192.168.1.7").status_code == 200
