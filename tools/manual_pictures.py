"""The manual's pictures, taken anew from the demo: upper halves of office pages, and pages as a phone shows them.

    python3 run.py manual [--only NAME] [--origin ADDRESS]

They go to portal/static/portal/manual, where docs/manual points. A picture is one of the pages of tools.demo_pages.
"""

import argparse
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tools.demo_pages import SHOTS, open_browser_page, set_scenes
from tools.pixels import read_pixels, small_png
from tools.screenshots import CHROMIUM_OPTIONS, find_chromium, reach
from tools.serving import ROOT, serve_demo

FOLDER = ROOT / "portal" / "static" / "portal" / "manual"
TALLEST = {1280: 860, 390: 900}
PHONE = (
    "home call entrant-home entrant-registration entrant-materials guardian-consent certificate-check sign-up".split()
)
PHONE += "author-work judge-home judge-queue judge-sheet judge-sheet-submit judge-recuse judge-conflict".split()
PHONE += "reviewer-queue hall-home hall-check-in hall-times result code-entry".split()
DESK = "unit-home unit-order unit-list unit-import organise-edition organise-contest organise-settings-call".split()
DESK += "organise-review organise-review-one organise-draw organise-panel organise-round organise-ties".split()
DESK += "organise-propose organise-result organise-finalists organise-certificate-batch organise-layout-edit".split()
DESK += "organise-works organise-work organise-assignment organise-meeting organise-recommendation".split()
DESK += "organise-people organise-rulebook-edit supervise-edition supervise-result supervise-correction".split()
DESK += "organise-notice organise-objections organise-calendar organise-numbers".split()
PHONE += ["gallery"]
PICTURES = {**dict.fromkeys(PHONE, 390), **dict.fromkeys(DESK, 1280)}


def picture(page: Page, width: int, path: Path) -> None:
    """Picture the page's top; of a page whose foot sticks to the screen, one screen."""
    if page.locator("dialog[open], .judge-bar").count():
        taken = page.screenshot()
    else:
        height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST[width])
        taken = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height})
    path.write_bytes(small_png(*read_pixels(page.context, taken)))


def picture_all(browser: Browser, origin: str, only: str) -> list[str]:
    """Take every picture; return what did not answer 200."""
    problems = []
    pages: dict[tuple[str, int], Page] = {}
    shots = {shot.name: shot for shot in SHOTS}
    for name, width in PICTURES.items():
        if only not in name:
            continue
        shot = shots[name]
        if (shot.who, width) not in pages:
            pages[shot.who, width] = open_browser_page(browser, origin, shot.who, width)
        page = pages[shot.who, width]
        status = reach(page, shot)
        if status != 200:
            problems.append(f"{shot.path} answered {status}")
        picture(page, width, FOLDER / f"{name}.png")
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="names that contain this")
    parser.add_argument("--origin", default="", help="a demo that runs already, and is left as it is")
    options = parser.parse_args()
    if not find_chromium():
        print("chromium is not installed: sudo apt install chromium")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)
        with nullcontext(options.origin) if options.origin else serve_demo(Path(folder)) as origin:
            if not options.origin:
                set_scenes(browser, origin)
            problems = picture_all(browser, origin, options.only)
        browser.close()
    print("\n".join(problems) or f"pictures are in {FOLDER}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
