"""Messages as the office sees them: who, by which way, how far; addresses masked."""

import re

from core.text.masks import mask_phone
from outbox.engine.kinds import KINDS
from outbox.models import Message

_MAIL = re.compile(r"([\w.+-])[\w.+-]*@([\w.-]+)")


def kind_title(code: str) -> str:
    """The Chinese name of a kind of message."""
    return KINDS[code].title if code in KINDS else "其他"


def masked(text: str) -> str:
    """A text with the names in its e-mail addresses masked: z***@example.com."""
    return _MAIL.sub(r"\1***@\2", text)


def address_of(message: Message) -> str:
    """Where a message goes, masked; empty for one in the site."""
    if message.channel == Message.Channel.MAIL:
        return masked(str(getattr(message.recipient, "email", None) or ""))
    if message.channel == Message.Channel.SMS:
        return mask_phone(str(getattr(message.recipient, "phone", None) or ""))
    return ""
