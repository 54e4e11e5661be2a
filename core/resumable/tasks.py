"""Examining received uploads: one task per row, idempotent, and the sweep that finishes what was left behind."""

import logging

from celery import shared_task
from django.http import Http404
from django.utils import timezone

from core.exceptions import DomainError
from core.resumable import examining

logger = logging.getLogger(__name__)


@shared_task(name="core.tasks.examine_upload")
def examine_upload(*, upload_id: int) -> None:
    """Examine one received upload, if the row still owes it, and hand it to its programme."""
    upload = examining.claim_upload(upload_id=upload_id, now=timezone.now())
    if upload is None:
        return
    try:
        findings = examining.examine_file(upload)
        examining.finish_upload(upload=upload, findings=findings, now=timezone.now())
    except DomainError as error:
        examining.refuse_upload(upload=upload, message=error.message, now=timezone.now())
    except Http404:
        message = "这个文件要交给的对象已经没有了，或者您不能再为它提交文件。"
        examining.refuse_upload(upload=upload, message=message, now=timezone.now())
    except Exception as error:
        logger.exception("upload %s could not be examined", upload.pk)
        examining.fail_upload(upload=upload, reason=f"{type(error).__name__}: {error}")


@shared_task(name="core.tasks.sweep_uploads")
def sweep_uploads() -> None:
    examining.sweep_uploads(now=timezone.now())
