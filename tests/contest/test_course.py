"""The course of a contest: where it stands and what its organiser does next, from the empty set-up to the province."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from contest.models import Appearance, Contest, Contestant
from contest.selectors import contest_course, deadline_words, group_states
from contest.services.calls import change_call, publish_call
from contest.services.contests import basics_of, change_contest

OPENS, CLOSES = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 29, 16, 0, tzinfo=UTC)


@pytest.fixture
def contest(contest):
    """The same before its call is published."""
    contest.call_published_at = None
    contest.save(update_fields=["call_published_at"])
    return contest


@pytest.fixture
def course(contest, now):
    """Return a function: the contest's course as it is now."""

    def do(at: datetime | None = None):
        fresh = Contest.objects.select_related("edition", "rulebook").get(pk=contest.pk)
        return contest_course(fresh, group_states(fresh), at or now)

    return do


@pytest.fixture
def next_of(course):
    """Return a function: title, action and blockers of the contest's next step."""

    def do(at: datetime | None = None) -> tuple[str, str, tuple[str, ...]]:
        step = course(at).next
        return step.title, step.action, step.blockers

    return do


@pytest.fixture
def dated(contest, organiser, now):
    basics = replace(basics_of(contest), registration_opens_at=OPENS, registration_closes_at=CLOSES)
    return change_contest(contest=contest, basics=basics, actor=organiser, now=now)


@pytest.fixture
def called(dated, organiser, now):
    change_call(contest=dated, text="通知", actor=organiser, now=now)
    return publish_call(contest=dated, actor=organiser, now=now)


def states_of(found) -> dict[str, tuple[str, str]]:
    return {stage.title: (stage.note, stage.state) for stage in found.stages}


def test_an_empty_contest_begins_with_its_dates(course, next_of):
    assert states_of(course()) == {
        "设置": ("未定时间", "now"),
        "通知发布": ("未发布", ""),
        "报名": ("0 人", ""),
        "审核": ("受理 0 人", ""),
        "分组抽签": ("0 / 2", ""),
        "检录": ("–", ""),
        "评分": ("封存 0 / 2", ""),
        "结果": ("公布 0 / 2", ""),
        "推荐省赛": ("0 人", ""),
    }
    assert next_of() == ("定下报名时间", "去设置", ("还没有定下报名的起止时间",))


def test_then_comes_the_call(dated, next_of):
    assert next_of() == ("写好报名通知，发布", "写通知", ("正文还是空的，请写好并保存。",))


def test_with_the_call_the_registration_runs(called, course, next_of):
    assert next_of() == ("报名进行中", "看报名", ("报名 11 月 30 日 00:00 截止，还有 9 天 15 小时",))
    assert [stage.title for stage in course().stages if stage.state == "now"] == ["报名"]
    assert next_of(OPENS - timedelta(days=1))[0] == "等待报名开始"


def test_what_was_handed_in_is_reviewed_first(called, enter, next_of):
    Contestant.objects.filter(pk__in=[one.pk for one in enter(3)][:2]).update(status="submitted")
    assert next_of()[0] == "审核 2 份报名"


def test_after_the_deadline_unfinished_ones_are_dealt_with(called, enter, next_of):
    Contestant.objects.filter(pk__in=[one.pk for one in enter(3)]).update(status="returned")
    assert next_of(CLOSES)[0] == "处理 3 份没有完成的报名"
    Contestant.objects.update(status="accepted")
    assert next_of(CLOSES)[0] == "成年组：建立轮次，选定评委组"


def test_a_workbook_needs_no_call(contest, enter, course):
    enter(3)
    Contestant.objects.update(status="accepted")
    states = states_of(course())
    assert states["设置"] == ("不公开报名", "done")
    assert states["通知发布"] == ("未用", "skipped")
    assert states["审核"] == ("受理 3 人", "done")
    assert states["分组抽签"] == ("0 / 2", "now")


def test_check_in_counts_who_came(drawn, course):
    drawn(4)
    Appearance.objects.filter(draw_order=1).update(check_in="present")
    Appearance.objects.filter(draw_order=2).update(check_in="absent")
    assert states_of(course())["检录"] == ("2 / 4", "")


def test_one_group_nominates_while_the_other_is_not_through(finished, course):
    states = states_of(course())
    assert states["结果"] == ("公布 1 / 2", "")
    assert states["推荐省赛"] == ("3 人", "")
    assert course().next.title == "少年组：导入报名表"


def test_nominees_finish_a_contest(finished, junior, course):
    junior.delete()
    states = states_of(course())
    assert states["结果"] == ("公布 1 / 1", "done")
    assert states["推荐省赛"] == ("3 人", "done")
    assert states["检录"] == ("未用", "skipped")
    assert course().next is None


def test_counts_by_group_and_status(contest, adult, enter, course):
    people = enter(3)
    Contestant.objects.update(status="accepted")
    Contestant.objects.filter(pk=people[0].pk).update(status="withdrawn")
    assert course().counts == {adult.pk: {"accepted": 2, "withdrawn": 1}}


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (OPENS - timedelta(seconds=1), "报名 11 月 1 日 08:00 开始，11 月 30 日 00:00 截止"),
        (CLOSES - timedelta(hours=2, seconds=1), "报名 11 月 30 日 00:00 截止，还有 2 小时 0 分"),
        (CLOSES, "报名已于 11 月 30 日 00:00 截止"),
    ],
)
def test_how_long_is_left(dated, at, words):
    assert deadline_words(dated, at) == words


def test_no_end_no_words(contest, now):
    assert deadline_words(contest, now) == ""
