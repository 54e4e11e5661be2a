"""Judges who submit at the same moment, each from a thread with a connection of its own, as web workers do."""

from collections.abc import Callable
from typing import Any

import pytest

from ledger.models import Event
from ledger.selectors import chain_faults
from scoring.exceptions import SheetChanged
from scoring.models import Round, ScoreSheet, SheetRevision
from scoring.services import SaveOutcome, submit_sheet
from tests.at_once import Act
from tests.scoring.conftest import marks_of

SEATS = 6


@pytest.fixture
def submission(now) -> Callable[..., Act]:
    """Return a function: an act that submits a sheet by its own judge, under version 0."""

    def make(sheet: ScoreSheet, submission_id: str, marks: dict[str, str]) -> Act:
        def act() -> SaveOutcome:
            return submit_sheet(
                sheet_id=sheet.pk,
                marks=marks,
                submission_id=submission_id,
                base_version=0,
                actor=sheet.judge,
                now=now,
            )

        return act

    return make


def stored(round: Round) -> dict[str, Any]:
    """Every revision of the round, what its sheets and change number say, and what the ledger does."""
    revisions = SheetRevision.objects.filter(sheet__entry__round=round).order_by("sheet_id", "number")
    submitted = ScoreSheet.objects.filter(entry__round=round, state="submitted").order_by("pk")
    return {
        "revisions": list(revisions.values_list("sheet_id", "number", "kind", "submission_id", "marks")),
        "submitted": list(submitted.values_list("pk", "version", "current__number")),
        "changes": Round.objects.get(pk=round.pk).change_number - round.change_number,
        "events": Event.objects.filter(kind="sheet_submitted").count(),
        "chain_faults": chain_faults(round.edition),
    }


def test_pitfall_28_six_judges_at_once_lose_and_double_nothing(at_once, make_open_round, sheet_of, submission):
    codes = ("01", "02", "03")
    round = make_open_round(entries=len(codes), seats=SEATS)
    sheets = {seat: [sheet_of(round, code, seat) for code in codes] for seat in range(1, SEATS + 1)}
    marks = {sheet.pk: marks_of(f"{30 + seat}.5") for seat, own in sheets.items() for sheet in own}

    def whole_evening(seat: int) -> list[str]:
        return [submission(sheet, f"evening-{sheet.pk}", marks[sheet.pk])().kind for sheet in sheets[seat]]

    outcomes = at_once(*[lambda seat=seat: whole_evening(seat) for seat in sheets])
    [found] = at_once(lambda: stored(round))

    assert outcomes == [["saved"] * len(codes)] * SEATS
    assert found == {
        "revisions": [(pk, 1, "submission", f"evening-{pk}", marks[pk]) for pk in sorted(marks)],
        "submitted": [(pk, 1, 1) for pk in sorted(marks)],
        "changes": SEATS * len(codes),
        "events": SEATS * len(codes),
        "chain_faults": [],
    }


def test_pitfall_12_one_submission_arriving_six_times_at_once_is_one_revision(at_once, open_one, sheet_of, submission):
    sheet = sheet_of(open_one, "01", 1)
    marks = marks_of("45")

    outcomes = at_once(*[submission(sheet, "twice-tapped", marks)] * SEATS)
    [found] = at_once(lambda: stored(open_one))

    assert sorted(outcome.kind for outcome in outcomes) == ["repeated"] * (SEATS - 1) + ["saved"]
    answers = [(outcome.number, outcome.state, outcome.total, dict(outcome.marks)) for outcome in outcomes]
    assert answers == [(1, "submitted", "85", marks)] * SEATS
    assert found == {
        "revisions": [(sheet.pk, 1, "submission", "twice-tapped", marks)],
        "submitted": [(sheet.pk, 1, 1)],
        "changes": 1,
        "events": 1,
        "chain_faults": [],
    }


def test_pitfall_20_two_devices_submitting_at_once_are_not_silently_merged(at_once, open_one, sheet_of, submission):
    sheet = sheet_of(open_one, "01", 1)
    first, second = marks_of("45"), marks_of("30")

    outcomes = at_once(submission(sheet, "phone", first), submission(sheet, "tablet", second))
    [found] = at_once(lambda: stored(open_one))

    won = 0 if isinstance(outcomes[0], SaveOutcome) else 1
    conflict = outcomes[1 - won]
    assert outcomes[won].kind == "saved"
    assert isinstance(conflict, SheetChanged)
    assert (conflict.version, conflict.marks) == (1, (first, second)[won])
    assert found["revisions"] == [(sheet.pk, 1, "submission", ("phone", "tablet")[won], (first, second)[won])]
    assert (found["changes"], found["events"], found["chain_faults"]) == (1, 1, [])
