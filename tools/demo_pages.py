"""The main pages of the demo: who looks, where, and what is done first. For pictures and for the browser tests."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from tools.serving import ROOT

PASSWORD = "mingping-demo-2026"
WORKBOOKS = ROOT / "tests" / "contest" / "workbooks"
FIRST_OWED = ".queue li[aria-current] a"
MARKS = ("４５．５", "27", "18")
Act = Callable[[Page], None]


def open_browser_page(browser: Browser, origin: str, who: str, width: int) -> Page:
    """A page of a new visitor, 390 px wide or 1280; signed in when `who` names a demo account."""
    height = 844 if width < 800 else 900
    context = browser.new_context(
        base_url=origin, viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    page = context.new_page()
    if who:
        sign_in(page, who)
    return page


def sign_in(page: Page, who: str) -> None:
    page.goto("/sign-in/")
    page.locator("input[name=username]").fill(f"{who}@demo.invalid")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def fill_marks(page: Page, marks: tuple[str, ...] = MARKS) -> None:
    """Type one mark per criterion into a judge's sheet."""
    for field, mark in zip(page.locator(".stepper input").all(), marks, strict=True):
        field.fill(mark)


def ask_to_submit(page: Page) -> None:
    fill_marks(page)
    page.locator("[data-submit]").click()


def type_a_bad_mark(page: Page) -> None:
    fill_marks(page, ("51", "27.3", "18"))
    page.locator("[data-submit]").click()


def meet_a_conflict(page: Page) -> None:
    """Save the same sheet from a second window first."""
    other = page.context.new_page()
    other.goto(page.url)
    fill_marks(other, ("44", "26", "17"))
    other.locator("button[value=draft]").click()
    other.locator(".state.ok").wait_for()
    other.close()
    fill_marks(page)
    page.locator("button[value=draft]").click()
    page.locator(".versions").wait_for()


def upload(name: str) -> Act:
    def act(page: Page) -> None:
        page.locator("input[type=file]").set_input_files(WORKBOOKS / name)
        page.get_by_role("button", name="上传并检查").click()

    return act


def press(name: str) -> Act:
    return lambda page: page.get_by_role("button", name=name, exact=True).click()


def follow(selector: str) -> Act:
    return lambda page: page.locator(selector).first.click()


def below(path: str) -> Act:
    """Go on to an address below the present one."""

    def act(page: Page) -> None:
        page.wait_for_load_state()
        page.goto(page.url + path)

    return act


def ask_to_accept_all(page: Page) -> None:
    page.locator("[name=scope][value=all]").check()
    page.get_by_role("button", name="下一步：核对").click()


def lodge_an_objection(page: Page) -> None:
    """Object to the list in 公示 by name, as anybody may."""
    page.locator("[name=name]").fill("路见明")
    page.locator("[name=phone]").fill("19900050002")
    page.locator("[name=entry]").select_option(index=1)
    page.locator("[name=body]").fill("名单中第一位选手的单位与报名表不一致，请核对。")
    page.get_by_role("button", name="提交异议").click()
    page.wait_for_url("**/objections/**")


@dataclass(frozen=True)
class Shot:
    """One page: its name, who looks, its address in the demo, what is done there first."""

    name: str
    who: str
    path: str
    acts: tuple[Act, ...] = ()


_CONTEST = "/organise/2026/contests/1/"
_CAMPUS = "/organise/2026/contests/2/"  # open for registration
_SETTINGS = f"{_CAMPUS}settings/"
_OWN = ".card.next .btn-primary"
_JUDGE = "/judge/rounds/2/"
_OPEN = "/organise/2026/rounds/2/"
_LOCKED = "/organise/2026/rounds/1/"
_SELECTION = "/organise/2026/works/1/"
_CERTIFICATES = "/organise/2026/certificates/"
_NOTICES = "/organise/2026/notices/"
_PUBLICISED = "/organise/2026/results/2/"  # its list is in 公示
SHOTS = (
    Shot("home", "", "/"),
    Shot("sign-in", "", "/sign-in/"),
    Shot("code-entry", "", "/c/"),
    Shot("sign-up", "", "/sign-up/"),
    Shot("call", "", "/contests/2/"),
    Shot("call-rules", "", "/contests/2/rules/"),
    Shot("draw", "", "/draws/1/"),
    Shot("results", "", "/results/"),
    Shot("result", "", "/results/1/"),
    Shot("rules", "", "/results/1/rules/"),
    Shot("certificate-check", "", "/certificates/check/"),
    Shot("gallery", "", "/gallery/"),
    Shot("edition", "", "/editions/2026/"),
    Shot("notices", "", "/notices/"),
    Shot("notice", "", "/notices/1/"),
    Shot("objection", "", "/results/2/objection/"),
    Shot("objection-state", "", "/results/2/objection/", (lodge_an_objection,)),
    Shot("help", "", "/help/"),
    Shot("help-page", "", "/help/my/registration/"),
    Shot("entrant-home", "entrant", "/my/"),
    Shot("entrant-certificates", "entrant", "/my/certificates/"),
    Shot("entrant-messages", "entrant", "/my/messages/"),
    Shot("entrant-account", "entrant", "/my/account/"),
    Shot("entrant-tokens", "entrant", "/my/tokens/"),
    Shot("entrant-registration", "entrant", "/my/", (follow(_OWN),)),
    Shot("entrant-materials", "entrant", "/my/", (follow(_OWN), below("materials/"))),
    Shot("guardian-home", "guardian", "/my/"),
    Shot("guardian-consent", "guardian", "/my/", (follow(_OWN),)),
    Shot("guardian-registration", "guardian", "/my/", (follow("section:not(.next) .btn-outline >> text=报名"),)),
    Shot("unit-home", "coordinator", "/unit/"),
    Shot("unit-entry", "coordinator", "/unit/", (follow(".entries a.name >> nth=2"),)),
    Shot("unit-order", "coordinator", "/unit/", (follow("a[href$='/order/']"),)),
    Shot("unit-list", "coordinator", "/unit/", (follow("main a[href$='/list/']"),)),
    Shot("unit-import", "coordinator", "/unit/", (follow("main a[href$='/import/']"),)),
    Shot("works-call", "", "/selections/1/"),
    Shot("works-call-rules", "", "/selections/1/rules/"),
    Shot("author-works", "author", "/my/works/"),
    Shot("author-work-new", "author", "/my/selections/1/new/"),
    Shot("author-work", "author", "/my/works/", (follow("section .btn"),)),
    Shot("unit-works", "coordinator", "/unit/2026/units/1/works/"),
    Shot("unit-works-import", "coordinator", "/unit/2026/units/1/works/1/import/"),
    Shot("reviewer-queue", "judge6", "/judge/works/3/"),
    Shot("reviewer-work", "judge6", "/judge/works/3/", (follow("main .queue a"),)),
    Shot("organise-selection", "organiser", _SELECTION),
    Shot("organise-selection-settings", "organiser", f"{_SELECTION}settings/"),
    Shot("organise-selection-kinds", "organiser", f"{_SELECTION}settings/kinds/"),
    Shot("organise-selection-files", "organiser", f"{_SELECTION}settings/files/"),
    Shot("organise-works", "organiser", f"{_SELECTION}list/"),
    Shot("organise-work", "organiser", f"{_SELECTION}screening/", (follow("main a[href*='/items/']"),)),
    Shot("organise-screening", "organiser", f"{_SELECTION}screening/"),
    Shot("organise-works-import", "organiser", f"{_SELECTION}import/"),
    Shot("organise-paper-copies", "organiser", f"{_SELECTION}paper/"),
    Shot("organise-kind-review", "organiser", "/organise/2026/works/kinds/2/review/"),
    Shot("organise-assignment", "organiser", "/organise/2026/works/rounds/3/assignment/"),
    Shot("organise-meeting", "organiser", "/organise/2026/works/rounds/3/meeting/"),
    Shot("organise-recommendation", "organiser", f"{_SELECTION}recommendation/"),
    Shot("judge-home", "judge6", "/judge/"),
    Shot("judge-queue", "judge6", _JUDGE),
    Shot("judge-sheet", "judge6", _JUDGE, (follow(FIRST_OWED),)),
    Shot("judge-sheet-errors", "judge6", _JUDGE, (follow(FIRST_OWED), type_a_bad_mark)),
    Shot("judge-sheet-submit", "judge6", _JUDGE, (follow(FIRST_OWED), ask_to_submit)),
    Shot("judge-conflict", "judge6", _JUDGE, (follow(FIRST_OWED), meet_a_conflict)),
    Shot("judge-recuse", "judge6", _JUDGE, (follow(FIRST_OWED), follow(".judge-links a"))),
    Shot("organise-edition", "organiser", "/organise/2026/"),
    Shot("organise-contest-new", "organiser", "/organise/2026/contests/new/"),
    Shot("organise-contest", "organiser", _CONTEST),
    Shot("organise-settings", "organiser", f"{_CONTEST}settings/"),
    Shot("organise-settings-groups", "organiser", f"{_CONTEST}settings/groups/"),
    Shot("organise-settings-fields", "organiser", f"{_CONTEST}settings/fields/"),
    Shot("organise-settings-materials", "organiser", f"{_CONTEST}settings/materials/"),
    Shot("organise-settings-material", "organiser", f"{_CONTEST}settings/materials/new/"),
    Shot("organise-settings-consent", "organiser", f"{_CONTEST}settings/consent/"),
    Shot("organise-settings-call", "organiser", f"{_CONTEST}settings/call/"),
    Shot("organise-exclusions", "organiser", f"{_CONTEST}settings/exclusions/"),
    Shot("organise-contest-open", "organiser", _CAMPUS),
    Shot("organise-settings", "organiser", _SETTINGS),
    Shot("organise-settings-groups", "organiser", f"{_SETTINGS}groups/"),
    Shot("organise-settings-fields", "organiser", f"{_SETTINGS}fields/"),
    Shot("organise-settings-materials", "organiser", f"{_SETTINGS}materials/"),
    Shot("organise-settings-consent", "organiser", f"{_SETTINGS}consent/"),
    Shot("organise-settings-call", "organiser", f"{_SETTINGS}call/"),
    Shot("organise-exclusions", "organiser", f"{_SETTINGS}exclusions/"),
    Shot("organise-review", "organiser", f"{_CAMPUS}contestants/"),
    Shot("organise-review-one", "organiser", f"{_CAMPUS}contestants/?status=submitted", (follow("tbody a.name"),)),
    Shot("organise-review-many", "organiser", f"{_CAMPUS}contestants/?status=submitted", (ask_to_accept_all,)),
    Shot("organise-materials", "organiser", f"{_CAMPUS}materials/"),
    Shot("organise-contestants", "organiser", f"{_CONTEST}contestants/"),
    Shot("organise-contestant", "organiser", f"{_CONTEST}contestants/", (follow("tbody a"),)),
    Shot("organise-import", "organiser", f"{_CONTEST}import/"),
    Shot("organise-import-errors", "organiser", f"{_CONTEST}import/", (upload("registrations-with-errors.xlsx"),)),
    Shot("organise-import-preview", "organiser", f"{_CONTEST}import/", (upload("registrations-clean.xlsx"),)),
    Shot("organise-draw", "organiser", "/organise/2026/groups/1/draw/"),
    Shot("organise-redraw", "organiser", "/organise/2026/groups/5/draw/"),
    Shot("organise-running-order", "organiser", f"{_OPEN}running-order/"),
    Shot("organise-round-new", "organiser", "/organise/2026/groups/3/rounds/new/"),
    Shot("organise-advancement", "organiser", "/organise/2026/rounds/4/advancement/"),
    Shot("organise-panel", "organiser", "/organise/2026/panels/1/"),
    Shot("organise-codes", "organiser", "/organise/2026/panels/1/codes/"),
    Shot("organise-rulebook", "organiser", f"{_OPEN}rules/"),
    Shot("organise-rulebooks", "organiser", "/organise/2026/rulebooks/"),
    Shot("organise-rulebook-new", "organiser", "/organise/2026/rulebooks/new/"),
    Shot(
        "organise-rulebook-edit", "organiser", "/organise/2026/rulebooks/", (follow("main .card .actions a >> nth=1"),)
    ),
    Shot("organise-rulebook-switch", "organiser", f"{_OPEN}rules/switch/"),
    Shot("organise-contest-rulebook", "organiser", f"{_CONTEST}rulebook/"),
    Shot("organise-round", "organiser", _OPEN),
    Shot("organise-round-locked", "organiser", _LOCKED),
    Shot("organise-entry", "organiser", _OPEN, (follow(".live tbody a"),)),
    Shot("organise-entry-locked", "organiser", _LOCKED, (follow(".live tbody a"),)),
    Shot("organise-correction", "organiser", _LOCKED, (follow(".live tbody a"), follow("text=申请更正"))),
    Shot("organise-ties", "organiser", f"{_LOCKED}ties/"),
    Shot("organise-arbitration", "organiser", f"{_OPEN}arbitration/"),
    Shot("organise-paper", "organiser", f"{_OPEN}paper/"),
    Shot("organise-paper-sheet", "organiser", f"{_OPEN}paper/", (follow("tbody .btn"),)),
    Shot("organise-propose", "organiser", f"{_LOCKED}propose/"),
    Shot("organise-result", "organiser", "/organise/2026/results/1/"),
    Shot("organise-finalists", "organiser", "/organise/2026/results/1/finalists/"),
    Shot("organise-province", "organiser", f"{_CONTEST}province/"),
    Shot("organise-certificates", "organiser", "/organise/2026/certificates/"),
    Shot("organise-certificate", "organiser", f"{_CERTIFICATES}1/details/"),
    Shot("organise-certificate-batches", "organiser", f"{_CERTIFICATES}batches/"),
    Shot("organise-certificate-batch", "organiser", f"{_CERTIFICATES}batches/1/"),
    Shot("organise-certificate-recipients", "organiser", f"{_CERTIFICATES}recipients/"),
    Shot("organise-layouts", "organiser", f"{_CERTIFICATES}layouts/"),
    Shot("organise-layout-edit", "organiser", f"{_CERTIFICATES}layouts/classic/edit/"),
    Shot("organise-layout-new", "organiser", f"{_CERTIFICATES}layouts/new/"),
    Shot("organise-pictures", "organiser", f"{_CERTIFICATES}pictures/"),
    Shot("organise-numbers", "organiser", "/organise/2026/numbers/"),
    Shot("organise-edition-settings", "organiser", "/organise/2026/settings/"),
    Shot("organise-edition-next", "organiser", "/organise/2026/next/"),
    Shot("organise-notices", "organiser", _NOTICES),
    Shot("organise-notice", "organiser", f"{_NOTICES}new/"),
    Shot("organise-notice-published", "organiser", f"{_NOTICES}1/"),
    Shot("organise-notice-wechat", "organiser", f"{_NOTICES}1/wechat/"),
    Shot("organise-notice-draft", "organiser", f"{_NOTICES}2/"),
    Shot("organise-notice-preview", "organiser", f"{_NOTICES}2/preview/"),
    Shot("organise-calendar", "organiser", "/organise/2026/calendar/"),
    Shot("organise-calendar-year", "organiser", "/organise/2026/calendar/2026/"),
    Shot("organise-result-publicised", "organiser", _PUBLICISED),
    Shot("organise-publicity", "organiser", f"{_PUBLICISED}publicity/"),
    Shot("organise-difference", "organiser", f"{_PUBLICISED}difference/"),
    Shot("organise-hidden", "organiser", f"{_PUBLICISED}hidden/"),
    Shot("organise-objections", "organiser", "/organise/2026/objections/"),
    Shot("organise-objection", "organiser", "/organise/2026/objections/1/"),
    Shot("organise-objection-paper", "organiser", f"{_PUBLICISED}objection/"),
    Shot("organise-outbox", "organiser", "/organise/2026/messages/"),
    Shot("organise-message-templates", "organiser", "/organise/2026/message-templates/"),
    Shot("organise-message-template", "organiser", "/organise/2026/message-templates/registration_returned/"),
    Shot("organise-people", "organiser", "/organise/2026/people/"),
    Shot("organise-person", "organiser", "/organise/2026/people/", (follow("tbody a"),)),
    Shot("organise-units", "organiser", "/organise/2026/units/"),
    Shot("organise-book-print", "organiser", f"{_LOCKED}result-book/"),
    Shot("supervise-edition", "supervisor", "/supervise/2026/"),
    Shot("supervise-round", "supervisor", "/supervise/2026/rounds/1/"),
    Shot("supervise-corrections", "supervisor", "/supervise/2026/corrections/"),
    Shot("supervise-correction", "supervisor", "/supervise/2026/corrections/", (follow("text=核对并决定"),)),
    Shot("supervise-result", "supervisor", "/supervise/2026/results/1/"),
    Shot("supervise-certificate-batch", "supervisor", "/supervise/2026/certificates/batches/1/"),
    Shot("supervise-notices", "supervisor", "/supervise/2026/notices/"),
    Shot("supervise-objections", "supervisor", "/supervise/2026/objections/"),
    Shot("supervise-objection", "supervisor", "/supervise/2026/objections/1/"),
    Shot("supervise-redraws", "supervisor", "/supervise/2026/redraws/"),
    Shot("supervise-ledger", "supervisor", "/supervise/2026/ledger/"),
    Shot("hall-home", "clerk", "/hall/"),
    Shot("hall-check-in", "clerk", "/hall/rounds/2/check-in/"),
    Shot("hall-times", "clerk", "/hall/rounds/2/times/"),
    Shot("hall-blank-sheets", "clerk", "/hall/rounds/2/blank-sheets/"),
    Shot("organise-codes-cards", "organiser", "/organise/2026/panels/1/codes/", (press("制作登录码"),)),
)


def set_scenes(browser: Browser, origin: str) -> None:
    """Do in the demo what some pages need to have something to show: a correction asked for, a mark that came late, a
    recusal declared by a judge, and certificates that are made."""
    organiser = open_browser_page(browser, origin, "organiser", 1280)
    judge = open_browser_page(browser, origin, "judge6", 390)
    _ask_for_a_correction(organiser)
    _submit_after_the_lock(organiser, judge)
    judge.goto(_JUDGE)
    judge.locator(".queue a").last.click()
    judge.locator(".judge-links a").first.click()
    judge.locator("textarea, input[name=reason]").first.fill("曾任这位选手的指导教师")
    judge.get_by_role("button", name="回避这一位").click()
    organiser.goto("/organise/2026/certificates/")
    for _ in range(60):
        if organiser.get_by_text("没有待制作的证书").count():
            break
        organiser.wait_for_timeout(1000)
        organiser.reload()
    organiser.context.close()
    judge.context.close()


def _ask_for_a_correction(organiser: Page) -> None:
    organiser.goto(_LOCKED)
    organiser.locator(".live tbody a").first.click()
    organiser.get_by_role("link", name="申请更正").first.click()
    organiser.locator(".marks-grid input").first.fill("46")
    organiser.locator("[name=why]").fill("核对纸质评分表，发现录错一项")
    organiser.get_by_role("button", name="提出更正").click()


def _submit_after_the_lock(organiser: Page, judge: Page) -> None:
    judge.goto(_JUDGE)
    judge.locator(".queue a").first.click()
    code = judge.locator(".entry .code").inner_text()
    organiser.goto(_OPEN)
    organiser.locator(".live tbody tr", has_text=code).first.locator("a").first.click()
    organiser.get_by_role("button", name="锁定", exact=True).click()
    ask_to_submit(judge)
    judge.locator("dialog button[value=confirm]").click()
    judge.get_by_text("已转仲裁").first.wait_for()
