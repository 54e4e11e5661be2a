"""Enqueueing by name, so that services need not import the tasks above them."""

import logging
from functools import partial

from django.db import transaction

logger = logging.getLogger(__name__)


def enqueue(task: str, **ids: int | list[int]) -> None:
    """Send a task by its name after commit. A broker that is down is logged: the sweep finds the row (design §10)."""
    transaction.on_commit(partial(_send, task, ids))


def _send(task: str, ids: dict[str, int | list[int]]) -> None:
    from celery import current_app  # slow import, needed only by processes that enqueue

    try:
        current_app.send_task(task, kwargs=ids, retry=False)
    except Exception:
        logger.exception("could not enqueue %s %s; the sweep will", task, ids)
