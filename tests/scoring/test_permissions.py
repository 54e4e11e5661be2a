import pytest

from accounts.models import Role
from scoring import permissions
from scoring.models import Correction, PaperEntry
from scoring.services import remove_seat, type_paper_marks
from tests.scoring.conftest import marks_of, new_id

BY_ROLE = {
    permissions.can_see_round: {Role.ORGANISER, Role.SUPERVISOR, Role.CLERK},
    permissions.can_organise: {Role.ORGANISER},
    permissions.can_record_seconds: {Role.ORGANISER, Role.TIMEKEEPER, Role.CLERK},
    permissions.can_type_paper: {Role.ORGANISER, Role.CLERK},
    permissions.can_supervise: {Role.SUPERVISOR},
    permissions.can_see_book: {Role.ORGANISER, Role.SUPERVISOR},
}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.COORDINATOR])
def test_roles_open_what_is_theirs_and_nothing_else(open_one, make_person, role):
    person = make_person("某人", role, email="someone@example.com")

    for where in (open_one, open_one.panel, open_one.edition):
        allowed = {predicate for predicate in BY_ROLE if predicate(person, where)}
        assert allowed == {predicate for predicate, roles in BY_ROLE.items() if role in roles}


def test_only_the_seats_judge_scores_and_only_while_seated(open_one, sheet_of, organiser, supervisor, stranger, now):
    sheet = sheet_of(open_one, "01", 1)
    other = sheet_of(open_one, "01", 2).judge

    may = [permissions.can_score(person, sheet) for person in (sheet.judge, other, organiser, supervisor, stranger)]
    remove_seat(seat=sheet.seat, reason="病假", actor=organiser, now=now)
    removed = sheet_of(open_one, "01", 1)

    assert may == [True, False, False, False, False]
    assert not permissions.can_score(sheet.judge, removed)
    assert permissions.can_see_sheet(sheet.judge, removed)


def test_sheet_is_seen_by_its_judge_and_the_office_not_by_another_judge(
    open_one, sheet_of, organiser, supervisor, clerk
):
    sheet = sheet_of(open_one, "01", 1)
    other = sheet_of(open_one, "01", 2).judge

    assert [permissions.can_see_sheet(p, sheet) for p in (sheet.judge, organiser, supervisor, clerk, other)] == [
        True,
        True,
        True,
        True,
        False,
    ]


def test_queue_is_for_judges_of_the_panel(open_one, sheet_of, make_panel, organiser):
    elsewhere = make_panel("别组").seats.first().judge

    assert permissions.can_see_queue(sheet_of(open_one, "01", 1).judge, open_one)
    assert not permissions.can_see_queue(elsewhere, open_one)
    assert not permissions.can_see_queue(organiser, open_one)


def test_nobody_decides_ones_own_correction_holding_both_roles(open_one, sheet_of, make_person, supervisor, now):
    both = make_person("一身二任", Role.ORGANISER, Role.SUPERVISOR, email="both@example.com")
    correction = Correction(entry=sheet_of(open_one, "01", 1).entry, requested_by=both)

    assert not permissions.can_confirm_correction(both, correction)
    assert permissions.can_confirm_correction(supervisor, correction)
    assert not permissions.can_confirm_correction(sheet_of(open_one, "01", 1).judge, correction)


def test_nobody_confirms_ones_own_typing(open_one, sheet_of, clerk, organiser, supervisor, now):
    paper = type_paper_marks(
        sheet=sheet_of(open_one, "01", 1), marks=marks_of("40"), submission_id=new_id(), actor=clerk, now=now
    )
    paper = PaperEntry.objects.get(pk=paper.pk)

    assert [permissions.can_confirm_paper(person, paper) for person in (clerk, organiser, supervisor)] == [
        False,
        True,
        False,
    ]
