"""Pages of a round with two panel segments and a quiz."""

import pytest
from django.urls import reverse

from scoring.models import Correction, Entry, Round, Rulebook, ScoreSheet
from scoring.services import add_deduction, create_rulebook, lock_round, request_entry_correction, submit_sheet
from tests.scoring.conftest import FULL, contest_document, new_id


@pytest.fixture
def rules(edition, organiser, now) -> Rulebook:
    document = contest_document()
    (speech,) = document["segments"]
    document["segments"] = [
        {**speech, "weight": "60"},
        {**speech, "code": "random", "title": "随机命题讲解", "weight": "30"},
        {"code": "quiz", "title": "常识答题", "weight": "10", "scored_by": "quiz", "max_points": "100"},
    ]
    return create_rulebook(
        edition=edition, code="three", title="三环节细则", document=document, actor=organiser, now=now
    )


@pytest.fixture
def three(make_open_round, rules) -> Round:
    return make_open_round("三环节", entries=2, rules=rules)


@pytest.fixture
def office(organiser, as_user):
    return as_user(organiser)


def entry_page(entry: Entry) -> str:
    return reverse("organise_entry", args=[entry.round.edition.slug, entry.pk])


def test_queue_names_the_segment_of_each_sheet(three, as_user, seat_of):
    page = as_user(seat_of(three, 1).judge).get(reverse("judge_round", args=[three.pk]))
    assert [(line["code"], line["segment_title"]) for line in page.context["lines"]] == [
        ("01", "自主命题讲解"),
        ("01", "随机命题讲解"),
        ("02", "自主命题讲解"),
        ("02", "随机命题讲解"),
    ]
    assert "随机命题讲解" in page.content.decode()


def test_sheet_goes_from_one_to_the_next_within_its_segment(three, as_user, seat_of):
    judge = seat_of(three, 1).judge
    sheet = judge.sheets.get(entry__code="01", segment="random")
    page = as_user(judge).get(reverse("judge_sheet", args=[sheet.pk])).context
    assert (page["place"], page["of"], page["previous_pk"]) == (1, 2, None)
    assert page["following_pk"] == judge.sheets.get(entry__code="02", segment="random").pk


def test_live_table_has_a_column_for_each_segment_and_judge(three, office):
    page = office.get(reverse("organise_round", args=[three.edition.slug, three.pk]))
    assert len(page.context["table"].columns) == 6
    assert "随机·1" in page.content.decode()


def test_quiz_score_is_recorded_and_refused_in_its_form(three, office, entry_of):
    entry = entry_of(three, "01")
    office.post(entry_page(entry), {"act": "quiz", "target": "quiz", "points": "88"})
    assert entry_of(three, "01").quiz == {"quiz": "88"}
    page = office.post(entry_page(entry), {"act": "quiz", "target": "quiz", "points": "101"})
    ((_, form),) = page.context["forms"].quiz
    assert "超出范围" in form.non_field_errors()[0]
    assert form.data["points"] == "101"


@pytest.fixture
def locked(three, organiser, entry_of, now, office) -> Round:
    for code in ("01", "02"):
        office.post(entry_page(entry_of(three, code)), {"act": "quiz", "target": "quiz", "points": "80"})
    add_deduction(entry=entry_of(three, "01"), points="1", reason="道具", actor=organiser, now=now)
    _submit_everything(three, now)
    lock_round(round=three, actor=organiser, now=now)
    return Round.objects.get(pk=three.pk)


def _submit_everything(round: Round, now) -> None:
    for sheet in ScoreSheet.objects.filter(entry__round=round).select_related("judge"):
        submit_sheet(
            sheet_id=sheet.pk,
            marks=FULL,
            submission_id=new_id(),
            base_version=sheet.version,
            actor=sheet.judge,
            now=now,
        )


def test_quiz_after_the_lock_is_corrected_by_two(locked, office, entry_of, supervisor, as_user):
    form = {"act": "quiz", "target": "quiz", "points": "90", "why": "统计有误"}
    office.post(entry_page(entry_of(locked, "01")), form)
    (line,) = _waiting(locked, as_user(supervisor))
    assert line["changes"] == [("常识答题得分", "80", "90")]
    assert entry_of(locked, "01").quiz == {"quiz": "80"}


def test_cancelled_deduction_is_shown_to_the_supervisor(locked, entry_of, organiser, now, supervisor, as_user):
    entry = entry_of(locked, "01")
    new = {"cancel": entry.deductions.get().pk}
    request_entry_correction(entry=entry, subject="deduction", new=new, reason="误记", actor=organiser, now=now)
    (line,) = _waiting(locked, as_user(supervisor))
    assert line["changes"] == [("取消扣分", "扣 1 分：道具", "不扣")]
    assert line["correction"].state == Correction.State.REQUESTED


def _waiting(round: Round, client) -> list[dict[str, object]]:
    return client.get(reverse("supervise_corrections", args=[round.edition.slug])).context["waiting"]
