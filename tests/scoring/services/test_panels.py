import pytest

from accounts.models import Role, Unit
from accounts.services import grant_role
from core.exceptions import DomainError
from ledger.models import Event
from scoring.models import ScoreSheet, Seat
from scoring.selectors import live_table
from scoring.services import (
    add_seat,
    confirm_recusal,
    create_panel,
    declare_recusal,
    lock_entry,
    lock_round,
    remove_seat,
    return_sheet,
    save_draft,
)
from tests.scoring.conftest import FULL, new_id


@pytest.fixture
def newcomer(make_person):
    return make_person("新评委", email="newcomer@example.com")


def states(round, seat):
    return list(
        ScoreSheet.objects.filter(entry__round=round, seat=seat)
        .order_by("entry__order")
        .values_list("entry__code", "state", "state_reason")
    )


def test_create_panel_refuses_a_blank_or_taken_title(edition, panel):
    with pytest.raises(DomainError, match="请填写评委组名称"):
        create_panel(edition=edition, title=" ")
    with pytest.raises(DomainError, match="已有评委组“评委一组”"):
        create_panel(edition=edition, title="评委一组")


def test_add_seat_numbers_seats_and_passes_the_chair_on(panel, newcomer, organiser, now):
    unit = Unit.objects.create(name="市科协")
    seat = add_seat(panel=panel, judge=newcomer, unit=unit, is_chair=True, actor=organiser, now=now)

    assert (seat.code, seat.unit, seat.is_chair) == ("J4", unit, True)
    assert list(panel.seats.filter(is_chair=True)) == [seat]


def test_add_seat_without_a_unit_takes_that_of_the_judges_role(panel, make_person, edition, organiser, now):
    """The office typed the unit with the account, where it says that it serves recusals."""
    school, museum = Unit.objects.create(name="市第一中学"), Unit.objects.create(name="市科学技术馆")
    judge = make_person("单评委")
    grant_role(user=judge, edition=edition, role=Role.JUDGE, unit=school, actor=organiser, now=now)
    assert add_seat(panel=panel, judge=judge, actor=organiser, now=now).unit == school
    assert add_seat(panel=panel, judge=judge, unit=museum, actor=organiser, now=now).unit == museum


def test_pitfall_06_saving_the_same_judge_again_keeps_every_mark(open_one, submit, seat_of, organiser, now):
    submit(open_one, "01", 1)
    before = list(ScoreSheet.objects.order_by("pk").values())
    seat = seat_of(open_one, 1)

    again = add_seat(panel=open_one.panel, judge=seat.judge, actor=organiser, now=now)

    assert again == seat
    assert Seat.objects.filter(panel=open_one.panel).count() == 3
    assert list(ScoreSheet.objects.order_by("pk").values()) == before


def test_pitfall_07_marks_of_a_removed_seat_stay_and_count(open_one, submit, seat_of, organiser, now):
    for seat in (1, 2, 3):
        submit(open_one, "01", seat)
    before = live_table(open_one).rows[0]

    removed = remove_seat(seat=seat_of(open_one, 1), reason="另有公务", actor=organiser, now=now)

    table = live_table(open_one)
    assert table.rows[0] == before
    assert [column.is_removed for column in table.columns] == [True, False, False]
    assert states(open_one, removed) == [
        ("01", "submitted", ""),
        ("02", "absent", "席位已撤"),
        ("03", "absent", "席位已撤"),
    ]
    assert (removed.removed_at, removed.removed_reason) == (now, "另有公务")


def test_remove_seat_refuses_no_reason_and_a_second_time(open_one, seat_of, organiser, now):
    seat = seat_of(open_one, 1)
    with pytest.raises(DomainError, match="请写明撤席原因"):
        remove_seat(seat=seat, reason="", actor=organiser, now=now)
    remove_seat(seat=seat, reason="病假", actor=organiser, now=now)
    with pytest.raises(DomainError, match="J1 已经撤过了"):
        remove_seat(seat=seat, reason="病假", actor=organiser, now=now)


def test_a_judge_who_is_back_owes_again_with_the_draft_kept(open_one, seat_of, sheet_of, submit, organiser, now):
    seat = seat_of(open_one, 1)
    submit(open_one, "01", 1)
    submit(open_one, "03", 1)
    drafted = sheet_of(open_one, "02", 1)
    save_draft(
        sheet_id=drafted.pk, marks={"content": "40"}, submission_id=new_id(), base_version=0, actor=seat.judge, now=now
    )
    return_sheet(sheet=sheet_of(open_one, "03", 1), reason="核对", actor=organiser, now=now)
    remove_seat(seat=seat, reason="病假", actor=organiser, now=now)

    add_seat(panel=open_one.panel, judge=seat.judge, actor=organiser, now=now)

    assert states(open_one, seat) == [("01", "submitted", ""), ("02", "draft", ""), ("03", "draft", "")]
    assert sheet_of(open_one, "02", 1).current.marks == {"content": "40"}
    seat.refresh_from_db()
    assert (seat.removed_at, seat.removed_reason) == (None, "")


def test_seat_added_after_opening_gets_its_sheets_in_open_rounds_only(
    make_open_round, make_round, submit_all, entry_of, newcomer, organiser, now
):
    locked = make_open_round("初赛", entries=1)
    submit_all(locked, {"01": ["40"] * 3})
    lock_round(round=locked, actor=organiser, now=now)
    going = make_open_round("复赛", entries=2, panel=locked.panel)
    submit_all(going, {"01": ["40"] * 3})
    lock_entry(entry=entry_of(going, "01"), actor=organiser, now=now)
    later = make_round("决赛", panel=locked.panel)

    seat = add_seat(panel=locked.panel, judge=newcomer, actor=organiser, now=now)

    assert states(locked, seat) == []
    assert states(going, seat) == [("01", "absent", "锁定后增席"), ("02", "pending", "")]
    assert states(later, seat) == []


def test_pitfall_08_a_recused_judge_stays_recused_when_seated_again(
    open_one, seat_of, entry_of, submit, organiser, now
):
    seat = seat_of(open_one, 1)
    recusal = declare_recusal(entry=entry_of(open_one, "02"), seat=seat, reason="同单位", actor=seat.judge, now=now)
    confirm_recusal(recusal=recusal, actor=organiser, now=now)
    remove_seat(seat=seat, reason="病假", actor=organiser, now=now)

    add_seat(panel=open_one.panel, judge=seat.judge, actor=organiser, now=now)

    assert states(open_one, seat) == [("01", "pending", ""), ("02", "recused", "同单位"), ("03", "pending", "")]


def test_seats_are_in_the_ledger(panel):
    assert Event.objects.filter(kind="seat_added").count() == 3


def test_pitfall_14_a_judge_of_two_groups_has_separate_sheets_and_counts_once_in_each(make_open_round, submit, panel):
    adult = make_open_round("成年组", entries=1, panel=panel)
    junior = make_open_round("少年组", entries=1, panel=panel)
    for seat in (1, 2, 3):
        submit(adult, "01", seat, FULL)
    submit(junior, "01", 1, {**FULL, "content": "10"})

    assert (live_table(adult).rows[0].shown, live_table(adult).submitted) == ("100.00", 3)
    assert (live_table(junior).rows[0].reason, live_table(junior).submitted) == ("waiting", 1)
