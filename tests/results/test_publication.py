"""From a locked round to the public list: proposal, confirmation, publication, withdrawal (design §2, §5)."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Role, Unit
from accounts.services import grant_role
from contest.models import Contestant
from contest.services import propose_group_result
from ledger.models import Event
from ledger.selectors import chain_faults
from results.exceptions import ResultRefused
from results.models import Confirmation, Result, Roster
from results.selectors import blockers, roster_faults, row_faults
from results.services import confirm_result, propose_result, publish_result, set_publication, withdraw_result
from scoring.models import Snapshot
from scoring.services import create_runoff, record_tie_decision, take_snapshot


def test_propose_freezes_rows_in_standing_order(proposed):
    rows = [
        (row["entry"], row["people"], row["rank"], row["shown"], row["tier"], row["advances"]) for row in proposed.rows
    ]
    assert rows == [
        ("01", ["选手1"], 1, "89.00", "gold", True),
        ("02", ["选手2"], 2, "88.00", "first", True),
        ("03", ["选手3"], 3, "87.00", "first", True),
        ("04", ["选手4"], 4, "86.00", "second", False),
        ("05", ["选手5"], 5, "85.00", "third", False),
        ("06", ["选手6"], 6, "84.00", "third", False),
    ]
    assert proposed.rows[0] == {
        "entry": "01",
        "people": ["选手1"],
        "unit": "市天文爱好者协会",
        "unit_id": Unit.objects.get().pk,
        "title": "题目1",
        "tutors": [],
        "rank": 1,
        "shown": "89.00",
        "tier": "gold",
        "tier_title": "金奖",
        "advances": True,
        "titles": [],
        "recipients": [{"name": "选手1", "salutation": "同志", "user": None}],
    }
    assert (proposed.version, proposed.snapshot.number, proposed.result.state) == (1, 1, "proposed")
    assert roster_faults(proposed) == []


def test_propose_twice_without_a_change(proposed, organiser, now):
    with pytest.raises(ResultRefused, match="完全相同"):
        propose_group_result(round=proposed.result.round, actor=organiser, now=now)
    assert Roster.objects.count() == 1


def test_propose_a_correction_without_a_reason(proposed, organiser, now):
    Contestant.objects.filter(name="选手1").update(name="选手一")
    with pytest.raises(ResultRefused, match="缘由"):
        propose_group_result(round=proposed.result.round, actor=organiser, now=now)


def test_propose_rows_that_differ_from_the_snapshot(proposed, organiser, now):
    rows = [{**row, "rank": 1} for row in proposed.rows]
    with pytest.raises(ResultRefused, match="编号 02：名册的名次、得分或奖项与定格成绩不符"):
        propose_result(
            round=proposed.result.round,
            snapshot=proposed.snapshot,
            title="比赛",
            group_title="成年组",
            rows=rows,
            reason="试",
            actor=organiser,
            now=now,
        )


def test_row_faults_name_missing_and_repeated_entries(proposed):
    rows = [*proposed.rows[:5], proposed.rows[0]]
    assert row_faults(rows, proposed.snapshot) == [
        "名册中编号 01 重复，或不在定格成绩中",
        "编号 06 在定格成绩中，名册里没有",
    ]


def test_pitfall_02_tie_across_the_line_is_named_and_nothing_proposed(locked, organiser, now):
    round = locked(["49", "48", "47", "47", "45", "44"])
    with pytest.raises(ResultRefused, match="一等奖名额线上并列：03、04 号") as refused:
        propose_group_result(round=round, actor=organiser, now=now)
    assert "加赛或登记并列裁定" in refused.value.message
    assert Roster.objects.count() == 0


def test_pitfall_02_recorded_decision_resolves_the_line(locked, organiser, supervisor, now):
    round = locked(["49", "48", "47", "47", "45", "44"])
    record_tie_decision(round=round, order=["04", "03"], reason="组长裁定", actor=organiser, now=now)
    if Snapshot.objects.filter(round=round).count() == 1:
        take_snapshot(round=round, reason="并列裁定", actor=organiser, now=now)
    roster = propose_group_result(round=round, actor=organiser, now=now)
    assert [(row["entry"], row["tier"]) for row in roster.rows[:4]] == [
        ("01", "gold"),
        ("02", "first"),
        ("04", "first"),
        ("03", "second"),
    ]


def test_confirm_by_a_supervisor(proposed, supervisor, now):
    confirmation = confirm_result(roster=proposed, actor=supervisor, now=now)
    assert (confirmation.proposed_by, confirmation.confirmed_by) == (proposed.proposed_by, supervisor)
    assert Result.objects.get().state == Result.State.CONFIRMED
    assert Event.objects.order_by("-number")[0].kind == "result_confirmed"
    assert chain_faults(proposed.result.edition) == []


def test_confirm_by_the_proposer_who_is_supervisor_too(proposed, organiser, edition, now):
    grant_role(user=organiser, edition=edition, role=Role.SUPERVISOR, actor=None, now=now)
    with pytest.raises(ResultRefused, match="另一个账号"):
        confirm_result(roster=proposed, actor=organiser, now=now)


def test_confirm_without_the_role(proposed, make_person, now):
    second = make_person("另一位组委会", Role.ORGANISER, email="second@example.com")
    with pytest.raises(ResultRefused, match="只有监督员"):
        confirm_result(roster=proposed, actor=second, now=now)


def test_confirm_twice(proposed, supervisor, now):
    confirm_result(roster=proposed, actor=supervisor, now=now)
    with pytest.raises(ResultRefused, match="已经确认"):
        confirm_result(roster=proposed, actor=supervisor, now=now)


def test_confirmation_by_one_account_is_refused_by_the_database(proposed, organiser, now):
    with pytest.raises(IntegrityError), transaction.atomic():
        Confirmation.objects.create(roster=proposed, proposed_by=organiser, confirmed_by=organiser, confirmed_at=now)


def test_rosters_and_confirmations_cannot_be_changed_or_deleted(proposed, supervisor, now):
    confirmation = confirm_result(roster=proposed, actor=supervisor, now=now)
    for rows in (Roster.objects.filter(pk=proposed.pk), Confirmation.objects.filter(pk=confirmation.pk)):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows._raw_delete(rows.db)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Roster.objects.filter(pk=proposed.pk).update(reason="改")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Confirmation.objects.filter(pk=confirmation.pk).update(confirmed_by=proposed.proposed_by)


def test_roster_faults_name_a_changed_row(proposed):
    proposed.rows[0]["people"] = ["别人"]
    assert roster_faults(proposed) == ["名册 v1 的内容与其摘要不符"]


def test_confirm_an_older_version(proposed, organiser, supervisor, now):
    Contestant.objects.filter(name="选手1").update(name="选手一")
    propose_group_result(round=proposed.result.round, reason="改名", actor=organiser, now=now)
    with pytest.raises(ResultRefused, match="更新的名册"):
        confirm_result(roster=proposed, actor=supervisor, now=now)


def test_blockers_of_a_proposed_result(proposed, now):
    assert [blocker.text for blocker in blockers(proposed.result, now=now)] == ["名册 v1 还没有经监督员确认"]


def test_publish_unconfirmed(proposed, organiser, now):
    with pytest.raises(ResultRefused, match="名册 v1 还没有经监督员确认"):
        publish_result(result=proposed.result, actor=organiser, now=now)
    assert Result.objects.get().published is None


def test_publish_confirmed(confirmed, organiser, now):
    publish_result(result=confirmed, actor=organiser, now=now)
    result = Result.objects.get()
    assert (result.state, result.published.version, result.published_at) == (Result.State.PUBLISHED, 1, now)
    assert blockers(result, now=now) == []


def test_publish_twice(published, organiser, now):
    with pytest.raises(ResultRefused, match="已经公布"):
        publish_result(result=published, actor=organiser, now=now)


def test_publish_with_a_newer_snapshot(confirmed, organiser, now):
    take_snapshot(round=confirmed.round, reason="复核", actor=organiser, now=now)
    with pytest.raises(ResultRefused, match=r"已有更新的定格成绩 No\. 2，名册仍依据 No\. 1"):
        publish_result(result=confirmed, actor=organiser, now=now)


def test_pitfall_18_published_list_stays_until_the_next_is_published(published, organiser, supervisor, now):
    Contestant.objects.filter(name="选手1").update(name="选手一")
    roster = propose_group_result(round=published.round, reason="更正姓名", actor=organiser, now=now)
    shown = Result.objects.get()
    assert (shown.state, shown.published.rows[0]["people"]) == (Result.State.PUBLISHED, ["选手1"])
    confirm_result(roster=roster, actor=supervisor, now=now)
    assert Result.objects.get().published.version == 1
    publish_result(result=published, actor=organiser, now=now)
    shown = Result.objects.get()
    assert (shown.published.version, shown.published.rows[0]["people"]) == (2, ["选手一"])


def test_proposing_again_takes_the_confirmation_back(confirmed, organiser, now):
    Contestant.objects.filter(name="选手1").update(name="选手一")
    propose_group_result(round=confirmed.round, reason="更正姓名", actor=organiser, now=now)
    assert Result.objects.get().state == Result.State.PROPOSED


def test_withdraw_and_publish_again(published, organiser, now):
    withdraw_result(result=published, reason="单位有误", actor=organiser, now=now)
    result = Result.objects.get()
    assert (result.state, result.withdrawn_reason, result.withdrawn_at) == (Result.State.WITHDRAWN, "单位有误", now)
    publish_result(result=published, actor=organiser, now=now)
    result = Result.objects.get()
    assert (result.state, result.withdrawn_reason, result.withdrawn_at) == (Result.State.PUBLISHED, "", None)


@pytest.mark.parametrize(("reason", "message"), [("", "写明"), ("  ", "写明")])
def test_withdraw_without_a_reason(published, organiser, now, reason, message):
    with pytest.raises(ResultRefused, match=message):
        withdraw_result(result=published, reason=reason, actor=organiser, now=now)


def test_withdraw_what_is_not_public(confirmed, organiser, now):
    with pytest.raises(ResultRefused, match="已公布"):
        withdraw_result(result=confirmed, reason="错", actor=organiser, now=now)


def test_set_publication(published, organiser, now):
    set_publication(result=published, book_access="public", shows_everybody=True, actor=organiser, now=now)
    result = Result.objects.get()
    assert (result.book_access, result.shows_everybody) == ("public", True)


def test_set_publication_to_an_unknown_access(published, organiser, now):
    with pytest.raises(ResultRefused, match="公开范围"):
        set_publication(result=published, book_access="everyone", shows_everybody=True, actor=organiser, now=now)


def test_ledger_holds_no_names(published):
    payloads = "".join(Event.objects.values_list("payload", flat=True))
    assert "选手" not in payloads
    assert "990000" not in payloads


def test_runoff_decides_the_line(locked, organiser, judge_all, now):
    round = locked(["49", "48", "47", "47", "45", "44"])
    runoff = create_runoff(round=round, entries=["03", "04"], title="加赛", actor=organiser, now=now)
    assert runoff.parent == round
    with pytest.raises(ResultRefused, match="并列"):
        propose_group_result(round=round, actor=organiser, now=now)


def test_a_list_without_ranks_does_not_publish_every_rank(published, organiser, now):
    act = {"result": published, "book_access": "public", "actor": organiser, "now": now}
    with pytest.raises(ResultRefused, match="排名不分先后的名单不公布全部名次"):
        set_publication(**act, shows_everybody=True, list_order="name")
    with pytest.raises(ResultRefused, match="没有这种名单排列"):
        set_publication(**act, shows_everybody=False, list_order="chance")
    set_publication(**act, shows_everybody=False, list_order="title")
    assert Result.objects.get().list_order == "title"
