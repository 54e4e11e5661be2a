"""Seats of a panel, and the cards with which judges sign in."""

import pytest
from django.urls import reverse

from accounts.models import Role, SignInCode
from accounts.services import create_unit, grant_role
from scoring.models import Panel, ScoreSheet, Seat


@pytest.fixture
def office(organiser, as_user):
    return as_user(organiser)


def address(panel: Panel, name: str = "organise_panel") -> str:
    return reverse(name, args=[panel.edition.slug, panel.pk])


def test_judge_is_seated_with_unit_and_chair(edition, panel, office, make_person):
    judge, unit = make_person("新评委", Role.JUDGE, email="new@example.com"), create_unit(name="市科协")
    office.post(address(panel), {"act": "add", "judge": judge.pk, "unit": unit.pk, "is_chair": "on"})
    seat = Seat.objects.get(panel=panel, judge=judge)
    assert (seat.number, seat.unit, seat.is_chair) == (4, unit, True)


def test_only_accounts_with_the_judges_role_are_offered(panel, office, stranger):
    page = office.post(address(panel), {"act": "add", "judge": stranger.pk})
    assert "judge" in page.context["seat_form"].errors
    assert not Seat.objects.filter(judge=stranger).exists()


def test_pitfall_7_removing_a_seat_keeps_marks_and_asks_for_a_reason(open_one, office, submit, seat_of):
    submit(open_one, "01", 2)
    seat, page = seat_of(open_one, 2), address(open_one.panel)
    refused = office.post(page, {"act": "remove", "target": seat.pk, "reason": ""})
    assert "请写明原因。" in refused.content.decode()
    office.post(page, {"act": "remove", "target": seat.pk, "reason": "临时有事"})
    states = ScoreSheet.objects.filter(seat=seat).order_by("entry__order").values_list("state", flat=True)
    assert list(states) == ["submitted", "absent", "absent"]


def test_empty_panel_says_how_to_begin(edition, office):
    panel = Panel.objects.create(edition=edition, title="空组")
    assert "还没有评委" in office.get(address(panel)).content.decode()
    assert "先排进席位" in office.get(address(panel, "organise_codes")).content.decode()


def test_looking_at_the_codes_page_issues_none(panel, office):
    office.get(address(panel, "organise_codes"))
    assert not SignInCode.objects.exists()


def test_codes_are_shown_once_with_a_qr_each(panel, office):
    page = office.post(address(panel, "organise_codes"), {"act": "issue", "days": "3"})
    cards = page.context["cards"]
    assert [card["seat"].number for card in cards] == [1, 2, 3]
    assert page.content.decode().count("<svg") == 3
    assert "no-store" in page["Cache-Control"]
    assert SignInCode.objects.count() == 3
    assert cards[0]["code"] not in office.get(address(panel, "organise_codes")).content.decode()


def test_codes_for_chosen_seats_only(panel, office):
    second = panel.seats.get(number=2)
    page = office.post(address(panel, "organise_codes"), {"act": "issue", "days": "1", "seat": [second.pk]})
    assert [card["seat"] for card in page.context["cards"]] == [second]


def test_code_of_one_who_could_do_more_is_refused_and_the_others_are_made(panel, office, organiser, edition, now):
    judge = panel.seats.get(number=1).judge
    grant_role(user=judge, edition=edition, role=Role.SUPERVISOR, actor=organiser, now=now)
    page = office.post(address(panel, "organise_codes"), {"act": "issue", "days": "3"})
    assert [card["seat"].number for card in page.context["cards"]] == [2, 3]
    assert "1 号" in str(next(iter(page.context["messages"])))


@pytest.mark.parametrize("name", ["organise_panel", "organise_codes"])
def test_another_one_may_not(name, panel, as_user, supervisor, clerk, stranger):
    for user in (supervisor, clerk, stranger, panel.seats.get(number=1).judge):
        client = as_user(user)
        assert client.get(address(panel, name)).status_code == 404
        assert client.post(address(panel, name), {"act": "issue", "days": "3"}).status_code == 404
    assert not SignInCode.objects.exists()


@pytest.mark.parametrize("seats", [1, 3])
def test_panel_takes_the_same_queries_for_any_number_of_seats(seats, make_panel, office, django_assert_num_queries):
    page = address(make_panel(f"第{seats}组", seats=seats))
    with django_assert_num_queries(9):
        assert office.get(page).status_code == 200
