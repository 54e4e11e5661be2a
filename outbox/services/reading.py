"""Noting what was read."""

from datetime import datetime
from typing import TYPE_CHECKING

from outbox.models import Message
from outbox.selectors import messages_of

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


def mark_read(*, message: Message, now: datetime) -> None:
    """Note when an in-app message was first read; a second time changes nothing."""
    Message.objects.filter(pk=message.pk, read_at__isnull=True).update(read_at=now)


def mark_all_read(*, recipient: "AbstractBaseUser", now: datetime) -> int:
    """Mark every unread message of a person as read; returns how many there were."""
    return messages_of(recipient).filter(read_at__isnull=True).update(read_at=now)
