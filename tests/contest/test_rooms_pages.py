"""Pages of rounds in rooms, who goes on, redraws and the running order."""

from datetime import datetime
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Role
from contest.models import Advancement, Appearance, GroupRound, RedrawRequest
from contest.selectors import running_order, suggested_slot_seconds
from contest.services import advance_contestants, ask_redraw, plan_running_order, withdraw_contestant
from ledger.models import Event
from scoring.models import Panel, Round, Rulebook
from scoring.selectors.rules import rules_of
from scoring.services import set_entry_status
from tests.contest.office import at


@pytest.fixture
def preliminary(locked):
    """Return a function: a locked preliminary of adults that sends two on."""

    def do(contents=("49", "48", "47", "46"), policy="block") -> GroupRound:
        round = locked(contents)
        GroupRound.objects.update(advance_count=2, line_policy=policy)
        return GroupRound.objects.select_related("round").get(round=round)

    return do


def new_round(client, adult, **changes):
    address = at("organise_round_new", adult.pk)
    form = client.get(address).context["form"]
    values = {field.name: field.value() or "" for field in form}
    return client.post(address, values | changes, follow=True)


def test_one_round_needs_no_extra_click(contest, adult, signed_in, organiser):
    client = signed_in(organiser)
    page = client.get(at("organise_round_new", adult.pk)).content.decode()
    assert '<details class="more-fields mb-3">' in page
    new_round(client, adult)
    row = GroupRound.objects.get()
    assert (row.medium, row.room, row.advance_count, row.line_policy, row.round.rulebook) == (
        "stage",
        "",
        None,
        "block",
        contest.rulebook,
    )


def test_a_preliminary_in_two_rooms_with_rules_of_its_own(contest, adult, signed_in, organiser):
    client = signed_in(organiser)
    refused = new_round(client, adult, rules="preliminary", room="A 赛场").content.decode()
    assert "预赛细则要写明晋级下一轮的人数" in refused
    assert '<details class="more-fields mb-3" open>' in refused
    new_round(client, adult, title="预赛 A", rules="preliminary", room="A 赛场", advance_count=3)
    new_round(client, adult)
    first, second = GroupRound.objects.order_by("pk")
    assert (first.sequence, second.sequence, second.room, second.advance_count) == (1, 1, "B 赛场", 3)
    assert first.round.rulebook == second.round.rulebook != contest.rulebook
    assert rules_of(first.round.rulebook).aggregation.drop_high == 0
    assert first.round.panel != second.round.panel


def test_a_refused_round_leaves_nothing_behind(contest, adult, drawn, signed_in, organiser):
    drawn(2)
    counts = Panel.objects.count(), Rulebook.objects.count(), Round.objects.count()
    page = new_round(signed_in(organiser), adult, rules="preliminary", advance_count=1).content.decode()
    assert "还没有封存" in page
    assert (Panel.objects.count(), Rulebook.objects.count(), Round.objects.count()) == counts


def test_advancement_page_records_by_the_standings(preliminary, signed_in, organiser):
    row = preliminary()
    client = signed_in(organiser)
    address = at("organise_advancement", row.round_id)
    assert "按名次 2 人晋级" in client.get(address).content.decode()
    page = client.post(address, {"act": "record"}, follow=True).content.decode()
    assert "共 2 人进入下一轮" in page
    assert "不必重复" in client.post(address, {"act": "record"}, follow=True).content.decode()


def test_advancement_page_decides_a_tie(preliminary, signed_in, organiser):
    row = preliminary(["49", "48", "48", "46"])
    client = signed_in(organiser)
    address = at("organise_advancement", row.round_id)
    page = client.get(address).content.decode()
    assert "晋级线上并列：02、03 号" in page
    assert at("organise_ties", row.round_id) in page
    people = {one.entry.code: one.contestant_id for one in Appearance.objects.select_related("entry")}
    chosen = {"act": "decide", "chosen": [people["01"], people["03"]]}
    page = client.post(address, chosen).content.decode()
    assert "请写明评审组决定的理由" in page
    assert f'value="{people["03"]}" id="chosen-{people["03"]}" checked' in page
    assert f'value="{people["02"]}" id="chosen-{people["02"]}" checked' not in page
    client.post(address, chosen | {"reason": "评审组合议"})
    assert list(Advancement.objects.order_by("pk").values_list("contestant", flat=True)) == [
        people["01"],
        people["03"],
    ]
    assert "评审组合议" in client.get(address).content.decode()


def test_advancement_page_moves_up(preliminary, signed_in, organiser, now):
    row = preliminary()
    advance_contestants(group_round=row, actor=organiser, now=now)
    first = Appearance.objects.get(entry__code="01").contestant
    withdraw_contestant(contestant=first, reason="出国", actor=organiser, now=now)
    client = signed_in(organiser)
    assert "空缺 1 个名额" in client.get(at("organise_advancement", row.round_id)).content.decode()
    move = at("organise_advancement_move_up", row.round_id)
    third = Appearance.objects.get(entry__code="03").contestant
    fourth = Appearance.objects.get(entry__code="04").contestant
    assert "须按名次递补" in client.post(move, {"contestant": fourth.pk}, follow=True).content.decode()
    assert "选手3递补" in client.post(move, {"contestant": third.pk}, follow=True).content.decode()


def test_advancement_page_before_the_lock_and_of_a_last_round(drawn, signed_in, organiser):
    round = drawn(2)
    client = signed_in(organiser)
    address = at("organise_advancement", round.pk)
    assert "这是最后一轮" in client.get(address).content.decode()
    GroupRound.objects.update(advance_count=1)
    assert "还没有封存" in client.get(address).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_advancement_page_takes_as_many_queries(preliminary, signed_in, organiser, django_assert_num_queries, count):
    row = preliminary(["49", "48", "47"][:count])
    client = signed_in(organiser)
    with django_assert_num_queries(9):
        client.get(at("organise_advancement", row.round_id))


def test_rooms_are_typed_in_on_the_draw_page(contest, adult, enter, signed_in, organiser):
    people = enter(4)
    client = signed_in(organiser)
    new_round(client, adult, title="预赛 A", room="A 赛场", advance_count=1)
    new_round(client, adult)
    a_room, b_room = GroupRound.objects.order_by("pk")
    places = [(a_room, 1), (b_room, 1), (b_room, 2), (a_room, 1)]
    typed: dict[str, object] = {"witnesses": "纪监督"}
    for person, (room, number) in zip(people, places, strict=True):
        typed |= {f"number_{person.pk}": number, f"room_{person.pk}": room.pk}
    order = at("organise_draw_order", adult.pk)
    assert "1 号已经给了选手1" in client.post(order, typed).content.decode()
    page = client.post(order, typed | {f"number_{people[3].pk}": 2}, follow=True).content.decode()
    assert "B 赛场 · 出场顺序" in page
    names = Appearance.objects.order_by("entry__round_id", "draw_order").values_list("contestant__name", flat=True)
    assert list(names) == ["选手1", "选手4", "选手2", "选手3"]


def test_redraw_asked_for_and_agreed_to_on_the_pages(drawn, adult, signed_in, make_person, organiser, supervisor):
    drawn(2)
    client = signed_in(organiser)
    ask = at("organise_redraw", adult.pk)
    assert "必填" in client.post(ask, {"reason": ""}).content.decode()
    page = client.post(ask, {"reason": "录错"}, follow=True).content.decode()
    assert "等另一个账号" in page
    assert "同意重新抽签" not in page
    request = RedrawRequest.objects.get()
    decide = reverse("redraw_decide", args=["2026", request.pk])
    assert client.post(decide, {"act": "agree"}).status_code == 404
    other = make_person("副组织", Role.ORGANISER, email="second@example.com")
    assert "同意重新抽签" in signed_in(other).get(at("organise_draw", adult.pk)).content.decode()
    client = signed_in(supervisor)
    page = client.get(reverse("supervise_redraws", args=["2026"])).content.decode()
    assert "录错" in page
    response = client.post(decide, {"act": "agree"}, follow=True)
    assert response.redirect_chain[-1][0] == reverse("supervise_redraws", args=["2026"])
    assert "已同意“成年组决赛”重新抽签" in response.content.decode()
    assert GroupRound.objects.get().drawn_at is None
    assert "刷新" in client.post(decide, {"act": "decline"}, follow=True).content.decode()


def test_redraw_pages_are_not_there_for_others(drawn, signed_in, stranger, organiser, make_person, now):
    request = ask_redraw(round=drawn(2), reason="录错", actor=organiser, now=now)
    clerk = make_person("单统计", Role.CLERK, email="clerk@example.com")
    for person in (stranger, clerk, organiser):
        client = signed_in(person)
        assert client.get(reverse("supervise_redraws", args=["2026"])).status_code == 404
        assert client.post(reverse("redraw_decide", args=["2026", request.pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_redraws_page_takes_as_many_queries(
    drawn, signed_in, supervisor, organiser, django_assert_num_queries, now, count
):
    group_round = drawn(2).group_round
    for _ in range(count):
        RedrawRequest.objects.create(
            group_round=group_round,
            reason="录错",
            state="declined",
            asked_by=organiser,
            asked_at=now,
            decided_by=supervisor,
            decided_at=now,
        )
    client = signed_in(supervisor)
    with django_assert_num_queries(5):
        client.get(reverse("supervise_redraws", args=["2026"]))


def times(group_round) -> list[str]:
    return [slot.starts_at.strftime("%H:%M:%S") for slot in running_order(group_round)]


def test_running_order_has_planned_times(drawn, organiser, now):
    group_round = drawn(4).group_round
    assert suggested_slot_seconds(rules_of(group_round.round.rulebook)) == 360
    start = datetime.fromisoformat("2026-11-20T09:00:00+08:00")
    planned = plan_running_order(
        group_round=group_round, starts_at=start, slot_seconds=None, breaks={2: 15}, actor=organiser, now=now
    )
    assert times(planned) == ["09:00:00", "09:06:00", "09:27:00", "09:33:00"]
    entry = group_round.round.entries.get(code="01")
    set_entry_status(entry=entry, status="withdrawn", reason="生病", actor=organiser, now=now)
    assert times(planned) == ["09:00:00", "09:21:00", "09:27:00"]
    second = group_round.round.entries.get(code="02")
    set_entry_status(entry=second, status="withdrawn", reason="生病", actor=organiser, now=now)
    assert times(planned) == ["09:00:00", "09:06:00"]
    third = group_round.round.entries.get(code="03")
    set_entry_status(entry=entry, status="competing", reason="来了", actor=organiser, now=now)
    set_entry_status(entry=third, status="withdrawn", reason="生病", actor=organiser, now=now)
    assert times(planned) == ["09:00:00", "09:21:00"]
    assert Event.objects.filter(kind="running_order_planned").count() == 1


def test_running_order_page_plans_prints_and_downloads(drawn, signed_in, organiser):
    round = drawn(3)
    client = signed_in(organiser)
    address = at("organise_running_order", round.pk)
    assert 'value="360"' in client.get(address).content.decode()
    typed = {"starts_at": "2026-11-21T09:00", "slot_seconds": "300", "breaks": "1 号后 10 分钟\n"}
    for wrong, words in (("十二号后", "看不懂“十二号后”"), ("1 5\n1 6", "写了两次"), ("1 999", "1 至 240 分钟")):
        page = client.post(address, typed | {"breaks": wrong}).content.decode()
        assert words in page
        assert wrong.splitlines()[0] in page
    page = client.post(address, typed, follow=True).content.decode()
    assert "09:15" in page
    printed = at("organise_running_order_print", round.pk)
    assert "市天文爱好者协会" in client.get(printed, {"for": "hall"}).content.decode()
    assert "市天文爱好者协会" not in client.get(printed, {"for": "board"}).content.decode()
    assert "市天文爱好者协会" in client.get(printed, {"for": "board", "units": "1"}).content.decode()
    answer = client.get(at("organise_running_order_xlsx", round.pk), {"for": "board"})
    rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert rows[2:4] == [("出场号", "预计时间", "姓名", "讲解题目"), ("01", "09:00", "选手1", "题目1")]


@pytest.mark.parametrize("count", [1, 3])
def test_running_order_page_takes_as_many_queries(drawn, signed_in, organiser, django_assert_num_queries, count):
    round = drawn(count)
    client = signed_in(organiser)
    with django_assert_num_queries(6):
        client.get(at("organise_running_order", round.pk))


@pytest.mark.parametrize("count", [1, 3])
def test_draw_page_takes_as_many_queries(drawn, adult, signed_in, organiser, django_assert_num_queries, count):
    drawn(count)
    client = signed_in(organiser)
    with django_assert_num_queries(12):
        client.get(at("organise_draw", adult.pk))
