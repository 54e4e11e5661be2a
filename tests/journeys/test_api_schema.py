"""The API is what its OpenAPI 3.1 description says, whatever is sent to it (design §13)."""

import http.cookiejar
import json
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from portal.services.rehearsal.cast import DEMO_PASSWORD
from tools.serving import serve_demo

pytestmark = pytest.mark.slow
CONFIG = Path(__file__).parent / "schemathesis.toml"
SCHEMATHESIS = Path(sys.executable).parent / "schemathesis"


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    with serve_demo(tmp_path_factory.mktemp("demo")) as origin:
        yield origin


def token_of(origin: str, who: str) -> str:
    """A token that the account makes for itself on its page."""
    visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def post(path: str, **fields: str) -> str:
        page = visitor.open(origin + path).read().decode()
        fields["csrfmiddlewaretoken"] = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        return visitor.open(origin + path, urllib.parse.urlencode(fields).encode()).read().decode()

    post("/sign-in/", username=who, password=DEMO_PASSWORD)
    return re.search(r'break-all">(\w+)<', post("/my/tokens/"))[1]


@pytest.mark.parametrize("who", ["judge1@demo.invalid", "entrant@demo.invalid"])
def test_api_does_what_its_schema_says(origin, who, tmp_path):
    command = [SCHEMATHESIS, "--config-file", CONFIG, "run", f"{origin}/api/v1/schema/", "--max-examples", "20"]
    command += ["-H", f"Authorization: Token {token_of(origin, who)}", "--seed", "20261120"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout[-8000:]


def test_schema_is_openapi_3_1_and_names_every_address(origin):
    schema = json.load(urllib.request.urlopen(f"{origin}/api/v1/schema/"))
    assert schema["openapi"] == "3.1.0"
    assert sorted(schema["paths"]) == [
        "/api/v1/contests/",
        "/api/v1/contests/{id}/",
        "/api/v1/editions/",
        "/api/v1/editions/{slug}/",
        "/api/v1/judge/rounds/",
        "/api/v1/judge/sheets/",
        "/api/v1/judge/sheets/{id}/",
        "/api/v1/notices/",
        "/api/v1/notices/{id}/",
        "/api/v1/registrations/",
        "/api/v1/registrations/{id}/",
        "/api/v1/registrations/{id}/recall/",
        "/api/v1/registrations/{id}/submission/",
        "/api/v1/results/",
        "/api/v1/results/{id}/",
        "/api/v1/results/{id}/book/",
        "/api/v1/works/",
        "/api/v1/works/{id}/",
    ]
