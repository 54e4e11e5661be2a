"""Messages: sent, delivered, retried, parked, read."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.db import connection

from outbox import tasks
from outbox.models import Message
from outbox.selectors import messages_of, unread_count
from outbox.services import (
    LEASE,
    PAUSE,
    MessageInvalid,
    deliver_message,
    mark_all_read,
    mark_read,
    send_mail,
    send_message,
    sweep_messages,
)


class BrokenBackend:
    """A mail server that refuses everyone."""

    def __init__(self, **kwargs):
        pass

    def send_messages(self, messages):
        raise SMTPRecipientsRefused({"x@example.com": (550, b"no such user")})


@pytest.fixture
def owed(stranger, now) -> Message:
    message = send_mail(recipient=stranger, subject="提醒", body="请查收", now=now)
    assert message is not None
    return message


@pytest.fixture
def broken_server(settings):
    settings.EMAIL_BACKEND = "tests.outbox.test_messages.BrokenBackend"


def state(message: Message) -> tuple[str, int]:
    message.refresh_from_db()
    return message.state, message.attempts


def test_send_message_is_in_the_list_and_owes_a_mail(stranger, now):
    message = send_message(recipient=stranger, subject="评审\n提醒", body="您有一项工作", link="/judge/", now=now)

    assert list(Message.objects.order_by("pk").values_list("channel", "state", "subject", "link")) == [
        ("in_app", "sent", "评审 提醒", "/judge/"),
        ("mail", "owed", "评审 提醒", "/judge/"),
    ]
    assert list(messages_of(stranger)) == [message]


@pytest.mark.parametrize(
    ("host", "email", "wanted"), [("", "a@example.com", True), ("h", None, True), ("h", "a@b.cn", False)]
)
def test_send_message_without_a_way_to_mail_owes_none(stranger, now, settings, host, email, wanted):
    settings.EMAIL_HOST = host
    stranger.email = email

    send_message(recipient=stranger, subject="提醒", body="正文", now=now, mail=wanted)

    assert list(Message.objects.values_list("channel", flat=True)) == ["in_app"]


@pytest.mark.parametrize("link", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_send_message_with_a_foreign_link_is_refused(stranger, now, link):
    with pytest.raises(MessageInvalid, match="本站地址"):
        send_message(recipient=stranger, subject="提醒", body="正文", link=link, now=now)

    assert not Message.objects.exists()


def test_send_message_body_is_encrypted_in_the_database(stranger, now):
    send_message(recipient=stranger, subject="提醒", body="不该明文存放", now=now)

    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM outbox_message")
        assert all("明文" not in row[0] for row in cursor.fetchall())
    assert messages_of(stranger).get().body == "不该明文存放"


def test_pitfall_21_user_text_is_never_a_template(stranger, now):
    text = "{{ settings.SECRET_KEY }} {% load x %} %(x)s {0}"
    send_message(recipient=stranger, subject=text, body=text, now=now)

    tasks.deliver_message(message_id=Message.objects.get(channel="mail").pk)

    assert (mail.outbox[0].subject, mail.outbox[0].body) == (text, text)


def test_deliver_message_sends_once(owed, now, settings, stranger):
    deliver_message(message_id=owed.pk, now=now)
    deliver_message(message_id=owed.pk, now=now)

    assert [(sent.to, sent.subject, sent.body) for sent in mail.outbox] == [([stranger.email], "提醒", "请查收")]
    assert state(owed) == ("sent", 1)
    assert owed.sent_at == now


def test_a_mail_whose_address_is_gone_is_not_said_to_be_sent(owed, now, stranger):
    type(stranger).objects.filter(pk=stranger.pk).update(email=None)
    deliver_message(message_id=owed.pk, now=now)

    assert state(owed) == ("owed", 1)
    assert "收信人没有电子邮箱" in owed.last_error
    assert mail.outbox == []


def test_deliver_message_adds_the_site_to_a_link(stranger, now, settings):
    settings.PUBLIC_ORIGIN = "https://mingping.example"
    owed = send_mail(recipient=stranger, subject="提醒", body="请查收", link="/judge/", now=now)
    assert owed is not None

    deliver_message(message_id=owed.pk, now=now)

    assert mail.outbox[0].body == "请查收\n\nhttps://mingping.example/judge/"


def test_deliver_message_held_by_another_worker_does_nothing(owed, now):
    Message.objects.filter(pk=owed.pk).update(state="claimed", attempts=1, lease_until=now + LEASE)

    deliver_message(message_id=owed.pk, now=now)

    assert mail.outbox == []


def test_pitfall_30_mail_of_a_killed_worker_is_sent_after_its_lease(owed, now):
    Message.objects.filter(pk=owed.pk).update(state="claimed", attempts=1, lease_until=now + LEASE)

    assert sweep_messages(now=now) == []
    assert sweep_messages(now=now + LEASE) == [owed.pk]
    deliver_message(message_id=owed.pk, now=now + LEASE)

    assert len(mail.outbox) == 1
    assert state(owed) == ("sent", 2)


def test_deliver_message_fails_three_times_and_is_parked_with_the_reason(owed, now, broken_server):
    deliver_message(message_id=owed.pk, now=now)
    assert state(owed) == ("owed", 1)
    deliver_message(message_id=owed.pk, now=now)
    assert state(owed) == ("owed", 1), "the pause is not over"

    deliver_message(message_id=owed.pk, now=now + PAUSE)
    deliver_message(message_id=owed.pk, now=now + PAUSE * 5)

    assert state(owed) == ("parked", 3)
    assert owed.last_error.startswith("SMTPRecipientsRefused")
    assert sweep_messages(now=now + timedelta(days=1)) == []


def test_sweep_messages_parks_what_lost_its_worker_three_times(owed, now):
    Message.objects.filter(pk=owed.pk).update(state="claimed", attempts=3, lease_until=now)

    assert sweep_messages(now=now) == []
    assert state(owed) == ("parked", 3)


def test_sweep_task_queues_what_is_owed(owed):
    tasks.sweep_messages()

    assert state(owed) == ("owed", 0)


def test_mark_read_keeps_the_first_time(stranger, now):
    message = send_message(recipient=stranger, subject="提醒", body="正文", now=now)

    mark_read(message=message, now=now)
    mark_read(message=message, now=now + timedelta(hours=1))

    assert messages_of(stranger).get().read_at == now
    assert unread_count(stranger) == 0


def test_mark_all_read_leaves_others_alone(stranger, organiser, now):
    for person in (stranger, stranger, organiser):
        send_message(recipient=person, subject="提醒", body="正文", now=now)

    assert mark_all_read(recipient=stranger, now=now) == 2
    assert (unread_count(stranger), unread_count(organiser)) == (0, 1)
