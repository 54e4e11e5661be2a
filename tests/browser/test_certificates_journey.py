"""Certificates by clicks: drafted, proofed, approved by another account, issued, downloaded, scanned, revoked."""

import re
import shutil
import zipfile

import pytest
from playwright.sync_api import expect

from tests.browser.codes import read_from_pdf
from tests.browser.stage import NAMES
from tests.browser.visitors import PHONE, Visitors
from tools.serving import serve_filled

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm is missing: apt-get install poppler-utils"),
]
WHY = "姓名登记有误"
SLOWLY = 90_000  # a worker beside browsers on a small machine


@pytest.fixture
def visitors(browser, tmp_path, witness):
    with serve_filled(tmp_path, ["-m", "tests.browser.certificates_stage"]) as origin:
        yield Visitors(browser, origin, witness)


def test_certificates_from_the_draft_to_the_revocation(visitors, witness, tmp_path):
    organiser = visitors.enter(who="organiser")
    draft(organiser, witness)
    approve(visitors.enter(PHONE, "supervisor"), witness)
    number = issue(organiser, witness)
    names = download_all(organiser, tmp_path)
    assert len(names) == number
    place, name = next((place, name) for place, name in enumerate(NAMES) if f"{name}.pdf" in names[0])

    winner = visitors.enter(PHONE, f"entrant{place}")
    address = read_from_pdf(download_own(winner, witness, tmp_path))
    stranger = visitors.enter(PHONE)
    scan(stranger, witness, address)
    expect(stranger.locator(".pill.ok")).to_have_text("有效")
    expect(stranger.locator("dl")).not_to_contain_text(name)

    revoke(organiser, witness, name)
    scan(stranger, witness, address)
    expect(stranger.locator(".pill.bad")).to_have_text("已撤销")
    expect(stranger.locator("main")).to_contain_text(f"这份证书已失效：{WHY}")
    lost(winner, witness)
    assert not witness.complaints, "\n".join(witness.complaints)


def draft(organiser, witness):
    """The finished group's certificates in the layout that is ticked; their proof is made by the worker."""
    organiser.goto("/organise/2026/results/1/")
    witness.look(organiser)
    organiser.get_by_role("button", name="拟定批次，制作校样").click()
    expect(organiser.get_by_role("heading", name="下一步：看校样，由另一个账号核准")).to_be_visible(timeout=SLOWLY)
    expect(organiser.get_by_role("button", name="核准校样")).to_have_count(0)
    witness.look(organiser)


def approve(supervisor, witness):
    supervisor.goto("/supervise/2026/certificates/batches/")
    witness.look(supervisor, touch=True)
    supervisor.locator("main tbody a").first.click()
    with supervisor.expect_download() as proof:
        supervisor.get_by_role("link", name="打开校样（PDF）").click()
    assert proof.value.suggested_filename.endswith("（校样）.pdf")
    supervisor.get_by_label("我已逐张看过校样").check()
    witness.look(supervisor, touch=True)
    supervisor.get_by_role("button", name="核准校样").click()
    expect(supervisor.get_by_role("status").or_(supervisor.locator(".alert")).first).to_contain_text("校样已核准")
    witness.look(supervisor)


def issue(organiser, witness):
    organiser.reload()
    witness.look(organiser)
    button = organiser.get_by_role("button", name=re.compile(r"^签发 \d 张证书$"))
    number = int(button.inner_text().split()[1])
    button.click()
    expect(organiser.get_by_role("heading", name="全部做好")).to_be_visible(timeout=SLOWLY)
    witness.look(organiser)
    return number


def download_all(organiser, folder):
    """The names in the ZIP of the batch, in the order of the numbers."""
    with organiser.expect_download() as download:
        organiser.get_by_role("link", name="下载这一批（ZIP）").click()
    path = folder / "batch.zip"
    download.value.save_as(path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return sorted(name for name in archive.namelist() if name.endswith(".pdf"))


def download_own(winner, witness, folder):
    winner.goto("/my/certificates/")
    witness.look(winner, touch=True)
    with winner.expect_download() as download:
        winner.get_by_role("link", name="下载证书").click()
    path = folder / "own.pdf"
    download.value.save_as(path)
    return path


def scan(stranger, witness, address):
    """What a phone's camera does."""
    stranger.goto(address)
    witness.look(stranger, touch=True)


def revoke(organiser, witness, name):
    organiser.locator("tr", has_text=name).get_by_role("link", name="打开").click()
    organiser.get_by_label("原因", exact=True).fill(WHY)
    witness.look(organiser)
    organiser.get_by_role("button", name="撤销这张证书").click()
    expect(organiser.locator(".page-head .pill")).to_have_text("已撤销")
    witness.look(organiser)


def lost(winner, witness):
    """It stands among the winner's own, with the reason, and cannot be downloaded."""
    winner.reload()
    expect(winner.locator("main")).to_contain_text(WHY)
    expect(winner.get_by_role("link", name="下载证书")).to_have_count(0)
    witness.look(winner, touch=True)
