"""Finding messages: a person's own, and the mails that are owed."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from outbox.models import Message

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


def messages_of(recipient: "AbstractBaseUser") -> QuerySet[Message]:
    """A person's in-app messages, newest first."""
    return Message.objects.filter(recipient_id=recipient.pk, channel=Message.Channel.IN_APP).order_by("-pk")


def unread_count(recipient: "AbstractBaseUser") -> int:
    """How many in-app messages a person has not marked as read."""
    return messages_of(recipient).filter(read_at__isnull=True).count()


def due_mails(now: datetime) -> QuerySet[Message]:
    """Mails that nobody is sending: owed ones whose pause is over, and claimed ones whose worker was lost."""
    unfinished = [Message.State.OWED, Message.State.CLAIMED]
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    return Message.objects.filter(free, channel=Message.Channel.MAIL, state__in=unfinished).order_by("pk")


def mails_since(*, recipient: "AbstractBaseUser", subject: str, since: datetime) -> QuerySet[Message]:
    """Mails of one subject to one person, so that nobody's mailbox is flooded."""
    mails = Message.objects.filter(recipient_id=recipient.pk, channel=Message.Channel.MAIL, subject=subject)
    return mails.filter(created_at__gt=since).order_by("pk")
