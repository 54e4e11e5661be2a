"""Assigning at the same moment as assigning, marking, recusing: nobody twice, nobody waits in a circle."""

import pytest
from django.db import connection

from scoring.exceptions import ActBlocked, Locked, SheetClosed
from scoring.models import ScoreSheet
from scoring.services import (
    Conflict,
    add_seat,
    assign_sheets,
    confirm_recusal,
    declare_recusal,
    lock_entry,
    open_round,
    reassign_sheet,
    record_conflicts,
    submit_sheet,
)
from tests.scoring.conftest import FULL

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="an in-memory SQLite database is one connection"),
]


@pytest.fixture
def round(make_round, organiser, now):
    """An open assigned round: 2 entries, 8 seats, 3 reviews each."""
    round = make_round("图书评审", entries=2, seats=8)
    round.assigned = True
    round.save(update_fields=["assigned"])
    assign_sheets(round=round, k=3, seed="2026", actor=organiser, now=now)
    return open_round(round=round, actor=organiser, now=now)


def sheets_of(round, code):
    found = ScoreSheet.objects.filter(entry__round=round, entry__code=code).order_by("seat__number")
    return list(found.select_related("entry__round", "seat", "judge"))


def on_hand(round, code):
    return [sheet for sheet in sheets_of(round, code) if sheet.state not in ScoreSheet.LEFT_OUT]


def free_seats(round, code):
    return list(round.panel.seats.exclude(pk__in=[sheet.seat_id for sheet in sheets_of(round, code)]))


def submission(sheet, now):
    return lambda: submit_sheet(
        sheet_id=sheet.pk, marks=FULL, submission_id="tap", base_version=0, actor=sheet.judge, now=now
    )


def test_assigning_twice_at_once_gives_nobody_a_sheet_twice(round, at_once, organiser, now):
    outcomes = at_once(
        *[
            lambda seed=seed: assign_sheets(round=round, k=5, seed=seed, actor=organiser, now=now)
            for seed in ("一", "二", "三")
        ]
    )

    assert sorted(len(outcome.pairs) for outcome in outcomes) == [0, 0, 4]
    assert [len(on_hand(round, code)) for code in ("01", "02")] == [5, 5]


@pytest.mark.parametrize("attempt", range(3))
def test_marks_submitted_while_the_entry_is_reassigned_are_kept_or_refused(round, at_once, organiser, now, attempt):
    sheet, to = sheets_of(round, "01")[0], free_seats(round, "01")[0]

    saved, given = at_once(
        submission(sheet, now),
        lambda: reassign_sheet(sheet=sheet, seat=to, reason="病假", actor=organiser, now=now),
    )

    sheet.refresh_from_db()
    assert (sheet.state, given[0].state) == ("unassigned", "pending")
    assert isinstance(saved, SheetClosed) == (sheet.current_id is None)
    assert len(on_hand(round, "01")) == 3


def test_recusals_confirmed_at_once_find_different_reviewers(round, at_once, organiser, now):
    recusals = [
        declare_recusal(entry=sheet.entry, seat=sheet.seat, reason="师生", actor=sheet.judge, now=now)
        for sheet in sheets_of(round, "01")
    ]

    outcomes = at_once(
        *[lambda recusal=recusal: confirm_recusal(recusal=recusal, actor=organiser, now=now) for recusal in recusals],
        *[submission(sheet, now) for sheet in sheets_of(round, "02")],
    )

    assert [getattr(each, "state", each) for each in outcomes[:3]] == ["confirmed"] * 3
    assert len({sheet.seat_id for sheet in on_hand(round, "01")}) == 3
    assert [each.kind for each in outcomes[3:]] == ["saved"] * 3


@pytest.mark.parametrize("attempt", range(3))
def test_entry_locked_while_it_is_assigned_anew_owes_nothing_behind_the_lock(round, at_once, organiser, now, attempt):
    for sheet in sheets_of(round, "01"):
        submission(sheet, now)()
    entry = sheets_of(round, "01")[0].entry

    lock, _ = at_once(
        lambda: lock_entry(entry=entry, actor=organiser, now=now),
        lambda: assign_sheets(round=round, k=4, seed="s", actor=organiser, now=now),
    )

    entry.refresh_from_db()
    owed = [sheet.state for sheet in sheets_of(round, "01") if sheet.state != "submitted"]
    assert (isinstance(lock, ActBlocked), entry.locked_at is None, owed) in [
        (True, True, ["pending"]),
        (False, False, []),
    ]
    assert len(on_hand(round, "02")) == 4


def test_seats_conflicts_and_marks_at_once_wait_for_nobody_in_a_circle(round, at_once, make_person, organiser, now):
    first, second, third = sheets_of(round, "01")
    conflict = Conflict(first.entry, first.seat, "same_person", "作者")
    newcomer = make_person("新评委", email="new@example.com")

    outcomes = at_once(
        lambda: record_conflicts(round=round, conflicts=[conflict], actor=organiser, now=now),
        lambda: add_seat(panel=round.panel, judge=newcomer, actor=organiser, now=now),
        lambda: assign_sheets(round=round, k=4, seed="s", actor=organiser, now=now),
        submission(first, now),
        submission(second, now),
        submission(third, now),
    )

    assert not [each for each in outcomes if isinstance(each, Exception) and not isinstance(each, SheetClosed | Locked)]
    first.refresh_from_db()
    assert first.state == "recused"
    assert [len(on_hand(round, code)) for code in ("01", "02")] == [4, 4]
