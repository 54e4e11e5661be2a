"""A Chromium of Debian's, and real servers: the demo, and a small stage for the journey."""

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.witness import AXE, Witness
from tools.screenshots import CHROMIUM_OPTIONS, find_chromium
from tools.serving import serve_demo, serve_filled


def pytest_collection_modifyitems(items):
    reason = ""
    if not find_chromium():
        reason = "no chromium on this machine: apt-get install chromium"
    elif not AXE.is_file():
        reason = "axe-core is not installed: python3 run.py"
    for item in items:
        if reason and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def witness():
    return Witness()


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    with serve_demo(tmp_path_factory.mktemp("demo")) as origin:
        yield origin


@pytest.fixture
def stage(tmp_path):
    with serve_filled(tmp_path, ["-m", "tests.browser.stage"]) as origin:
        yield origin
