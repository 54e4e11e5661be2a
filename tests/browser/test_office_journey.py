"""A contest's office from the published call to the province, by clicks, through gunicorn and a Celery worker."""

import os
import subprocess
import sys

import pytest

from tests.browser import office_province as province
from tests.browser import office_registration as registration
from tests.browser import office_rounds as rounds
from tests.browser.office_people import CHILD, FILES, NAMES, SINGLE
from tests.browser.office_stage import FINAL_PANEL, JUDGES, PRELIMINARY_PANEL
from tests.browser.visitors import PHONE, Visitors
from tools.serving import ROOT, environment_in, serve_filled

pytestmark = pytest.mark.browser


@pytest.fixture
def visitors(browser, tmp_path, witness):
    with serve_filled(tmp_path, ["-m", "tests.browser.office_stage"]) as origin:
        yield Visitors(browser, origin, witness)


def test_a_contest_from_the_call_to_the_province(visitors, witness, tmp_path):
    organiser = visitors.enter(who="organiser")
    register_everybody(visitors, witness, organiser)
    judges = play_preliminary(visitors, witness, organiser, tmp_path)
    play_finals(visitors, witness, organiser, judges, tmp_path)
    send_to_the_province(visitors, witness, organiser, tmp_path)
    verify(tmp_path)

    assert not witness.complaints, "\n".join(witness.complaints)


def register_everybody(visitors, witness, organiser):
    """Call, unit, two people on phones, review, one registration completed."""
    registration.publish_call(organiser, witness)
    coordinator = visitors.enter(who="coordinator")
    registration.import_unit_list(coordinator, witness)
    registration.hand_in_first(coordinator, witness)
    registration.hand_in_others(coordinator)
    registration.order_and_submit(coordinator, witness)
    single, guardian = visitors.enter(PHONE), visitors.enter(PHONE)
    registration.read_call(single, witness)
    registration.sign_up(single, witness, SINGLE)
    registration.register(single, witness, SINGLE, registration.ADULT_GROUP)
    registration.upload_on_phone(single, witness, [title for title in FILES if title != registration.VIDEO])
    registration.submit_on_phone(single, witness)
    registration.sign_up(guardian, witness, CHILD)
    registration.register(guardian, witness, CHILD, registration.JUNIOR_GROUP)
    registration.upload_on_phone(guardian, witness, FILES)
    registration.submit_on_phone(guardian, witness)
    registration.consent(guardian, witness)
    registration.review(organiser, witness)
    registration.return_one(organiser, witness)
    registration.complete(single, witness)
    registration.accept_one(organiser, witness)
    registration.see_materials(organiser, witness)


def play_preliminary(visitors, witness, organiser, folder):
    """By video: three judges, five of six go on; the pages of all five judges of the final."""
    rounds.set_up(organiser, witness, 1, rounds.PRELIMINARY, PRELIMINARY_PANEL, advance=rounds.ADVANCE)
    rounds.draw(organiser, witness, 1, "2026-11-24 上证指数收盘 3312.08", folder)
    rounds.open_marking(organiser, witness, rounds.PRELIMINARY)
    judges = [visitors.enter(PHONE)]
    rounds.sign_in_by_code(judges[0], witness, rounds.issue_code(organiser, witness, PRELIMINARY_PANEL, "钱守正"))
    judges += [visitors.enter(PHONE, f"judge{number}") for number in range(2, JUDGES + 1)]
    rounds.mark_a_video(judges[0], witness)
    for judge in judges[:3]:
        rounds.mark_the_rest(judge, rounds.PRELIMINARY)
    rounds.lock(organiser, witness, rounds.PRELIMINARY)
    rounds.advance(organiser, witness)
    return judges


def play_finals(visitors, witness, organiser, judges, folder):
    """Both groups on stage: order, check-in, marks, the lock."""
    clerk = visitors.enter(PHONE, "clerk")
    for group, title in ((1, rounds.ADULT_FINAL), (2, rounds.JUNIOR_FINAL)):
        rounds.set_up(organiser, witness, group, title, FINAL_PANEL)
        rounds.draw(organiser, witness, group, "双色球 2026135 期 03 08 14 19 27 31 + 11", folder)
        rounds.plan_times(organiser, witness)
        rounds.open_marking(organiser, witness, title)
        rounds.check_in(clerk, witness, title)
        rounds.record_times(clerk, witness, title)
        rounds.mark_by_hand(judges[1], witness, title)
        for judge in judges:
            rounds.mark_the_rest(judge, title)
        rounds.lock(organiser, witness, title)


def send_to_the_province(visitors, witness, organiser, folder):
    """Rosters, the six, one leaves and the reserve moves up; the package before that and after."""
    results = [province.propose(organiser, witness, group) for group in NAMES]
    province.confirm(visitors.enter(who="supervisor"), witness)
    adults, _ = [province.publish(organiser, witness, result) for result in results]
    province.withdraw(organiser, witness, adults)
    gaps = [province.OPEN_PLACE, province.NO_DELEGATION]
    province.see_gaps(organiser, witness, gaps)
    assert province.read_gaps(province.download(organiser, folder, "early")) == gaps
    province.move_up(organiser, witness, adults)
    province.fill_in_delegation(organiser, witness)
    province.see_gaps(organiser, witness, [])
    package = province.download(organiser, folder, "package")
    province.check_names(package)
    province.check_digests(package)
    assert province.read_gaps(package) == ["没有缺件。"]
    printed = folder / "printed"
    printed.mkdir()
    province.open_in_office(package, printed)


def verify(folder):
    """Everything official still holds: ledger, snapshots, rosters."""
    environment = {**os.environ, **environment_in(folder)}
    checked = subprocess.run(
        [sys.executable, "manage.py", "verify"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
