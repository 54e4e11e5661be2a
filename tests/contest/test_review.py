"""The office accepts, returns, refuses; registrants and coordinators are told what to do until when."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from accounts.services import create_unit, create_user, grant_role
from contest.exceptions import ContestRefused
from contest.models import Contestant, GroupRound, ReviewDecision
from contest.selectors import draw_blockers
from contest.services import (
    accept_registrations,
    close_abandoned_drafts,
    import_contestants,
    refuse_registrations,
    return_registrations,
    set_outside_quota,
    start_registration,
    submit_registration,
    withdraw_contestant,
)
from ledger.models import Event
from outbox.models import Message
from scoring.models import Entry
from tests.contest.office import id_number

Status, Channel = Contestant.Status, Contestant.Channel
BORN = date(2014, 5, 1)


@pytest.fixture
def submitted(contest, registration, make_person, now):
    """Return a function: registrations handed in by individuals; the contestants by number."""

    def do(count: int = 1, **changes) -> list[Contestant]:
        found = []
        for serial in range(1, count + 1):
            owner = make_person(f"选手{serial}", email=f"own{serial}@example.com")
            row = registration(serial, **changes)
            draft = start_registration(
                contest=contest, group=row.group, channel=Channel.INDIVIDUAL, owner=owner, actor=owner, now=now
            )
            found.append(submit_registration(contestant=draft, registration=row, base_version=0, actor=owner, now=now))
        return found

    return do


@pytest.fixture
def coordinator(edition, make_person, now):
    unit = create_unit(name="市天文爱好者协会")
    user = make_person("联络员甲", email="unit@example.com")
    grant_role(user=user, edition=edition, role=Role.COORDINATOR, unit=unit, actor=None, now=now)
    return user


def pks(people) -> list[int]:
    return [one.pk for one in people]


def fresh(people) -> list[Contestant]:
    return list(Contestant.objects.filter(pk__in=pks(people)).order_by("pk"))


def told(user) -> list[tuple[str, str]]:
    return list(Message.objects.filter(recipient=user, channel="in_app").order_by("pk").values_list("subject", "body"))


def test_accepted_in_bulk_and_who_lacks_something_is_named(contest, submitted, registration, junior, organiser, now):
    people = submitted(2)
    row = registration(9, group=junior, birth_date=BORN, name="小明", guardian_name="家长甲")
    import_contestants(contest=contest, rows=[row], actor=organiser, now=now)
    child = Contestant.objects.get(name="小明")
    outcome = accept_registrations(
        contest=contest, contestants=[*pks(people), child.pk, 10**6], actor=organiser, now=now
    )
    assert pks(outcome.done) == pks(people)
    assert outcome.refused == [(child, "资料不全：缺监护人电话、缺监护人同意。")]
    assert [one.status for one in fresh([*people, child])] == [Status.ACCEPTED, Status.ACCEPTED, Status.DRAFT]
    decisions = ReviewDecision.objects.values_list("contestant", "act", "decided_by", "decided_at")
    assert list(decisions) == [(one.pk, "accept", organiser.pk, now) for one in people]
    event = Event.objects.order_by("-number")[0]
    assert (event.kind, f'"contestants":[{people[0].pk},{people[1].pk}]' in event.payload) == (
        "registrations_accepted",
        True,
    )
    assert told(people[0].user) == [
        ("报名已受理：选手1", "2026 年科普讲解大赛\n选手1：报名已受理，请留意抽签和比赛的通知。")
    ]


def test_accepted_twice_says_so(contest, submitted, organiser, now):
    people = submitted(1)
    accept_registrations(contest=contest, contestants=pks(people), actor=organiser, now=now)
    again = accept_registrations(contest=contest, contestants=pks(people), actor=organiser, now=now)
    assert (again.done, again.refused[0][1]) == ([], "现在是“已受理”。")
    assert len(told(people[0].user)) == 1


def test_nobody_chosen(contest, organiser, now):
    with pytest.raises(ContestRefused, match="勾选"):
        accept_registrations(contest=contest, contestants=[], actor=organiser, now=now)


def test_returned_is_told_what_to_do_until_when(contest, submitted, organiser, now):
    people = submitted(1)
    due = now + timedelta(days=2)
    outcome = return_registrations(
        contest=contest, contestants=pks(people), reason="照片 {{ x }} <b>不清", due_at=due, actor=organiser, now=now
    )
    (one,) = fresh(people)
    assert (one.status, one.status_reason, one.completion_due_at, pks(outcome.done)) == (
        Status.RETURNED,
        "照片 {{ x }} <b>不清",
        due,
        pks(people),
    )
    (message,) = told(one.user)
    # Pitfall 21: what the office typed is text, never a template.
    assert message == (
        "报名退回补正：选手1",
        "2026 年科普讲解大赛\n选手1：需要补正：照片 {{ x }} <b>不清\n"
        "请在 2026-11-22 09:00 前改好并重新提交，逾期不再接收。",
    )
    assert list(ReviewDecision.objects.values_list("act", "reason", "due_at")) == [
        ("return", "照片 {{ x }} <b>不清", due)
    ]


@pytest.mark.parametrize(
    ("reason", "later", "words"), [("  ", 1, "写明原因"), ("改", 0, "已经过去"), ("字" * 201, 1, "最多 200 个字")]
)
def test_return_without_reason_or_time(contest, submitted, organiser, now, reason, later, words):
    people = submitted(1)
    with pytest.raises(ContestRefused, match=words):
        return_registrations(
            contest=contest,
            contestants=pks(people),
            reason=reason,
            due_at=now + timedelta(days=later),
            actor=organiser,
            now=now,
        )
    assert fresh(people)[0].status == Status.SUBMITTED


def test_drawn_is_not_returned(contest, drawn, organiser, now):
    drawn(2)
    people = Contestant.objects.order_by("pk")
    outcome = return_registrations(
        contest=contest,
        contestants=pks(people),
        reason="改",
        due_at=now + timedelta(days=1),
        actor=organiser,
        now=now,
    )
    assert (outcome.done, {reason for _, reason in outcome.refused}) == (
        [],
        {"已经抽签，不能退回；请直接更正资料，或办理退出。"},
    )


def test_coordinator_gets_one_message_for_all(contest, registration, coordinator, organiser, now):
    rows = [registration(serial) for serial in range(1, 23)]
    import_contestants(contest=contest, rows=rows, actor=organiser, now=now)
    everybody = pks(Contestant.objects.order_by("pk"))
    accept_registrations(contest=contest, contestants=everybody, actor=organiser, now=now)
    ((subject, body),) = told(coordinator)
    assert (subject, "选手20等 22 人：报名已受理" in body) == ("报名已受理：22 人", True)


def test_coordinator_hears_nothing_of_individuals(contest, submitted, coordinator, organiser, now):
    people = submitted(1)
    assert people[0].unit.name == "市天文爱好者协会"
    accept_registrations(contest=contest, contestants=pks(people), actor=organiser, now=now)
    assert told(coordinator) == []


def test_pitfall_01_refused_takes_no_rank(contest, drawn, organiser, now):
    drawn(3)
    first = Contestant.objects.order_by("pk")[0]
    outcome = refuse_registrations(contest=contest, contestants=[first.pk], reason="冒名", actor=organiser, now=now)
    first.refresh_from_db()
    assert (pks(outcome.done), first.status, first.status_reason) == ([first.pk], Status.REFUSED, "冒名")
    assert Entry.objects.get(appearance__contestant=first).status == Entry.Status.INELIGIBLE
    assert list(ReviewDecision.objects.filter(act="refuse").values_list("contestant", "reason")) == [(first.pk, "冒名")]
    again = refuse_registrations(contest=contest, contestants=[first.pk], reason="冒名", actor=organiser, now=now)
    assert again.refused == [(first, "现在是“不予受理”。")]


def test_refusal_needs_a_reason(contest, submitted, organiser, now):
    people = submitted(1)
    with pytest.raises(ContestRefused, match="写明原因"):
        refuse_registrations(contest=contest, contestants=pks(people), reason="", actor=organiser, now=now)


def test_abandoned_drafts_are_closed_after_the_deadline(
    contest, adult, registration, junior, stranger, submitted, organiser, now
):
    closes = now + timedelta(days=1)
    contest.registration_closes_at = closes
    contest.save()
    (handed_in,) = submitted(1)
    draft = start_registration(
        contest=contest, group=adult, channel=Channel.INDIVIDUAL, owner=stranger, actor=stranger, now=now
    )
    row = registration(9, group=junior, birth_date=BORN, guardian_name="家长甲")
    import_contestants(contest=contest, rows=[row], actor=organiser, now=now)
    imported = Contestant.objects.get(channel=Channel.OFFICE)
    with pytest.raises(ContestRefused, match="还没有截止"):
        close_abandoned_drafts(contest=contest, reason="逾期未提交", actor=organiser, now=now)
    outcome = close_abandoned_drafts(contest=contest, reason="逾期未提交", actor=organiser, now=closes)
    assert pks(outcome.done) == [draft.pk]
    assert [one.status for one in fresh([handed_in, draft, imported])] == [
        Status.SUBMITTED,
        Status.REFUSED,
        Status.DRAFT,
    ]
    assert "逾期未提交" in told(stranger)[0][1]
    events = Event.objects.count()
    assert close_abandoned_drafts(contest=contest, reason="逾期未提交", actor=organiser, now=closes).done == []
    assert Event.objects.count() == events


def test_drafts_that_a_unit_imported_and_never_submitted_are_closed_too(contest, registration, organiser, now):
    unit = create_unit(name="市天文爱好者协会")
    rows = [registration(1)]
    import_contestants(contest=contest, rows=rows, unit=unit, actor=organiser, now=now)
    contest.registration_closes_at = now
    contest.save()
    [brought] = close_abandoned_drafts(contest=contest, reason="逾期未提交", actor=organiser, now=now).done
    assert (brought.channel, fresh([brought])[0].status) == (Channel.UNIT, Status.REFUSED)


def test_outside_quota_needs_a_reason(contest, submitted, organiser, now):
    (one,) = submitted(1)
    with pytest.raises(ContestRefused, match="写明原因"):
        set_outside_quota(contestant=one, outside=True, reason=" ", actor=organiser, now=now)
    marked = set_outside_quota(contestant=one, outside=True, reason="科普基地推荐", actor=organiser, now=now)
    assert (marked.outside_quota, marked.outside_quota_reason) == (True, "科普基地推荐")
    plain = set_outside_quota(contestant=one, outside=False, reason="", actor=organiser, now=now)
    assert (plain.outside_quota, plain.outside_quota_reason) == (False, "")


def test_pitfall_03_withdrawn_stays_on_record_and_the_list_works(contest, submitted, organiser, now):
    people = submitted(3)
    withdraw_contestant(contestant=people[0], reason="生病", actor=people[0].user, now=now)
    outcome = accept_registrations(contest=contest, contestants=pks(people), actor=organiser, now=now)
    assert (pks(outcome.done), outcome.refused) == (pks(people[1:]), [(people[0], "现在是“已退出”。")])


def test_pitfall_17_text_of_a_reason_stays_text(contest, submitted, organiser, now):
    (one,) = submitted(1, title="=cmd|' /C calc'!A0", remark="0")
    assert (one.title, one.remark) == ("=cmd|' /C calc'!A0", "0")
    refuse_registrations(contest=contest, contestants=[one.pk], reason="0", actor=organiser, now=now)
    one.refresh_from_db()
    assert one.status_reason == "0"


def test_draw_waits_until_everybody_is_settled(contest, drawn, registration, submitted, organiser, now):
    round = drawn(2)
    group_round = round.group_round
    GroupRound.objects.update(drawn_at=None)  # as after a redraw that two accounts agreed on
    assert draw_blockers(group_round) == []
    import_contestants(contest=contest, rows=[registration(7)], actor=organiser, now=now)
    (blocker,) = draw_blockers(group_round)
    assert "成年组还有 1 位选手待补全" in blocker
    late = Contestant.objects.get(name="选手7")
    accept_registrations(contest=contest, contestants=[late.pk], actor=organiser, now=now)
    assert draw_blockers(group_round) == []
    people = submitted(1, birth_date=date(1992, 1, 1))
    (blocker,) = draw_blockers(group_round)
    assert "成年组还有 1 位选手待审核" in blocker
    due = now + timedelta(days=1)
    return_registrations(contest=contest, contestants=pks(people), reason="改", due_at=due, actor=organiser, now=now)
    (blocker,) = draw_blockers(group_round)
    assert "成年组还有 1 位选手退回补正" in blocker
    refuse_registrations(contest=contest, contestants=pks(people), reason="逾期", actor=organiser, now=now)
    assert draw_blockers(group_round) == []


@pytest.mark.parametrize("count", [1, 3, 30])
def test_bulk_acceptance_takes_a_fixed_number_of_queries(contest, registration, organiser, now, count):
    rows = [registration(serial) for serial in range(1, count + 1)]
    import_contestants(contest=contest, rows=rows, actor=organiser, now=now)
    everybody = pks(Contestant.objects.all())
    with CaptureQueriesContext(
        connection,
    ) as queries:
        accept_registrations(contest=contest, contestants=everybody, actor=organiser, now=now)
    assert len(queries) == 14


def test_accounts_of_two_children_hear_once(contest, junior, registration, organiser, now):
    guardian = create_user(name="家长甲", phone="19900000001", email="guardian@example.com")
    rows = [
        registration(
            serial,
            group=junior,
            birth_date=BORN,
            phone="19900000001",
            guardian_name="家长甲",
            id_number=id_number(BORN, serial),
        )
        for serial in (1, 2)
    ]
    import_contestants(contest=contest, rows=rows, actor=organiser, now=now)
    refuse_registrations(
        contest=contest,
        contestants=pks(Contestant.objects.all()),
        reason="超龄",
        actor=organiser,
        now=now,
    )
    ((subject, body),) = told(guardian)
    assert (subject, "选手1、选手2：" in body) == ("报名不予受理：2 人", True)
