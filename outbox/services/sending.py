"""Sending messages. The row is the truth, the queue a hint (design §10, pitfall 30)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from core.models import Edition
from core.tasks import enqueue
from outbox.engine.filling import fill, fill_subject
from outbox.exceptions import MessageInvalid
from outbox.models import Message
from outbox.selectors import template_of, words_of
from outbox.services.delivering import enqueue_messages

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

LONGEST_SUBJECT = 120
BATCH = 200


@dataclass(frozen=True)
class Letter:
    """One person's copy of a message: the words for its placeholders, and where it leads on this site."""

    recipient: "AbstractBaseUser"
    words: Mapping[str, str] = field(default_factory=dict)
    link: str = ""


def send_message(
    *,
    recipient: "AbstractBaseUser",
    subject: str,
    body: str,
    link: str = "",
    now: datetime,
    mail: bool = True,
    edition: Edition | None = None,
    code: str = "",
) -> Message:
    """Put a message among the recipient's own and, where he has an e-mail, owe him a mail too.

    The texts are sent as they are, never used as a template (pitfall 21). `link` is a path of this site; anything
    else is refused (MessageInvalid). Without `edition` no office lists it.
    """
    _check_link(link)
    subject = _line(subject)
    with transaction.atomic():
        message = _row(Message.Channel.IN_APP, recipient, subject, body, link, now, edition, code)
        message.save()
        if mail:
            send_mail(recipient=recipient, subject=subject, body=body, link=link, now=now, edition=edition, code=code)
    return message


def send_mail(
    *,
    recipient: "AbstractBaseUser",
    subject: str,
    body: str,
    link: str = "",
    now: datetime,
    edition: Edition | None = None,
    code: str = "",
) -> Message | None:
    """Owe a mail alone, for what must not stay among a person's messages; None where there is no way to send it."""
    if not _takes_mail(recipient):
        return None
    with transaction.atomic():
        message = _row(Message.Channel.MAIL, recipient, _line(subject), body, link, now, edition, code)
        message.save()
        enqueue("outbox.tasks.deliver_message", message_id=message.pk)
    return message


def send_letters(*, edition: Edition, code: str, letters: Sequence[Letter], now: datetime) -> int:
    """Send one kind of message in the edition's words to many people; returns to how many.

    In the site always, by mail where there is an address, by SMS where the edition wants it for this kind and the
    account has a phone. An SMS says the subject alone: what the body tells stays behind the sign-in. The number of
    queries does not depend on the number of people.
    """
    if not letters:
        return 0
    template = template_of(edition, code)
    own_subject, own_body = words_of(template, code)
    rows: list[Message] = []
    for letter in letters:
        _check_link(letter.link)
        words = {"届次": edition.title, **letter.words}
        subject, body = _line(fill_subject(own_subject, words)), fill(own_body, words)
        to = letter.recipient
        rows.append(_row(Message.Channel.IN_APP, to, subject, body, letter.link, now, edition, code))
        if _takes_mail(to):
            rows.append(_row(Message.Channel.MAIL, to, subject, body, letter.link, now, edition, code))
        if template is not None and template.sms and getattr(to, "phone", None):
            short = f"{subject}。详情请登录后在“我的消息”中查看。"
            rows.append(_row(Message.Channel.SMS, to, subject, short, "", now, edition, code))
    with transaction.atomic():
        made = Message.objects.bulk_create(rows, batch_size=BATCH)
        enqueue_messages([row.pk for row in made if row.state == Message.State.OWED])
    return len(letters)


def _row(
    channel: Message.Channel,
    recipient: "AbstractBaseUser",
    subject: str,
    body: str,
    link: str,
    now: datetime,
    edition: Edition | None,
    code: str,
) -> Message:
    is_there = channel == Message.Channel.IN_APP
    return Message(
        channel=channel,
        recipient_id=recipient.pk,
        subject=subject,
        body=body,
        link=link,
        edition=edition,
        code=code,
        created_at=now,
        state=Message.State.SENT if is_there else Message.State.OWED,
        sent_at=now if is_there else None,
    )


def _takes_mail(recipient: "AbstractBaseUser") -> bool:
    return bool(settings.EMAIL_HOST and getattr(recipient, "email", None))


def _line(subject: str) -> str:
    return " ".join(subject.split())[:LONGEST_SUBJECT]


def _check_link(link: str) -> None:
    if link and (not link.startswith("/") or link.startswith("//")):
        raise MessageInvalid("消息中的链接必须是本站地址。")
