"""Marks from paper at the organiser's desk and at the clerks' table."""

import pytest
from django.urls import reverse

from accounts.models import Role
from scoring.models import PaperEntry
from tests.scoring.conftest import marks_of

TYPED = {"submission_id": "p1", "base_version": 0}


def fields(content: str) -> dict[str, object]:
    return {**TYPED, **{f"mark-{code}": text for code, text in marks_of(content).items()}}


@pytest.fixture
def sheet(open_one, sheet_of):
    return sheet_of(open_one, "01", 1)


@pytest.fixture
def desk(organiser, as_user):
    return as_user(organiser)


@pytest.fixture
def table(clerk, as_user):
    return as_user(clerk)


def at_desk(sheet) -> str:
    return reverse("organise_paper_sheet", args=[sheet.entry.round.edition.slug, sheet.pk])


def in_hall(sheet) -> str:
    return reverse("hall_paper_sheet", args=[sheet.pk])


def test_pitfall_25_two_people_type_the_same_marks_before_they_count(sheet, desk, table, open_one, sheet_of):
    table.post(in_hall(sheet), fields("46"))
    assert sheet_of(open_one, "01", 1).state == "pending"
    page = desk.get(at_desk(sheet))
    assert page.context["confirming"]
    assert [control.value for control in page.context["controls"]] == ["", "", ""]
    desk.post(at_desk(sheet), fields("46"))
    stored = sheet_of(open_one, "01", 1)
    assert (stored.state, stored.current.kind, stored.current.marks["content"]) == ("submitted", "paper", "46")


def test_pitfall_25_different_second_typing_counts_nothing(sheet, desk, table, open_one, sheet_of):
    table.post(in_hall(sheet), fields("46"))
    page = desk.post(at_desk(sheet), fields("44"))
    assert "内容陈述：初次录入 46，复核录入 44" in page.context["controls"][0].error
    assert page.context["controls"][0].value == "44"
    assert sheet_of(open_one, "01", 1).state == "pending"


def test_first_typist_waits_for_somebody_else(sheet, table):
    table.post(in_hall(sheet), fields("46"))
    page = table.get(in_hall(sheet))
    assert not page.context["confirming"]
    assert "等另一个账号复核" in page.content.decode()


def test_wrong_first_typing_is_thrown_away(sheet, table):
    table.post(in_hall(sheet), fields("46"))
    table.post(in_hall(sheet), {"act": "discard"})
    assert PaperEntry.objects.get().discarded_at is not None


def test_bad_mark_is_named_and_kept(sheet, table):
    page = table.post(in_hall(sheet), fields("51"))
    assert "超出范围" in page.context["controls"][0].error
    assert page.context["controls"][0].value == "51"
    assert not PaperEntry.objects.exists()


def test_list_says_what_waits_for_whom(open_one, sheet, desk, table):
    table.post(in_hall(sheet), fields("46"))
    words = {}
    for name, client, args in (
        ("desk", desk, reverse("organise_paper", args=[open_one.edition.slug, open_one.pk])),
        ("hall", table, reverse("hall_paper", args=[open_one.pk])),
    ):
        words[name] = client.get(args).context["lines"][0]["sheets"][0]["words"]
    assert words == {"desk": "请复核", "hall": "等他人复核"}


@pytest.mark.parametrize("entries", [1, 3])
def test_list_takes_the_same_queries_for_any_number_of_entries(
    entries, make_open_round, table, django_assert_num_queries
):
    page = reverse("hall_paper", args=[make_open_round(entries=entries).pk])
    with django_assert_num_queries(6):
        assert table.get(page).status_code == 200


def test_another_one_may_not(open_one, sheet, as_user, supervisor, stranger, make_person):
    timekeeper = make_person("计时员", Role.TIMEKEEPER, email="time@example.com")
    for user in (supervisor, stranger, sheet.judge, timekeeper):
        client = as_user(user)
        for page in (
            at_desk(sheet),
            in_hall(sheet),
            reverse("hall_paper", args=[open_one.pk]),
            reverse("organise_paper", args=[open_one.edition.slug, open_one.pk]),
            reverse("hall_blank_sheets", args=[open_one.pk]),
        ):
            assert client.get(page).status_code == 404
        assert client.post(in_hall(sheet), fields("46")).status_code == 404
    assert not PaperEntry.objects.exists()
