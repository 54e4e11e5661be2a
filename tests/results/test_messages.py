"""Whom a result is about is told: in the edition's words, once, and of a correction only who it touches."""

import pytest

from outbox.models import Message
from results.models import Result, Roster
from results.services import withdraw_result
from results.services.messages import notify_published


@pytest.fixture
def winner(published, stranger) -> Roster:
    """The published roster with an account beside its first row, in memory: the table is append-only."""
    roster = published.published
    roster.rows[0]["recipients"] = [{"name": "x", "salutation": "同志", "user": stranger.pk}]
    published.published = roster
    return published


def told():
    return list(Message.objects.filter(channel="in_app").order_by("pk").values_list("code", "recipient__name"))


def test_published_tells_who_has_an_account(winner, now):
    Message.objects.all().delete()

    assert notify_published(winner, previous=None, now=now) == 1
    assert told() == [("result_published", "路人")]
    row = winner.published.rows[0]
    assert row["tier_title"] in Message.objects.filter(channel="in_app").get().body


def test_correction_tells_only_whose_award_changed(winner, now):
    Message.objects.all().delete()
    before = Roster(rows=[{**row, "tier_title": "旧奖"} for row in winner.published.rows])

    assert notify_published(winner, previous=winner.published, now=now) == 0
    assert notify_published(winner, previous=before, now=now) == 1
    assert "原为旧奖" in Message.objects.filter(channel="in_app").get().body
    gone = Roster(rows=winner.published.rows[:1])
    winner.published.rows = winner.published.rows[1:]
    notify_published(winner, previous=gone, now=now)
    assert "现为不在名单中" in Message.objects.filter(channel="in_app").order_by("-pk").first().body


def test_a_rehearsal_tells_nobody(winner, now):
    Message.objects.all().delete()
    winner.edition.is_rehearsal = True

    assert notify_published(winner, previous=None, now=now) == 0
    assert told() == []


def test_withdrawing_a_result_of_people_without_accounts_tells_nobody(published, organiser, now):
    withdraw_result(result=published, reason="有误", actor=organiser, now=now)

    assert Result.objects.get(pk=published.pk).state == "withdrawn"
    assert not Message.objects.filter(code="result_withdrawn").exists()
