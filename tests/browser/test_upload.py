"""core/upload.js on a page of its own: what is told is what the server has, and breaks cost nothing that it had."""

import hashlib
import json
import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.visitors import DESKTOP, PHONE
from tools.serving import ROOT, environment_in, serve

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WORDS = "[data-upload-words]"
MB = 1024 * 1024


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Address and cookies of a signed-in account."""
    folder = tmp_path_factory.mktemp("site")
    environment = environment_in(folder)
    everything = {**os.environ, **environment}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=everything, cwd=ROOT, check=True)
    command = [sys.executable, "-m", "tests.browser.upload_site"]
    made = subprocess.run(command, env=everything, cwd=ROOT, check=True, capture_output=True, text=True)
    with serve("tests.browser.upload_site:application", environment, workers=1, threads=4) as server:
        yield f"http://127.0.0.1:{server.port}", json.loads(made.stdout.splitlines()[-1])


@pytest.fixture
def enter(site, browser, witness):
    origin, cookies = site
    contexts = []

    def enter(size=DESKTOP, **options):
        context = browser.new_context(
            base_url=origin, viewport={"width": size[0], "height": size[1]}, locale="zh-CN", **options
        )
        contexts.append(context)
        context.add_cookies([{"name": name, "value": value, "url": origin} for name, value in cookies.items()])
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.goto("/upload/")
        return page

    yield enter
    for context in contexts:
        context.close()


@pytest.fixture
def make_file(tmp_path):
    def make(size: int, name: str = "作品.pdf"):
        path = tmp_path / name
        path.write_bytes(b"%PDF-1.4\n" + os.urandom(size - 15) + b"%%EOF\n")
        return path, hashlib.sha256(path.read_bytes()).hexdigest()

    return make


class Gate:
    """Lets so many pieces through to the server; then the network is lost, or silent."""

    def __init__(self, page, pieces: int, *, silent: bool = False) -> None:
        self.pieces, self.silent = pieces, silent
        page.route("**/api/v1/uploads/*/", self._meet)

    def _meet(self, route):
        if route.request.method != "PATCH" or self.pieces > 0:
            self.pieces -= route.request.method == "PATCH"
            route.continue_()
        elif not self.silent:
            route.abort("internetdisconnected")


def send(page, path):
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="上传", exact=True).click()


def share_told(page) -> int:
    return int(re.search(r"已收到 (\d+)%", page.locator(WORDS).inner_text())[1])


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_file_is_sent_and_listed(enter, make_file, witness, size):
    page = enter(size)
    witness.watch(page.context)
    witness.look(page, touch=True)
    path, digest = make_file(3 * MB)

    send(page, path)

    expect(page.locator("li")).to_contain_text([digest])
    witness.look(page, touch=True)
    assert witness.complaints == []


def test_upload_goes_on_by_itself_when_the_network_is_back(enter, make_file):
    page = enter(PHONE)
    path, digest = make_file(12 * MB, "长片.pdf")
    gate = Gate(page, 2)
    send(page, path)
    expect(page.locator(WORDS)).to_contain_text("网络断了。已收到", timeout=60_000)
    expect(page.locator(WORDS)).to_contain_text("不会从头再来，正在自动重试……")
    assert 0 < share_told(page) < 100

    gate.pieces = 1000

    expect(page.locator("li")).to_contain_text([digest], timeout=90_000)


def test_upload_goes_on_after_the_page_was_reloaded(enter, make_file):
    page = enter(PHONE)
    path, digest = make_file(12 * MB, "长片.pdf")
    gate = Gate(page, 2)
    send(page, path)
    expect(page.locator(WORDS)).to_contain_text("网络断了。已收到", timeout=60_000)
    before = share_told(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator(WORDS)).to_contain_text("“长片.pdf”还没有传完，已收到")
    assert share_told(page) == before
    sent = []
    page.on("request", lambda request: sent.append((request.method, request.headers.get("upload-offset"))))
    gate.pieces = 1000

    send(page, path)

    expect(page.locator("li")).to_contain_text([digest], timeout=90_000)
    assert "POST" not in [method for method, _ in sent]
    assert int(next(offset for method, offset in sent if method == "PATCH")) * 100 // (12 * MB) == before


def test_pause_goes_on(enter, make_file):
    page = enter()
    path, digest = make_file(12 * MB)
    gate = Gate(page, 2, silent=True)
    send(page, path)
    expect(page.locator(WORDS)).to_contain_text(re.compile(r"正在上传，已收到 [1-9]\d?%"), timeout=60_000)

    page.get_by_role("button", name="暂停").click()
    expect(page.locator(WORDS)).to_contain_text("已暂停，已收到")
    gate.pieces = 1000
    page.get_by_role("button", name="继续").click()

    expect(page.locator("li")).to_contain_text([digest], timeout=90_000)


def test_cancel_forgets(enter, make_file):
    page = enter()
    path, _ = make_file(12 * MB)
    Gate(page, 2, silent=True)
    send(page, path)
    expect(page.locator(WORDS)).to_contain_text(re.compile(r"正在上传，已收到 [1-9]\d?%"), timeout=60_000)

    page.get_by_role("button", name="取消上传").click()

    expect(page.get_by_role("button", name="上传", exact=True)).to_be_visible()
    page.reload()
    expect(page.locator(WORDS)).to_have_text("")


def test_another_file_begins_anew(enter, make_file):
    page = enter()
    first, _ = make_file(12 * MB, "一.pdf")
    gate = Gate(page, 2)
    send(page, first)
    expect(page.locator(WORDS)).to_contain_text("网络断了。已收到", timeout=60_000)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator(WORDS)).to_contain_text("“一.pdf”还没有传完")
    second, digest = make_file(MB, "二.pdf")
    gate.pieces = 1000

    send(page, second)

    expect(page.locator("li")).to_contain_text([digest], timeout=90_000)


def test_refusals_are_told_where_the_file_was_chosen(enter, tmp_path, make_file):
    page = enter(PHONE)
    fault = page.locator("[data-upload-fault]")
    wrong = tmp_path / "假的.pdf"
    wrong.write_text("<!doctype html><p>页面</p>", encoding="utf-8")

    send(page, wrong)
    expect(fault).to_contain_text("“假的.pdf”的内容是网页，这里收的是：PDF。")
    (tmp_path / "空.pdf").touch()
    send(page, tmp_path / "空.pdf")
    expect(fault).to_have_text("“空.pdf”是空文件（0 字节），请重新选择。")
    large, _ = make_file(65 * MB, "大.pdf")
    page.set_input_files("input[type=file]", large)
    expect(fault).to_have_text("“大.pdf”有 65.0 MB，这里最大收 64.0 MB，请压缩后再上传。")


def test_without_script_the_form_is_sent_as_any_other(enter, make_file):
    page = enter(java_script_enabled=False)
    path, digest = make_file(MB, "无脚本.pdf")

    send(page, path)

    expect(page.get_by_role("heading", name="上传文件")).to_be_visible()
    for _ in range(40):
        page.goto("/upload/")
        if digest in page.content():
            return
        page.wait_for_timeout(250)
    pytest.fail("the file was not listed")
