"""One submission id names one save: another save under the same id is told apart, never answered as if it were kept."""

import pytest

from scoring.exceptions import SheetChanged
from scoring.models import LateMark
from scoring.services import lock_entry, save_draft, submit_sheet
from tests.scoring.conftest import FULL, marks_of


@pytest.fixture
def sheet(open_one, sheet_of):
    return sheet_of(open_one, "01", 1)


@pytest.fixture
def save(sheet, now):
    """Return a function: save marks under the id "tap" as the sheet's judge."""

    def act(service, marks, base):
        return service(
            sheet_id=sheet.pk, marks=marks, submission_id="tap", base_version=base, actor=sheet.judge, now=now
        )

    return act


@pytest.mark.parametrize("base", [0, 1])
def test_pitfall_12_a_submission_under_its_drafts_id_is_never_answered_as_that_draft(sheet, save, base):
    """A page that keeps its id between autosave and submit would else be told 已提交 with only a draft on record."""
    save(save_draft, FULL, 0)

    with pytest.raises(SheetChanged) as refused:
        save(submit_sheet, FULL, base)

    assert (refused.value.state, refused.value.version, refused.value.marks) == ("draft", 1, FULL)


@pytest.mark.parametrize("base", [0, 1])
def test_pitfall_12_other_marks_under_the_same_id_are_a_conflict_not_lost_in_silence(sheet, save, base):
    """The browser's back button brings the old id with marks that were changed since."""
    save(submit_sheet, FULL, 0)

    with pytest.raises(SheetChanged) as refused:
        save(submit_sheet, marks_of("45"), base)

    sheet.refresh_from_db()
    assert (refused.value.marks, sheet.version, sheet.current.marks) == (FULL, 1, FULL)


def test_pitfall_12_the_same_marks_typed_in_another_way_are_the_same_save(save):
    save(submit_sheet, FULL, 0)

    assert save(submit_sheet, {**FULL, "content": "５０.0"}, 0).kind == "repeated"


def test_a_drafts_id_comes_after_the_lock_as_a_submission_and_is_kept_as_late(
    open_one, sheet, save, submit, entry_of, organiser, now
):
    save(save_draft, marks_of("40"), 0)
    for seat in (1, 2, 3):
        submit(open_one, "01", seat)
    lock_entry(entry=entry_of(open_one, "01"), actor=organiser, now=now)

    outcome = save(submit_sheet, marks_of("40"), 0)

    assert outcome.kind == "late"
    assert list(LateMark.objects.values_list("submission_id", "marks")) == [("tap", marks_of("40"))]
