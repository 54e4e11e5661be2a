"""The benchmarks run, nothing is lost over HTTP, and queries are counted; small runs, and no time is asserted."""

import json
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

pytestmark = pytest.mark.slow


def figures_of(benchmark: str, *options: str):
    command = [sys.executable, "-m", f"benchmarks.{benchmark}", "--quick", "--json", *options]
    done = subprocess.run(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True, check=True, timeout=300)
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def kind() -> str:
    return "postgres" if connection.vendor == "postgresql" else "sqlite"


def test_thirty_judges_at_once_over_http_lose_and_double_nothing(kind):
    found = figures_of("judging", "--databases", kind)[kind]

    seen = {name: found[name] for name in ("judges", "submissions", "requests", "failed", "faults", "first_failure")}
    assert seen == {
        "judges": 30,
        "submissions": 60,
        "requests": 72,
        "failed": 0,
        "faults": 0,
        "first_failure": "",
    }
    assert found["queries"] <= 15


def test_long_pages_take_ten_queries_at_most_whatever_the_rows(kind):
    found = figures_of("pages", "--databases", kind)[kind]

    counts = {page: row["queries"] for page, row in found.items() if page != "minimal_table_ms"}
    assert counts == {page: row["queries_few"] for page, row in found.items() if page != "minimal_table_ms"}
    assert set(counts) == {"queue", "live_page", "live_table", "public_result"}
    assert max(counts.values()) <= 10


def test_worker_does_not_grow_from_request_to_request():
    assert figures_of("memory")["growth_mb"] < 10


def test_public_pages_that_are_kept_take_no_query_and_the_home_page_is_small(kind):
    found = figures_of("public_pages", "--databases", kind)[kind]

    assert {page: found[page]["queries_kept"] for page in found["pages"]} == dict.fromkeys(found["pages"], 0)
    assert max(found[page]["queries_made"] for page in found["pages"]) <= 15
    assert found["shown"] == 60
    assert found["home_bytes"]["all"] < 200_000
