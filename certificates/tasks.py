"""Making certificates and proofs: idempotent tasks by row, and the sweep that finishes what a killed worker left."""

import logging
from typing import Any

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from celery.signals import worker_process_init, worker_ready
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from certificates import services
from certificates.documents.sampling import sample_faults
from certificates.models import Batch, Certificate
from certificates.rendering import compiler
from certificates.rendering.proofs import NOWHERE
from core.exceptions import DomainError

logger = logging.getLogger(__name__)

TIME_LIMIT = max(20, int(services.LEASE.total_seconds()) - 20)  # ended before another may take its rows over


@worker_process_init.connect
def prepare_compiler(**kwargs: Any) -> None:
    """Load the fonts once per worker process, after the fork (design §11)."""
    compiler()


@worker_ready.connect
def sweep_at_start(**kwargs: Any) -> None:
    """What the last worker left is not made to wait for beat."""
    sweep_certificates.delay()


@shared_task(name="certificates.tasks.make_certificates", time_limit=TIME_LIMIT, soft_time_limit=TIME_LIMIT - 10)
def make_certificates(*, certificate_ids: list[int]) -> None:
    """Make the files of these certificates, of those rows that still owe them."""
    claimed = services.claim_certificates(certificate_ids=certificate_ids, now=timezone.now())
    made: list[services.MadeFile] = []
    try:
        for certificate in claimed:
            if (one := _made(certificate)) is not None:
                made.append(one)
    finally:
        services.finish_certificates(made=made, now=timezone.now())


@shared_task(name="certificates.tasks.make_certificate")
def make_certificate(*, certificate_id: int) -> None:
    """Make one certificate's file, if the row still owes it."""
    make_certificates(certificate_ids=[certificate_id])


@shared_task(name="certificates.tasks.make_proof")
def make_proof(*, batch_id: int) -> None:
    """Make the next part of a batch's proof, or its whole after the last part."""
    batch = services.claim_proof(batch_id=batch_id, now=timezone.now())
    if batch is None:
        return
    try:
        _make_proof(batch)
    except DomainError as error:
        services.fail_proof(batch=batch, reason=error.message)
    except OSError as error:
        logger.exception("proof of batch %s could not be stored", batch.pk)
        services.fail_proof(batch=batch, reason=f"文件没有存下来：{error.strerror}")


def _make_proof(batch: Batch) -> None:
    nowhere = _origin() + reverse("certificate_check_token", args=[NOWHERE])
    if rows := services.make_part(batch=batch, check_url=nowhere):
        services.finish_part(batch=batch, rows=rows)
        return
    file, file_sha256 = services.make_whole(batch=batch)
    services.finish_proof(batch=batch, file=file, file_sha256=file_sha256, now=timezone.now())


@shared_task(name="certificates.tasks.sweep_certificates")
def sweep_certificates() -> None:
    services.sweep_owed(now=timezone.now())
    services.sweep_proofs(now=timezone.now())
    services.remove_leftovers(now=timezone.now())


def _made(certificate: Certificate) -> services.MadeFile | None:
    """None where it failed: the row says why."""
    try:
        made = services.make_file(certificate, check_url=check_url(certificate))
        faults = sample_faults(certificate, file=made.file, check_url=check_url(certificate))
    except SoftTimeLimitExceeded:
        raise
    except DomainError as error:
        reason = error.message
    except OSError as error:
        logger.exception("certificate %s could not be stored", certificate.serial)
        reason = f"文件没有存下来：{error.strerror}"
    except Exception as error:
        logger.exception("certificate %s could not be made", certificate.serial)
        reason = f"制作时出错（{type(error).__name__}），请联系系统管理员查看日志。"
    else:
        if not faults:
            return made
        services.fail_certificate(certificate=certificate, reason=f"抽查不符：{'；'.join(faults)}。", parks=True)
        return None
    services.fail_certificate(certificate=certificate, reason=reason)
    return None


def check_url(certificate: Certificate) -> str:
    """Where the printed code leads: the public page that says whether this certificate is genuine."""
    return _origin() + reverse("certificate_check_token", args=[certificate.token])


def _origin() -> str:
    return settings.PUBLIC_ORIGIN or "http://127.0.0.1:8000"
