"""What stands in the way of a result, and where it is settled."""

import pytest
from django.urls import reverse

from contest.models import Appearance
from contest.services import propose_group_result
from results.exceptions import ResultRefused
from results.models import Result, Roster
from results.selectors import Blocker, blockers, round_blockers
from results.services import confirm_result, propose_result
from results.services.certificates import awards_of
from scoring.models import LateMark, Round, ScoreSheet
from scoring.selectors import latest_snapshot
from scoring.services import request_entry_correction


def test_open_correction(confirmed, organiser, now):
    entry = Appearance.objects.get(contestant__name="选手1").entry
    request_entry_correction(
        entry=entry,
        subject="status",
        new={"status": "ineligible", "reason": "资格不符"},
        reason="资格不符",
        actor=organiser,
        now=now,
    )
    link = reverse("supervise_corrections", args=["2026"])
    assert blockers(confirmed, now=now) == [Blocker("有 1 项更正等待确认", link, by_supervisor=True)]


def test_late_mark_not_settled(confirmed, now):
    sheet = ScoreSheet.objects.first()
    LateMark.objects.create(sheet=sheet, submission_id="late", marks={}, author=sheet.judge, received_at=now)
    link = reverse("organise_arbitration", args=["2026", confirmed.round_id])
    assert blockers(confirmed, now=now) == [Blocker("有 1 份逾时评分等待处理", link)]


def test_round_that_is_not_locked(proposed):
    round = Round.objects.get(pk=proposed.result.round_id)
    round.state = Round.State.OPEN
    found = round_blockers(round, proposed.snapshot)
    assert [blocker.text for blocker in found] == ["“成年组决赛”还没有封存"]


def test_result_without_a_roster(edition, locked, now):
    result = Result.objects.create(edition=edition, round=locked(), title="比赛", group_title="成年组")
    assert [blocker.text for blocker in blockers(result, now=now)] == ["还没有提出获奖人员名册"]


def test_roster_that_does_not_recompute_is_not_confirmed(locked, organiser, supervisor, now):
    proposed = propose_group_result(round=locked(), actor=organiser, now=now)
    rows = [{**row, "title": "别的题目"} for row in proposed.rows]
    forged = Roster.objects.create(
        result=proposed.result,
        snapshot=proposed.snapshot,
        version=2,
        rows=rows,
        salt=proposed.salt,
        sha256=proposed.sha256,
        reason="伪造",
        proposed_by=organiser,
        proposed_at=now,
    )
    with pytest.raises(ResultRefused, match="名册 v2 的内容与其摘要不符"):
        confirm_result(roster=forged, actor=supervisor, now=now)
    assert "名册 v2 的内容与其摘要不符" in [blocker.text for blocker in blockers(proposed.result, now=now)]


def test_titles_are_certified_apart_from_tiers(published):
    roster = published.published
    rows = [dict(roster.rows[0], titles=[{"code": "top10", "title": "十佳科普使者"}]), *roster.rows[1:2]]
    awards = awards_of(published, Roster(rows=rows, snapshot=roster.snapshot, version=1))
    assert [(award.award_key, award.award) for award in awards] == [
        (f"result-{published.pk}:01:gold", "金奖"),
        (f"result-{published.pk}:01:top10", "十佳科普使者"),
        (f"result-{published.pk}:02:first", "一等奖"),
    ]


def test_a_work_of_two_authors_is_certified_once(published):
    roster = published.published
    people = [{"name": name, "salutation": "", "user": None} for name in ("甲", "乙")]
    rows = [dict(roster.rows[0], people=["甲", "乙"], recipients=people)]
    (award,) = awards_of(published, Roster(rows=rows, snapshot=roster.snapshot, version=1))
    assert (award.recipient, award.salutation, award.recipient_user_id) == ("甲、乙", "", None)


def test_propose_for_a_snapshot_that_is_not_the_newest(proposed, organiser, now):
    other = latest_snapshot(proposed.result.round)
    other.pk += 1
    with pytest.raises(ResultRefused, match="更新的定格成绩"):
        propose_result(
            round=proposed.result.round,
            snapshot=other,
            title="比赛",
            group_title="成年组",
            rows=proposed.rows,
            reason="试",
            actor=organiser,
            now=now,
        )
