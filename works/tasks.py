"""Reading handed-in files: one task per row, idempotent, and the sweep that finishes what a killed worker left."""

import logging

from celery import shared_task
from django.utils import timezone

from core.exceptions import DomainError
from works.services import readings, show_copies

logger = logging.getLogger(__name__)


@shared_task(name="works.tasks.read_work_file")
def read_work_file(*, file_id: int) -> None:
    """Read one file, if its row still owes it."""
    file = readings.claim_reading(file_id=file_id, now=timezone.now())
    if file is None:
        return
    try:
        facts = readings.read_file(file)
    except DomainError as refused:
        readings.park_reading(file=file, reason=refused.message)
        return
    except OSError as error:
        logger.exception("file %s of a work could not be read", file.pk)
        readings.fail_reading(file=file, reason=f"文件没有读出来：{error.strerror}")
        return
    readings.finish_reading(file=file, facts=facts)


@shared_task(name="works.tasks.sweep_work_files")
def sweep_work_files() -> None:
    now = timezone.now()
    readings.sweep_readings(now=now)
    show_copies.sweep_show_copies(now=now)


@shared_task(name="works.tasks.make_show_copy")
def make_show_copy(*, file_id: int) -> None:
    """Make what the gallery shows of one file of a winning work, if it is still owed."""
    file = show_copies.claim_show_copy(file_id=file_id, now=timezone.now())
    if file is None:
        return
    try:
        made = show_copies.make_copy(file)
    except (DomainError, OSError) as error:
        logger.exception("file %s of a work cannot be shown", file.pk)
        show_copies.give_up(file=file, reason=error.message if isinstance(error, DomainError) else str(error.strerror))
        return
    show_copies.keep_copy(file=file, made=made)
