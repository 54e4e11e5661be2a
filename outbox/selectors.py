"""Finding messages: a person's own, and the mails that are owed."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from core.models import Edition
from outbox.engine.kinds import KINDS
from outbox.models import Message, MessageTemplate

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


def messages_of(recipient: "AbstractBaseUser") -> QuerySet[Message]:
    """A person's in-app messages, newest first."""
    return Message.objects.filter(recipient_id=recipient.pk, channel=Message.Channel.IN_APP).order_by("-pk")


def unread_count(recipient: "AbstractBaseUser") -> int:
    """How many in-app messages a person has not marked as read."""
    return messages_of(recipient).filter(read_at__isnull=True).count()


def due_messages(now: datetime) -> QuerySet[Message]:
    """Mails and SMS that nobody is sending: owed ones whose pause is over, and claimed ones whose worker was lost."""
    unfinished = [Message.State.OWED, Message.State.CLAIMED]
    outward = [Message.Channel.MAIL, Message.Channel.SMS]
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    return Message.objects.filter(free, channel__in=outward, state__in=unfinished).order_by("pk")


def mails_since(*, recipient: "AbstractBaseUser", subject: str, since: datetime) -> QuerySet[Message]:
    """Mails of one subject to one person, so that nobody's mailbox is flooded."""
    mails = Message.objects.filter(recipient_id=recipient.pk, channel=Message.Channel.MAIL, subject=subject)
    return mails.filter(created_at__gt=since).order_by("pk")


def messages_of_edition(edition: Edition) -> QuerySet[Message]:
    """What an edition sent and owes, newest first; an account's own mails (passwords) belong to no edition."""
    rows = Message.objects.filter(edition=edition).select_related("recipient").defer("body")
    return rows.order_by("-pk")


def template_of(edition: Edition, code: str) -> MessageTemplate | None:
    """The edition's own row of a kind, in use or not."""
    return MessageTemplate.objects.filter(edition=edition, code=code).select_related("changed_by").first()


def words_of(template: MessageTemplate | None, code: str) -> tuple[str, str]:
    """Subject and body as they are sent: the edition's own where they are in use, else the shipped ones."""
    if template is not None and template.is_active:
        return template.subject, template.body
    return KINDS[code].subject, KINDS[code].body
