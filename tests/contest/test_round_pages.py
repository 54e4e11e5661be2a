"""Rounds, draw, proposal and finalists on the organiser's pages; the participant's page."""

import pytest
from django.urls import reverse

from accounts.models import Role
from contest.models import Contestant, Finalist, GroupRound
from contest.services import (
    commit_draw,
    propose_group_result,
    set_up_round,
    withdraw_finalist,
)
from results.models import Result, Roster
from results.services import confirm_result
from scoring.models import Entry, Round
from scoring.services import add_seat
from tests.contest.office import at


def test_round_with_a_new_panel_then_draw(contest, adult, enter, signed_in, organiser):
    people = enter(3)
    client = signed_in(organiser)
    new = at("organise_round_new", adult.pk)
    assert "请选择现有的评委组" in client.post(new, {"title": "决赛"}).content.decode()
    client.post(new, {"title": "决赛", "panel_title": "评委一组"})
    round = Round.objects.get()
    assert (round.title, round.panel.title, round.group_round.sequence) == ("决赛", "评委一组", 1)
    draw = at("organise_draw", adult.pk)
    assert "公布承诺值" in client.get(draw).content.decode()
    order = at("organise_draw_order", adult.pk)
    numbers: dict[str, object] = {f"number_{one.pk}": 3 - place for place, one in enumerate(people)}
    page = client.post(order, numbers | {f"number_{people[1].pk}": 3}).content.decode()
    assert "3 号已经给了选手1" in page
    assert "必填" in client.post(order, numbers).content.decode()
    numbers["witnesses"] = "纪监督"
    assert "录入" in client.post(order, numbers, follow=True).content.decode()
    assert list(Entry.objects.order_by("order").values_list("title", flat=True)) == ["题目3", "题目2", "题目1"]
    assert "由另一个账号同意" in client.post(order, numbers).content.decode()


def test_draw_by_the_system_on_the_page(contest, adult, enter, make_panel, signed_in, organiser, now):
    enter(3)
    set_up_round(group=adult, panel=make_panel(), title="决赛", actor=organiser, now=now)
    client = signed_in(organiser)
    args = [contest.edition.slug, adult.pk]
    client.post(reverse("organise_draw_commit", args=args))
    group_round = GroupRound.objects.get()
    page = client.get(reverse("organise_draw", args=args)).content.decode()
    assert group_round.draw_commitment in page
    assert group_round.draw_secret not in page
    lots = reverse("organise_draw_lots", args=args)
    assert "必填" in client.post(lots, {"public": ""}).content.decode()
    page = client.post(lots, {"public": "03 08 14"}, follow=True).content.decode()
    assert group_round.draw_secret in page
    assert Entry.objects.count() == 3


def test_draw_page_before_there_is_a_round(contest, junior, signed_in, organiser):
    args = [contest.edition.slug, junior.pk]
    client = signed_in(organiser)
    assert "先建立轮次" in client.get(reverse("organise_draw", args=args)).content.decode()
    assert client.post(reverse("organise_draw_commit", args=args)).status_code == 404


def test_draw_page_says_why_it_waits(contest, adult, make_panel, signed_in, organiser, now):
    round = set_up_round(group=adult, panel=make_panel(), title="决赛", actor=organiser, now=now)
    page = signed_in(organiser).get(at("organise_draw", adult.pk)).content.decode()
    assert "成年组还没有已受理的选手" in page
    response = signed_in(organiser).post(at("organise_draw_commit", adult.pk))
    assert response.status_code == 409
    assert round.entries.count() == 0
    with pytest.raises(Exception, match="还没有已受理"):
        commit_draw(round=round, actor=organiser, now=now)


def test_kinship_listed_from_the_draw_page(contest, adult, drawn, make_person, signed_in, organiser, now):
    round = drawn(3)
    judge = make_person("选手2", Role.JUDGE, email="late@example.com")
    add_seat(panel=round.panel, judge=judge, actor=organiser, now=now)
    client = signed_in(organiser)
    overview = client.get(at("organise_contest", contest.pk)).content.decode()
    assert "1 对评委和选手可能需要回避" in overview
    page = client.post(at("organise_draw_kinship", adult.pk), follow=True).content.decode()
    assert "1 对已列入回避名单" in page


def test_propose_page_previews_and_proposes(contest, locked, signed_in, organiser):
    round = locked()
    client = signed_in(organiser)
    address = at("organise_propose", round.pk)
    assert "选手1" in client.get(address).content.decode()
    response = client.post(address)
    assert response.url == at("organise_result", Result.objects.get().pk)
    page = client.post(address, {"reason": "再来一次"}).content.decode()
    assert "完全相同" in page
    Contestant.objects.filter(name="选手1").update(name="选手一")
    assert "请写明更正的缘由" in client.post(address).content.decode()
    client.post(address, {"reason": "更正姓名"})
    assert Roster.objects.count() == 2


def test_pitfall_02_propose_page_lists_the_tie(contest, locked, signed_in, organiser):
    round = locked(["49", "48", "47", "47", "45", "44"])
    page = signed_in(organiser).get(at("organise_propose", round.pk)).content.decode()
    assert "一等奖名额线上并列：03、04 号" in page
    assert at("organise_ties", round.pk) in page


def test_propose_page_before_the_lock(contest, drawn, signed_in, organiser):
    round = drawn(3)
    page = signed_in(organiser).get(at("organise_propose", round.pk)).content.decode()
    assert "还没有封存" in page


def test_finalists_page_withdraws_and_moves_up(contest, finished, signed_in, organiser):
    client = signed_in(organiser)
    first = Finalist.objects.get(kind="finalist", place=1)
    reserve = Finalist.objects.get(kind="reserve", place=1)
    withdraw = at("organise_finalist_withdraw", first.pk)
    assert "请写明原因" in client.post(withdraw, {"reason": ""}).content.decode()
    page = client.post(withdraw, {"reason": "出国"}, follow=True).content.decode()
    assert "空缺 1 个名额" in page
    page = client.post(at("organise_finalist_move_up", reserve.pk), follow=True).content.decode()
    assert "选手4已递补晋级" in page
    record = at("organise_finalists_record", finished.pk)
    assert client.post(record).status_code == 409


def test_finalists_page_records(contest, locked, signed_in, organiser, supervisor, now):
    roster = propose_group_result(round=locked(), actor=organiser, now=now)
    client = signed_in(organiser)
    address = at("organise_finalists", roster.result_id)
    assert "disabled" in client.get(address).content.decode()
    confirm_result(roster=roster, actor=supervisor, now=now)
    record = at("organise_finalists_record", roster.result_id)
    assert "共 5 人" in client.post(record, follow=True).content.decode()


def test_overview_follows_the_contest(contest, finished, signed_in, organiser, now):
    page = signed_in(organiser).get(at("organise_contest", contest.pk)).content.decode()
    assert "已公布，可以签发证书、办理晋级" in page
    assert "下一步：少年组：导入报名表" in page
    withdraw_finalist(finalist=Finalist.objects.first(), reason="出国", actor=organiser, now=now)


def test_my_home_shows_own_registrations_only(contest, finished, stranger, signed_in, make_person):
    Contestant.objects.filter(name="选手1").update(user=stranger)
    page = signed_in(stranger).get(reverse("my_home")).content.decode()
    assert "选手1 · 《题目1》" in page
    assert "01 号出场" in page
    assert reverse("public_result", args=[finished.pk]) in page
    assert "选手2" not in page
    other = make_person("别人", email="other@example.com")
    assert "还没有报名" in signed_in(other).get(reverse("my_home")).content.decode()


def test_my_home_asks_to_sign_in(client, db):
    assert client.get(reverse("my_home")).status_code == 302


@pytest.mark.parametrize("count", [1, 30])
def test_my_home_takes_few_queries(drawn, stranger, signed_in, django_assert_max_num_queries, count):
    drawn(count)
    Contestant.objects.update(user=stranger)
    client = signed_in(stranger)
    with django_assert_max_num_queries(11):
        client.get(reverse("my_home"))
