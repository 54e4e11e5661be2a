"""Two at once: what one process can only show on a database that locks rows."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from core.exceptions import DomainError
from scoring.exceptions import ActBlocked
from scoring.models import LateMark, SheetRevision
from scoring.services import lock_entry, submit_sheet
from tests.scoring.conftest import FULL, marks_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite",
        reason="an in-memory SQLite database is one connection; benchmarks/ drive SQLite over HTTP",
    ),
]


def at_once(*acts):
    """Run the acts in threads that start together; what each returned, or the refusal that it raised."""
    barrier = Barrier(len(acts))

    def run(act):
        barrier.wait()
        try:
            return act()
        except DomainError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def submit_with(open_one, sheet_of, now):
    """Return a function: an act that submits the first sheet with a submission id and content mark."""
    sheet = sheet_of(open_one, "01", 1)

    def make(submission_id, marks=FULL):
        return lambda: submit_sheet(
            sheet_id=sheet.pk, marks=marks, submission_id=submission_id, base_version=0, actor=sheet.judge, now=now
        )

    return make


def test_pitfall_28_the_same_submission_twice_at_once_is_one(submit_with):
    outcomes = at_once(*[submit_with("tap")] * 4)

    assert sorted(outcome.kind for outcome in outcomes) == ["repeated", "repeated", "repeated", "saved"]
    assert {outcome.number for outcome in outcomes} == {1}
    assert SheetRevision.objects.count() == 1


def test_pitfall_13_of_two_devices_at_once_one_saves_and_one_is_told(submit_with):
    outcomes = at_once(submit_with("a", marks_of("40")), submit_with("b", marks_of("41")))

    saved, told = sorted(outcomes, key=lambda outcome: isinstance(outcome, DomainError))
    assert (saved.kind, told.code, told.marks) == ("saved", "conflict", saved.marks)
    assert SheetRevision.objects.count() == 1


def test_a_submission_and_the_lock_at_once_leave_no_mark_behind_the_lock(
    open_one, submit, submit_with, entry_of, organiser, now
):
    """Either the mark was first and the entry locks with it, or the lock was first and is refused, or is late."""
    for seat in (2, 3):
        submit(open_one, "01", seat)
    entry = entry_of(open_one, "01")

    outcome, lock = at_once(submit_with("tap"), lambda: lock_entry(entry=entry, actor=organiser, now=now))

    entry.refresh_from_db()
    assert outcome.kind == "saved"
    assert isinstance(lock, ActBlocked) == (entry.locked_at is None)
    assert LateMark.objects.count() == 0


def test_a_changed_submission_and_the_lock_at_once_is_counted_or_late_never_both(
    open_one, submit, sheet_of, entry_of, organiser, now
):
    for seat in (1, 2, 3):
        submit(open_one, "01", seat)
    entry, sheet = entry_of(open_one, "01"), sheet_of(open_one, "01", 1)

    outcome, lock = at_once(
        lambda: submit_sheet(
            sheet_id=sheet.pk, marks=marks_of("1"), submission_id="b", base_version=1, actor=sheet.judge, now=now
        ),
        lambda: lock_entry(entry=entry, actor=organiser, now=now),
    )

    sheet.refresh_from_db()
    assert lock.locked_at == now
    assert (outcome.kind, sheet.version, LateMark.objects.count()) in [("saved", 2, 0), ("late", 1, 1)]
