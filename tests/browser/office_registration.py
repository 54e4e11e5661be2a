"""The journey from the published call to the accepted registrations, as the office, a unit and entrants see it."""

import re

from playwright.sync_api import expect

from tests.browser.office_people import FILES, SENT, SINGLE, unit_workbook, upload
from tests.browser.office_stage import PASSWORD, TITLE

CONTEST = "/organise/2026/contests/1/"
ADULT_GROUP, JUNIOR_GROUP = "成年组", "少年组"
VIDEO = "参评视频"


def publish_call(page, witness):
    """The organiser, from the contest's next step."""
    page.goto(CONTEST)
    witness.look(page)
    page.locator(".card.next a.btn-primary").click()
    witness.look(page)
    page.get_by_role("button", name="发布通知").click()
    witness.look(page)
    expect(page.get_by_role("heading", name="下一步：报名进行中")).to_be_visible()


def read_call(page, witness):
    """Anybody, on a phone, from the home page."""
    page.goto("/")
    witness.look(page, touch=True)
    page.get_by_role("link", name="看通知，去报名").click()
    witness.look(page, touch=True)
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    page.get_by_role("link", name="看计分办法和例子").click()
    witness.look(page, touch=True)
    page.go_back()


def import_unit_list(page, witness):
    """The unit's coordinator: the list is looked at, then imported; everybody is a draft that says what is missing."""
    page.goto("/unit/")
    witness.look(page)
    page.get_by_role("link", name="用表格导入").first.click()
    witness.look(page)
    page.locator("input[type=file]").set_input_files(
        {"name": "推荐汇总表.xlsx", "mimeType": "application/octet-stream", "buffer": unit_workbook(SENT)}
    )
    page.get_by_role("button", name="上传并检查").click()
    witness.look(page)
    expect(page.locator(".card.next")).to_contain_text(f"新增 {len(SENT)} 人")
    page.get_by_role("button", name="确认导入").click()
    witness.look(page)
    expect(page.locator(".entries .name")).to_have_count(len(SENT))


def hand_in_first(page, witness):
    """One entry by hand: its three files."""
    page.get_by_role("link", name=SENT[0].name).click()
    witness.look(page)
    for title in FILES:
        line = page.locator(".entries > li", has_text=title)
        line.locator("input[type=file]").set_input_files(upload(title))
        line.get_by_role("button", name="上传").click()
        expect(page.locator(".entries > li", has_text=title).locator(".pill")).to_have_text("已交")
    witness.look(page)
    page.get_by_role("link", name=re.compile("^← ")).click()


def hand_in_others(page):
    """The others in the same way, without pictures of it: files, and of minors the guardian's phone."""
    home = page.url
    links = {name: _href(page, name) for name in (one.name for one in SENT[1:])}
    for one in SENT[1:]:
        page.goto(links[one.name])
        for form in page.locator("form[enctype]").all():
            title = (
                form.locator("input[type=file]").get_attribute("aria-label").removeprefix("选择").removesuffix("的文件")
            )
            _post(page, form.get_attribute("action"), file=upload(title))
        if one.guardian:
            page.reload()
            page.get_by_label("监护人电话").fill(one.phone)
            page.get_by_role("button", name="保存草稿").click()
            expect(page.locator("[role=status] .card.done").first).to_contain_text("草稿")
    page.goto(home)


def order_and_submit(page, witness):
    """The last of the adults becomes the unit's first, by its arrow; then all are submitted at once."""
    page.get_by_role("link", name="排推荐顺序").first.click()
    witness.look(page)
    last = SENT[4].name
    for place in (4, 3, 2, 1):
        page.get_by_role("button", name=f"{last}上移一位").click()
        expect(page.locator("[data-order] > li").nth(place - 1)).to_contain_text(last)
    witness.look(page)
    page.get_by_role("link", name=re.compile("^← ")).click()
    expect(page.locator(".entries .name").first).to_have_text(last)
    for box in page.locator("input[name=contestant]").all():
        box.check()
    page.get_by_role("button", name="提交所选").click()
    witness.look(page)
    expect(page.locator(".entries .pill", has_text="待审核")).to_have_count(len(SENT))
    page.locator("main").get_by_role("link", name="推荐汇总表").click()
    witness.look(page)


def sign_up(page, witness, person):
    """From the call, on a phone: an account by phone number, then back to where one was going."""
    page.goto("/contests/1/")
    page.get_by_role("link", name="我要报名").click()
    witness.look(page, touch=True)
    page.get_by_role("link", name="注册").first.click()
    witness.look(page, touch=True)
    page.get_by_label("真实姓名").fill(person.guardian or person.name)
    page.get_by_label("手机号或电子邮箱").fill(person.phone)
    page.get_by_label("设置密码").fill(PASSWORD)
    page.get_by_label("我已阅读并同意隐私说明").check()
    page.get_by_role("button", name="注册").click()
    witness.look(page, touch=True)
    page.get_by_label("手机号或电子邮箱").fill(person.phone)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    expect(page).to_have_url(re.compile("/register/"))
    witness.look(page, touch=True)


def register(page, witness, person, group):
    """The form, on a phone; kept as typed before it is handed in."""
    page.locator("label.choice", has_text=group).click()
    page.get_by_role("button", name="开始填报名表").click()
    witness.look(page, touch=True)
    for label, text in (
        ("姓名", person.name),
        ("证件号码", person.id_number),
        ("工作单位（学校）", person.unit),
        ("讲解题目", person.talk),
        ("联系电话", person.phone),
    ):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("性别").select_option(person.gender)
    if person.guardian:
        page.get_by_label("监护人姓名").fill(person.guardian)
        page.get_by_label("监护人电话").fill(person.phone)
    page.get_by_role("button", name="保存，去上传材料").click()
    witness.look(page, touch=True)


def upload_on_phone(page, witness, titles):
    for title in titles:
        card = page.locator("section.card", has=page.get_by_role("heading", name=title, exact=True))
        card.locator("input[type=file]").set_input_files(upload(title))
        card.get_by_role("button", name="上传").click()
        expect(card.locator(".pill").first).to_have_text("已交")
    witness.look(page, touch=True)


def submit_on_phone(page, witness):
    page.get_by_role("button", name="提交报名").click()
    witness.look(page, touch=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("报名已提交")


def consent(page, witness):
    """The guardian, right after handing in."""
    page.get_by_role("link", name=re.compile("同意")).first.click()
    witness.look(page, touch=True)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="确认同意").click()
    witness.look(page, touch=True)
    expect(page.locator("main")).to_contain_text("在线")


def review(page, witness):
    """The office: papers of consent on file, then everybody at once; who lacks something is named and left."""
    page.goto(f"{CONTEST}contestants/?status=submitted")
    witness.look(page)
    expect(page.locator("table.listing tbody tr")).to_have_count(len(SENT) + 2)
    _decide_all(page, witness, "登记监护人书面同意")
    page.goto(f"{CONTEST}contestants/?status=submitted")
    page.locator("[name=scope][value=all]").check()
    page.get_by_label("办理什么").select_option(label="受理")
    page.get_by_role("button", name="下一步：核对").click()
    witness.look(page)
    unable = page.locator("section", has=page.get_by_role("heading", name="不能办理的 1 人"))
    expect(unable).to_contain_text(SINGLE.name)
    expect(unable).to_contain_text(VIDEO)
    page.get_by_role("button", name=re.compile("^确认：受理")).click()
    witness.look(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"办好 {len(SENT) + 1} 人")


def return_one(page, witness):
    """Who lacks the video gets the registration back, with a date."""
    page.goto(f"{CONTEST}contestants/?status=submitted")
    page.get_by_role("link", name=SINGLE.name).click()
    witness.look(page)
    page.locator("summary", has_text="退回补正").click()
    form = page.locator("details[open] form")
    form.get_by_label("请补齐缺少的材料").check()
    form.get_by_role("button", name="退回补正").click()
    witness.look(page)
    expect(page.locator(".page-head .pill")).to_have_text("退回补正")


def complete(page, witness):
    """On the phone: the message, what is missing, the video, and in again."""
    page.goto("/my/messages/")
    witness.look(page, touch=True)
    expect(page.locator("main")).to_contain_text("请补齐缺少的材料")
    page.goto("/my/")
    witness.look(page, touch=True)
    page.locator(".card.next a.btn-primary").click()
    witness.look(page, touch=True)
    if page.get_by_role("button", name="保存，去上传材料").count():
        page.get_by_role("button", name="保存，去上传材料").click()
    upload_on_phone(page, witness, [VIDEO])
    submit_on_phone(page, witness)


def accept_one(page, witness):
    page.goto(f"{CONTEST}contestants/?status=submitted")
    page.get_by_role("link", name=SINGLE.name).click()
    page.get_by_role("button", name="受理", exact=False).first.click()
    witness.look(page)
    page.goto(CONTEST)
    witness.look(page)
    expect(page.locator(".counts").nth(0)).to_contain_text("已受理 6")
    expect(page.locator(".counts").nth(1)).to_contain_text("已受理 4")


def see_materials(page, witness):
    page.goto(f"{CONTEST}materials/")
    witness.look(page)
    expect(page.locator("table.matrix .gap")).to_have_count(0)


def _decide_all(page, witness, act):
    page.locator("[name=scope][value=all]").check()
    page.get_by_label("办理什么").select_option(label=act)
    page.get_by_role("button", name="下一步：核对").click()
    witness.look(page)
    page.get_by_role("button", name=re.compile("^确认：")).click()
    witness.look(page)


def _href(page, name):
    return page.get_by_role("link", name=name).first.get_attribute("href")


def _post(page, path, **fields):
    """What a form's button sends, with the page's own session."""
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    answer = page.context.request.post(
        path, multipart={"csrfmiddlewaretoken": token, **fields}, headers={"Referer": page.url}
    )
    assert answer.status == 200, f"{path} answered {answer.status}"
