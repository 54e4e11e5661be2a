"""Two people at the same moment: a tap, a draw, a redraw and a list of who goes on happen once (pitfalls 20, 28)."""

from contest.exceptions import AdvancementRefused, CheckInChanged, DrawRefused, RedrawRefused
from contest.models import Advancement, Appearance, GroupRound, RedrawRequest
from contest.services import (
    advance_contestants,
    agree_redraw,
    ask_redraw,
    check_in,
    commit_draw,
    decline_redraw,
    draw_lots,
    set_up_round,
)
from ledger.models import Event


def kinds(outcomes) -> list[str]:
    return sorted(type(each).__name__ for each in outcomes)


def count(at_once, model, **where) -> int:
    (found,) = at_once(lambda: model.objects.filter(**where).count())
    return found


def test_two_people_tap_one_contestant(at_once, drawn, organiser, supervisor, now):
    drawn(2)
    row = Appearance.objects.get(entry__code="01")

    def tap(state):
        return lambda: check_in(appearance=row, state=state, seen="expected", actor=organiser, now=now)

    outcomes = at_once(tap("present"), tap("absent"))
    assert kinds(outcomes) == ["Appearance", "CheckInChanged"]
    assert next(each for each in outcomes if isinstance(each, CheckInChanged)).message.startswith("01 号刚刚已由")
    assert count(at_once, Event, kind="checked_in") == 1


def test_two_public_numbers_at_once_draw_once(at_once, adult, enter, make_panel, organiser, now):
    enter(5)
    round = set_up_round(group=adult, panel=make_panel(), title="决赛", actor=organiser, now=now)
    commit_draw(round=round, actor=organiser, now=now)

    def draw(public):
        return lambda: draw_lots(round=round, public=public, actor=organiser, now=now)

    outcomes = at_once(draw("03 08"), draw("14 19"))
    assert kinds(outcomes) == ["DrawRefused", "list"]
    assert "已经抽过签" in next(each for each in outcomes if isinstance(each, DrawRefused)).message
    assert count(at_once, Event, kind="order_drawn") == 1
    assert count(at_once, Appearance) == 5


def test_two_redraws_asked_for_at_once(at_once, drawn, organiser, supervisor, now):
    round = drawn(2)
    outcomes = at_once(
        lambda: ask_redraw(round=round, reason="录错", actor=organiser, now=now),
        lambda: ask_redraw(round=round, reason="录错了", actor=supervisor, now=now),
    )
    assert kinds(outcomes) == ["RedrawRefused", "RedrawRequest"]
    assert count(at_once, RedrawRequest) == 1


def test_a_redraw_agreed_to_and_declined_at_once(at_once, drawn, make_person, organiser, supervisor, now):
    round = drawn(2)
    asked = ask_redraw(round=round, reason="录错", actor=organiser, now=now)
    other = make_person("副组织", email="second@example.com")
    outcomes = at_once(
        lambda: agree_redraw(request=asked, actor=supervisor, now=now),
        lambda: decline_redraw(request=asked, actor=other, now=now),
    )
    assert kinds(outcomes) == ["RedrawRefused", "RedrawRequest"]
    assert isinstance(next(each for each in outcomes if not isinstance(each, RedrawRequest)), RedrawRefused)


def test_one_list_recorded_by_two_at_once(at_once, locked, organiser, supervisor, now):
    round = locked(["49", "48", "47"])
    GroupRound.objects.update(advance_count=2)
    row = GroupRound.objects.get(round=round)

    def record(actor):
        return lambda: advance_contestants(group_round=row, actor=actor, now=now)

    outcomes = at_once(record(organiser), record(supervisor))
    assert kinds(outcomes) == ["AdvancementRefused", "list"]
    assert "不必重复" in next(each for each in outcomes if isinstance(each, AdvancementRefused)).message
    assert count(at_once, Advancement) == 2
