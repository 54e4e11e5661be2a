"""The judge's rounds and queue."""

import pytest
from django.urls import reverse

from scoring.services import confirm_recusal, declare_recusal, set_entry_status
from tests.scoring.conftest import marks_of


@pytest.fixture
def judge(open_one):
    return open_one.panel.seats.get(number=1).judge


def test_home_lists_own_rounds_with_progress(open_one, judge, as_user, submit):
    submit(open_one, "01", 1)
    lines = as_user(judge).get(reverse("judge_home")).context["rounds"]
    assert [(line.round.pk, line.number, line.is_chair, line.done, line.of) for line in lines] == [
        (open_one.pk, 1, True, 1, 3)
    ]


def test_home_without_rounds_says_how_to_begin(stranger, as_user):
    page = as_user(stranger).get(reverse("judge_home"))
    assert "现在没有需要您评分的轮次" in page.content.decode()


@pytest.mark.parametrize("rounds", [1, 3])
def test_home_takes_the_same_queries_for_any_number_of_rounds(
    rounds, make_open_round, panel, as_user, django_assert_num_queries
):
    for number in range(rounds):
        make_open_round(f"第{number}轮", panel=panel)
    client = as_user(panel.seats.get(number=1).judge)
    with django_assert_num_queries(4):  # session, account, seats, rounds
        assert client.get(reverse("judge_home")).status_code == 200


def test_queue_shows_states_and_own_totals(open_one, judge, as_user, submit, sheet_of, organiser, now):
    submit(open_one, "01", 1, marks_of("46", "27.5", "18"))
    recused = sheet_of(open_one, "02", 1)
    recusal = declare_recusal(entry=recused.entry, seat=recused.seat, reason="亲属", actor=judge, now=now)
    confirm_recusal(recusal=recusal, actor=organiser, now=now)
    page = as_user(judge).get(reverse("judge_round", args=[open_one.pk])).context
    assert [(line["code"], line["words"], line["total"]) for line in page["lines"]] == [
        ("01", "已提交", "91.5"),
        ("02", "回避", ""),
        ("03", "待评", ""),
    ]
    assert (page["done"], page["of"], page["owed"]) == (1, 2, 1)


def test_queue_says_when_an_entry_is_withdrawn_or_a_recusal_waits(open_one, judge, as_user, sheet_of, organiser, now):
    set_entry_status(
        entry=sheet_of(open_one, "01", 1).entry, status="withdrawn", reason="退赛", actor=organiser, now=now
    )
    waiting = sheet_of(open_one, "02", 1)
    declare_recusal(entry=waiting.entry, seat=waiting.seat, reason="亲属", actor=judge, now=now)
    page = as_user(judge).get(reverse("judge_round", args=[open_one.pk])).context
    assert [line["words"] for line in page["lines"]] == ["已退出", "回避待确认", "待评"]


def test_queue_of_a_round_in_preparation_is_empty_and_says_so(make_round, as_user):
    round = make_round()
    page = as_user(round.panel.seats.get(number=1).judge).get(reverse("judge_round", args=[round.pk]))
    assert "本轮还没有开放评分" in page.content.decode()


def test_queue_is_not_found_for_others(open_one, as_user, stranger, organiser):
    for user in (stranger, organiser):
        assert as_user(user).get(reverse("judge_round", args=[open_one.pk])).status_code == 404


def test_pitfall_15_queue_shows_nothing_of_other_judges(open_one, judge, as_user, submit):
    before = as_user(judge).get(reverse("judge_round", args=[open_one.pk])).context["lines"]
    submit(open_one, "01", 2)
    assert as_user(judge).get(reverse("judge_round", args=[open_one.pk])).context["lines"] == before
