"""Who has not submitted a registration yet is reminded of the deadline, at most once a day."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from contest.exceptions import ContestRefused
from contest.models import Contest, Contestant
from contest.services import start_registration
from contest.services.draft_reminders import remind_drafts
from ledger.models import Event
from ledger.selectors import chain_faults
from outbox.models import Message
from tests.contest.office import at


@pytest.fixture
def called(contest, now) -> Contest:
    contest.registration_closes_at = max(now, timezone.now()) + timedelta(days=10)
    contest.save(update_fields=["registration_closes_at"])
    return contest


@pytest.fixture
def draft(called, adult, stranger, now) -> Contestant:
    return start_registration(
        contest=called, group=adult, channel=Contestant.Channel.INDIVIDUAL, owner=stranger, actor=stranger, now=now
    )


def told() -> list[tuple[str, str]]:
    rows = Message.objects.filter(channel="in_app", code="draft_reminder").select_related("recipient")
    return [(row.recipient.name, row.body) for row in rows.order_by("pk")]


def test_who_has_a_draft_is_told_once_a_day(called, draft, organiser, now):
    assert remind_drafts(contest=called, actor=organiser, now=now) == 1

    until = timezone.localtime(called.registration_closes_at).strftime("%Y-%m-%d %H:%M")
    [(name, body)] = told()
    assert name == "路人"
    assert f"请在 {until} 前提交" in body
    event = Event.objects.order_by("-number").first()
    payload = {"contest": called.pk, "reminded": 1}
    assert (event.kind, json.loads(event.payload)) == ("registrations_reminded", payload)
    assert chain_faults(called.edition) == []
    with pytest.raises(ContestRefused, match="今天已提醒过"):
        remind_drafts(contest=called, actor=organiser, now=now + timedelta(hours=1))
    remind_drafts(contest=called, actor=organiser, now=now + timedelta(days=1))
    assert len(told()) == 2


def test_what_is_refused(called, organiser, now):
    with pytest.raises(ContestRefused, match="没有可以提醒的人"):
        remind_drafts(contest=called, actor=organiser, now=now)
    for closes in (now, None):
        Contest.objects.update(registration_closes_at=closes)
        with pytest.raises(ContestRefused, match="报名期间"):
            remind_drafts(contest=called, actor=organiser, now=now)
    assert told() == []


def test_the_list_of_drafts_has_the_button(called, draft, signed_in, organiser, stranger):
    client, listed = signed_in(organiser), at("organise_contestants", called.pk)
    address = at("organise_registrations_remind", called.pk)

    assert address not in client.get(listed).content.decode()
    assert address in client.get(f"{listed}?status=draft").content.decode()
    assert client.get(address).status_code == 405
    assert "已提醒 1 人" in client.post(address, follow=True).content.decode()
    assert "今天已提醒过" in client.post(address, follow=True).content.decode()
    assert len(told()) == 1
    assert signed_in(stranger).post(address).status_code == 404
