"""Rounds set up: preliminaries and finals, parallel rooms and their one draw."""

import json

import pytest

from contest.exceptions import ContestRefused, DrawRefused
from contest.models import Appearance, Contestant, GroupRound, MaterialRequirement
from contest.selectors import draw_blockers
from contest.services import (
    agree_redraw,
    ask_redraw,
    commit_draw,
    deal,
    draw_lots,
    preliminary_rulebook,
    set_draw_order,
    set_room_orders,
    set_up_round,
)
from core.draw import draw_order
from ledger.models import Event
from scoring.models import Entry, Recusal, Round
from scoring.services import confirm_recusal, declare_recusal, open_round

SECRET = bytes.fromhex("00112233445566778899aabbccddeeff" * 2)
PUBLIC = "2026-05-20 双色球 2026057期 03 08 14 19 27 31 + 11"


@pytest.fixture
def rooms(adult, enter, make_panel, organiser, now):
    """Return a function: n adults and a preliminary in two rooms that is not drawn; each room sends two on."""

    def do(count: int = 5, titles=("A", "B")) -> tuple[list[Round], list[Contestant]]:
        people = enter(count)
        made = [
            set_up_round(
                group=adult,
                panel=make_panel(f"{title}组评委"),
                title=f"成年组预赛 {title}",
                room=title,
                advance_count=2,
                actor=organiser,
                now=now,
            )
            for title in titles
        ]
        return made, people

    return do


def room_orders() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in Appearance.objects.order_by("entry__round_id", "draw_order"):
        found.setdefault(one.entry.round.group_round.room, []).append(one.contestant.name)
    return found


def test_rooms_are_of_one_sequence(rooms):
    rooms()
    found = GroupRound.objects.order_by("pk").values_list("sequence", "room", "advance_count", "line_policy", "medium")
    assert list(found) == [(1, "A", 2, "block", "stage"), (1, "B", 2, "block", "stage")]


def test_one_draw_deals_everybody_to_the_rooms(rooms, organiser, now):
    (first, second), people = rooms(5)
    commit_draw(round=second, secret=SECRET, actor=organiser, now=now)
    draw_lots(round=first, public=PUBLIC, actor=organiser, now=now)
    names = {str(one.pk): one.name for one in people}
    order = draw_order(list(names), secret=SECRET, public=PUBLIC)
    assert room_orders() == {
        "A": [names[code] for code in order[0::2]],
        "B": [names[code] for code in order[1::2]],
    }
    codes = list(Entry.objects.filter(round=second).order_by("order").values_list("code", "order"))
    assert codes == [("01", 1), ("02", 2)]
    assert {(one.draw_method, one.drawn_at) for one in GroupRound.objects.all()} == {("system", now)}
    [event] = Event.objects.filter(kind="order_drawn")
    assert json.loads(event.payload) == {
        "round": first.pk,
        "rounds": [first.pk, second.pk],
        "method": "system",
        "secret": SECRET.hex(),
        "public": PUBLIC,
        "contestants": [one.pk for one in people],
        "order": [int(code) for code in order],
    }


def test_deal_is_even():
    assert deal(list(range(7)), 3) == [[0, 3, 6], [1, 4], [2, 5]]


def test_rooms_typed_in(rooms, organiser, now):
    (first, second), people = rooms(5)
    pks = [one.pk for one in people]
    orders = [[pks[4], pks[0]], [pks[1], pks[3], pks[2]]]
    set_room_orders(round=first, orders=orders, witnesses="纪监督", actor=organiser, now=now)
    assert room_orders() == {"A": ["选手5", "选手1"], "B": ["选手2", "选手4", "选手3"]}
    [event] = Event.objects.filter(kind="order_drawn")
    assert json.loads(event.payload) == {
        "round": first.pk,
        "rounds": [first.pk, second.pk],
        "method": "typed",
        "orders": orders,
    }


@pytest.mark.parametrize(
    ("split", "match"), [((5,), "2 个赛场"), ((5, 0), "没有选手"), ((2, 2), "恰好包含"), ((1, 1, 3), "2 个赛场")]
)
def test_rooms_typed_in_wrong(rooms, organiser, now, split, match):
    (first, _), people = rooms(5)
    pks, orders = [one.pk for one in people], []
    for count in split:
        orders.append([pks.pop() for _ in range(count)])
    with pytest.raises(DrawRefused, match=match):
        set_room_orders(round=first, orders=orders, witnesses="纪监督", actor=organiser, now=now)
    assert Entry.objects.count() == 0


def test_more_rooms_than_people(rooms):
    rooms(1)
    assert draw_blockers(GroupRound.objects.first()) == ["成年组只有 1 位选手，不够分给 2 个赛场"]


def test_redraw_moves_people_between_rooms(rooms, supervisor, organiser, now):
    (first, second), people = rooms(4)
    pks = [one.pk for one in people]
    set_room_orders(round=first, orders=[pks[:2], pks[2:]], witnesses="纪监督", actor=organiser, now=now)
    request = ask_redraw(round=second, reason="录错", actor=organiser, now=now)
    agree_redraw(request=request, actor=supervisor, now=now)
    orders = [[pks[2], pks[0]], [pks[3], pks[1]]]
    set_room_orders(round=first, orders=orders, witnesses="纪监督", actor=organiser, now=now)
    assert room_orders() == {"A": ["选手3", "选手1"], "B": ["选手4", "选手2"]}
    assert list(Entry.objects.values_list("status", flat=True)) == ["competing"] * 4


def test_pitfall_08_recused_in_a_room_stays_recused_when_drawn_back(rooms, supervisor, organiser, now):
    (first, _), people = rooms(4)
    pks = [one.pk for one in people]
    straight, crossed = [pks[:2], pks[2:]], [pks[2:], pks[:2]]
    set_room_orders(round=first, orders=straight, witnesses="纪监督", actor=organiser, now=now)
    entry = Entry.objects.get(appearance__contestant=pks[0])
    seat = first.panel.seats.get(number=1)
    recusal = declare_recusal(entry=entry, seat=seat, reason="师生", actor=organiser, now=now)
    confirm_recusal(recusal=recusal, actor=organiser, now=now)
    for orders in (crossed, straight):
        request = ask_redraw(round=first, reason="重抽", actor=organiser, now=now)
        agree_redraw(request=request, actor=supervisor, now=now)
        set_room_orders(round=first, orders=orders, witnesses="纪监督", actor=organiser, now=now)
    kept = Recusal.objects.get()
    assert (kept.state, kept.entry_id, kept.entry.status, kept.entry.code) == (
        "confirmed",
        entry.pk,
        "competing",
        "01",
    )
    open_round(round=first, actor=organiser, now=now)
    assert list(entry.sheets.order_by("seat__number").values_list("state", flat=True)) == [
        "recused",
        "pending",
        "pending",
    ]


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"room": "A"}, "换一个名称"),
        ({"room": "C", "advance_count": None}, "晋级几人"),
        ({"room": "C", "advance_count": 0}, "至少为 1"),
        ({"room": ""}, "还没有封存"),
    ],
)
def test_room_beside_refused(rooms, adult, make_panel, organiser, now, changes, match):
    rooms(2)
    values = {"room": "C", "advance_count": 2} | changes
    with pytest.raises(ContestRefused, match=match):
        set_up_round(group=adult, panel=make_panel("丙"), title="预赛 C", actor=organiser, now=now, **values)
    assert GroupRound.objects.count() == 2


def test_room_beside_with_the_same_panel_or_after_the_commitment(rooms, adult, make_panel, organiser, now):
    (first, _), _ = rooms(3)
    values = {"group": adult, "title": "预赛 C", "room": "C", "advance_count": 2, "actor": organiser, "now": now}
    with pytest.raises(ContestRefused, match="各有评委组"):
        set_up_round(panel=first.panel, **values)
    commit_draw(round=first, actor=organiser, now=now)
    with pytest.raises(ContestRefused, match="不能再增加赛场"):
        set_up_round(panel=make_panel("丙"), **values)


def test_draw_of_a_room_that_is_open(rooms, organiser, now):
    (first, second), people = rooms(4)
    pks = [one.pk for one in people]
    set_room_orders(round=first, orders=[pks[:2], pks[2:]], witnesses="纪监督", actor=organiser, now=now)
    open_round(round=first, actor=organiser, now=now)
    with pytest.raises(DrawRefused, match="“成年组预赛 A”已经开放评分"):
        set_draw_order(round=second, order=pks, witnesses="纪监督", actor=organiser, now=now)


def test_video_round_needs_a_video_to_watch(adult, contest, make_panel, organiser, now):
    panel = make_panel()

    def make(**values):
        return set_up_round(group=adult, panel=panel, title="预赛", medium="video", actor=organiser, now=now, **values)

    with pytest.raises(ContestRefused, match="选定评委看哪一项材料"):
        make()
    photo = MaterialRequirement.objects.create(
        contest=contest, code="face", title="照片", formats=["jpg"], max_bytes=1000, order=90
    )
    with pytest.raises(ContestRefused, match="不收视频"):
        make(video_requirement=photo)
    with pytest.raises(ContestRefused, match="只有视频评审"):
        set_up_round(group=adult, panel=panel, title="预赛", video_requirement=photo, actor=organiser, now=now)


def test_preliminary_rulebook_from_the_contests(adult, contest, organiser, now):
    def make(count, policy="share_up"):
        return preliminary_rulebook(
            group=adult, sequence=1, advance_count=count, line_policy=policy, actor=organiser, now=now
        )

    made = make(12)
    document, base = made.document, contest.rulebook.document
    assert {**document, "groups": None, "aggregation": None} == {
        **base,
        "title": "成年组预赛评分细则",
        "boundary": "share_up",
        "groups": None,
        "aggregation": None,
    }
    assert document["aggregation"] == {**base["aggregation"], "drop_high": 0, "drop_low": 0}
    assert document["groups"] == [
        {
            "code": "adult",
            "title": "成年组",
            "tiers": [
                {"code": "advance", "title": "晋级下一轮", "advances": True, "count": 12},
                {"code": "stays", "title": "未晋级", "advances": False, "rest": True},
            ],
            "titles": [],
            "reserves": 0,
            "extra_nominees": 0,
        }
    ]
    assert make(12) == made
    assert (make(10).version, make(10).code) == (2, made.code)
