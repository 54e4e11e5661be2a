"""Delivering what is owed: claimed, sent, parked, owed again (design §10, pitfall 30)."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.utils.module_loading import import_string

from core.models import Edition
from core.tasks import enqueue
from core.text.masks import mask_phone
from outbox.exceptions import MessageInvalid
from outbox.models import Message
from outbox.selectors import due_messages

logger = logging.getLogger(__name__)

ATTEMPTS = 3
LEASE = timedelta(minutes=6)  # above the longest task (settings.CELERY_TASK_TIME_LIMIT)
PAUSE = timedelta(minutes=2)
SWEEP_SIZE = 200
_AGAIN: dict[str, Any] = {"state": Message.State.OWED, "attempts": 0, "lease_until": None, "last_error": ""}


def deliver_message(*, message_id: int, now: datetime) -> None:
    """Send one owed mail or SMS; does nothing if it is sent, parked or in another worker's hands.

    The claim is one conditional update; sending happens outside any transaction. Three failures park it with
    the reason.
    """
    message = _claim(message_id, now)
    if message is None:
        return
    try:
        _send(message)
    except Exception as error:
        logger.warning("message %s failed: %s", message.pk, type(error).__name__)
        _record_failure(message, _reason(error), now)
        return
    _finish(message, state=Message.State.SENT, sent_at=now, last_error="")


def sweep_messages(*, now: datetime) -> list[int]:
    """Queue again what is owed, and park what lost its worker three times. Returns the ids queued."""
    lost = due_messages(now).filter(attempts__gte=ATTEMPTS)
    lost.update(state=Message.State.PARKED, lease_until=None, last_error=f"{ATTEMPTS} 次发送都中途中断。")
    owed = list(due_messages(now).values_list("pk", flat=True)[:SWEEP_SIZE])
    for message_id in owed:
        enqueue("outbox.tasks.deliver_message", message_id=message_id)
    return owed


def retry_message(*, message: Message, now: datetime) -> None:
    """Owe a parked message again, after its cause was removed. Refuses (MessageInvalid) one that is not parked."""
    with transaction.atomic():
        freed = Message.objects.filter(pk=message.pk, state=Message.State.PARKED).update(**_AGAIN)
        if not freed:
            raise MessageInvalid("只有发送失败的消息可以重发，请刷新页面。")
        enqueue("outbox.tasks.deliver_message", message_id=message.pk)


def retry_parked(*, edition: Edition, now: datetime) -> int:
    """Owe every parked message of an edition again; returns how many. The sweep sends what is more than it takes."""
    with transaction.atomic():
        parked = Message.objects.filter(edition=edition, state=Message.State.PARKED)
        ids = list(parked.order_by("pk").values_list("pk", flat=True))
        parked.update(**_AGAIN)
        enqueue_messages(ids)
    return len(ids)


def enqueue_messages(ids: list[int]) -> None:
    """Hand owed messages to the workers after commit, the first ones at once, the others with the next sweeps."""
    for message_id in ids[:SWEEP_SIZE]:
        enqueue("outbox.tasks.deliver_message", message_id=message_id)


def _claim(message_id: int, now: datetime) -> Message | None:
    due = due_messages(now).filter(pk=message_id, attempts__lt=ATTEMPTS).order_by()
    taken = due.update(state=Message.State.CLAIMED, lease_until=now + LEASE, attempts=F("attempts") + 1)
    if not taken:
        return None
    return Message.objects.select_related("recipient").get(pk=message_id)


def _send(message: Message) -> None:
    if message.channel == Message.Channel.SMS:
        phone = str(getattr(message.recipient, "phone", None) or "")
        if not phone:
            raise MessageInvalid("收信人没有手机号码。")
        logger.info("SMS to %s: %s", mask_phone(phone), message.code)
        import_string(settings.SMS_BACKEND)().send(phone=phone, text=message.body)
        return
    _mail(message).send()


def _mail(message: Message) -> EmailMessage:
    address = str(getattr(message.recipient, "email", None) or "")
    if not address:  # Django would send nothing and say nothing
        raise MessageInvalid("收信人没有电子邮箱。")
    text = message.body
    if message.link and settings.PUBLIC_ORIGIN:
        text = f"{text}\n\n{settings.PUBLIC_ORIGIN}{message.link}"
    return EmailMessage(subject=message.subject, body=text, to=[address])


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
