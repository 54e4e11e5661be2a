"""What can be refused of messages."""

from core.exceptions import DomainError


class MessageInvalid(DomainError):
    """A message or template that cannot be sent or kept as it is."""

    code = "message_invalid"
