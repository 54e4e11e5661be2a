"""A contest from the judges' codes to the certificate, by clicks alone, through gunicorn and a Celery worker."""

import io
import re
import shutil

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.codes import read_from_pdf, read_from_screen
from tests.browser.stage import JUDGE, NAMES, OWED, ROUND, TIED
from tests.browser.visitors import PHONE, Visitors
from tools.demo_pages import fill_marks

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("pdftoppm"), reason="no pdftoppm: apt-get install poppler-utils"),
]


@pytest.fixture
def visitors(browser, stage, witness):
    return Visitors(browser, stage, witness)


def test_a_contest_from_codes_to_certificates(visitors, witness, tmp_path):
    organiser = visitors.enter(who="organiser")
    link = issue_codes(organiser, witness)
    judge = visitors.enter(PHONE)
    sign_in_by_code(judge, witness, link)
    mark_by_buttons(judge, witness)
    mark_after_an_error(judge, witness)
    see_who_has_not_marked(organiser, witness)
    mark_last_without_network(judge, witness)
    correct_one(judge, witness)
    lock(organiser, witness)
    decide_tie(organiser, witness)
    propose(organiser, witness)
    confirm(visitors.enter(who="supervisor"), witness)
    publish(organiser, witness)
    see_ranking(visitors.enter(PHONE), witness)
    see_ranking(visitors.enter(), witness)
    draft_certificates(organiser, witness)
    approve_proof(visitors.enter(who="supervisor"), witness)
    issue_certificates(organiser, witness)
    paper = download_certificate(organiser, witness, tmp_path)
    check_certificate(visitors.enter(PHONE), witness, paper)
    download_own(visitors.enter(PHONE, "entrant"), witness)
    sign_out(organiser, witness)
    refuse_stranger(judge, witness)

    assert not witness.complaints, "\n".join(witness.complaints)


def issue_codes(page, witness):
    """The organiser makes the codes; the text of judge 3's QR code, read from the screen."""
    page.goto("/organise/2026/panels/1/")
    witness.look(page)
    page.get_by_role("link", name="打印登录码").click()
    witness.look(page)
    page.get_by_role("button", name="制作登录码").click()
    witness.look(page)
    cards = page.locator(".code-card")
    expect(cards).to_have_count(5)
    return read_from_screen(cards.filter(has_text=JUDGE).locator("svg"))


def sign_in_by_code(page, witness, link):
    page.goto(link)
    witness.look(page, touch=True)
    page.get_by_role("button", name=f"我是{JUDGE}，登录").click()
    witness.look(page, touch=True)
    page.get_by_role("link", name=ROUND).click()
    witness.look(page, touch=True)
    expect(page.locator(".progress-line")).to_contain_text("已提交 6 / 9 份")
    assert page.locator(".queue .pill.wait").all_inner_texts() == ["待评"] * 3


def submit(page, witness, total):
    """Ask, look at the question, confirm."""
    page.locator("[data-submit]").click()
    witness.look(page, touch=True)
    expect(page.locator("dialog .ask-total")).to_have_text(f"{total} 分")
    page.get_by_role("button", name="确认提交").click()


def mark_by_buttons(page, witness):
    """01: a quick button, a step, and full-width digits from a Chinese keyboard."""
    page.locator(".queue a", has_text=OWED[0]).click()
    witness.look(page, touch=True)
    zoomed(page, witness)
    page.get_by_role("button", name="内容陈述 46 分").click()
    page.get_by_role("button", name="内容陈述加").click()
    page.get_by_role("button", name="表达效果 27 分").click()
    expect(page.locator("[data-submit]")).to_have_text("还差 1 项")
    page.get_by_label("整体形象 0–20").fill("１８．５")
    expect(page.locator("[data-total]")).to_have_text("92.0")
    submit(page, witness, "92.0")
    expect(page.locator(".entry .code")).to_have_text(OWED[1])


def zoomed(page, witness):
    """At 200 % a phone of 390 px shows 195."""
    page.set_viewport_size({"width": 195, "height": 422})
    witness.look(page)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})


def mark_after_an_error(page, witness):
    """04: a mark above the maximum is refused beside its field, and everything typed stays."""
    fill_marks(page, ("51", "26", "17"))
    page.locator("[data-submit]").click()
    field = page.get_by_label("内容陈述 0–50")
    expect(page.locator("#error-1")).to_have_text("请填 0 至 50 之间、间隔 0.5 的分数。")
    expect(field).to_have_value("51")
    expect(field).to_be_focused()
    witness.look(page, touch=True)
    field.fill("43")
    submit(page, witness, "86.0")
    expect(page.locator(".entry .code")).to_have_text(OWED[2])


def see_who_has_not_marked(page, witness):
    page.goto("/organise/2026/")
    page.get_by_role("link", name=ROUND).click()
    witness.look(page)
    expect(page.locator(".card.next")).to_contain_text(f"J3 还有未提交的评分：{OWED[2]}")
    expect(page.get_by_role("button", name="封存成绩")).to_be_disabled()
    expect(page.locator("#live tr", has_text="还有评分未提交")).to_contain_text("待评")


def mark_last_without_network(page, witness):
    """09: typed while the network is away; said so, kept through, saved when it is back."""
    state = page.locator("[data-save-state]")
    with witness.expecting("ERR_INTERNET_DISCONNECTED"):
        page.context.set_offline(True)
        fill_marks(page, ("38", "23.5", "14.5"))
        expect(state).to_have_text("待同步")
        expect(page.locator("[data-save-note]")).to_contain_text("恢复后自动保存")
        witness.look(page, touch=True)
        page.context.set_offline(False)
        expect(state).to_have_text("草稿已保存")
    page.reload()
    assert [field.input_value() for field in page.locator(".stepper input").all()] == ["38.0", "23.5", "14.5"]
    submit(page, witness, "76.0")
    expect(page.locator(".progress-line")).to_contain_text("全部交齐")
    witness.look(page, touch=True)


def correct_one(page, witness):
    """04 again: half a point more, handed in once more before the lock."""
    page.locator(".queue a", has_text=OWED[1]).click()
    page.get_by_role("button", name="内容陈述加").click()
    expect(page.locator("[data-save-state]")).to_have_text("修改未提交")
    submit(page, witness, "86.5")
    expect(page.locator(".queue li", has_text=OWED[1]).locator("b")).to_have_text("86.5")


def lock(page, witness):
    page.reload()
    page.get_by_role("button", name="封存成绩").click()
    witness.look(page)
    expect(page.locator(".page-head")).to_contain_text("已封存")
    expect(page.locator("#live tbody tr").first).to_contain_text("92.00")


def decide_tie(page, witness):
    """06 and 07 are tied across the line of the six: nothing is proposed before it is decided."""
    page.get_by_role("link", name="处理并列").click()
    witness.look(page)
    form = page.locator("form", has=page.locator("input[name=act][value=decide]"))
    form.get_by_label(TIED[0], exact=True).select_option("第 2")
    form.get_by_label(TIED[1], exact=True).select_option("第 1")
    form.get_by_label("理由").fill("评审组合议：内容陈述的逻辑层次更清楚")
    form.get_by_role("button", name="登记裁定").click()
    witness.look(page)
    expect(page.locator("main")).to_contain_text("裁定 07 ＞ 06")


def propose(page, witness):
    page.goto("/organise/2026/contests/1/")
    witness.look(page)
    page.locator(".card.next .btn-primary").click()
    witness.look(page)
    page.get_by_role("button", name="提出名册").click()
    witness.look(page)
    expect(page.get_by_role("button", name="公布结果")).to_be_disabled()


def confirm(page, witness):
    """The supervisor, from the start page."""
    page.get_by_role("link", name="核对并确认").click()
    witness.look(page)
    page.get_by_role("button", name="确认名册 v1").click()
    witness.look(page)
    expect(page.locator("main")).to_contain_text("纪监督于")


def publish(page, witness):
    page.reload()
    page.get_by_role("button", name="公布结果").click()
    witness.look(page)
    expect(page.get_by_role("button", name="拟定批次，制作校样")).to_be_visible()


def see_ranking(page, witness):
    page.goto("/")
    witness.look(page)
    page.locator("a.winner").click()
    witness.look(page)
    tiers = [
        (tier.locator("xpath=preceding-sibling::h2[1]").inner_text(), tier.locator(".name").all_inner_texts())
        for tier in page.locator(".winners").all()
    ]
    assert tiers == [
        ("金奖", [NAMES[0], NAMES[1]]),
        ("一等奖", [NAMES[2], NAMES[3], NAMES[4], NAMES[6]]),
        ("二等奖", [NAMES[5], NAMES[7]]),
        ("三等奖", [NAMES[8]]),
    ]
    expect(page.locator("main")).to_contain_text("No. 2 · 名册 v1")
    expect(page.get_by_text("晋级省赛")).to_have_count(6)
    page.get_by_role("link", name="如何计分").click()
    witness.look(page)
    page.context.close()


def draft_certificates(page, witness):
    """The worker makes the proof; the page follows by itself."""
    page.get_by_role("button", name="拟定批次，制作校样").click()
    witness.look(page)
    expect(page.get_by_text("须由另一位组委会成员或监督员登录后核准")).to_be_visible(timeout=90_000)
    witness.look(page)


def approve_proof(page, witness):
    """The supervisor, from the start page: every certificate is in the proof."""
    page.get_by_role("link", name="看校样并核准").click()
    witness.look(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="打开校样（PDF）").click()
    proof = "".join("".join(sheet.extract_text().split()) for sheet in PdfReader(download.value.path()).pages)
    assert [name for name in NAMES if proof.count(name) < 2] == []
    page.get_by_label("我已逐张看过校样").check()
    page.get_by_role("button", name="核准校样").click()
    witness.look(page)
    expect(page.locator("main")).to_contain_text("纪监督已核准校样")


def issue_certificates(page, witness):
    """Ordered with one click; the page follows the worker."""
    page.reload()
    page.get_by_role("button", name=f"签发 {len(NAMES)} 张证书").click()
    witness.look(page)
    expect(page.get_by_text("全部做好")).to_be_visible(timeout=90_000)
    witness.look(page)
    page.goto("/organise/2026/certificates/")
    witness.look(page)
    assert page.locator("tbody .pill").all_inner_texts() == ["已签发"] * len(NAMES)


def download_certificate(page, witness, folder):
    row = page.locator("tbody tr", has_text=NAMES[4])
    with page.expect_download() as download:
        row.get_by_role("link", name="下载").click()
    path = folder / "certificate.pdf"
    download.value.save_as(path)
    text = words(path.read_bytes())
    assert NAMES[4] in text
    assert "一等奖" in text
    return path


def check_certificate(page, witness, paper):
    """Anybody with a phone: the QR code on the paper leads to a page that says that it is valid, the name masked."""
    page.goto(read_from_pdf(paper))
    witness.look(page)
    expect(page.locator(".card.done")).to_contain_text("有效")
    expect(page.locator(".card.done")).not_to_contain_text(NAMES[4])
    with witness.expecting("404"):
        page.goto("/v/not-a-token-of-ours/")
        witness.look(page)


def download_own(page, witness):
    """The winner, with an account of the phone that was registered."""
    page.get_by_role("link", name="我的证书").click()
    witness.look(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载证书").click()
    with open(download.value.path(), "rb") as file:
        assert NAMES[0] in words(file.read())


def sign_out(page, witness):
    page.get_by_role("button", name="退出").click()
    witness.look(page)
    page.goto("/organise/2026/")
    expect(page).to_have_url(re.compile("/sign-in/"))


def refuse_stranger(page, witness):
    """What a judge may not see answers as what does not exist."""
    with witness.expecting("404"):
        assert page.goto("/organise/2026/rounds/1/").status == 404
        witness.look(page)


def words(pdf):
    """A PDF's text without spaces."""
    return "".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())
