"""The judge's sheet: drafts, submission with one question, errors beside the criterion, conflicts, late marks."""

import json

import pytest
from django.urls import reverse

from scoring.models import LateMark, Round, ScoreSheet, SheetRevision
from scoring.services import (
    confirm_recusal,
    declare_recusal,
    lock_entry,
    lock_round,
    remove_seat,
    return_sheet,
    save_draft,
    submit_sheet,
)
from tests.scoring.conftest import FULL, marks_of, new_id

JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def sheet(open_one, sheet_of) -> ScoreSheet:
    return sheet_of(open_one, "02", 1)


@pytest.fixture
def judge(sheet, as_user):
    return as_user(sheet.judge)


def address(sheet: ScoreSheet) -> str:
    return reverse("judge_sheet", args=[sheet.pk])


def stored(sheet: ScoreSheet) -> tuple[str, int, dict[str, str]]:
    row = ScoreSheet.objects.select_related("current").get(pk=sheet.pk)
    return row.state, row.version, row.current.marks if row.current else {}


def test_sheet_shows_number_title_criteria_and_place(judge, sheet):
    page = judge.get(address(sheet)).content.decode()
    for words in ("题目2", "02", "内容陈述", "表达效果", "整体形象", "第 2 / 3 位", "评委 1 号", "还差 3 项", "未填"):
        assert words in page


def test_sheet_starts_blank_and_each_page_has_a_new_submission_id(judge, sheet):
    first, second = judge.get(address(sheet)), judge.get(address(sheet))
    assert [control.value for control in first.context["controls"]] == ["", "", ""]
    assert len(first.context["submission_id"]) == 32
    assert first.context["submission_id"] != second.context["submission_id"]


def test_pitfall_11_next_contestant_starts_blank(judge, sheet, open_one, sheet_of, form_of):
    answer = judge.post(address(sheet), form_of(sheet, "confirm", marks_of("46")), follow=True)
    following = sheet_of(open_one, "03", 1)
    assert answer.redirect_chain == [(address(following), 302)]
    assert [control.value for control in answer.context["controls"]] == ["", "", ""]
    assert answer.context["total"] == "—"


def test_sheet_of_another_judge_is_not_found(sheet, open_one, sheet_of, as_user, organiser, stranger):
    for user in (sheet_of(open_one, "02", 2).judge, organiser, stranger):
        client = as_user(user)
        assert client.get(address(sheet)).status_code == 404
        assert client.post(address(sheet), {}).status_code == 404
    assert stored(sheet) == ("pending", 0, {})


def test_sheet_needs_sign_in(client, sheet):
    assert client.get(address(sheet)).status_code == 302
    assert client.post(address(sheet), {}).status_code == 302


def test_pitfall_16_get_saves_nothing(judge, sheet, form_of):
    judge.get(address(sheet), form_of(sheet, "confirm", FULL))
    judge.get(reverse("judge_recuse", args=[sheet.pk]), {"reason": "本单位"})
    assert stored(sheet) == ("pending", 0, {})


def test_draft_keeps_some_marks_and_redirects(judge, sheet, form_of):
    answer = judge.post(address(sheet), form_of(sheet, "draft", {"content": "４６．５"}))
    assert (answer.status_code, answer["Location"]) == (302, address(sheet))
    assert stored(sheet) == ("draft", 1, {"content": "46.5"})


def test_draft_by_the_script_answers_with_the_version(judge, sheet, form_of):
    answer = judge.post(address(sheet), form_of(sheet, "draft", {"content": "46"}), **JSON)
    assert json.loads(answer.content) == {"outcome": "saved", "version": 1, "message": "草稿已保存"}


def test_pitfall_12_repeated_submission_is_the_same_submission(judge, sheet, form_of):
    form = form_of(sheet, "draft", {"content": "46"})
    judge.post(address(sheet), form, **JSON)
    again = judge.post(address(sheet), form, **JSON)
    assert json.loads(again.content) == {"outcome": "repeated", "version": 1, "message": "草稿已保存"}
    assert SheetRevision.objects.filter(sheet=sheet).count() == 1


def test_submit_asks_once_and_stores_nothing_before_the_answer(judge, sheet, form_of):
    answer = judge.post(address(sheet), form_of(sheet, "submit", marks_of("46", "27.5", "18")))
    assert answer.templates[0].name == "scoring/judge/confirm.html"
    assert answer.context["total"] == "91.5"
    assert stored(sheet) == ("pending", 0, {})


def test_confirm_submits_and_leads_to_the_next_owed_sheet(judge, sheet, open_one, sheet_of, form_of):
    answer = judge.post(address(sheet), form_of(sheet, "confirm", marks_of("46", "27.5", "18")))
    assert answer["Location"] == address(sheet_of(open_one, "03", 1))
    assert stored(sheet) == ("submitted", 1, {"content": "46", "delivery": "27.5", "image": "18"})


def test_last_sheet_leads_back_to_the_queue(open_one, sheet_of, as_user, form_of):
    last = sheet_of(open_one, "03", 1)
    answer = as_user(last.judge).post(address(last), form_of(last, "confirm", FULL), **JSON)
    queue = reverse("judge_round", args=[open_one.pk])
    assert json.loads(answer.content) == {"outcome": "saved", "version": 1, "message": "已提交", "next": queue}


def test_edit_goes_back_to_the_form_with_what_was_typed(judge, sheet, form_of):
    answer = judge.post(address(sheet), form_of(sheet, "edit", marks_of("46", "27.5", "18")))
    assert [control.value for control in answer.context["controls"]] == ["46.0", "27.5", "18.0"]
    assert stored(sheet) == ("pending", 0, {})


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("51", "超出范围"),
        ("46.3", "评分间隔"),
        ("1e2", "不是分数"),
        ("NaN", "不是分数"),
        ("1_0", "不是分数"),
        ("", "请填写分数"),
        (" 46", "不是分数"),
    ],
)
def test_bad_mark_is_named_beside_its_criterion_and_kept(judge, sheet, form_of, typed, complaint):
    answer = judge.post(address(sheet), form_of(sheet, "confirm", {**FULL, "content": typed}))
    content, delivery, _ = answer.context["controls"]
    assert answer.status_code == 422
    assert complaint in content.error
    assert (content.value, delivery.value, delivery.error) == (typed, "30.0", "")
    assert stored(sheet) == ("pending", 0, {})


def test_bad_mark_answers_the_script_by_criterion(judge, sheet, form_of):
    answer = judge.post(address(sheet), form_of(sheet, "draft", {"content": "51"}), **JSON)
    assert answer.status_code == 422
    assert json.loads(answer.content) == {
        "outcome": "invalid",
        "errors": {"content": "分数 51 超出范围：应在 0 至 50 之间。"},
        "message": "有评分项没有填对，没有保存；请按提示改正。",
    }


def test_torn_form_is_refused_and_keeps_what_was_typed(judge, sheet):
    answer = judge.post(address(sheet), {"act": "confirm", "mark-content": "46"})
    assert answer.status_code == 422
    assert answer.context["refusal"] == "页面不完整，没有保存；请刷新页面后重新填写。"
    assert answer.context["controls"][0].value == "46.0"


def _save_elsewhere(sheet: ScoreSheet, now, marks=None) -> None:
    save_draft(
        sheet_id=sheet.pk,
        marks=marks or {"content": "40"},
        submission_id=new_id(),
        base_version=sheet.version,
        actor=sheet.judge,
        now=now,
    )


def test_pitfall_13_second_device_sees_both_versions(judge, sheet, form_of, now):
    form = form_of(sheet, "confirm", marks_of("46", "27.5", "18"))
    _save_elsewhere(sheet, now)
    answer = judge.post(address(sheet), form)
    assert answer.status_code == 409
    assert answer.templates[0].name == "scoring/judge/conflict.html"
    assert [(line["saved"], line["typed"], line["differs"]) for line in answer.context["lines"]] == [
        ("40", "46", True),
        ("", "27.5", True),
        ("", "18", True),
    ]
    assert stored(sheet) == ("draft", 1, {"content": "40"})


def test_conflict_chosen_for_the_typed_marks_submits_them(judge, sheet, form_of, now):
    form = form_of(sheet, "confirm", marks_of("46", "27.5", "18"))
    _save_elsewhere(sheet, now)
    page = judge.post(address(sheet), form).context
    chosen = form | {
        "act": page["act"],
        "base_version": page["current_version"],
        "submission_id": page["submission_id"],
    }
    judge.post(address(sheet), chosen)
    assert stored(sheet) == ("submitted", 2, {"content": "46", "delivery": "27.5", "image": "18"})


def test_pitfall_20_stale_draft_never_overwrites_a_submission(judge, sheet, form_of, submit, open_one):
    stale = form_of(sheet, "draft", {"content": "10"})
    submit(open_one, "02", 1)
    answer = judge.post(address(sheet), stale, **JSON)
    assert (answer.status_code, json.loads(answer.content)["outcome"]) == (409, "conflict")
    page = judge.post(address(sheet), stale)
    assert page.context["act"] == "edit"  # a submitted sheet takes no drafts
    assert stored(sheet) == ("submitted", 1, FULL)


def test_submitted_sheet_is_changed_by_submitting_again(judge, sheet, form_of, submit, open_one, sheet_of):
    submit(open_one, "02", 1)
    page = judge.get(address(sheet))
    assert "重新提交" in page.content.decode()
    judge.post(address(sheet), form_of(sheet_of(open_one, "02", 1), "confirm", marks_of("44"), "again"))
    assert stored(sheet) == ("submitted", 2, {"content": "44", "delivery": "25", "image": "15"})


def test_draft_of_a_submitted_sheet_is_refused_with_a_sentence(judge, sheet, form_of, submit, open_one):
    submit(open_one, "02", 1)
    answer = judge.post(address(sheet), form_of(sheet, "draft", {"content": "1"}, base=1), **JSON)
    assert answer.status_code == 409
    assert json.loads(answer.content) == {
        "outcome": "refused",
        "errors": {},
        "message": "这份评分已提交，不再存草稿；要改请改好后直接提交。",
    }


def test_mark_after_the_lock_goes_to_arbitration(judge, sheet, form_of, submit, open_one, organiser, now):
    form = form_of(sheet, "confirm", marks_of("46"), base=1)
    for seat in (1, 2, 3):
        submit(open_one, "02", seat)
    lock_entry(entry=sheet.entry, actor=organiser, now=now)
    page = judge.post(address(sheet), form)
    assert page.templates[0].name == "scoring/judge/late.html"
    assert "仲裁" in page.content.decode()
    assert json.loads(judge.post(address(sheet), form, **JSON).content)["outcome"] == "late"
    assert stored(sheet) == ("submitted", 1, FULL)
    assert LateMark.objects.filter(sheet=sheet).count() == 1


def test_locked_round_shows_the_sheet_read_only(judge, sheet, open_one, submit_all, organiser, now):
    submit_all(open_one, dict.fromkeys(("01", "02", "03"), ("40", "41", "42")))
    lock_round(round=open_one, actor=organiser, now=now)
    page = judge.get(address(sheet)).content.decode()
    assert "成绩已封存" in page
    assert "data-submit" not in page


def test_returned_sheet_shows_the_reason(judge, sheet, open_one, submit, sheet_of, organiser, now):
    submit(open_one, "02", 1)
    return_sheet(sheet=sheet_of(open_one, "02", 1), reason="整体形象漏看了", actor=organiser, now=now)
    page = judge.get(address(sheet)).content.decode()
    assert "整体形象漏看了" in page
    assert "退回待改" in page


def test_removed_seat_may_look_but_not_mark(judge, sheet, form_of, organiser, now):
    remove_seat(seat=sheet.seat, reason="临时有事", actor=organiser, now=now)
    assert "席位已撤" in judge.get(address(sheet)).content.decode()
    answer = judge.post(address(sheet), form_of(sheet, "draft", {"content": "46"}))
    assert answer.status_code == 409
    assert stored(sheet)[2] == {}


def test_own_last_marks_are_within_reach_and_nobody_elses(judge, sheet, open_one, submit):
    submit(open_one, "01", 1, marks_of("46", "27.5", "18"))
    submit(open_one, "01", 2, marks_of("33", "22", "11"))
    page = judge.get(address(sheet))
    assert [(code, total) for _, code, total in page.context["past"]] == [("01", "91.5")]
    assert "66" not in [total for _, _, total in page.context["past"]]


def test_several_sheets_may_be_open_at_once_for_calibration(open_one, sheet_of, as_user, form_of):
    first, second = sheet_of(open_one, "01", 1), sheet_of(open_one, "02", 1)
    judge = as_user(first.judge)
    judge.post(address(first), form_of(first, "draft", {"content": "40"}))
    judge.post(address(second), form_of(second, "draft", {"content": "42"}))
    judge.post(address(first), form_of(first, "confirm", marks_of("41"), "later", base=1))
    assert stored(first)[:2] == ("submitted", 2)
    assert stored(second) == ("draft", 1, {"content": "42"})


def test_recusal_is_declared_with_a_reason(judge, sheet):
    answer = judge.post(reverse("judge_recuse", args=[sheet.pk]), {"reason": "曾任其指导教师"})
    assert answer["Location"] == reverse("judge_round", args=[sheet.entry.round_id])
    assert list(sheet.entry.recusals.values_list("seat_id", "source", "state", "reason")) == [
        (sheet.seat_id, "judge", "proposed", "曾任其指导教师")
    ]
    assert "回避申报" in judge.get(address(sheet)).content.decode()


def test_recused_sheet_takes_no_marks(judge, sheet, form_of, organiser, now):
    recusal = declare_recusal(entry=sheet.entry, seat=sheet.seat, reason="亲属", actor=sheet.judge, now=now)
    confirm_recusal(recusal=recusal, actor=organiser, now=now)
    assert "您对这一位已回避" in judge.get(address(sheet)).content.decode()
    assert judge.post(address(sheet), form_of(sheet, "confirm", FULL)).status_code == 409
    assert stored(sheet) == ("recused", 0, {})


def test_recusal_without_a_reason_says_so_beside_the_field(judge, sheet):
    answer = judge.post(reverse("judge_recuse", args=[sheet.pk]), {"reason": " "})
    assert answer.context["form"].errors == {"reason": ["请写明原因。"]}
    assert not sheet.entry.recusals.exists()


def test_second_recusal_of_a_pair_is_refused_with_a_sentence(judge, sheet):
    judge.post(reverse("judge_recuse", args=[sheet.pk]), {"reason": "亲属"})
    answer = judge.post(reverse("judge_recuse", args=[sheet.pk]), {"reason": "亲属"})
    assert "回避已在案" in answer.context["refusal"]


def test_another_judge_may_not_declare_my_recusal(sheet, open_one, sheet_of, as_user):
    other = as_user(sheet_of(open_one, "02", 2).judge)
    assert other.post(reverse("judge_recuse", args=[sheet.pk]), {"reason": "x"}).status_code == 404


def test_round_state_is_untouched_by_looking(judge, sheet, open_one):
    judge.get(address(sheet))
    assert Round.objects.get(pk=open_one.pk).change_number == open_one.change_number


@pytest.mark.parametrize("act", ["draft", "confirm"])
@pytest.mark.parametrize("entries", [1, 3, 40])
def test_one_save_takes_at_most_15_queries(
    act, entries, make_open_round, sheet_of, as_user, form_of, django_assert_max_num_queries
):
    round = make_open_round(entries=entries)
    sheet = sheet_of(round, "01", 1)
    judge = as_user(sheet.judge)
    form = form_of(sheet, act, FULL)
    with django_assert_max_num_queries(15):
        assert judge.post(address(sheet), form).status_code == 302


@pytest.mark.parametrize("entries", [1, 3, 40])
def test_queue_takes_at_most_10_queries(entries, make_open_round, sheet_of, as_user, django_assert_max_num_queries):
    round = make_open_round(entries=entries)
    judge = as_user(sheet_of(round, "01", 1).judge)
    with django_assert_max_num_queries(10):
        assert judge.get(reverse("judge_round", args=[round.pk])).status_code == 200


@pytest.mark.parametrize("entries", [1, 3, 40])
def test_sheet_page_takes_at_most_10_queries(
    entries, make_open_round, sheet_of, as_user, django_assert_max_num_queries
):
    round = make_open_round(entries=entries)
    sheet = sheet_of(round, "01", 1)
    judge = as_user(sheet.judge)
    with django_assert_max_num_queries(10):
        assert judge.get(address(sheet)).status_code == 200


def test_submission_by_the_service_and_the_page_are_one_rule(sheet, judge, form_of, now):
    judge.post(address(sheet), form_of(sheet, "confirm", FULL, "same"))
    outcome = submit_sheet(
        sheet_id=sheet.pk, marks=FULL, submission_id="same", base_version=0, actor=sheet.judge, now=now
    )
    assert (outcome.kind, outcome.number) == ("repeated", 1)
