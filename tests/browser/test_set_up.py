"""A newcomer sets a contest up by clicking, from an empty installation to the published call (docs/setting-up.md).

The steps are those of the document, word for word. The time is what a person needs: each click and key by the
keystroke-level model (Card, Moran and Newell 1983: 1.35 s to decide, 1.1 s to point, 0.2 s to press, 0.28 s a key,
three keys a Chinese character), each page read once in full at 400 characters a minute, and the server's own time.
"""

import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tools.serving import ROOT, serve_filled

pytestmark = pytest.mark.browser
DECIDE, POINT, PRESS, KEY, KEYS_PER_CHARACTER = 1.35, 1.1, 0.2, 0.28, 3
CHARACTERS_PER_MINUTE = 400
MOST_SECONDS, MOST_CLICKS = 600, 30
DOCUMENT = ROOT / "docs" / "setting-up.md"
WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}


@pytest.fixture(params=WIDTHS)
def newcomer(browser, tmp_path, witness, request):
    """Somebody on an empty installation, on a desktop and on a phone."""
    with serve_filled(tmp_path, ["-c", "pass"]) as origin:
        width, height = WIDTHS[request.param]
        context = browser.new_context(
            base_url=origin,
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        context.set_default_timeout(15_000)
        witness.watch(context)
        yield Newcomer(context.new_page(), witness, touch=request.param == "phone")
        context.close()


class Newcomer:
    """Clicks and types by what is written on the page, and keeps account of it."""

    def __init__(self, page, witness, *, touch=False):
        self.page, self.witness, self.touch = page, witness, touch
        self.steps: list[str] = []
        self.clicks = self.keys = self.read = 0
        self.began = time.monotonic()

    def open(self, address):
        self.page.goto(address)
        self.look()

    def look(self):
        self.witness.look(self.page, touch=self.touch)
        self.read += len(re.sub(r"\s", "", self.page.locator("main").inner_text()))

    def press(self, name, *, role="button"):
        """Click what bears this name; the page that opens is read."""
        self.steps.append(f"点“{name}”")
        self.page.locator("main").get_by_role(role, name=name, exact=True).first.click()
        self.page.wait_for_load_state()
        self.clicks += 1
        self.look()

    def fill(self, label, text):
        self.steps.append(f"填“{label}”")
        self.page.get_by_label(label).fill(text)
        self.clicks += 1
        self.keys += sum(1 if sign.isascii() else KEYS_PER_CHARACTER for sign in text)

    def seconds(self) -> float:
        by_hand = self.clicks * (DECIDE + POINT + PRESS) + self.keys * KEY
        return time.monotonic() - self.began + by_hand + self.read / CHARACTERS_PER_MINUTE * 60


def moment(days: int) -> str:
    return (datetime.now(tz=UTC) + timedelta(days=days)).strftime("%Y-%m-%dT09:00")


def set_up(person):
    """The whole of docs/setting-up.md."""
    person.open("/setup/")
    for label, text in (
        ("届次名称", "2026 年科技活动周"),
        ("主办单位", "示范市科学技术协会"),
        ("年份", "2026"),
        ("您的姓名", "郝组织"),
        ("电子邮箱（用来登录）", "office@example.com"),
        ("密码（至少 10 位）", "long enough 42"),
    ):
        person.fill(label, text)
    person.press("建立并进入")
    person.press("新建讲解大赛", role="link")
    person.fill("比赛首日", moment(40)[:10])
    person.press("建立")
    person.press("去设置", role="link")
    person.fill("地点", "示范市科技馆报告厅")
    person.fill("报名开始", moment(-1))
    person.fill("报名截止", moment(20))
    person.press("保存")
    person.press("写通知", role="link")
    person.press("保存并预览")
    person.press("发布通知")


def test_a_contest_from_a_preset_in_under_ten_minutes(newcomer, witness):
    set_up(newcomer)
    expect(newcomer.page.get_by_role("heading", name="下一步：报名进行中")).to_be_visible()
    seconds = newcomer.seconds()
    print(f"\n{newcomer.clicks} clicks, {newcomer.keys} keys, {newcomer.read} characters read, {seconds:.0f} s")
    assert seconds < MOST_SECONDS
    assert newcomer.clicks <= MOST_CLICKS
    assert documented_steps(DOCUMENT) == newcomer.steps
    assert not witness.complaints, "\n".join(witness.complaints)


def documented_steps(document: Path) -> list[str]:
    """The steps in the document's numbered list, several to a line."""
    lines = [line for line in document.read_text().splitlines() if re.match(r"\d+\. ", line)]
    return [step for line in lines for step in re.findall(r"[点填]“[^”]+”", line)]
