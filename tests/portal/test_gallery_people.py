"""作品展示 of a contest: a winner's name, unit and title as the list has them, and nothing else of the person."""
# ruff: noqa: F811 (fixtures)

from datetime import date

import pytest
from django.urls import reverse

from contest.models import Contestant
from contest.services import propose_group_result
from results.models import Result
from results.services import confirm_result, publish_result
from scoring.services import lock_round, open_round
from tests.contest.office import (  # noqa: F401 (fixtures)
    adult,
    contest,
    drawn,
    enter,
    judge_all,
    junior,
    locked,
    make_panel,
    registration,
)

CONTENTS = ("49", "48", "47", "46", "45", "44")


@pytest.fixture
def publish(organiser, supervisor, now):
    def do(round) -> Result:
        roster = propose_group_result(round=round, actor=organiser, now=now)
        confirm_result(roster=roster, actor=supervisor, now=now)
        publish_result(result=roster.result, actor=organiser, now=now)
        return Result.objects.get(pk=roster.result_id)

    return do


def test_winners_stand_with_name_unit_and_title_only(locked, publish, client):
    result = publish(locked())
    winner = result.published.rows[0]

    page = client.get("/gallery/").content.decode()

    assert f"共 {sum(1 for row in result.published.rows if row['tier'])} 项" in page
    for words in (*winner["people"], winner["unit"], f"《{winner['title']}》", "金奖", "成年组", "晋级省赛"):
        assert words in page
    assert f"/gallery/{result.pk}/" not in page
    assert client.get(reverse("gallery_work", args=[result.pk, winner["entry"]])).status_code == 404


def test_nothing_else_of_a_junior_is_in_any_page(drawn, judge_all, publish, organiser, now, client):
    """Canaries in whatever a registration keeps; the young are shown by name and school alone."""
    round = drawn(6)
    Contestant.objects.update(
        tutors="指导金丝雀",
        guardian_name="监护金丝雀",
        guardian_phone="19912340000",
        remark="备注金丝雀",
        email="canary@example.com",
        birth_date=date(2014, 7, 8),
    )
    open_round(round=round, actor=organiser, now=now)
    judge_all(round, CONTENTS)
    lock_round(round=round, actor=organiser, now=now)
    publish(round)

    for address in ("/", "/gallery/", "/gallery/?q=选手"):
        page = client.get(address).content.decode()
        for canary in ("金丝雀", "1991234", "1990000", "canary", "2014", "9900001990"):
            assert canary not in page, (address, canary)
    for words in ("金丝雀", "19912340000", "canary@example.com"):
        assert "没有符合条件" in client.get("/gallery/", {"q": words}).content.decode()


def test_a_single_list_takes_few_queries(locked, publish, client, django_assert_num_queries):
    publish(locked())

    with django_assert_num_queries(4):  # lists, kinds of works, rounds on stage, hidden rows
        client.get("/gallery/?kind=person")
