"""The final notice of a published result, and the corrections after it (pitfalls 10, 18)."""

from datetime import timedelta

import pytest

from contest.models import Contestant
from contest.services import propose_group_result
from ledger.models import Event
from ledger.selectors import chain_faults
from notices.exceptions import NoticeRefused
from notices.models import Notice, PublishedText
from notices.selectors import text_digest
from notices.services import create_notice, edit_notice
from notices.services import publish_notice as publish_alone
from notices.services import withdraw_notice as withdraw_alone
from portal.services.verification import verify_edition
from results.exceptions import ResultRefused
from results.models import Objection, Publicity, Result, Roster
from results.selectors import roster_digest, subject_of
from results.services import (
    confirm_result,
    draft_result_notice,
    publish_result,
    publish_result_notice,
    set_publication,
    set_publicity_days,
    start_publicity,
    withdraw_result,
)
from tests.append_only import unguarded


@pytest.fixture
def drafted(published, organiser, now) -> Notice:
    return draft_result_notice(result=published, actor=organiser, now=now)


@pytest.fixture
def announced(drafted, organiser, now) -> Notice:
    publish_result_notice(notice=drafted, actor=organiser, now=now)
    return Notice.objects.get(pk=drafted.pk)


@pytest.fixture
def republish(published, organiser, supervisor, now):
    """Return a function that corrects the first name and publishes the new roster."""

    def act() -> Result:
        Contestant.objects.filter(name="选手1").update(name="选手一")
        roster = propose_group_result(round=published.round, reason="更正姓名", actor=organiser, now=now)
        confirm_result(roster=roster, actor=supervisor, now=now)
        publish_result(result=published, actor=organiser, now=now)
        return Result.objects.get(pk=published.pk)

    return act


def test_draft_of_the_final_notice(drafted, published):
    assert (drafted.kind, drafted.state, drafted.subject) == ("final", "draft", subject_of(published))
    assert drafted.title == "2026 年科普讲解大赛（成年组）获奖名单公布"
    assert drafted.source == "定格成绩 No. 1 · 名册 v1"
    assert drafted.body == "经专家评审、监督员核对，现将2026 年科普讲解大赛（成年组）获奖名单予以公布。"
    assert [tier["title"] for tier in drafted.lists[0]["tiers"]] == ["金奖", "一等奖", "二等奖", "三等奖"]


def test_the_final_notice_tells_of_the_period(confirmed, organiser, now):
    set_publicity_days(result=confirmed, days=5, actor=organiser, now=now)
    end = start_publicity(result=confirmed, actor=organiser, now=now).closes_at
    publish_result(result=confirmed, actor=organiser, now=end)
    body = draft_result_notice(result=confirmed, actor=organiser, now=end).body
    assert "并自2026年11月20日至2026年11月27日公示" in body


def test_a_notice_of_what_is_not_public(confirmed, organiser, now):
    with pytest.raises(ResultRefused, match="结果公布之后"):
        draft_result_notice(result=confirmed, actor=organiser, now=now)


def test_drafting_twice_gives_the_same_draft(drafted, published, organiser, now):
    assert draft_result_notice(result=published, actor=organiser, now=now).pk == drafted.pk


def test_publish_makes_it_public_and_is_recorded(announced, published):
    assert announced.state == "published"
    event = Event.objects.order_by("-number").first()
    assert event.kind == "result_announced"
    assert chain_faults(published.edition) == []
    assert verify_edition(published.edition) == []


def test_announcing_the_same_list_twice(announced, published, organiser, now):
    with pytest.raises(ResultRefused, match="名册 v1 的公告已经发布"):
        draft_result_notice(result=published, actor=organiser, now=now)


def test_pitfall_18_a_draft_of_another_list_is_not_published(drafted, republish, organiser, now):
    result = republish()
    edited = edit_notice(
        notice=drafted,
        base_version=drafted.version,
        title=drafted.title,
        number="示科协〔2026〕9号",
        addressees="各有关单位：",
        body=drafted.body,
        signed_by=drafted.signed_by,
        dated=drafted.dated,
        actor=organiser,
        now=now,
    )
    with pytest.raises(ResultRefused, match=r"草稿的名单（定格成绩 No\. 1 · 名册 v1）与现在公布的"):
        publish_result_notice(notice=edited, actor=organiser, now=now)
    again = draft_result_notice(result=result, actor=organiser, now=now)
    assert list(Notice.objects.all()) == [again]
    assert (again.kind, again.source, again.number, again.addressees) == (
        "final",
        "定格成绩 No. 1 · 名册 v2",
        "示科协〔2026〕9号",
        "各有关单位：",
    )


def test_pitfall_10_a_list_in_another_order_is_drafted_anew(drafted, published, organiser, now):
    set_publication(
        result=published, book_access="supervisor", shows_everybody=False, list_order="name", actor=organiser, now=now
    )
    with pytest.raises(ResultRefused, match="请在结果页面重新起草"):
        publish_result_notice(notice=drafted, actor=organiser, now=now)


def test_a_notice_of_a_result_is_not_published_on_its_own(drafted, organiser, now):
    with pytest.raises(NoticeRefused, match="名单与定格成绩不一致"):
        publish_alone(notice=drafted, actor=organiser, now=now)


def test_correction_says_what_changed_and_ends_the_final_notice(announced, republish, organiser, now):
    result = republish()
    correction = draft_result_notice(result=result, actor=organiser, now=now)
    assert (correction.kind, correction.title) == (
        "correction",
        "关于更正2026 年科普讲解大赛（成年组）获奖名单的公告",
    )
    assert correction.body.split("\n") == [
        "此前公布的2026 年科普讲解大赛（成年组）获奖名单（定格成绩 No. 1 · 名册 v1）更正如下：",
        "1. 选手1（市天文爱好者协会《题目1》）：姓名由“选手1”更正为“选手一”。",
        "更正后的名单附后。",
    ]
    publish_result_notice(notice=correction, actor=organiser, now=now)
    states = {notice.pk: notice.state for notice in Notice.objects.all()}
    assert states == {announced.pk: "closed", correction.pk: "published"}
    assert verify_edition(result.edition) == []


def test_another_order_of_the_same_list_is_announced_as_that(announced, published, organiser, now):
    set_publication(
        result=published, book_access="supervisor", shows_everybody=False, list_order="name", actor=organiser, now=now
    )
    correction = draft_result_notice(result=published, actor=organiser, now=now)
    assert correction.kind == "correction"
    assert "排列顺序有所调整" in correction.body
    assert "更正了名次" not in correction.body


def test_withdraw_result_withdraws_its_notice(announced, published, organiser, now):
    withdraw_result(result=published, reason="单位有误", actor=organiser, now=now)
    notice = Notice.objects.get()
    assert (notice.state, notice.withdrawn_reason) == ("withdrawn", "单位有误")
    publish_result(result=published, actor=organiser, now=now)
    again = draft_result_notice(result=published, actor=organiser, now=now)
    assert (again.kind, Notice.objects.count()) == ("final", 2)


def test_after_a_withdrawn_notice_a_corrected_list_is_a_correction(announced, republish, organiser, now):
    withdraw_alone(notice=announced, reason="误发", actor=organiser, now=now)
    assert draft_result_notice(result=republish(), actor=organiser, now=now).kind == "correction"


def test_a_draft_of_a_withdrawn_result(drafted, published, organiser, now):
    withdraw_result(result=published, reason="单位有误", actor=organiser, now=now)
    with pytest.raises(ResultRefused, match="结果公布之后"):
        publish_result_notice(notice=drafted, actor=organiser, now=now)


def test_an_open_objection_holds_the_notice_back(drafted, published, organiser, now):
    Objection.objects.create(
        result=published,
        receipt="YY-2026-0007",
        token="token",
        kind="person",
        name="张三",
        phone="13800000000",
        body="名次有误",
        submission="submission",
        salt="salt",
        content_digest="digest",
        received_at=now,
    )
    with pytest.raises(ResultRefused, match="暂不能发布公告：异议 YY-2026-0007 待受理"):
        publish_result_notice(notice=drafted, actor=organiser, now=now)


def test_a_notice_of_ones_own_words_is_not_a_results(edition, organiser, now):
    own = create_notice(
        edition=edition, kind="announcement", title="通知", body="正文", dated=now.date(), actor=organiser, now=now
    )
    with pytest.raises(ResultRefused, match="不是结果公布或更正公告"):
        publish_result_notice(notice=own, actor=organiser, now=now)


def test_verify_names_a_notice_whose_list_is_not_its_rosters(announced, published, organiser, now):
    lists = [{**announced.lists[0], "tiers": announced.lists[0]["tiers"][1:]}]
    forged = create_notice(
        edition=published.edition,
        kind="final",
        title="名单",
        dated=now.date(),
        subject=announced.subject,
        lists=lists,
        source=announced.source,
        actor=organiser,
        now=now,
    )
    publish_alone(notice=forged, actor=organiser, now=now, current=(lists, announced.source))
    faults = verify_edition(published.edition)
    assert faults == ["公告“名单”：公告的名单与名册 v1 不符"]


def test_verify_names_a_notice_of_a_roster_that_is_not_there(announced, published, organiser, now):
    forged = create_notice(
        edition=published.edition,
        kind="publicity",
        title="公示",
        dated=now.date(),
        subject=announced.subject,
        lists=announced.lists,
        source="定格成绩 No. 9 · 名册 v9",
        actor=organiser,
        now=now,
    )
    publish_alone(notice=forged, actor=organiser, now=now, current=(announced.lists, "定格成绩 No. 9 · 名册 v9"))
    assert verify_edition(published.edition) == [
        "公告“公示”：公示与其名册的版本不符",
        "公告“公示”：公告的依据不是本结果的任何一版名册",
    ]


def test_verify_names_what_the_ledger_was_told_otherwise(announced, published, organiser, now):
    """Whoever holds the database itself changes a row together with its digest: the ledger still says what it was."""
    roster, text = published.rosters.get(), announced.text
    rows = [{**roster.rows[0], "tutors": ["钱"]}, *roster.rows[1:]]
    digest = roster_digest(salt=roster.salt, version=1, snapshot_sha256=roster.snapshot.sha256, rows=rows)
    document = {**text.document, "body": "另一篇正文"}
    with unguarded(Roster):
        Roster.objects.update(rows=rows, sha256=digest)
    with unguarded(PublishedText):
        PublishedText.objects.update(document=document, sha256=text_digest(text.salt, document))
    assert verify_edition(published.edition) == [
        "2026 年科普讲解大赛 名册 v1：摘要与台账不符",
        "公告“2026 年科普讲解大赛（成年组）获奖名单公布”：发布稿的摘要与台账不符",
    ]


def test_verify_names_a_period_that_was_shifted(confirmed, organiser, now):
    set_publicity_days(result=confirmed, days=5, actor=organiser, now=now)
    period = start_publicity(result=confirmed, actor=organiser, now=now)
    assert verify_edition(confirmed.edition) == []
    with unguarded(Publicity):
        Publicity.objects.update(closes_at=period.closes_at - timedelta(days=3))
    assert verify_edition(confirmed.edition) == ["2026 年科普讲解大赛 第 1 次公示：起止日期或名册与台账不符"]
