"""总览: the course of both programmes; what it says stands in the way is what the refused act says, word for word."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contest.exceptions import ContestRefused, DrawRefused
from contest.models import Contest, Contestant
from contest.services import (
    propose_group_result,
    set_draw_order,
    set_up_round,
)
from contest.services.calls import publish_call
from portal.selectors.timeline import edition_timeline
from results.exceptions import ResultRefused
from results.services import (
    confirm_result,
    draft_result_notice,
    lodge_objection,
    publish_result,
    publish_result_notice,
    start_publicity,
)
from scoring.exceptions import ActBlocked
from scoring.services import lock_round, open_round
from works.exceptions import WorkRefused
from works.services import create_selection
from works.services.calls import publish_call as publish_selection_call


@pytest.fixture
def track(edition, now):
    """Return a function: the contest's first group as the page shows it."""

    def do(at=None):
        return edition_timeline(edition, at or now)[0].tracks[0]

    return do


def shown(track) -> dict[str, str]:
    return {step.title: step.state for step in track.steps}


def test_empty_edition_has_no_course(edition, now):
    assert edition_timeline(edition, now) == []


def test_call_that_cannot_be_published_yet(edition, contest, organiser, now):
    Contest.objects.update(call_published_at=None)

    (programme,) = edition_timeline(edition, now)
    with pytest.raises(ContestRefused) as refused:
        publish_call(contest=contest, actor=organiser, now=now)

    assert programme.next.blockers
    assert refused.value.message == "还不能发布：" + "".join(programme.next.blockers)
    assert [(step.title, step.state) for step in programme.steps] == [
        ("设置", "now"),
        ("通知发布", ""),
        ("报名", ""),
        ("审核", ""),
    ]
    assert all(step.state == "" or step.state == "skipped" for track in programme.tracks for step in track.steps)
    assert [track.next for track in programme.tracks] == [None, None]


def test_call_of_a_selection_that_cannot_be_published_yet(edition, organiser, now):
    selection = create_selection(edition=edition, title="评选", slug="works", actor=organiser, now=now)

    (programme,) = edition_timeline(edition, now)
    with pytest.raises(WorkRefused) as refused:
        publish_selection_call(selection=selection, actor=organiser, now=now)

    assert programme.next.blockers
    assert refused.value.message == "还不能发布：" + "".join(programme.next.blockers)
    assert programme.next.button == "去设置"


def test_draw_that_is_in_question(edition, adult, enter, make_panel, track, organiser, now):
    people = enter(3)
    Contestant.objects.filter(pk=people[0].pk).update(status="submitted")
    round = set_up_round(group=adult, panel=make_panel(), title="成年组决赛", actor=organiser, now=now)

    found = track()
    order = [one.pk for one in people]
    with pytest.raises(DrawRefused) as refused:
        set_draw_order(round=round, order=order, witnesses="纪监督", actor=organiser, now=now)

    assert found.next.blockers
    assert refused.value.message == "暂不能抽签：" + "；".join(found.next.blockers) + "。"
    assert (shown(found)["抽签"], found.next.button) == ("now", "抽签")


def test_round_that_cannot_be_opened(edition, adult, enter, make_panel, track, organiser, now):
    people = enter(3)
    round = set_up_round(group=adult, panel=make_panel(seats=1), title="成年组决赛", actor=organiser, now=now)
    order = [one.pk for one in people]
    set_draw_order(round=round, order=order, witnesses="纪监督", actor=organiser, now=now)

    found = track()
    with pytest.raises(ActBlocked) as refused:
        open_round(round=round, actor=organiser, now=now)

    assert found.next.blockers == tuple(each.text for each in refused.value.blockers) != ()
    assert (shown(found)["抽签"], shown(found)["评分"]) == ("done", "now")


def test_round_that_cannot_be_locked(drawn, track, organiser, now):
    round = drawn(3)
    open_round(round=round, actor=organiser, now=now)

    found = track()
    with pytest.raises(ActBlocked) as refused:
        lock_round(round=round, actor=organiser, now=now)

    assert found.next.blockers == tuple(each.text for each in refused.value.blockers) != ()
    assert found.next.link == reverse("organise_round", args=["2026", round.pk])


def test_tie_at_an_award_line(locked, track, organiser, now):
    round = locked(("48", "48", "47", "46", "45", "44"))

    found = track()
    with pytest.raises(ResultRefused) as refused:
        propose_group_result(round=round, actor=organiser, now=now)

    assert found.next.blockers
    assert refused.value.message == "暂不能提出名册：" + "；".join(found.next.blockers) + "。"
    assert (shown(found)["封存"], shown(found)["名册"]) == ("done", "now")


@pytest.fixture
def refused_publication(organiser):
    """Return a function: what the refused publication of a result says at a moment."""

    def do(result, now) -> str:
        with pytest.raises(ResultRefused) as refused:
            publish_result(result=result, actor=organiser, now=now)
        return refused.value.message

    return do


def test_from_the_roster_to_the_notice(edition, locked, track, refused_publication, organiser, supervisor, now):
    edition.publicity_days = 5
    edition.save()
    roster = propose_group_result(round=locked(), actor=organiser, now=now)
    result = roster.result
    assert result.publicity_days == 5

    waiting = track()
    assert waiting.next.waits_for == "supervisor"
    assert waiting.next.blockers[0] in refused_publication(result, now)
    assert (shown(waiting)["确认"], shown(waiting)["公示"]) == ("now", "")

    confirm_result(roster=roster, actor=supervisor, now=now)
    to_show = track()
    assert (to_show.next.button, to_show.next.blockers) == ("去公示", ())
    assert shown(to_show)["公示"] == "now"

    period = start_publicity(result=result, actor=organiser, now=now)
    running = track()
    assert refused_publication(result, now) == "暂不能公布：" + "；".join(running.next.blockers) + "。"
    assert (running.next.waits_for, shown(running)["公示"]) == ("public", "now")

    after = period.closes_at
    over = track(after)
    assert (over.next.button, over.next.blockers, over.next.waits_for) == ("去公布", (), "organiser")
    assert (shown(over)["公示"], shown(over)["公布"]) == ("done", "now")

    publish_result(result=result, actor=organiser, now=after)
    public = track(after)
    assert (shown(public)["公布"], shown(public)["公告"]) == ("done", "now")
    assert public.next.button == "公告与证书"

    notice = draft_result_notice(result=result, actor=organiser, now=after)
    publish_result_notice(notice=notice, actor=organiser, now=after + timedelta(minutes=1))
    announced = track(after + timedelta(hours=1))
    assert (shown(announced)["公告"], shown(announced)["证书"]) == ("done", "now")
    assert announced.next.button == "结果与证书"


def test_an_objection_in_the_period_is_what_comes_next(edition, locked, track, organiser, supervisor, now):
    edition.publicity_days = 5
    edition.save()
    roster = propose_group_result(round=locked(), actor=organiser, now=now)
    confirm_result(roster=roster, actor=supervisor, now=now)
    start_publicity(result=roster.result, actor=organiser, now=now)
    objection = lodge_objection(
        result=roster.result,
        kind="person",
        name="甄如实",
        phone="13800000001",
        entry=roster.rows[0]["entry"],
        body="公示的题目与现场讲解的不一致，请核对。",
        submission="a-form-of-the-dashboard",
        now=now + timedelta(minutes=1),
    )

    found = track(now + timedelta(hours=1))

    assert (found.next.button, found.next.waits_for) == ("去处理", "organiser")
    assert found.next.link == reverse("organise_objection", args=["2026", objection.pk])


def test_result_without_publicity_skips_it(locked, track, organiser, supervisor, now):
    roster = propose_group_result(round=locked(), actor=organiser, now=now)
    confirm_result(roster=roster, actor=supervisor, now=now)

    found = track()

    assert (shown(found)["公示"], shown(found)["公布"]) == ("skipped", "now")
    assert found.next.button == "去公布"


def test_page_shows_the_sentences_and_the_button(drawn, signed_in, organiser, track, now):
    open_round(round=drawn(3), actor=organiser, now=now)

    page = signed_in(organiser).get(reverse("organise_edition", args=["2026"])).content.decode()

    next_step = track().next
    assert all(f"<li>{text}</li>" in page for text in next_step.blockers)
    assert f'href="{next_step.link}">{next_step.button}</a>' in page
    assert 'aria-current="step"' in page


def queries(edition, now) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        edition_timeline(edition, now)
    return len(found)


def test_course_takes_the_same_queries_however_many_register(edition, contest, enter, now):
    enter(3)
    few = queries(edition, now)
    enter(30)

    assert queries(edition, now) == few


def test_course_takes_the_same_queries_however_many_groups_wait_for_the_draw(edition, contest, now):
    few = queries(edition, now)
    for number in range(30):
        contest.groups.create(code=f"g{number}", title=f"第 {number} 组")

    assert queries(edition, now) == few
