"""The pages of a round in which each entry is scored by some of the panel."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from scoring.models import ScoreSheet
from scoring.services import (
    Conflict,
    ReviewTerms,
    assign_sheets,
    lock_round,
    open_round,
    reassign_sheet,
    record_conflicts,
    set_review_terms,
    submit_sheet,
)
from tests.pages import without_tokens
from tests.scoring.conftest import FULL, marks_of, new_id


@pytest.fixture
def make_assigned(make_round, organiser, now):
    """Return a function: an assigned round of n entries, three reviews each."""

    def make(*, entries=2, seats=4, opened=True):
        round = make_round("图书评审", entries=entries, seats=seats)
        round.assigned = True
        round.save(update_fields=["assigned"])
        assign_sheets(round=round, k=3, seed="2026", actor=organiser, now=now)
        return open_round(round=round, actor=organiser, now=now) if opened else round

    return make


@pytest.fixture
def submit_first(now):
    """Return a function: the first n sheets of a round are handed in."""

    def act(round, count=1, marks=FULL):
        sheets = ScoreSheet.objects.filter(entry__round=round).select_related("judge", "entry", "seat")
        found = list(sheets.order_by("entry__order", "seat__number"))[:count]
        for sheet in found:
            submit_sheet(
                sheet_id=sheet.pk,
                marks=marks,
                submission_id=new_id(),
                base_version=0,
                actor=sheet.judge,
                now=now,
            )
        return found

    return act


def address(round, name="organise_round"):
    return reverse(name, args=[round.edition.slug, round.pk])


def test_live_table_lists_each_entrys_own_reviews(make_assigned, submit_first, as_user, organiser):
    round = make_assigned()
    [sheet] = submit_first(round, marks=marks_of("46", "27.5", "18"))

    page = as_user(organiser).get(address(round)).content.decode()

    assert '<th scope="col">各份评审</th>' in page
    assert f'<td class="reviews"><span>{sheet.seat.code} <b>91.5</b></span> ' in page
    assert page.count("待评</span>") == 5


def test_reviewer_sees_only_what_is_assigned_and_until_when(make_assigned, organiser, as_user, now):
    round = make_assigned(entries=4)
    due = ReviewTerms(now + timedelta(days=7))
    set_review_terms(round=round, terms=due, actor=organiser, now=now)
    judge = round.panel.seats.get(number=1).judge

    answer = as_user(judge).get(reverse("judge_round", args=[round.pk]))

    assert len(answer.context["lines"]) == answer.context["of"] == 3
    assert "请在 <b>11月27日 09:00</b> 以前评完" in answer.content.decode()


def test_reviewer_sees_no_sheets_before_the_round_opens(make_assigned, as_user):
    round = make_assigned(opened=False)
    sheet = ScoreSheet.objects.select_related("judge").filter(entry__round=round).first()
    client = as_user(sheet.judge)

    assert client.get(reverse("judge_round", args=[round.pk])).context["lines"] == []
    assert client.get(reverse("judge_sheet", args=[sheet.pk])).status_code == 404


def test_reviewer_whose_entry_was_reassigned_is_told_so(make_assigned, submit_first, as_user, organiser, now):
    round = make_assigned()
    [sheet] = submit_first(round)
    taken = ScoreSheet.objects.filter(entry=sheet.entry).values("seat_id")
    to = round.panel.seats.exclude(pk__in=taken).get()
    reassign_sheet(sheet=sheet, seat=to, reason="专业不对口", actor=organiser, now=now)

    client = as_user(sheet.judge)
    lines = client.get(reverse("judge_round", args=[round.pk])).context["lines"]
    page = client.get(reverse("judge_sheet", args=[sheet.pk])).content.decode()

    assert ("01", "已改派") in {(line["code"], line["words"]) for line in lines}
    assert "这一件已改由他人评审。您先前的评分仍留存，不计入。" in page
    assert to.code not in without_tokens(page)
    assert "专业不对口" not in page


def test_pitfall_07_entry_page_shows_reassigned_marks_and_why(make_assigned, submit_first, as_user, organiser, now):
    round = make_assigned()
    [sheet] = submit_first(round)
    taken = ScoreSheet.objects.filter(entry=sheet.entry).values("seat_id")
    to = round.panel.seats.exclude(pk__in=taken).get()
    reassign_sheet(sheet=sheet, seat=to, reason="专业不对口", actor=organiser, now=now)

    page = as_user(organiser).get(reverse("organise_entry", args=[round.edition.slug, sheet.entry_id]))

    text = page.content.decode()
    assert "已改派" in text
    assert f"改派给 {to.code}：专业不对口" in text
    assert "100.0" in text


def test_submitting_without_a_required_comment_is_refused_on_the_page(make_assigned, as_user, form_of, organiser, now):
    round = make_assigned()
    terms = ReviewTerms(comment_above=Decimal(95))
    set_review_terms(round=round, terms=terms, actor=organiser, now=now)
    sheet = ScoreSheet.objects.select_related("judge").filter(entry__round=round).first()

    answer = as_user(sheet.judge).post(reverse("judge_sheet", args=[sheet.pk]), form_of(sheet, "confirm", FULL))

    assert answer.status_code == 409
    assert "总分 100 分，高于 95 分，须写给组委会的评审意见" in answer.content.decode()


def test_printed_book_of_an_assigned_round_has_one_column_for_its_many_reviewers(
    make_assigned, submit_first, as_user, organiser, now
):
    round = make_assigned()
    submit_first(round, count=6)
    lock_round(round=round, actor=organiser, now=now)
    client = as_user(organiser)

    page = client.get(address(round, "organise_book_print")).content.decode()
    book = client.get(address(round, "organise_book_json")).json()

    assert page.count("各份评审") == 1
    assert page.count('<td class="reviews">') == 2
    assert (book["input"]["assigned"], len(book["input"]["sheets"])) == (True, 6)
    assert client.get(address(round, "organise_book_xlsx")).status_code == 200


def test_round_page_counts_recorded_conflicts_instead_of_listing_hundreds(make_assigned, as_user, organiser, now):
    round = make_assigned(entries=3)
    seats = list(round.panel.seats.all())
    pairs = [(entry, seat) for entry in round.entries.all() for seat in seats[:2]]
    record_conflicts(
        round=round,
        conflicts=[Conflict(entry, seat, "same_unit", "同为市天文馆") for entry, seat in pairs],
        actor=organiser,
        now=now,
    )

    answer = as_user(organiser).get(address(round))

    assert (answer.context["conflicts"], answer.context["decided"]) == (6, [])
    assert "已登记利益关系（本人、同单位）6 对" in answer.content.decode()
