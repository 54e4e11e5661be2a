"""A judge's rounds and sheets for programs: the page's rules, in JSON."""

import pytest
from django.urls import reverse

from accounts.services import create_token, revoke_tokens
from scoring.models import ScoreSheet, SheetRevision
from scoring.services import lock_entry
from tests.scoring.conftest import FULL


@pytest.fixture
def sheet(open_one, sheet_of) -> ScoreSheet:
    return sheet_of(open_one, "01", 1)


@pytest.fixture
def put(sheet, signed_in):
    """Return a function: the judge saves the sheet; what is asked may be changed."""
    client = signed_in(sheet.judge)

    def save(**changes):
        asked = {"marks": FULL, "submission_id": "client-save-1", "version": 0, "submit": True, **changes}
        return client.put(reverse("api_sheet", args=[sheet.pk]), asked, content_type="application/json")

    return save


def test_rounds_and_sheets_of_the_judge(open_one, sheet, signed_in):
    client = signed_in(sheet.judge)
    assert client.get(reverse("api_judge_rounds")).json() == {
        "count": 1,
        "results": [
            {"id": open_one.pk, "title": "决赛", "state": "open", "edition": "2026", "seat": "J1", "done": 0, "of": 3}
        ],
    }
    listed = client.get(reverse("api_sheets"), {"round": open_one.pk}).json()
    assert [line["entry"] for line in listed["results"]] == ["01", "02", "03"]
    assert listed["results"][0] == {
        "id": sheet.pk,
        "round": open_one.pk,
        "entry": "01",
        "title": "题目1",
        "segment": sheet.segment,
        "state": "pending",
        "locked": False,
        "version": 0,
        "marks": {},
        "total": None,
        "criteria": [
            {"code": "content", "title": "内容陈述", "max_points": "50", "step": "0.5"},
            {"code": "delivery", "title": "表达效果", "max_points": "30", "step": "0.5"},
            {"code": "image", "title": "整体形象", "max_points": "20", "step": "0.5"},
        ],
    }


@pytest.mark.parametrize("entries", [1, 3])
def test_sheets_take_a_fixed_number_of_queries(make_open_round, signed_in, entries, django_assert_num_queries):
    round = make_open_round(entries=entries)
    client = signed_in(ScoreSheet.objects.filter(entry__round=round).first().judge)
    with django_assert_num_queries(4):
        assert client.get(reverse("api_sheets")).json()["count"] == entries


def test_save_submits_and_shows_the_new_version(put, sheet):
    answer = put()
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "outcome": "saved",
            "version": 1,
            "state": "submitted",
            "marks": FULL,
            "total": "100",
            "message": "已提交。",
        },
    )
    sheet.refresh_from_db()
    assert (sheet.state, sheet.version) == ("submitted", 1)


def test_pitfall_12_the_same_submission_is_the_same_save(put, sheet):
    first, again = put(), put()
    assert (again.status_code, again.json()["outcome"], again.json()["version"]) == (200, "repeated", 1)
    assert first.json()["marks"] == again.json()["marks"]
    assert SheetRevision.objects.filter(sheet=sheet).count() == 1


def test_pitfall_20_older_version_is_told_what_is_stored(put):
    put()
    answer = put(submission_id="client-save-2", marks={**FULL, "content": "40"})
    assert answer.status_code == 409
    assert answer.json()["stored"] == {"marks": FULL, "total": "100", "version": 1, "state": "submitted"}


@pytest.mark.parametrize(
    ("marks", "errors"),
    [
        ({**FULL, "content": "51"}, {"content": "请填 0 至 50 之间、间隔 0.5 的分数。"}),
        ({**FULL, "content": "1e2"}, {"content": "请填 0 至 50 之间、间隔 0.5 的分数。"}),
    ],
)
def test_marks_that_are_none_change_nothing(put, sheet, marks, errors):
    answer = put(marks=marks)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert set(answer.json()["errors"]) == set(errors)
    assert not SheetRevision.objects.filter(sheet=sheet).exists()


def test_mark_after_the_lock_is_kept_and_says_so(open_one, put, submit, sheet, organiser, now):
    for seat in (1, 2, 3):
        submit(open_one, "01", seat)
    lock_entry(entry=sheet.entry, actor=organiser, now=now)
    answer = put(version=1, marks={**FULL, "content": "40"})
    assert (answer.status_code, answer.json()["outcome"], answer.json()["version"]) == (200, "late", 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"marks": "91"},
        {"marks": {**FULL, "content": 45.5}},
        {"submission_id": "x"},
        {"submission_id": None},
        {"version": -1},
        {"version": "new"},
    ],
)
def test_save_of_another_shape_says_what_is_wrong(put, changes):
    answer = put(**changes)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert [name.partition(".")[0] for name in answer.json()["errors"]] == [next(iter(changes))]


def test_sheet_of_another_judge_is_not_there(open_one, sheet, sheet_of, signed_in):
    client = signed_in(sheet_of(open_one, "01", 2).judge)
    answer = client.get(reverse("api_sheet", args=[sheet.pk]))
    assert (answer.status_code, answer.json()) == (404, {"code": "not_found", "message": "没有找到，或者您无权查看。"})


def test_token_is_a_way_in_until_it_is_revoked(open_one, sheet, client, now):
    address = reverse("api_sheet", args=[sheet.pk])
    assert client.get(address).status_code == 401
    token = create_token(user=sheet.judge, now=now)
    headers = {"Authorization": f"Token {token}"}
    assert client.get(address, headers=headers).json()["id"] == sheet.pk
    revoke_tokens(user=sheet.judge)
    assert client.get(address, headers=headers).status_code == 401
