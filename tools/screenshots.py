"""Pictures of the main pages at desktop and phone width, for docs/screenshots and for looking at.

    python3 run.py screenshots [--only NAME] [--out DIR] [--origin ADDRESS]

Serves the demo from a folder of its own and drives Debian's Chromium; --origin takes a demo that runs already.
"""

import argparse
import shutil
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tools.demo_pages import SHOTS, Shot, open_browser_page, set_scenes
from tools.pixels import read_pixels, small_png
from tools.serving import ROOT, serve_demo

WIDTHS = (1280, 390)
TALLEST = 1600  # pixels: a long table's foot looks like its middle
CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def find_chromium() -> str:
    """Path of Debian's Chromium, or an empty string."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""


def reach(page: Page, shot: Shot) -> int:
    """Go to a page and do what is done there first; return the status that its address answered."""
    response = page.goto(shot.path)
    for act in shot.acts:
        act(page)
    page.wait_for_load_state("networkidle")
    return response.status if response else 0


def picture(page: Page, path: Path) -> None:
    """Picture the page from its top, at most TALLEST high; one screen of a page whose foot sticks to the screen."""
    if page.locator("dialog[open], .judge-bar").count():
        taken = page.screenshot()
    else:
        width, height = page.evaluate("[window.innerWidth, document.documentElement.scrollHeight]")
        height = min(height, TALLEST)
        taken = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height})
    path.write_bytes(small_png(*read_pixels(page.context, taken)))


def picture_all(browser: Browser, origin: str, out: Path, only: str) -> list[str]:
    """Picture every page at both widths; return what did not answer 200."""
    problems = []
    for width in WIDTHS:
        pages: dict[str, Page] = {}
        for shot in SHOTS:
            if only not in shot.name:
                continue
            if shot.who not in pages:
                pages[shot.who] = open_browser_page(browser, origin, shot.who, width)
            page = pages[shot.who]
            status = reach(page, shot)
            if status != 200:
                problems.append(f"{shot.path} answered {status}")
            picture(page, out / f"{shot.name}-{width}.png")
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("--only", default="", help="names that contain this")
    parser.add_argument("--origin", default="", help="a demo that runs already, and is left as it is")
    options = parser.parse_args()
    if not find_chromium():
        print("chromium is not installed: sudo apt install chromium")
        return 1
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)
        with nullcontext(options.origin) if options.origin else serve_demo(Path(folder)) as origin:
            if not options.origin:
                set_scenes(browser, origin)
            problems = picture_all(browser, origin, options.out, options.only)
        browser.close()
    print("\n".join(problems) or f"pictures are in {options.out}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
