"""Who has not submitted yet is reminded of the deadline, at most once a day."""
# ruff: noqa: F811 (fixtures)

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from ledger.models import Event
from ledger.selectors import chain_faults
from outbox.models import Message
from tests.works.desk import (  # noqa: F401 (fixtures)
    author,
    book,
    coordinator,
    make_coordinator,
    make_work,
    selection,
    unit,
    works_address,
)
from works.exceptions import WorkRefused
from works.models import Selection, Work
from works.services.draft_reminders import remind_drafts

DRAFT = Work.Status.DRAFT


@pytest.fixture
def called(selection, now) -> Selection:
    selection.call_published_at = now
    selection.save(update_fields=["call_published_at"])
    return selection


def told() -> list[tuple[str, str]]:
    rows = Message.objects.filter(channel="in_app", code="draft_reminder").order_by("pk")
    return [(row.recipient.name, row.body) for row in rows.select_related("recipient")]


def test_everybody_with_drafts_is_told_once_of_all_of_them(called, book, make_work, unit, coordinator, organiser, now):
    for title in ("星空", "{姓名}{{7*7}}"):
        make_work(book, status=DRAFT, title=title)
    make_work(book, status=DRAFT, unit=unit, title="海峡")
    make_work(book, title="已提交")

    assert remind_drafts(selection=called, actor=organiser, now=now) == 2

    until = timezone.localtime(called.closes_at).strftime("%Y-%m-%d %H:%M")
    end = f"：已经填写，还没有提交。请在 {until} 前提交，逾期不再接收；不再参加的，不用理会这条消息。"
    head = f"{called.title}\n"
    assert told() == [("苏作者", f"{head}《星空》、《{{姓名}}{{{{7*7}}}}》{end}"), ("连联络", f"{head}《海峡》{end}")]
    event = Event.objects.order_by("-number").first()
    assert (event.kind, json.loads(event.payload)) == ("drafts_reminded", {"selection": called.pk, "reminded": 2})
    assert chain_faults(called.edition) == []


def test_once_a_day(called, book, make_work, organiser, now):
    make_work(book, status=DRAFT)
    remind_drafts(selection=called, actor=organiser, now=now)

    with pytest.raises(WorkRefused, match="今天已提醒过"):
        remind_drafts(selection=called, actor=organiser, now=now + timedelta(hours=1))
    remind_drafts(selection=called, actor=organiser, now=now + timedelta(days=1))
    assert len(told()) == 2


def test_what_is_refused(called, book, make_work, organiser, now):
    with pytest.raises(WorkRefused, match="没有可以提醒的人"):
        remind_drafts(selection=called, actor=organiser, now=now)
    make_work(book, status=DRAFT)
    with pytest.raises(WorkRefused, match="申报期间"):
        remind_drafts(selection=called, actor=organiser, now=called.closes_at)
    Selection.objects.update(closes_at=None)
    with pytest.raises(WorkRefused, match="申报期间"):
        remind_drafts(selection=called, actor=organiser, now=now)
    assert (told(), Event.objects.filter(kind="drafts_reminded").exists()) == ([], False)


def test_the_list_of_drafts_has_the_button(called, book, make_work, signed_in, organiser, stranger):
    make_work(book, status=DRAFT)
    client, listed = signed_in(organiser), works_address("organise_works", called, called.pk)
    address = works_address("organise_drafts_remind", called, called.pk)

    assert address not in client.get(listed).content.decode()
    assert address in client.get(f"{listed}?status=draft").content.decode()
    assert client.get(address).status_code == 405
    assert "已提醒 1 人" in client.post(address, follow=True).content.decode()
    assert "今天已提醒过" in client.post(address, follow=True).content.decode()
    assert len(told()) == 1
    assert signed_in(stranger).post(address).status_code == 404
