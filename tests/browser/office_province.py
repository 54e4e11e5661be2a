"""The journey's end: rosters confirmed and published, the six, one who withdraws, and the package for the province."""

import shutil
import subprocess
import warnings
import zipfile

from playwright.sync_api import expect

from tests.browser.office_people import ADULTS, FILES, JUNIORS
from tests.browser.office_registration import CONTEST
from tests.browser.office_stage import TITLE

REASON = "与省赛时间冲突，本人书面放弃"
LEAVES, RESERVE = ADULTS[2], ADULTS[3]
SIX = [ADULTS[0], ADULTS[1], RESERVE, *JUNIORS[:3]]
NO_DELEGATION = "代表队信息还没有填写"
OPEN_PLACE = "成年组还有 1 个晋级名额空缺，可由递补选手补上"
_CONVERT_SECONDS = 120


def propose(page, witness, group):
    """The roster of a group, from the contest's page."""
    page.goto(CONTEST)
    section = page.locator("section", has=page.get_by_role("heading", name=group, exact=True))
    section.locator("a[href*='/propose/']").first.click()
    witness.look(page)
    page.get_by_role("button", name="提出名册").click()
    witness.look(page)
    expect(page.get_by_role("button", name="公布结果")).to_be_disabled()
    return page.url


def confirm(page, witness):
    """The supervisor: every roster that waits."""
    page.goto("/start/")
    for _ in range(2):
        page.get_by_role("link", name="核对并确认").first.click()
        witness.look(page)
        page.get_by_role("button", name="确认名册 v1").click()
        witness.look(page)
        page.goto("/supervise/2026/")
    witness.look(page)


def publish(page, witness, result):
    """Publish, and write down who goes to the province."""
    page.goto(result)
    page.get_by_role("button", name="公布结果").click()
    witness.look(page)
    page.get_by_role("link", name="晋级名单").click()
    witness.look(page)
    page.get_by_role("button", name="确认晋级名单").click()
    witness.look(page)
    return page.url


def withdraw(page, witness, finalists):
    """One of the six gives up, with the reason; nobody moves up by that alone."""
    page.goto(finalists)
    row = page.locator("tbody tr", has_text=LEAVES.name)
    row.locator("summary").click()
    row.get_by_label("原因").fill(REASON)
    row.get_by_role("button", name=f"登记{LEAVES.name}放弃").click()
    witness.look(page)
    expect(page.locator("tbody tr", has_text=RESERVE.name).locator(".pill")).to_have_text("候补")
    expect(page.get_by_role("heading", name="下一步：由递补选手补上")).to_be_visible()


def move_up(page, witness, finalists):
    page.goto(finalists)
    page.get_by_role("button", name=f"{RESERVE.name}递补晋级").click()
    witness.look(page)
    expect(page.locator("tbody tr", has_text=RESERVE.name).locator(".pill")).to_have_text("已递补")


def see_gaps(page, witness, gaps):
    page.goto(f"{CONTEST}province/")
    witness.look(page)
    section = page.locator("section", has=page.locator("#gaps"))
    assert section.locator("li").all_inner_texts() == gaps


def fill_in_delegation(page, witness):
    page.goto(f"{CONTEST}province/")
    for label, text in (
        ("代表队名称", "示范市代表队"),
        ("领队", "郝组织"),
        ("领队电话", "19900009001"),
        ("联系人", "何助理"),
        ("联系人电话", "19900009002"),
    ):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="保存代表队信息").click()
    witness.look(page)


def download(page, folder, name):
    """The package, unpacked; `unzip` finds nothing wrong with it."""
    page.goto(f"{CONTEST}province/")
    page.get_by_label("用途").fill("报送省赛组委会")
    with page.expect_download() as started:
        page.get_by_role("button", name="下载材料包").click()
    assert started.value.suggested_filename == f"{TITLE}省赛推荐材料.zip"
    path = folder / f"{name}.zip"
    started.value.save_as(path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        archive.extractall(folder / name)
    return folder / name


def check_names(folder):
    """Forms and media of the six, each by the contest's rule behind the order of nomination."""
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    people = [f"{place:02d}-{person.group}-{person.name}" for place, person in enumerate(SIX, start=1)]
    endings = {title: name.rpartition(".")[2] for title, (name, _, _) in FILES.items()}
    assert names == {
        "推荐名单汇总表.xlsx",
        "推荐名单汇总表.docx",
        "代表队信息表.docx",
        "SHA256SUMS.txt",
        "缺件清单.txt",
        *(f"报名表/{each}-报名表.docx" for each in people),
        *(f"材料/{each}-{title}.{ending}" for each in people for title, ending in endings.items()),
    }


def check_digests(folder):
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS.txt"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    listed = len((folder / "SHA256SUMS.txt").read_text().splitlines())
    assert listed == sum(path.is_file() for path in folder.rglob("*")) - 1


def read_gaps(folder):
    return [
        line.partition(". ")[2] or line for line in (folder / "缺件清单.txt").read_text("utf-8-sig").splitlines()[3:]
    ]


def open_in_office(folder, made):
    """LibreOffice opens each document and prints it."""
    if not shutil.which("soffice"):
        warnings.warn("soffice is not installed: the package's documents were not opened", stacklevel=1)
        return
    documents = sorted([*folder.rglob("*.docx"), *folder.rglob("*.xlsx")])
    profile = f"-env:UserInstallation={(made / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(made)]
    for batch in (each for each in (_of(documents, ".docx"), _of(documents, ".xlsx")) if each):
        subprocess.run([*command, *batch], capture_output=True, check=True, timeout=_CONVERT_SECONDS)
    opened = {path.stem for path in made.glob("*.pdf") if path.read_bytes().startswith(b"%PDF-")}
    assert opened == {path.stem for path in documents}


def _of(documents, suffix):
    return [str(path) for path in documents if path.suffix == suffix]
