"""Making certificate files: one task per row, idempotent, and the sweep that finishes what a killed worker left."""

import logging
from typing import Any

from celery import shared_task
from celery.signals import worker_process_init
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from certificates import services
from certificates.models import Certificate
from certificates.rendering import compiler
from core.exceptions import DomainError

logger = logging.getLogger(__name__)


@worker_process_init.connect
def prepare_compiler(**kwargs: Any) -> None:
    """Load the fonts once per worker process, after the fork (design §11)."""
    compiler()


@shared_task(name="certificates.tasks.make_certificate")
def make_certificate(*, certificate_id: int) -> None:
    """Make one certificate's file, if the row still owes it."""
    certificate = services.claim_certificate(certificate_id=certificate_id, now=timezone.now())
    if certificate is None:
        return
    try:
        file, file_sha256 = services.make_file(certificate, check_url=check_url(certificate))
    except DomainError as error:
        services.fail_certificate(certificate=certificate, reason=error.message)
        return
    except OSError as error:
        logger.exception("certificate %s could not be stored", certificate.serial)
        services.fail_certificate(certificate=certificate, reason=f"文件没有存下来：{error.strerror}")
        return
    services.finish_certificate(certificate=certificate, file=file, file_sha256=file_sha256, now=timezone.now())


@shared_task(name="certificates.tasks.sweep_certificates")
def sweep_certificates() -> None:
    services.sweep_owed(now=timezone.now())


def check_url(certificate: Certificate) -> str:
    """Where the printed code leads: the public page that says whether this certificate is genuine."""
    origin = settings.PUBLIC_ORIGIN or "http://127.0.0.1:8000"
    return origin + reverse("certificate_check_token", args=[certificate.token])
