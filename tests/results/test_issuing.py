"""The organiser issues certificates of a published result: in which layout, and what stands in the way."""

import pytest
from django.urls import reverse

from accounts.models import Unit
from certificates.models import Batch, Certificate
from results.models import Confirmation, Roster
from results.selectors import latest_roster, roster_digest
from results.services import Recipients, withdraw_result
from tests.certificates.proofed import certify, proofed_and_approved


@pytest.fixture
def address(published):
    return reverse("organise_result_certificates", args=["2026", published.pk])


def publish_rows(published, rows, supervisor, now):
    """As a roster that says this would have been published."""
    roster = latest_roster(published)
    fresh = Roster.objects.get(pk=roster.pk)
    fresh.pk, fresh.version, fresh.rows = None, roster.version + 1, rows
    fresh.sha256 = roster_digest(
        salt=fresh.salt, version=fresh.version, snapshot_sha256=fresh.snapshot.sha256, rows=rows
    )
    fresh.save()
    Confirmation.objects.create(
        roster=fresh, proposed_by_id=fresh.proposed_by_id, confirmed_by=supervisor, confirmed_at=now
    )
    type(published).objects.filter(pk=published.pk).update(published=fresh)


def misspell(published, name, supervisor, now):
    """As a roster from before preflight would hold it."""
    rows = latest_roster(published).rows
    publish_rows(published, [{**rows[0], "people": [name]}, *rows[1:]], supervisor, now)


def test_draft_in_the_chosen_layout_issues_nothing_yet(published, address, signed_in, organiser):
    client = signed_in(organiser)
    page = client.get(reverse("organise_result", args=["2026", published.pk])).content.decode()
    assert 'value="plain" checked' in page
    assert "荣誉证书（红金）" in page

    client.post(address, {"layout": "classic"})

    batch = Batch.objects.get()
    assert (batch.layout.code, batch.layout.version, batch.size, batch.state) == ("classic", 1, 6, Batch.State.DRAFTED)
    assert batch.awards[0]["fields"] == {
        "作品": "题目1",
        "届次": published.edition.title,
        "比赛": published.title,
        "组别": published.group_title,
        "单位": published.published.rows[0]["unit"],
        "作者": "选手1",
    }
    assert not Certificate.objects.exists()


def test_draft_in_an_unknown_layout_is_refused_in_place(published, address, signed_in, organiser):
    page = signed_in(organiser).post(address, {"layout": "nonsense"}).content.decode()

    assert "没有这个证书版式，请重新选择。" in page
    assert not Batch.objects.exists()


def test_check_alone_drafts_nothing(published, address, signed_in, organiser):
    page = signed_in(organiser).post(address, {"layout": "classic", "check": "1"}).content.decode()

    assert "检查通过：每个字都有字体，每段文字都放得下。" in page
    assert 'value="classic" checked' in page
    assert not Batch.objects.exists()


def test_pitfall_22_a_character_that_cannot_be_printed_blocks_with_its_place(
    published, address, signed_in, organiser, supervisor, now
):
    misspell(published, "王\ue863", supervisor, now)

    page = signed_in(organiser).post(address, {"layout": "classic"}).content.decode()

    assert "还不能签发，一张也没有登记" in page
    assert "“姓名”第 2 个字符（U+E863）是自造字区的字符" in page
    assert "标准字是“䶮”（U+4DAE）" in page
    assert not Batch.objects.exists()


def test_draft_of_another_is_not_found(published, address, signed_in, stranger):
    assert signed_in(stranger).post(address, {"layout": "classic"}).status_code == 404
    assert not Batch.objects.exists()


def with_tutors(published, supervisor, now):
    """The public roster, its first two works of two tutors and two authors."""
    roster = latest_roster(published)
    people = [{"name": name, "salutation": "同学", "user": None} for name in ("甲", "乙")]
    rows = [
        {**roster.rows[0], "tutors": ["李四", "王五"], "people": ["甲", "乙"], "recipients": people},
        {**roster.rows[1], "tutors": ["李四"]},
        *roster.rows[2:],
    ]
    publish_rows(published, rows, supervisor, now)


def test_tutors_of_chosen_tiers_are_honoured_once_each(published, address, signed_in, organiser, supervisor, now):
    with_tutors(published, supervisor, now)

    signed_in(organiser).post(address, {"kind": "tutors", "tiers": ["gold"]})

    batch = Batch.objects.get()
    assert [(row["recipient"], row["award"]) for row in batch.awards] == [
        ("李四", "优秀指导教师"),
        ("王五", "优秀指导教师"),
    ]
    assert batch.family == f"result-{published.pk}-tutor:"


def test_chosen_units_are_honoured(published, address, signed_in, organiser):
    unit = published.published.rows[0]["unit"]
    client = signed_in(organiser)
    assert "请勾选获奖的单位。" in client.post(address, {"kind": "units"}).content.decode()

    client.post(address, {"kind": "units", "units": [unit], "series": "组织〔2026〕", "issued_on": "2026-12-01"})

    batch = Batch.objects.get()
    assert [(row["recipient"], row["award"], row["unit"]) for row in batch.awards] == [
        (unit, "优秀组织奖", Unit.objects.get(name=unit).pk)
    ]
    assert (batch.prefix, str(batch.issued_on)) == ("组织〔2026〕", "2026-12-01")


def test_each_author_gets_one_where_that_is_chosen(published, address, signed_in, organiser, supervisor, now):
    with_tutors(published, supervisor, now)

    signed_in(organiser).post(address, {"each_author": "on"})

    batch = Batch.objects.get()
    assert [(row["recipient"], row["salutation"]) for row in batch.awards[:3]] == [
        ("甲", "同学"),
        ("乙", "同学"),
        ("选手2", "同志"),
    ]
    assert batch.awards[0]["fields"]["作者"] == "甲、乙"
    assert batch.recipients == {"kind": "winners", "each_author": True, "tiers": [], "units": []}


def test_issue_from_the_page_after_approval(published, address, signed_in, organiser, supervisor, now):
    client = signed_in(organiser)
    client.post(address, {"layout": "classic"})
    batch = Batch.objects.get()
    issue = reverse("organise_certificate_batch_issue", args=["2026", batch.pk])
    assert client.post(issue).status_code == 409
    proofed_and_approved(batch, approver=supervisor, now=now)
    page = client.get(reverse("organise_result", args=["2026", published.pk])).content.decode()
    assert "已核准" in page
    assert 'value="classic" checked' in page

    assert "已签发，6 张证书取得编号" in client.post(issue, follow=True).content.decode()
    again = client.post(address, {"layout": "classic"}).content.decode()
    assert "没有需要制作的证书" in again


def test_withdrawing_revokes_the_tutors_too(published, organiser, supervisor, now):
    with_tutors(published, supervisor, now)
    for kind in ("winners", "tutors"):
        certify(published, organiser=organiser, supervisor=supervisor, now=now, recipients=Recipients(kind=kind))
    withdraw_result(result=published, reason="录入有误", actor=organiser, now=now)

    assert set(Certificate.objects.values_list("state", flat=True)) == {"revoked"}
    assert Certificate.objects.count() == 8
