"""The layout editor in a browser: boxes are dragged, the picture follows, faults stand at their fields, nothing needs
script; and the pages around it are accessible."""

import pytest
from playwright.sync_api import expect

from tools.demo_pages import open_browser_page
from tools.screenshots import WIDTHS

pytestmark = pytest.mark.browser
LAYOUTS = "/organise/2026/certificates/layouts/"
EDIT = f"{LAYOUTS}classic/edit/"


def drag(page, rect, across, down):
    box = rect.bounding_box()
    page.mouse.move(box["x"] + 8, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 8 + across, box["y"] + 8 + down, steps=4)
    page.mouse.up()


def test_boxes_are_dragged_and_faults_stand_at_their_fields(browser, demo, witness):
    page = open_browser_page(browser, demo, "organiser", 1280)
    witness.watch(page.context)
    page.goto(EDIT)
    rect = page.locator('rect[data-box="3"]')
    picture = page.locator("#layout-preview img").first
    expect(page.locator(".layout-overlay.live")).to_be_visible()
    before = picture.get_attribute("src")

    drag(page, rect, -60, -20)
    moved = page.locator('[name="boxes[3].x"]').input_value()
    assert 105 < float(moved) < 120  # from 153 mm: 60 pixels of a picture that shows 297 mm
    expect(picture).not_to_have_attribute("src", before)
    expect(rect).to_have_attribute("x", moved)

    rect.click(position={"x": 4, "y": 4})
    page.locator('[name="boxes[3].size"]').fill("十七磅")
    expect(page.locator(".live-error")).to_have_text("请填数字，例如 27.5：小数最多两位。")
    expect(page.locator('[name="boxes[3].size"]')).to_have_attribute("aria-invalid", "true")
    page.locator('[name="boxes[3].size"]').fill("17")
    expect(page.locator(".live-error")).to_have_count(0)

    page.locator('[data-for="f-boxes-3-text"]').get_by_role("button", name="届次").click()
    expect(page.locator('[name="boxes[3].text"]')).to_have_value("{落款单位}\n{日期}{届次}")
    witness.look(page)
    page.get_by_role("button", name="加印章框").click()
    expect(page.locator('[name="boxes[6].issuer"]')).to_be_visible()
    expect(page.locator('[name="boxes[3].x"]')).to_have_value(moved)
    page.context.close()

    assert not witness.complaints, "\n".join(witness.complaints)


def test_layout_is_edited_without_script(browser, demo):
    signed_in = open_browser_page(browser, demo, "organiser", 1280)
    context = browser.new_context(
        java_script_enabled=False, base_url=demo, storage_state=signed_in.context.storage_state()
    )
    signed_in.context.close()
    page = context.new_page()
    page.goto(EDIT)
    page.locator("#box-0 summary").click()
    page.locator('[name="boxes[0].text"]').fill("优秀组织奖")
    before = page.locator("#layout-preview img").first.get_attribute("src")
    page.locator("#layout-preview").get_by_role("button", name="预览").click()

    assert page.locator("#layout-preview img").first.get_attribute("src") != before
    assert page.locator('[name="boxes[0].text"]').input_value() == "优秀组织奖"
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "address", [LAYOUTS, f"{LAYOUTS}new/", f"{LAYOUTS}classic/", EDIT, "/organise/2026/certificates/pictures/",
                "/organise/2026/certificates/seals/"],
)  # fmt: skip
def test_pages_of_layouts_are_whole_and_accessible(browser, demo, witness, address, width):
    page = open_browser_page(browser, demo, "organiser", width)
    witness.watch(page.context)
    page.goto(address)
    if address == EDIT:
        page.locator("#box-2 summary").click()
    witness.look(page, touch=width == 390)
    page.context.close()

    assert not witness.complaints, "\n".join(witness.complaints)
