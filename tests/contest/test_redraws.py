"""重新抽签: only by two accounts and with a reason; the ledger keeps the draw that was given up."""

import json

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Role
from contest.exceptions import DrawRefused, RedrawRefused
from contest.models import GroupRound, RedrawRequest
from contest.services import (
    agree_redraw,
    ask_redraw,
    commit_draw,
    decline_redraw,
    draw_lots,
    set_draw_order,
    withdraw_contestant,
)
from core.draw import commitment
from ledger.models import Event
from scoring.exceptions import ActBlocked
from scoring.models import Entry, Recusal, Round
from scoring.services import confirm_recusal, declare_recusal, open_round

SECRET = bytes.fromhex("00112233445566778899aabbccddeeff" * 2)


@pytest.fixture
def given_up(supervisor, organiser, now):
    """Return a function: a redraw of the round asked for by the organiser, agreed to by the supervisor."""

    def do(round, reason="现场有人质疑") -> RedrawRequest:
        request = ask_redraw(round=round, reason=reason, actor=organiser, now=now)
        return agree_redraw(request=request, actor=supervisor, now=now)

    return do


def entries_of(round) -> list[tuple[str, str, str]]:
    return list(Entry.objects.filter(round=round).order_by("order").values_list("code", "title", "status"))


def kinds() -> list[str]:
    wanted = ["draw_committed", "order_drawn", "redraw_asked", "redraw_agreed", "redraw_declined"]
    return list(Event.objects.filter(kind__in=wanted).order_by("number").values_list("kind", flat=True))


def test_after_a_redraw_the_order_is_typed_in_again_and_entries_stay(drawn, given_up, organiser, now):
    round = drawn(3)
    before = dict(Entry.objects.filter(round=round).values_list("title", "pk"))
    given_up(round)
    group_round = GroupRound.objects.get()
    assert (group_round.drawn_at, group_round.draw_method, group_round.draw_witnesses) == (None, "", "")
    order = list(round.entries.order_by("-order").values_list("appearance__contestant", flat=True))
    set_draw_order(round=round, order=order, witnesses="纪监督", actor=organiser, now=now)
    assert entries_of(round) == [
        ("01", "题目3", "competing"),
        ("02", "题目2", "competing"),
        ("03", "题目1", "competing"),
    ]
    assert dict(Entry.objects.filter(round=round).values_list("title", "pk")) == before
    assert kinds() == ["order_drawn", "redraw_asked", "redraw_agreed", "order_drawn"]


def test_who_left_goes_to_the_end_at_a_redraw(drawn, given_up, organiser, now):
    round = drawn(3)
    people = [entry.appearance.contestant for entry in round.entries.order_by("order")]
    given_up(round)
    withdraw_contestant(contestant=people[0], reason="生病", actor=organiser, now=now)
    order = [people[2].pk, people[1].pk]
    set_draw_order(round=round, order=order, witnesses="纪监督", actor=organiser, now=now)
    assert entries_of(round) == [
        ("01", "题目3", "competing"),
        ("02", "题目2", "competing"),
        ("03", "题目1", "withdrawn"),
    ]


def test_system_draw_given_up_needs_a_fresh_commitment(drawn, given_up, organiser, now):
    round = drawn(3)
    given_up(round)
    commit_draw(round=round, secret=SECRET, actor=organiser, now=now)
    draw_lots(round=round, public="03 08 14", actor=organiser, now=now)
    given_up(round)
    with pytest.raises(DrawRefused, match="先公布承诺值"):
        draw_lots(round=round, public="03 08 15", actor=organiser, now=now)
    fresh = commit_draw(round=round, actor=organiser, now=now)
    assert fresh != commitment(SECRET)
    old = json.loads(Event.objects.filter(kind="order_drawn").order_by("number").last().payload)
    assert (old["secret"], old["public"]) == (SECRET.hex(), "03 08 14")


def test_a_commitment_given_up_shows_its_secret(drawn, given_up, organiser, now):
    round = drawn(3)
    given_up(round)
    commit_draw(round=round, secret=SECRET, actor=organiser, now=now)
    request = given_up(round, "改为现场抽签")
    agreed = json.loads(Event.objects.filter(kind="redraw_agreed").order_by("number").last().payload)
    assert agreed == {"round": round.pk, "redraw": request.pk, "secret": SECRET.hex()}


def test_redraw_refusals(drawn, make_person, supervisor, organiser, now):
    round = drawn(3)
    for reason in ("", "  ", "因" * 301):
        with pytest.raises(RedrawRefused, match="原因"):
            ask_redraw(round=round, reason=reason, actor=organiser, now=now)
    request = ask_redraw(round=round, reason="录错", actor=organiser, now=now)
    with pytest.raises(RedrawRefused, match="等另一个账号"):
        ask_redraw(round=round, reason="又一份", actor=supervisor, now=now)
    with pytest.raises(RedrawRefused, match="另一个账号"):
        agree_redraw(request=request, actor=organiser, now=now)
    with pytest.raises(RedrawRefused, match="另一个账号"):
        decline_redraw(request=request, actor=organiser, now=now)
    other = make_person("副组织", Role.ORGANISER, email="second@example.com")
    assert decline_redraw(request=request, actor=other, now=now).state == "declined"
    with pytest.raises(RedrawRefused, match="刷新"):
        agree_redraw(request=request, actor=supervisor, now=now)
    assert GroupRound.objects.get().drawn_at == now
    assert kinds() == ["order_drawn", "redraw_asked", "redraw_declined"]


def test_redraw_of_what_is_not_drawn_or_open(drawn, given_up, organiser, now):
    round = drawn(3)
    given_up(round)
    with pytest.raises(RedrawRefused, match="还没有抽签"):
        ask_redraw(round=round, reason="录错", actor=organiser, now=now)
    order = list(round.entries.values_list("appearance__contestant", flat=True))
    set_draw_order(round=round, order=order, witnesses="纪监督", actor=organiser, now=now)
    open_round(round=round, actor=organiser, now=now)
    with pytest.raises(RedrawRefused, match="已经开放评分"):
        ask_redraw(round=round, reason="录错", actor=organiser, now=now)


def test_no_round_opens_while_its_order_is_in_question(drawn, supervisor, organiser, now):
    round = drawn(3)
    request = ask_redraw(round=round, reason="录错", actor=organiser, now=now)
    with pytest.raises(ActBlocked, match="重新抽签的申请还没有决定"):
        open_round(round=Round.objects.get(), actor=organiser, now=now)
    agree_redraw(request=request, actor=supervisor, now=now)
    with pytest.raises(ActBlocked, match="请先重新抽签"):
        open_round(round=Round.objects.get(), actor=organiser, now=now)
    order = list(round.entries.order_by("-order").values_list("appearance__contestant", flat=True))
    set_draw_order(round=round, order=order, witnesses="纪监督", actor=organiser, now=now)
    assert open_round(round=Round.objects.get(), actor=organiser, now=now).state == Round.State.OPEN


def test_declined_request_lets_the_round_open(drawn, supervisor, organiser, now):
    request = ask_redraw(round=drawn(3), reason="录错", actor=organiser, now=now)
    decline_redraw(request=request, actor=supervisor, now=now)
    assert open_round(round=Round.objects.get(), actor=organiser, now=now).state == Round.State.OPEN


def test_database_keeps_two_accounts(drawn, organiser, now):
    request = ask_redraw(round=drawn(3), reason="录错", actor=organiser, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        RedrawRequest.objects.filter(pk=request.pk).update(decided_by=organiser, decided_at=now, state="agreed")


def test_pitfall_08_a_confirmed_recusal_outlives_a_redraw(drawn, given_up, organiser, now):
    round = drawn(3)
    entry = round.entries.order_by("order").first()
    recusal = declare_recusal(
        entry=entry, seat=round.panel.seats.get(number=1), reason="师生", actor=organiser, now=now
    )
    confirm_recusal(recusal=recusal, actor=organiser, now=now)
    given_up(round)
    order = list(round.entries.order_by("-order").values_list("appearance__contestant", flat=True))
    set_draw_order(round=round, order=order, witnesses="纪监督", actor=organiser, now=now)
    kept = Recusal.objects.get()
    assert (kept.state, kept.entry.title, kept.entry.code) == ("confirmed", "题目1", "03")
