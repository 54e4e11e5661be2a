"""What becomes of certificates when a result is corrected or withdrawn."""

from certificates.models import Certificate
from contest.models import Contestant
from contest.services import propose_group_result
from results.services import confirm_result, issue_certificates, publish_result, withdraw_result


def states():
    return list(Certificate.objects.order_by("number").values_list("state", flat=True))


def test_certificates_after_a_corrected_name(published, organiser, supervisor, now):
    first, *others = issue_certificates(result=published, actor=organiser, now=now)
    Contestant.objects.filter(name=first.text["recipient"]).update(name="改正后")
    roster = propose_group_result(round=published.round, actor=organiser, now=now, reason="姓名更正")
    confirm_result(roster=roster, actor=supervisor, now=now)
    publish_result(result=published, actor=organiser, now=now)

    again = issue_certificates(result=published, actor=organiser, now=now)

    assert [row.pk for row in again[1:]] == [row.pk for row in others]
    assert (again[0].number, again[0].text["recipient"]) == (7, "改正后")
    assert states() == ["superseded", *["owed"] * 6]


def test_certificates_of_a_withdrawn_result_are_revoked_and_made_anew(published, organiser, now):
    issue_certificates(result=published, actor=organiser, now=now)

    withdraw_result(result=published, reason="录入有误", actor=organiser, now=now)
    assert states() == ["revoked"] * 6
    assert Certificate.objects.first().void_reason == "结果已撤回：录入有误"

    publish_result(result=published, actor=organiser, now=now)
    issue_certificates(result=published, actor=organiser, now=now)
    assert states() == [*["revoked"] * 6, *["owed"] * 6]
