"""What becomes of certificates when a result is corrected or withdrawn."""

import pytest

from certificates.exceptions import BatchRefused
from certificates.models import Batch, Certificate
from contest.models import Contestant
from contest.services import propose_group_result
from results.exceptions import ResultRefused
from results.services import confirm_result, draft_batch, issue_batch, publish_result, withdraw_result
from tests.certificates.proofed import certify, proofed_and_approved


@pytest.fixture
def issue(published, organiser, supervisor, now):
    return lambda: certify(published, organiser=organiser, supervisor=supervisor, now=now)


@pytest.fixture
def correct(published, organiser, supervisor, now):
    """Return a function: a contestant's name is corrected, and the corrected list published."""

    def do(name: str):
        Contestant.objects.filter(name=name).update(name="改正后")
        roster = propose_group_result(round=published.round, actor=organiser, now=now, reason="姓名更正")
        confirm_result(roster=roster, actor=supervisor, now=now)
        publish_result(result=published, actor=organiser, now=now)

    return do


def states():
    return list(Certificate.objects.order_by("number").values_list("state", flat=True))


def test_certificates_after_a_corrected_name_are_the_changed_ones_alone(issue, correct):
    first, *_ = issue()
    correct(first.text["recipient"])

    again = issue()

    assert [(row.number, row.text["recipient"]) for row in again] == [(7, "改正后")]
    assert states() == ["superseded", *["owed"] * 6]
    first.refresh_from_db()
    assert first.void_reason == "获奖名册更正，已由新证书替代"
    batch = again[0].batch
    assert (batch.size, batch.supersedes) == (1, [first.serial])


def test_second_batch_of_an_unchanged_list_is_refused(issue, published, organiser, now):
    issue()

    with pytest.raises(BatchRefused, match="没有需要制作的证书"):
        draft_batch(result=published, actor=organiser, now=now)
    assert Batch.objects.count() == 1


def test_batch_whose_list_was_corrected_after_the_proof_is_not_issued(published, organiser, supervisor, now, correct):
    batch = proofed_and_approved(draft_batch(result=published, actor=organiser, now=now), approver=supervisor, now=now)
    correct("选手1")

    with pytest.raises(BatchRefused, match="校样之后，名册或已签发的证书有变动"):
        issue_batch(batch=batch, actor=organiser, now=now)
    assert not Certificate.objects.exists()


def test_batch_of_a_list_with_a_newer_version_on_its_way_is_not_issued(published, organiser, supervisor, now):
    batch = proofed_and_approved(draft_batch(result=published, actor=organiser, now=now), approver=supervisor, now=now)
    Contestant.objects.filter(name="选手1").update(name="改正后")
    propose_group_result(round=published.round, actor=organiser, now=now, reason="姓名更正")

    with pytest.raises(ResultRefused, match="已有更新的名册 v2 没有公布"):
        issue_batch(batch=batch, actor=organiser, now=now)


def test_batch_of_a_withdrawn_list_is_not_issued(published, organiser, supervisor, now):
    batch = proofed_and_approved(draft_batch(result=published, actor=organiser, now=now), approver=supervisor, now=now)
    withdraw_result(result=published, reason="录入有误", actor=organiser, now=now)

    with pytest.raises(ResultRefused, match="结果公布之后才能签发证书"):
        issue_batch(batch=batch, actor=organiser, now=now)


def test_certificates_of_a_withdrawn_result_are_revoked_and_made_anew(issue, published, organiser, now):
    issue()

    withdraw_result(result=published, reason="录入有误", actor=organiser, now=now)
    assert states() == ["revoked"] * 6
    assert Certificate.objects.first().void_reason == "结果已撤回：录入有误"

    publish_result(result=published, actor=organiser, now=now)
    issue()
    assert states() == [*["revoked"] * 6, *["owed"] * 6]
