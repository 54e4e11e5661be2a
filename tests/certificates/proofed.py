"""Certificates the way an office issues them: drafted, proofed by the worker, approved by another account, issued."""

from datetime import datetime

from accounts.models import User
from certificates.models import Batch, Certificate
from certificates.services import approve_batch
from certificates.tasks import make_proof
from results.models import Result
from results.services import draft_batch, issue_batch


def make_whole_proof(batch: Batch) -> Batch:
    """As the worker makes it, part by part."""
    while batch.state == Batch.State.DRAFTED:
        make_proof(batch_id=batch.pk)
        batch.refresh_from_db()
        assert batch.proof_error == ""
    return batch


def proofed_and_approved(batch: Batch, *, approver: User, now: datetime) -> Batch:
    make_whole_proof(batch)
    approve_batch(batch=batch, proof_sha256=batch.proof_sha256, actor=approver, now=now)
    batch.refresh_from_db()
    return batch


def certify(result: Result, *, organiser: User, supervisor: User, now: datetime, **choice) -> list[Certificate]:
    """All certificates of a result; those that were made are owed to the worker."""
    batch = draft_batch(result=result, actor=organiser, now=now, **choice)
    proofed_and_approved(batch, approver=supervisor, now=now)
    return issue_batch(batch=batch, actor=organiser, now=now)
