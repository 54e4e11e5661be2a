"""Sending messages. The row is the truth, the queue a hint (design §10, pitfall 30)."""

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F

from core.exceptions import DomainError
from core.tasks import enqueue
from outbox.models import Message
from outbox.selectors import due_mails, messages_of

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

logger = logging.getLogger(__name__)

ATTEMPTS = 3
LEASE = timedelta(minutes=6)  # above the longest task (settings.CELERY_TASK_TIME_LIMIT)
PAUSE = timedelta(minutes=2)
SWEEP_SIZE = 200


class MessageInvalid(DomainError):
    """A message that cannot be sent as it is."""

    code = "message_invalid"


def send_message(
    *, recipient: "AbstractBaseUser", subject: str, body: str, link: str = "", now: datetime, mail: bool = True
) -> Message:
    """Put a message among the recipient's own and, where he has an e-mail, owe him a mail too.

    The texts are sent as they are, never used as a template (pitfall 21). `link` is a path of this site; anything
    else is refused (MessageInvalid).
    """
    if link and (not link.startswith("/") or link.startswith("//")):
        raise MessageInvalid("消息中的链接必须是本站地址。")
    subject = " ".join(subject.split())[:120]
    with transaction.atomic():
        message = Message.objects.create(
            recipient_id=recipient.pk,
            channel=Message.Channel.IN_APP,
            subject=subject,
            body=body,
            link=link,
            state=Message.State.SENT,
            created_at=now,
            sent_at=now,
        )
        if mail:
            send_mail(recipient=recipient, subject=subject, body=body, link=link, now=now)
    return message


def send_mail(
    *, recipient: "AbstractBaseUser", subject: str, body: str, link: str = "", now: datetime
) -> Message | None:
    """Owe a mail alone, for what must not stay among a person's messages; None where there is no way to send it."""
    if not settings.EMAIL_HOST or not getattr(recipient, "email", None):
        return None
    with transaction.atomic():
        message = Message.objects.create(
            recipient_id=recipient.pk,
            channel=Message.Channel.MAIL,
            subject=" ".join(subject.split())[:120],
            body=body,
            link=link,
            created_at=now,
        )
        enqueue("outbox.tasks.deliver_message", message_id=message.pk)
    return message


def deliver_message(*, message_id: int, now: datetime) -> None:
    """Send one owed mail; does nothing if it is sent, parked or in another worker's hands.

    The claim is one conditional update; sending happens outside any transaction. Three failures park the mail with
    the reason.
    """
    message = _claim(message_id, now)
    if message is None:
        return
    try:
        _mail(message).send()
    except Exception as error:
        logger.warning("mail %s failed: %s", message.pk, type(error).__name__)
        _record_failure(message, _reason(error), now)
        return
    _finish(message, state=Message.State.SENT, sent_at=now, last_error="")


def sweep_messages(*, now: datetime) -> list[int]:
    """Queue again what is owed, and park what lost its worker three times. Returns the ids queued."""
    lost = due_mails(now).filter(attempts__gte=ATTEMPTS)
    lost.update(state=Message.State.PARKED, lease_until=None, last_error=f"{ATTEMPTS} 次发送都中途中断。")
    owed = list(due_mails(now).values_list("pk", flat=True)[:SWEEP_SIZE])
    for message_id in owed:
        enqueue("outbox.tasks.deliver_message", message_id=message_id)
    return owed


def mark_read(*, message: Message, now: datetime) -> None:
    """Note when an in-app message was first read; a second time changes nothing."""
    Message.objects.filter(pk=message.pk, read_at__isnull=True).update(read_at=now)


def mark_all_read(*, recipient: "AbstractBaseUser", now: datetime) -> int:
    """Mark every unread message of a person as read; returns how many there were."""
    return messages_of(recipient).filter(read_at__isnull=True).update(read_at=now)


def _claim(message_id: int, now: datetime) -> Message | None:
    due = due_mails(now).filter(pk=message_id, attempts__lt=ATTEMPTS).order_by()
    taken = due.update(state=Message.State.CLAIMED, lease_until=now + LEASE, attempts=F("attempts") + 1)
    if not taken:
        return None
    return Message.objects.select_related("recipient").get(pk=message_id)


def _mail(message: Message) -> EmailMessage:
    text = message.body
    if message.link and settings.PUBLIC_ORIGIN:
        text = f"{text}\n\n{settings.PUBLIC_ORIGIN}{message.link}"
    return EmailMessage(subject=message.subject, body=text, to=[str(getattr(message.recipient, "email", ""))])


def _record_failure(message: Message, reason: str, now: datetime) -> None:
    if message.attempts >= ATTEMPTS:
        _finish(message, state=Message.State.PARKED, last_error=reason)
        return
    _finish(message, state=Message.State.OWED, last_error=reason, lease_until=now + PAUSE * message.attempts)


def _finish(message: Message, **changes: object) -> None:
    """Only the worker that still holds the claim may say how it ended."""
    mine = Message.objects.filter(pk=message.pk, state=Message.State.CLAIMED, attempts=message.attempts)
    mine.update(**{"lease_until": None, **changes})


def _reason(error: Exception) -> str:
    """The kind of fault and the server's words, without line breaks; addresses stay in the message's own row."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]
