"""Pictures of the main pages at desktop and phone width, for docs/screenshots and for looking at.

    python3 run.py screenshots [--only NAME] [--out DIR]

Serves the demo from a folder of its own and drives Debian's Chromium.
"""

import argparse
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tools.serving import ROOT, serve_demo

PASSWORD = "mingping-demo-2026"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@dataclass(frozen=True)
class Shot:
    """One page to picture: its name, who looks, its address in the demo."""

    name: str
    who: str
    path: str
    full: bool = True


SHOTS = (
    Shot("home", "", "/"),
    Shot("sign-in", "", "/sign-in/"),
    Shot("results", "", "/results/"),
    Shot("result", "", "/results/1/"),
    Shot("rules", "", "/results/1/rules/"),
    Shot("certificate-check", "", "/certificates/check/"),
    Shot("entrant-home", "entrant", "/my/"),
    Shot("entrant-certificates", "entrant", "/my/certificates/"),
    Shot("judge-home", "judge6", "/judge/"),
    Shot("judge-queue", "judge6", "/judge/rounds/2/"),
    Shot("organise-edition", "organiser", "/organise/2026/"),
    Shot("organise-contest", "organiser", "/organise/2026/contests/1/"),
    Shot("organise-contestants", "organiser", "/organise/2026/contests/1/contestants/"),
    Shot("organise-round", "organiser", "/organise/2026/rounds/2/"),
    Shot("organise-round-locked", "organiser", "/organise/2026/rounds/1/"),
    Shot("organise-panel", "organiser", "/organise/2026/panels/1/"),
    Shot("organise-result", "organiser", "/organise/2026/results/1/"),
    Shot("organise-certificates", "organiser", "/organise/2026/certificates/"),
    Shot("organise-people", "organiser", "/organise/2026/people/"),
    Shot("supervise-edition", "supervisor", "/supervise/2026/"),
    Shot("supervise-result", "supervisor", "/supervise/2026/results/1/"),
    Shot("supervise-ledger", "supervisor", "/supervise/2026/ledger/"),
    Shot("hall-home", "clerk", "/hall/"),
)


def find_chromium() -> str:
    """Path of Debian's Chromium, or an empty string."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or ""


def open_browser_page(browser: Browser, origin: str, who: str, viewport: dict[str, int]) -> Page:
    """A page of a new visitor; signed in when `who` names a demo account."""
    context = browser.new_context(viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai")  # type: ignore[arg-type]
    page = context.new_page()
    if who:
        page.goto(f"{origin}/sign-in/")
        page.locator("input[name=username]").fill(f"{who}@demo.invalid")
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main button[type=submit]").first.click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)
    return page


def take(page: Page, origin: str, shot: Shot, path: Path) -> int:
    """Picture one page; return the answer's status."""
    response = page.goto(origin + shot.path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path, full_page=shot.full)
    return response.status if response else 0


def picture_all(origin: str, out: Path, only: str) -> list[str]:
    """Picture every page at both widths; return what did not answer 200."""
    problems = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)
        for label, viewport in (("1280", DESKTOP), ("390", PHONE)):
            pages: dict[str, Page] = {}
            for shot in SHOTS:
                if only not in shot.name:
                    continue
                page = pages.setdefault(shot.who, open_browser_page(browser, origin, shot.who, viewport))
                status = take(page, origin, shot, out / f"{shot.name}-{label}.png")
                if status != 200:
                    problems.append(f"{shot.path} answered {status}")
                if page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
                    problems.append(f"{shot.path} scrolls sideways at {label} px")
        browser.close()
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("--only", default="", help="names that contain this")
    options = parser.parse_args()
    if not find_chromium():
        print("chromium is not installed: sudo apt install chromium")
        return 1
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, serve_demo(Path(folder)) as origin:
        problems = picture_all(origin, options.out, options.only)
    print("\n".join(problems) or f"pictures are in {options.out}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
