"""公示: from a confirmed roster over the working days of its period to the list that may be published."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings as product
from django.urls import reverse
from django.utils.module_loading import import_string

from contest.models import Contestant
from contest.services import propose_group_result
from core.models import Edition
from ledger.models import Event
from ledger.selectors import chain_faults
from notices.models import Notice
from notices.services import close_notice
from notices.services import withdraw_notice as withdraw_alone
from results.exceptions import ResultRefused
from results.models import Objection, Publicity, Result
from results.selectors import Blocker, blockers, standing_publicities, subject_of
from results.services import (
    confirm_result,
    draft_batch,
    issue_batch,
    notice_list_faults,
    publish_result,
    set_publication,
    set_publicity_days,
    start_publicity,
    withdraw_publicity,
    withdraw_result,
)
from scoring.services import take_snapshot

SECOND = timedelta(seconds=1)
NATIONAL_DAY_EVE = datetime(2026, 9, 29, 2, 0, tzinfo=UTC)  # Tuesday, 10:00 in Shanghai


@pytest.fixture
def waiting(confirmed, organiser, now) -> Result:
    """A confirmed result that has to stand before the public for five working days."""
    set_publicity_days(result=confirmed, days=5, actor=organiser, now=now)
    return Result.objects.get(pk=confirmed.pk)


@pytest.fixture
def running(waiting, organiser, now) -> Publicity:
    """Its period: from Friday 20 November to Friday 27 November 2026."""
    return start_publicity(result=waiting, actor=organiser, now=now)


def texts(result: Result, now: datetime) -> list[str]:
    return [blocker.text for blocker in blockers(Result.objects.get(pk=result.pk), now=now)]


def corrected(result: Result, organiser, supervisor, now):
    """Another roster, in which the first contestant has another name, confirmed."""
    Contestant.objects.filter(name="选手1").update(name="选手一")
    roster = propose_group_result(round=result.round, reason="更正姓名", actor=organiser, now=now)
    confirm_result(roster=roster, actor=supervisor, now=now)
    return roster


def objection(result: Result, state: str, receipt: str = "YY-2026-0007") -> Objection:
    ruled = state in ("upheld", "partly", "rejected")
    return Objection.objects.create(
        result=result,
        receipt=receipt,
        token=f"token-{receipt}",
        kind="person",
        name="张三",
        phone="13800000000",
        body="名次有误",
        submission=f"submission-{receipt}",
        salt="salt",
        content_digest="digest",
        received_at=result.edition.created_at,
        state=state,
        ruled_at=result.edition.created_at if ruled else None,
    )


def test_new_results_begin_with_the_days_of_their_edition(edition, locked, organiser, now):
    Edition.objects.update(publicity_days=7)
    propose_group_result(round=locked(), actor=organiser, now=now)
    assert Result.objects.get().publicity_days == 7


def test_nothing_is_published_before_its_period(waiting, organiser, now):
    page = reverse("organise_publicity", args=["2026", waiting.pk])
    assert blockers(waiting, now=now) == [Blocker("名册 v1 还没有公示", page)]
    with pytest.raises(ResultRefused, match="暂不能公布：名册 v1 还没有公示"):
        publish_result(result=waiting, actor=organiser, now=now)


def test_start_stores_the_period_and_publishes_its_notice(running, waiting, organiser, now):
    stored = Publicity.objects.get()
    assert (stored.number, stored.working_days, stored.roster.version) == (1, 5, 1)
    assert (stored.starts_on, stored.ends_on, stored.rule_ends_on) == (
        date(2026, 11, 20),
        date(2026, 11, 27),
        date(2026, 11, 27),
    )
    assert stored.closes_at == datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
    assert (stored.deviation, stored.calendar_note, stored.started_by, stored.started_at) == ("", "", organiser, now)
    notice = Notice.objects.get()
    assert (notice.kind, notice.state, notice.subject) == ("publicity", "published", subject_of(waiting))
    assert notice.dated == date(2026, 11, 20)
    assert notice_list_faults(notice.text) == []
    assert chain_faults(waiting.edition) == []


def test_the_notice_in_the_official_wording(waiting, organiser, settings, now):
    settings.PUBLIC_ORIGIN = "https://mingping.example"
    Edition.objects.update(supervision_phone="0373-1234567")
    document = start_publicity(result=waiting, actor=organiser, now=now).notice.text.document
    assert document["title"] == "2026 年科普讲解大赛（成年组）拟获奖名单公示"
    assert document["source"] == "定格成绩 No. 1 · 名册 v1"
    assert document["body"].split("\n") == [
        "经专家评审和监督员核对，现将2026 年科普讲解大赛（成年组）拟获奖名单予以公示。",
        "公示期 5 个工作日，自2026年11月20日至2026年11月27日（公示当日不计入）。",
        "公示期内，对名单有异议的，请以书面形式实名提出，写明异议的内容和理由，并附必要的证明材料。"
        "个人提出的，署真实姓名和联系方式；单位提出的，写明单位名称、联系人和联系方式，并加盖公章。"
        "匿名、冒名或超出期限的异议，不予受理。",
        "受理电话：0373-1234567。",
        f"网上提交异议：https://mingping.example{reverse('objection_new', args=[waiting.pk])}",
    ]
    (printed,) = document["lists"]
    assert (printed["title"], printed["note"]) == ("成年组拟获奖名单", "")
    assert [(tier["title"], [row["people"] for row in tier["rows"]]) for tier in printed["tiers"]] == [
        ("金奖", [["选手1"]]),
        ("一等奖", [["选手2"], ["选手3"]]),
        ("二等奖", [["选手4"]]),
        ("三等奖", [["选手5"], ["选手6"]]),
    ]
    assert printed["tiers"][0]["rows"][0] == {
        "people": ["选手1"],
        "unit": "市天文爱好者协会",
        "title": "题目1",
        "tutors": [],
        "note": "晋级省赛",
    }


def test_a_notice_of_an_installation_without_an_address_names_none(waiting, organiser, settings, now):
    settings.PUBLIC_ORIGIN = ""
    body = start_publicity(result=waiting, actor=organiser, now=now).notice.text.document["body"]
    assert body.endswith("\n网上提交异议：在本公告的网页上办理。")


def test_a_list_without_order_says_so(waiting, organiser, now):
    set_publication(
        result=waiting, book_access="supervisor", shows_everybody=False, list_order="name", actor=organiser, now=now
    )
    document = start_publicity(result=waiting, actor=organiser, now=now).notice.text.document
    assert document["lists"][0]["note"] == "排名不分先后，按姓氏笔画排列"


def test_the_period_across_the_national_day_of_2026(waiting, organiser):
    period = start_publicity(result=waiting, actor=organiser, now=NATIONAL_DAY_EVE)
    assert (period.starts_on, period.ends_on, period.calendar_note) == (date(2026, 9, 29), date(2026, 10, 12), "")
    assert period.closes_at == datetime(2026, 10, 12, 16, 0, tzinfo=UTC)
    assert "自2026年9月29日至2026年10月12日" in period.notice.text.document["body"]
    assert texts(waiting, NATIONAL_DAY_EVE) == ["公示到 2026年10月12日结束"]
    assert texts(waiting, period.closes_at - SECOND) == ["公示到 2026年10月12日结束"]
    assert texts(waiting, period.closes_at) == []


def test_the_day_of_publication_is_the_local_one(waiting, organiser):
    late = datetime(2026, 9, 28, 16, 30, tzinfo=UTC)  # half past midnight on the 29th in Shanghai
    assert start_publicity(result=waiting, actor=organiser, now=late).starts_on == date(2026, 9, 29)


def test_a_year_without_its_arrangement_is_said_on_the_notice(waiting, organiser):
    period = start_publicity(result=waiting, actor=organiser, now=datetime(2031, 5, 6, 2, 0, tzinfo=UTC))
    assert period.calendar_note == "2031 年未含官方调休安排，只按周末推算"
    assert "（2031 年未含官方调休安排，只按周末推算。）" in period.notice.text.document["body"]


def test_publish_a_second_before_and_at_the_end(running, waiting, organiser):
    end = running.closes_at
    with pytest.raises(ResultRefused, match="公示到 2026年11月27日结束"):
        publish_result(result=waiting, actor=organiser, now=end - SECOND)
    publish_result(result=waiting, actor=organiser, now=end)
    assert Result.objects.get().state == "published"
    assert Notice.objects.get().state == "closed"
    assert chain_faults(waiting.edition) == []


def test_certificates_wait_for_the_period_as_well(running, waiting, organiser, now):
    with pytest.raises(ResultRefused, match="结果公布之后"):
        draft_batch(result=waiting, actor=organiser, now=now)
    publish_result(result=waiting, actor=organiser, now=running.closes_at)
    assert draft_batch(result=waiting, actor=organiser, now=running.closes_at).size == 6


@pytest.mark.parametrize("days", [1, 60])
def test_other_days_than_the_results_own(waiting, organiser, now, days):
    assert start_publicity(result=waiting, working_days=days, actor=organiser, now=now).working_days == days


@pytest.mark.parametrize("days", [0, 61, -1])
def test_days_that_cannot_be(waiting, organiser, now, days):
    with pytest.raises(ResultRefused, match="请填 1 到 60 个工作日"):
        start_publicity(result=waiting, working_days=days, actor=organiser, now=now)


def test_another_end_says_why(waiting, organiser, now):
    period = start_publicity(
        result=waiting, ends_on=date(2026, 11, 26), deviation="省里要求提前上报", actor=organiser, now=now
    )
    assert (period.ends_on, period.rule_ends_on, period.deviation) == (
        date(2026, 11, 26),
        date(2026, 11, 27),
        "省里要求提前上报",
    )
    assert period.closes_at == datetime(2026, 11, 26, 16, 0, tzinfo=UTC)
    assert "至2026年11月26日" in period.notice.text.document["body"]


@pytest.mark.parametrize("end", [date(2026, 11, 26), date(2026, 11, 30)])
def test_another_end_without_a_reason(waiting, organiser, now, end):
    with pytest.raises(ResultRefused, match="按规则公示到 2026年11月27日"):
        start_publicity(result=waiting, ends_on=end, deviation=" ", actor=organiser, now=now)
    assert (Publicity.objects.count(), Notice.objects.count()) == (0, 0)


@pytest.mark.parametrize("end", [date(2026, 11, 20), date(2026, 11, 1), date(2028, 1, 1)])
def test_an_end_that_cannot_be(waiting, organiser, now, end):
    with pytest.raises(ResultRefused, match="公示结束日须晚于公示当日"):
        start_publicity(result=waiting, ends_on=end, deviation="原因", actor=organiser, now=now)


def test_words_of_ones_own_print_the_period_that_counts(waiting, organiser, now):
    with pytest.raises(ResultRefused, match="正文没有写明公示期的日期 2026年11月27日"):
        start_publicity(result=waiting, body="公示自2026年11月20日至2026年11月26日。", actor=organiser, now=now)
    period = start_publicity(
        result=waiting,
        title="关于公示的公告",
        body="公示自2026年11月20日至2026年11月27日。",
        number="示科协〔2026〕9号",
        actor=organiser,
        now=now,
    )
    document = period.notice.text.document
    assert (document["title"], document["body"], document["number"]) == (
        "关于公示的公告",
        "公示自2026年11月20日至2026年11月27日。",
        "示科协〔2026〕9号",
    )


def test_a_roster_is_publicised_once(running, waiting, organiser, now):
    with pytest.raises(ResultRefused, match="名册 v1 已经公示，不必重复"):
        start_publicity(result=waiting, actor=organiser, now=now)


def test_start_without_days(confirmed, organiser, now):
    with pytest.raises(ResultRefused, match="没有设定公示期"):
        start_publicity(result=confirmed, working_days=5, actor=organiser, now=now)


def test_start_unconfirmed(proposed, organiser, now):
    set_publicity_days(result=proposed.result, days=5, actor=organiser, now=now)
    with pytest.raises(ResultRefused, match="名册 v1 还没有经监督员确认"):
        start_publicity(result=proposed.result, actor=organiser, now=now)


def test_start_with_a_newer_snapshot(waiting, organiser, now):
    take_snapshot(round=waiting.round, reason="复核", actor=organiser, now=now)
    with pytest.raises(ResultRefused, match=r"已有更新的定格成绩 No\. 2"):
        start_publicity(result=waiting, actor=organiser, now=now)


def test_start_of_what_is_public_already(published, organiser, now):
    set_publicity_days(result=published, days=5, actor=organiser, now=now)
    with pytest.raises(ResultRefused, match="名册 v1 已经公布，不再公示"):
        start_publicity(result=published, actor=organiser, now=now)


def test_rehearsals_play_it_too(waiting, organiser, now):
    Edition.objects.update(is_rehearsal=True)
    assert start_publicity(result=waiting, actor=organiser, now=now).notice.state == "published"


def test_a_new_roster_needs_its_own_period(running, waiting, organiser, supervisor, now):
    corrected(waiting, organiser, supervisor, now)
    assert texts(waiting, now) == ["名册 v2 还没有公示", "公示到 2026年11月27日结束"]
    assert texts(waiting, running.closes_at) == ["名册 v2 还没有公示"]


def test_proposing_takes_a_publicised_result_back(running, waiting, organiser, now):
    Contestant.objects.filter(name="选手1").update(name="选手一")
    propose_group_result(round=waiting.round, reason="更正姓名", actor=organiser, now=now)
    assert Result.objects.get().state == "proposed"
    assert Notice.objects.get().state == "published"


def test_supplementary_notice_says_what_changed(running, waiting, organiser, supervisor, now):
    corrected(waiting, organiser, supervisor, now)
    second = start_publicity(result=waiting, actor=organiser, now=now + timedelta(days=3))
    document = second.notice.text.document
    assert (second.number, second.ends_on) == (2, date(2026, 11, 30))
    assert document["title"] == "2026 年科普讲解大赛（成年组）拟获奖名单补充公示"
    assert document["body"].split("\n")[:3] == [
        "2026 年科普讲解大赛（成年组）拟获奖名单公示后，经核实有所更正，现将更正后的名单补充公示。"
        "与此前公示的名单（定格成绩 No. 1 · 名册 v1）相比：",
        "1. 选手1（市天文爱好者协会《题目1》）：姓名由“选手1”更正为“选手一”。",
        "公示期 5 个工作日，自2026年11月23日至2026年11月30日（公示当日不计入）。",
    ]
    assert [notice.state for notice in Notice.objects.order_by("pk")] == ["published", "published"]
    publish_result(result=waiting, actor=organiser, now=second.closes_at)
    assert [notice.state for notice in Notice.objects.order_by("pk")] == ["closed", "closed"]


def test_an_earlier_longer_period_holds_back_as_well(waiting, organiser, supervisor, now):
    first = start_publicity(result=waiting, working_days=20, actor=organiser, now=now)
    corrected(waiting, organiser, supervisor, now)
    second = start_publicity(result=waiting, actor=organiser, now=now)
    assert second.closes_at < first.closes_at
    assert texts(waiting, second.closes_at) == ["公示到 2026年12月18日结束"]
    assert texts(waiting, first.closes_at) == []


def test_withdrawn_period_no_longer_counts(running, waiting, organiser, now):
    withdraw_publicity(publicity=running, reason="名单有误", actor=organiser, now=now)
    assert standing_publicities(waiting) == []
    assert texts(waiting, now) == ["名册 v1 还没有公示"]
    notice = Notice.objects.get()
    assert (notice.state, notice.withdrawn_reason) == ("withdrawn", "名单有误")
    again = start_publicity(result=waiting, actor=organiser, now=now)
    assert (again.number, again.notice.title) == (2, "2026 年科普讲解大赛（成年组）拟获奖名单公示")


def test_withdraw_twice_and_without_a_reason(running, organiser, now):
    with pytest.raises(ResultRefused, match="请写明撤回公示的原因"):
        withdraw_publicity(publicity=running, reason=" ", actor=organiser, now=now)
    withdraw_publicity(publicity=running, reason="名单有误", actor=organiser, now=now)
    with pytest.raises(ResultRefused, match="已经撤回"):
        withdraw_publicity(publicity=running, reason="名单有误", actor=organiser, now=now)


def test_withdraw_the_period_of_a_public_list(running, waiting, organiser):
    publish_result(result=waiting, actor=organiser, now=running.closes_at)
    with pytest.raises(ResultRefused, match="名单已经公布"):
        withdraw_publicity(publicity=running, reason="名单有误", actor=organiser, now=running.closes_at)


def test_a_notice_withdrawn_or_closed_by_hand(running, waiting, organiser, now):
    close_notice(notice=running.notice, actor=organiser, now=now)
    assert texts(waiting, now) == ["公示到 2026年11月27日结束"]
    withdraw_alone(notice=running.notice, reason="误发", actor=organiser, now=now)
    assert texts(waiting, now) == ["名册 v1 还没有公示"]


def test_withdraw_result_takes_its_notices_along(running, waiting, organiser):
    end = running.closes_at
    publish_result(result=waiting, actor=organiser, now=end)
    withdraw_result(result=waiting, reason="单位有误", actor=organiser, now=end)
    notice = Notice.objects.get()
    assert (notice.state, notice.withdrawn_reason) == ("withdrawn", "单位有误")
    with pytest.raises(ResultRefused, match="名册 v1 还没有公示"):
        publish_result(result=waiting, actor=organiser, now=end)


def test_days_are_kept_once_a_period_has_run(running, waiting, organiser, now):
    with pytest.raises(ResultRefused, match="不能改为 0"):
        set_publicity_days(result=waiting, days=0, actor=organiser, now=now)
    set_publicity_days(result=waiting, days=7, actor=organiser, now=now)
    event = Event.objects.order_by("-number").first()
    assert (Result.objects.get().publicity_days, event.kind) == (7, "publicity_days_set")
    assert json.loads(event.payload) == {"result": waiting.pk, "working_days": 7, "working_days_before": 5}


def test_days_may_be_none_before_any_period(waiting, organiser, now):
    set_publicity_days(result=waiting, days=0, actor=organiser, now=now)
    assert texts(waiting, now) == []


@pytest.mark.parametrize("days", [-1, 61])
def test_days_of_a_result_that_cannot_be(waiting, organiser, now, days):
    with pytest.raises(ResultRefused, match="请填 0 到 60"):
        set_publicity_days(result=waiting, days=days, actor=organiser, now=now)


@pytest.mark.parametrize(
    ("state", "words"),
    [("received", "待受理"), ("accepted", "正在调查"), ("upheld", "待更正"), ("partly", "待更正")],
)
def test_open_objections_hold_back_with_and_without_a_period(confirmed, organiser, now, state, words):
    row = objection(confirmed, state)
    link = reverse("organise_objection", args=["2026", row.pk])
    assert blockers(confirmed, now=now) == [Blocker(f"异议 YY-2026-0007 {words}", link)]
    with pytest.raises(ResultRefused, match="异议 YY-2026-0007"):
        publish_result(result=confirmed, actor=organiser, now=now)


@pytest.mark.parametrize("state", ["declined", "rejected"])
def test_settled_objections_hold_nothing_back(confirmed, now, state):
    objection(confirmed, state)
    assert blockers(confirmed, now=now) == []


def test_an_objection_after_publication_holds_certificates_back_but_not_the_list(published, organiser, now):
    batch = draft_batch(result=published, actor=organiser, now=now)
    objection(published, "received")
    with pytest.raises(ResultRefused, match="暂不能办理证书：异议 YY-2026-0007 待受理"):
        draft_batch(result=published, actor=organiser, now=now)
    with pytest.raises(ResultRefused, match="暂不能办理证书：异议 YY-2026-0007 待受理"):
        issue_batch(batch=batch, actor=organiser, now=now)
    assert Result.objects.get().state == "published"


def test_supplementary_notice_counts_rulings_and_names_no_objector(running, waiting, organiser, supervisor, now):
    objection(waiting, "declined", "YY-2026-0001")
    objection(waiting, "received", "YY-2026-0002")
    corrected(waiting, organiser, supervisor, now)
    body = start_publicity(result=waiting, actor=organiser, now=now).notice.text.document["body"]
    assert "至今收到异议 2 件：不予受理 1 件，正在办理 1 件。" in body
    assert "张三" not in body
    assert "YY-2026" not in body


def test_pitfall_03_withdrawn_contestant_keeps_the_award(waiting, organiser, now, client):
    Contestant.objects.filter(name="选手2").update(status=Contestant.Status.WITHDRAWN)
    assert texts(waiting, now) == ["名册 v1 还没有公示"]
    client.force_login(organiser)
    page = client.get(f"/organise/{waiting.edition.slug}/results/{waiting.pk}/").content.decode()
    assert "编号 02 的选手已退出，奖项照名册保留" in page
    assert start_publicity(result=waiting, actor=organiser, now=now).roster.version == 1


def test_pitfall_01_excluded_contestant_holds_the_list_back(waiting, organiser, now):
    Contestant.objects.filter(name="选手2").update(status=Contestant.Status.REFUSED)
    left = "编号 02 的选手报名已改为不予受理，仍在名册中，请更正其参赛状态后重新提出名册"
    assert texts(waiting, now) == [left, "名册 v1 还没有公示"]
    with pytest.raises(ResultRefused, match=left):
        start_publicity(result=waiting, actor=organiser, now=now)


def test_contestant_who_leaves_after_publication_does_not_take_it_back(published, now):
    Contestant.objects.filter(name="选手2").update(status=Contestant.Status.REFUSED)
    assert texts(published, now) == []


def test_every_roster_check_is_there(confirmed):
    roster = confirmed.rosters.get()
    assert [import_string(path)(confirmed, roster) for path in product.ROSTER_CHECKS] == [[], []]


def test_the_ledger_holds_dates_digests_and_numbers_alone(running, waiting):
    event = Event.objects.get(kind="publicity_started")
    roster = running.roster
    assert json.loads(event.payload) == {
        "result": waiting.pk,
        "publicity": 1,
        "roster": 1,
        "notice": running.notice_id,
        "starts_on": "2026-11-20",
        "ends_on": "2026-11-27",
        "rule_ends_on": "2026-11-27",
        "working_days": 5,
        "roster_sha256": roster.sha256,
        "snapshot": 1,
        "snapshot_sha256": roster.snapshot.sha256,
        "text_sha256": running.notice.text.sha256,
    }


def test_two_starts_at_once(at_once, waiting, organiser, now):
    def begin():
        return start_publicity(result=waiting, actor=organiser, now=now).number

    outcomes = at_once(begin, begin)
    assert [outcome for outcome in outcomes if outcome == 1] == [1]
    (refused,) = [outcome for outcome in outcomes if outcome != 1]
    assert isinstance(refused, ResultRefused)
    assert "已经公示" in refused.message
