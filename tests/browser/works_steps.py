"""What the people of a works selection do in their browsers, step by step."""

import hashlib
import re
import zipfile
from datetime import date

from playwright.sync_api import expect

from portal.services.rehearsal.filming import SECONDS, film
from tests.browser.office_province import check_digests, open_in_office
from tests.browser.works_stage import AUTHOR, PANEL

TITLE = "一滴雨的旅行"
ROUND = "微视频评审"
RETURNED = "推荐表没有盖章"
WORDS = "[data-upload-words]"
BIG = 12 * 1024 * 1024
FORM = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n%%EOF\n"


def begin_film(page, witness):
    """Sign up for nothing: the account is there; the call is open."""
    page.goto("/my/works/")
    witness.look(page, touch=True)
    page.get_by_role("link", name="申报一件作品").click()
    witness.look(page, touch=True)
    page.get_by_role("button", name="微视频").click()
    witness.look(page, touch=True)


def fill_in(page, witness):
    """Typed on a phone, the first time with a length that no film has."""
    year = date.today().year - 1
    page.get_by_label("作品名称").fill(f"《{TITLE}》")
    page.get_by_label("时长").fill("很长")
    page.get_by_label("首播平台").fill("市融媒体中心")
    page.get_by_label("首播日期").fill(f"{year}-06-01")
    page.get_by_label("播放链接").fill("https://video.example.com/rain")
    page.get_by_label("版权单位").fill("市气象学会")
    page.locator("[name='authors.1.name']").fill(AUTHOR)
    page.locator("[name=workplace]").fill("市气象学会")
    page.locator("[name=contact_name]").fill(AUTHOR)
    page.locator("[name=phone]").fill("19900030099")
    page.locator("[name=summary]").fill("跟着一滴雨，从海上走到麦田。")
    page.locator("[name=non_original_percent]").fill("5%")
    page.locator("[name=ai_used]").select_option("no")
    page.locator("[name=sources]").fill("背景音乐：自有版权。")
    page.locator("[name=declared]").check()
    page.get_by_role("button", name="提交作品").click()
    witness.look(page, touch=True)
    expect(page.locator("#faults")).to_contain_text("时长")
    expect(page.get_by_label("作品名称")).to_have_value(re.compile(TITLE))
    page.get_by_label("时长").fill(f"{SECONDS // 60}分{SECONDS % 60}秒")
    page.get_by_role("button", name="保存草稿").last.click()
    witness.look(page, touch=True)


def upload_film(page, witness, folder):
    """Broken off by a reload in the middle; the same file again goes on from there and is whole."""
    path = folder / "film.mp4"
    path.write_bytes(film() + (BIG + 8).to_bytes(4, "big") + b"free" + bytes(BIG))
    session = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": 800_000}
    session.send("Network.emulateNetworkConditions", slow)
    form = page.locator("form[data-resumable]").first
    form.locator("input[type=file]").set_input_files(path)
    form.get_by_role("button", name="上传", exact=True).click()
    expect(form.locator(WORDS)).to_contain_text(re.compile(r"已收到 [1-9]\d?%"), timeout=30_000)
    page.on("dialog", lambda dialog: dialog.accept())
    with witness.expecting("ERR_ABORTED", "Failed to load"):
        page.reload()
    form = page.locator("form[data-resumable]").first
    expect(form.locator(WORDS)).to_contain_text("还没有传完，已收到")
    began_at = int(re.search(r"已收到 (\d+)%", form.locator(WORDS).inner_text())[1])
    assert began_at > 0
    session.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": -1})
    form.locator("input[type=file]").set_input_files(path)
    form.get_by_role("button", name="上传", exact=True).click()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    expect(page.locator("main")).to_contain_text(digest, timeout=60_000)
    expect(page.locator("main")).to_contain_text("1920×1080")
    witness.look(page, touch=True)


def submit(page, witness):
    page.get_by_role("button", name=re.compile("提交")).first.click()
    witness.look(page, touch=True)
    expect(page.locator("main")).to_contain_text("待形式审查")


def return_for_the_form(page, witness):
    """The office opens the work from its list, sees what lacks, and returns it."""
    page.goto("/organise/2026/works/1/screening/")
    witness.look(page)
    page.get_by_role("link", name=re.compile(TITLE)).click()
    witness.look(page)
    expect(page.locator("main")).to_contain_text("推荐表")
    decide(page, "return", RETURNED)
    witness.look(page)
    expect(page.locator("main")).to_contain_text("退回补正")


def complete(page, witness, folder):
    """The author reads why, hands the form in and submits again."""
    page.goto("/my/works/")
    witness.look(page, touch=True)
    page.get_by_role("link", name="补正").first.click()
    expect(page.locator("main")).to_contain_text(RETURNED)
    path = folder / "form.pdf"
    path.write_bytes(FORM)
    item = page.locator("li", has_text="推荐表（盖章扫描件）")
    item.locator("input[type=file]").set_input_files(path)
    item.get_by_role("button", name="上传").click()
    witness.look(page, touch=True)
    submit(page, witness)


def accept_everything(page, witness):
    """Every film that waits, one after the other, with what only a person can see."""
    page.goto("/organise/2026/works/1/screening/")
    for _ in range(3):
        page.locator("main a[href*='/works/items/']").first.click()
        for tick in page.locator("form:has(input[value=accept]) input[type=checkbox]").all():
            tick.check()
        page.locator("form:has(input[value=accept]) button[type=submit]").click()
        page.wait_for_load_state()
        page.goto("/organise/2026/works/1/screening/")
    witness.look(page)
    expect(page.locator("main a[href*='/works/items/']")).to_have_count(0)


def set_up_review(page, witness):
    """Panel, assignment, open."""
    page.goto("/organise/2026/works/1/")
    witness.look(page)
    page.goto("/organise/2026/works/kinds/2/review/")
    witness.look(page)
    page.get_by_label("评委组").select_option(PANEL)
    page.get_by_role("button", name="设置评审").click()
    witness.look(page)
    page.get_by_role("link", name="去分派").click()
    witness.look(page)
    page.get_by_role("button", name="自动分派").click()
    witness.look(page)
    expect(page.locator("main")).to_contain_text("每件作品都已派足")
    page.goto("/organise/2026/works/kinds/2/review/")
    page.get_by_role("button", name="开放评审").click()
    witness.look(page)


def review_all(page, witness, number):
    """A reviewer's whole queue on a phone: watch, mark, write to the author, next."""
    page.goto("/judge/")
    page.get_by_role("link", name=re.compile(ROUND)).first.click()
    witness.look(page, touch=True)
    done = 0
    while page.get_by_role("link", name=re.compile("开始评审|继续评审")).count():
        page.get_by_role("link", name=re.compile("开始评审|继续评审")).first.click()
        mark(page, witness, number, looks=done == 0)
        done += 1
        page.goto("/judge/works/1/")
    return done


def mark(page, witness, number, *, looks):
    video = page.locator("video source")
    assert page.request.get(video.get_attribute("src"), headers={"Range": "bytes=0-99"}).status == 206
    title = page.locator("main").inner_text()
    science = 27 if TITLE in title else 20 + number
    fields = page.locator(".stepper input").all()
    for field, points in zip(fields, (science, 21, 16, 12, 8), strict=True):
        field.fill(str(points))
    if looks:
        witness.look(page, touch=True)
    here = page.url
    page.locator("[data-submit]").click()
    page.get_by_role("button", name="确认提交").click()
    page.wait_for_url(lambda address: address != here)
    page.wait_for_load_state()


def lock_and_meet(page, witness):
    """封存, the meeting's particulars, minutes in Word, the roster."""
    page.goto("/organise/2026/works/kinds/2/review/")
    page.get_by_role("button", name="封存成绩").click()
    page.goto("/organise/2026/works/rounds/1/meeting/")
    witness.look(page)
    for form in page.locator("form[action$='/meeting/tie/']").all():
        for place, choice in enumerate(form.locator("select").all(), start=1):
            choice.select_option(index=place)
        form.get_by_label("理由").fill("评审会合议：比较科学性")
        form.get_by_role("button", name="登记裁定").click()
    page.get_by_label("主持人").fill("郝组织")
    page.get_by_role("button", name="保存会议情况").click()
    witness.look(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载纪要（Word）").click()
    assert download.value.suggested_filename.endswith(".docx")
    page.get_by_role("link", name="核对并提出名册").click()
    witness.look(page)
    expect(page.locator("main")).to_contain_text(AUTHOR)
    page.get_by_role("button", name="提出名册").click()
    witness.look(page)


def confirm_roster(page, witness):
    page.goto("/supervise/2026/")
    page.get_by_role("link", name="核对并确认").first.click()
    witness.look(page)
    page.get_by_role("button", name="确认名册 v1").click()
    expect(page.locator("main")).to_contain_text("纪监督于")


def publish(page, witness):
    page.reload()
    page.get_by_role("button", name="公布结果").click()
    witness.look(page)


def recommend(page, witness, folder):
    """The winner goes to the province; the package is whole. Returns the path of the ZIP."""
    page.goto("/organise/2026/works/1/recommendation/")
    witness.look(page)
    page.locator("tr", has_text=TITLE).locator("input").fill("1")
    page.get_by_role("button", name="确定微视频推荐名单").click()
    witness.look(page)
    page.get_by_label("用途").fill("报送省级评选")
    with page.expect_download() as download:
        page.get_by_role("button", name="下载材料包").click()
    path = folder / "package.zip"
    download.value.save_as(path)
    return path


def check_package(path, folder):
    """Every checksum on its list holds, the work's form is there, and LibreOffice opens form and list."""
    unpacked, printed = folder / "package", folder / "printed"
    printed.mkdir()
    with zipfile.ZipFile(path) as archive:
        archive.extractall(unpacked)
    check_digests(unpacked)
    [form] = unpacked.rglob("*.docx")
    assert TITLE in form.name
    assert (unpacked / "推荐汇总表.xlsx").is_file()
    open_in_office(unpacked, printed)


def read_profile(page, witness):
    """The author reads how the work stood beside the others; no reviewer is named."""
    page.goto("/my/works/3/feedback/")
    witness.look(page, touch=True)
    expect(page.locator("main")).to_contain_text(TITLE)
    expect(page.locator("main")).not_to_contain_text("J1")


def decide(page, act, words):
    """A decision on a work's page that takes words."""
    page.locator(f"details:has(input[value={act}]) > summary").click()
    form = page.locator(f"form:has(input[value={act}])")
    form.get_by_label("自己写，或补充说明").fill(words)
    form.locator("button[type=submit]").click()
