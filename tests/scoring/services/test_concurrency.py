"""Two at once: what one process can only show on a database that locks rows."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import Role
from accounts.services import revoke_role
from core.exceptions import DomainError
from scoring.exceptions import ActBlocked
from scoring.models import Entry, LateMark, ScoreSheet, SheetRevision
from scoring.services import add_seat, lock_entry, mark_seat_present, record_seconds, remove_seat, submit_sheet
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


def test_a_seat_added_while_times_are_recorded_waits_for_nobody_in_a_circle(open_one, make_person, organiser, now):
    """The new sheets point to entries, whose rows the times hold: the one must not wait for the other."""
    newcomers = [make_person(f"新评委{number}", Role.JUDGE, email=f"new{number}@example.com") for number in range(3)]
    entries = list(Entry.objects.filter(round=open_one))
    times = [
        lambda entry=entry, seconds=seconds: record_seconds(
            entry=entry, segment="self", seconds=seconds, actor=organiser, now=now
        )
        for entry in entries
        for seconds in (200, 230)
    ]
    seats = [
        lambda judge=judge: add_seat(panel=open_one.panel, judge=judge, actor=organiser, now=now) for judge in newcomers
    ]

    at_once(*times, *seats)

    assert ScoreSheet.objects.filter(entry__round=open_one).count() == len(entries) * 6
    assert {entry.seconds["self"] for entry in Entry.objects.filter(round=open_one)} <= {200, 230}


def test_a_role_taken_back_while_judges_submit_refuses_no_mark(
    open_one, edition, sheet_of, make_person, organiser, now
):
    """Events point to their edition, whose row the revocation holds."""
    helpers = [make_person(f"帮手{number}", Role.CLERK, email=f"help{number}@example.com") for number in range(4)]
    grants = [helper.grants.get() for helper in helpers]
    sheets = [sheet_of(open_one, "01", seat) for seat in (1, 2, 3)]
    submissions = [
        lambda sheet=sheet: submit_sheet(
            sheet_id=sheet.pk, marks=FULL, submission_id="tap", base_version=0, actor=sheet.judge, now=now
        )
        for sheet in sheets
    ]
    revocations = [lambda grant=grant: revoke_role(grant=grant, actor=organiser, now=now) for grant in grants]

    outcomes = at_once(*submissions, *revocations)

    assert [outcome.kind for outcome in outcomes[:3]] == ["saved"] * 3
    assert edition.grants.filter(role=Role.CLERK, revoked_at__isnull=True).count() == 0


@pytest.mark.parametrize("attempt", range(4))
def test_a_seat_added_while_an_entry_is_locked_owes_nothing_behind_the_lock(
    open_one, submit, entry_of, make_person, organiser, now, attempt
):
    """Else nobody could ever hand that sheet in, and the round could never be locked."""
    for seat in (1, 2, 3):
        submit(open_one, "01", seat)
    entry, newcomer = entry_of(open_one, "01"), make_person("新评委", Role.JUDGE, email="new@example.com")

    lock, seat = at_once(
        lambda: lock_entry(entry=entry, actor=organiser, now=now),
        lambda: add_seat(panel=open_one.panel, judge=newcomer, actor=organiser, now=now),
    )

    entry.refresh_from_db()
    state = ScoreSheet.objects.get(entry=entry, seat=seat).state
    assert (isinstance(lock, ActBlocked), entry.locked_at is None, state) in [
        (True, True, "pending"),
        (False, False, "absent"),
    ]


@pytest.mark.parametrize("attempt", range(4))
def test_a_judge_called_back_while_an_entry_is_locked_owes_nothing_behind_the_lock(
    open_one, submit, entry_of, seat_of, organiser, now, attempt
):
    for seat in (1, 2):
        submit(open_one, "01", seat)
    entry, away = entry_of(open_one, "01"), seat_of(open_one, 3)
    sheet = ScoreSheet.objects.select_related("seat").get(entry=entry, seat=away)
    ScoreSheet.objects.filter(pk=sheet.pk).update(state="absent", state_reason="迟到")

    at_once(
        lambda: lock_entry(entry=entry, actor=organiser, now=now),
        lambda: mark_seat_present(round=open_one, seat=away, actor=organiser, now=now),
    )

    entry.refresh_from_db()
    sheet.refresh_from_db()
    assert (entry.locked_at is None, sheet.state) in [(True, "pending"), (False, "absent")]


@pytest.mark.parametrize("attempt", range(4))
def test_a_mark_submitted_while_the_seat_is_removed_counts_only_if_it_was_first(
    open_one, sheet_of, seat_of, submit_with, organiser, now, attempt
):
    outcome, _ = at_once(
        submit_with("tap"), lambda: remove_seat(seat=seat_of(open_one, 1), reason="病假", actor=organiser, now=now)
    )

    state = sheet_of(open_one, "01", 1).state
    assert (outcome.kind if state == "submitted" else outcome.code, state) in [
        ("saved", "submitted"),
        ("closed", "absent"),
    ]
