"""Sending, delivering and reading messages, and an edition's words for them."""

from outbox.exceptions import MessageInvalid
from outbox.services.delivering import (
    ATTEMPTS,
    LEASE,
    PAUSE,
    deliver_message,
    retry_message,
    retry_parked,
    sweep_messages,
)
from outbox.services.reading import mark_all_read, mark_read
from outbox.services.sending import Letter, send_letters, send_mail, send_message
from outbox.services.wording import check_words, copy_templates, reset_template, save_template

__all__ = [
    "ATTEMPTS",
    "LEASE",
    "PAUSE",
    "Letter",
    "MessageInvalid",
    "check_words",
    "copy_templates",
    "deliver_message",
    "mark_all_read",
    "mark_read",
    "reset_template",
    "retry_message",
    "retry_parked",
    "save_template",
    "send_letters",
    "send_mail",
    "send_message",
    "sweep_messages",
]
