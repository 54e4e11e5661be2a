"""Every main page of the demo at phone and desktop width: it answers, is accessible, and does not scroll sideways."""

import pytest

from tools.demo_pages import SHOTS, open_browser_page, set_scenes
from tools.screenshots import WIDTHS, reach

pytestmark = pytest.mark.browser
EXPECTED_ANSWERS = {"judge-conflict": ("409",), "judge-sheet-errors": ("422",)}


@pytest.fixture(scope="module")
def scenes(browser, demo):
    set_scenes(browser, demo)
    return demo


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("who", sorted({shot.who for shot in SHOTS}))
def test_main_pages_are_whole_and_accessible(browser, scenes, witness, who, width):
    page = open_browser_page(browser, scenes, who, width)
    witness.watch(page.context)
    for shot in (shot for shot in SHOTS if shot.who == who):
        with witness.expecting(*EXPECTED_ANSWERS.get(shot.name, ())):
            status = reach(page, shot)
            witness.look(page, touch=who.startswith("judge"))
        if status != 200:
            witness.complaints.append(f"{shot.path} answered {status}")
    page.context.close()

    assert not witness.complaints, "\n".join(witness.complaints)
