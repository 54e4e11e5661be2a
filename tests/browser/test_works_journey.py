"""A film from its upload, broken off and resumed, to the package for the province, through gunicorn and a worker."""

import os
import subprocess
import sys

import pytest

from tests.browser import works_steps as steps
from tests.browser.visitors import PHONE, Visitors
from tests.browser.works_stage import REVIEWERS
from tools.serving import ROOT, environment_in, serve_filled

pytestmark = [pytest.mark.browser]


@pytest.fixture
def visitors(browser, tmp_path, witness):
    with serve_filled(tmp_path, ["-m", "tests.browser.works_stage"]) as origin:
        yield Visitors(browser, origin, witness)


def test_a_film_from_its_upload_to_the_province(visitors, witness, tmp_path):
    author, office = visitors.enter(PHONE, "author"), visitors.enter(who="organiser")
    steps.begin_film(author, witness)
    steps.fill_in(author, witness)
    steps.upload_film(author, witness, tmp_path)
    steps.submit(author, witness)
    steps.return_for_the_form(office, witness)
    steps.complete(author, witness, tmp_path)
    steps.accept_everything(office, witness)
    steps.set_up_review(office, witness)
    reviewed = [
        steps.review_all(visitors.enter(PHONE, f"judge{number}"), witness, number) for number in range(1, REVIEWERS + 1)
    ]
    assert sum(reviewed) == 9
    steps.lock_and_meet(office, witness)
    steps.confirm_roster(visitors.enter(who="supervisor"), witness)
    steps.publish(office, witness)
    steps.check_package(steps.recommend(office, witness, tmp_path), tmp_path)
    steps.read_profile(author, witness)
    verify(tmp_path)

    assert not witness.complaints, "\n".join(witness.complaints)


def verify(folder):
    """`manage.py verify` on what the journey left."""
    done = subprocess.run(
        [sys.executable, "manage.py", "verify"],
        env={**os.environ, **environment_in(folder)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
