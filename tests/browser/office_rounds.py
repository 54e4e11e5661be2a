"""The journey's rounds: video preliminary, draws that anybody recomputes, check-in on a phone, the finals."""

import json
import re
import subprocess
import sys

from playwright.sync_api import expect

from tests.browser.codes import read_from_screen
from tests.browser.office_people import ADULTS, JUNIORS
from tests.browser.office_registration import CONTEST
from tools.demo_pages import fill_marks
from tools.serving import ROOT

PRELIMINARY, ADULT_FINAL, JUNIOR_FINAL = "成年组预赛", "成年组决赛", "少年组决赛"
ADVANCE = 5
LATE, ABSENT = ADULTS[1], ADULTS[4]
# First to last by what the judges give; the talk names the contestant where judges see no name.
STANDING = {person.talk: place for people in (ADULTS, JUNIORS) for place, person in enumerate(people)}


def set_up(page, witness, group, title, panel, *, advance=0):
    """A round of a group; with `advance` a video preliminary by rules made from the contest's."""
    page.goto(f"/organise/2026/groups/{group}/rounds/new/")
    page.get_by_label("轮次名称").fill(title)
    page.get_by_label("评委组", exact=True).select_option(label=panel)
    if advance:
        page.locator("details.more-fields summary").click()
        page.get_by_label("晋级下一轮的人数").fill(str(advance))
        page.get_by_label("评审方式").select_option(label="视频")
        page.get_by_label("评委看哪一项材料").select_option(label="参评视频")
        page.get_by_label("评分细则").select_option(value="preliminary")
    witness.look(page)
    page.get_by_role("button", name="建立轮次").click()
    witness.look(page)


def draw(page, witness, group, public, folder):
    """Commitment before, public number after; the public file recomputes with the standard library alone."""
    page.goto(f"/organise/2026/groups/{group}/draw/")
    witness.look(page)
    page.get_by_role("button", name="公布承诺值").click()
    witness.look(page)
    page.get_by_role("link", name="公示页面").click()
    witness.look(page)
    page.go_back()
    page.get_by_label("公开随机数").fill(public)
    page.get_by_role("button", name="抽签", exact=True).click()
    witness.look(page)
    page.get_by_role("link", name="公示页面与核对办法").click()
    witness.look(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 JSON").click()
    file = folder / f"draw-{group}-{len(list(folder.glob('draw-*')))}.json"
    download.value.save_as(file)
    assert json.loads(file.read_text())["public"] == public
    checked = subprocess.run(
        [sys.executable, ROOT / "tools" / "verify_draw.py", file], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    page.goto(f"/organise/2026/groups/{group}/draw/")


def plan_times(page, witness):
    """Planned times, and the sheet for the notice board."""
    page.get_by_role("link", name="出场时间与打印").click()
    witness.look(page)
    page.get_by_label("开始时间").fill("2026-12-01T09:00")
    page.get_by_role("button", name="排定时间").click()
    witness.look(page)
    expect(page.locator("tbody tr").first).to_contain_text("09:00")
    page.get_by_role("link", name="打印：").first.click()
    witness.look(page)


def open_marking(page, witness, title):
    page.goto(CONTEST)
    page.get_by_role("link", name=title).click()
    witness.look(page)
    page.get_by_role("button", name="开放评分").click()
    witness.look(page)


def issue_code(page, witness, panel, judge):
    """The text of one judge's QR code, read from the organiser's screen."""
    page.goto(CONTEST)
    page.get_by_role("link", name=panel).first.click()
    page.get_by_role("link", name="打印登录码").click()
    witness.look(page)
    page.get_by_role("button", name="制作登录码").click()
    witness.look(page)
    return read_from_screen(page.locator(".code-card", has_text=judge).locator("svg"))


def sign_in_by_code(page, witness, link):
    page.goto(link)
    witness.look(page, touch=True)
    page.get_by_role("button", name=re.compile("^我是")).click()
    witness.look(page, touch=True)


def mark_a_video(page, witness):
    """On a phone: the first of the queue, its video in another tab, the marks."""
    page.goto("/judge/")
    page.get_by_role("link", name=PRELIMINARY).click()
    witness.look(page, touch=True)
    page.locator(".queue a").first.click()
    witness.look(page, touch=True)
    with page.expect_popup() as popup:
        page.get_by_role("link", name="观看参评内容").click()
    witness.look(popup.value, touch=True)
    expect(popup.value.locator("video")).to_be_visible()
    source = popup.value.locator("video source").get_attribute("src")
    assert page.context.request.get(source).headers["content-type"] == "video/mp4"
    popup.value.close()
    _mark_here(page, witness)


def mark_by_hand(page, witness, title):
    """One entry of a final, on a phone."""
    page.goto("/judge/")
    page.get_by_role("link", name=title).click()
    page.locator(".queue li[aria-current] a").click()
    _mark_here(page, witness)


def mark_the_rest(page, title):
    """What a judge still owes in a round, as a program would hand it in."""
    request = page.context.request
    rounds = request.get("/api/v1/judge/rounds/").json()["results"]
    number = next(each["id"] for each in rounds if each["title"] == title)
    page.goto(f"/judge/rounds/{number}/")
    token = next(each["value"] for each in page.context.cookies() if each["name"].endswith("csrftoken"))
    for sheet in request.get(f"/api/v1/judge/sheets/?round={number}").json()["results"]:
        if sheet["state"] != "pending":
            continue
        answer = request.put(
            f"/api/v1/judge/sheets/{sheet['id']}/",
            data={
                "marks": marks_of(sheet["title"]),
                "submission_id": f"journey-{sheet['id']}",
                "version": 0,
                "submit": True,
            },
            headers={"X-CSRFToken": token, "Referer": page.url},
        )
        assert answer.status == 200, answer.text()


def marks_of(talk):
    place = STANDING[talk]
    return {"content": f"{46 - place}", "delivery": f"{27 - place}", "image": f"{18 - place}"}


def check_in(page, witness, title):
    """The clerk, on a phone: one comes late, one not at all, the others are there."""
    page.goto("/hall/")
    witness.look(page, touch=True)
    page.locator("li, section, tr", has_text=title).get_by_role("link", name="检录").first.click()
    witness.look(page, touch=True)
    rows = page.locator(".check-list > li")
    for index in range(rows.count()):
        row = rows.nth(index)
        name = row.locator(".name").inner_text()
        if ABSENT.name in name:
            row.locator("summary").click()
            witness.look(page, touch=True)
            row.get_by_role("button", name="确认缺席").click()
            expect(rows.nth(index)).to_contain_text("缺席 · 弃权")
        elif LATE.name in name:
            row.get_by_role("button", name="迟到").click()
            expect(rows.nth(index).locator(".pill")).to_have_text("迟到")
        else:
            row.get_by_role("button", name="已到").click()
            expect(rows.nth(index).locator(".pill")).to_have_text("已检录")
    witness.look(page, touch=True)
    expect(page.locator("#check-in")).to_contain_text("全部检录完毕")


def record_times(page, witness, title):
    """The clerk: speaking times, as a stopwatch shows them."""
    page.goto("/hall/")
    page.locator("li, section, tr", has_text=title).get_by_role("link", name=re.compile("用时")).first.click()
    witness.look(page)
    entries = page.get_by_label("参评条目").locator("option").all()
    for value in [each.get_attribute("value") for each in entries if each.get_attribute("value")]:
        page.get_by_label("参评条目").select_option(value=value)
        page.get_by_label("用时", exact=True).fill("3:40")
        page.get_by_role("button", name="登记", exact=True).click()
    witness.look(page)


def lock(page, witness, title):
    page.goto(CONTEST)
    page.get_by_role("link", name=title).click()
    witness.look(page)
    page.get_by_role("button", name="封存成绩").click()
    witness.look(page)
    expect(page.locator(".page-head")).to_contain_text("已封存")


def advance(page, witness):
    """By the standings: the first five go on, the sixth does not."""
    page.goto(CONTEST)
    page.get_by_role("link", name="晋级名单").first.click()
    witness.look(page)
    page.get_by_role("button", name="按名次确认").click()
    witness.look(page)
    expect(page.get_by_role("heading", name=f"{ADVANCE} 人进入下一轮")).to_be_visible()
    expect(page.locator("tbody tr", has_text=ADULTS[-1].name).locator(".pill")).to_have_count(0)


def _mark_here(page, witness):
    talk = page.locator(".entry h1").inner_text().strip("《》")
    fill_marks(page, tuple(marks_of(talk).values()))
    page.locator("[data-submit]").click()
    witness.look(page, touch=True)
    with page.expect_navigation():
        page.get_by_role("button", name="确认提交").click()
