"""The worker's ways in."""

from celery import shared_task
from django.utils import timezone

from outbox import services


@shared_task(name="outbox.tasks.deliver_message")
def deliver_message(*, message_id: int) -> None:
    services.deliver_message(message_id=message_id, now=timezone.now())


@shared_task(name="outbox.tasks.sweep_messages")
def sweep_messages() -> None:
    services.sweep_messages(now=timezone.now())
