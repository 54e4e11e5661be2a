"""Every main page of the demo at phone and desktop width: it answers, is accessible, and does not scroll sideways."""

import pytest
from playwright.sync_api import expect

from tools.demo_pages import FIRST_OWED, SHOTS, open_browser_page, set_scenes
from tools.screenshots import WIDTHS, reach

pytestmark = pytest.mark.browser
EXPECTED_ANSWERS = {"judge-conflict": ("409",), "judge-sheet-errors": ("422",)}


@pytest.fixture(scope="module")
def scenes(browser, demo):
    set_scenes(browser, demo)
    return demo


def test_menu_is_closed_on_a_phone_until_it_is_tapped(browser, demo, witness):
    page = open_browser_page(browser, demo, "organiser", 390)
    witness.watch(page.context)
    page.goto("/organise/2026/")
    menu = page.get_by_role("navigation", name="工作区")
    expect(menu).to_be_hidden()
    page.get_by_text("菜单").click()
    expect(menu).to_be_visible()
    witness.look(page)
    menu.get_by_role("link", name="推荐单位").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("推荐单位")
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(menu).to_be_visible()
    page.context.close()

    assert not witness.complaints, "\n".join(witness.complaints)


def test_a_sheet_is_marked_with_the_keyboard_alone(browser, demo, witness):
    page = open_browser_page(browser, demo, "judge7", 1280)
    witness.watch(page.context)
    page.goto("/judge/rounds/2/")
    page.locator(FIRST_OWED).focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="内容陈述减").focus()
    for key in ("Tab", "4", "5", "Tab", "Space"):
        page.keyboard.press(key)
    expect(page.get_by_label("内容陈述 0–50")).to_have_value("45.5")
    page.get_by_role("button", name="表达效果 27 分").focus()
    page.keyboard.press("Enter")
    page.get_by_label("整体形象 0–20").focus()
    page.keyboard.type("18")
    page.locator("[data-submit]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog .ask-total")).to_have_text("90.5 分")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    expect(page.locator("[data-save-state]")).to_have_text("草稿已保存")
    page.context.close()

    assert not witness.complaints, "\n".join(witness.complaints)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("who", sorted({shot.who for shot in SHOTS}))
def test_main_pages_are_whole_and_accessible(browser, scenes, witness, who, width):
    page = open_browser_page(browser, scenes, who, width)
    witness.watch(page.context)
    for shot in (shot for shot in SHOTS if shot.who == who):
        with witness.expecting(*EXPECTED_ANSWERS.get(shot.name, ())):
            status = reach(page, shot)
            witness.look(page, touch=who.startswith("judge"))
        if status != 200:
            witness.complaints.append(f"{shot.path} answered {status}")
    page.context.close()

    assert not witness.complaints, "\n".join(witness.complaints)
