"""One act on an objection in the ledger: its receipt, ids and salted digests, never a name or a text."""

from datetime import datetime

from accounts.models import User
from ledger.services import record_event
from results.models import ObjectionStep
from results.selectors.objections import step_digest


def record_step(step: ObjectionStep, *, kind: str, actor: User | None, now: datetime, **more: str | int | None) -> None:
    """Write a stored step into the chain, last in its transaction."""
    objection = step.objection
    payload = {
        "objection": objection.pk,
        "receipt": objection.receipt,
        "result": objection.result_id,
        "step": step.pk,
        "state": str(step.state),
        "step_digest": step_digest(step, objection.salt),
        **more,
    }
    record_event(edition=objection.result.edition, kind=kind, actor=actor, payload=payload, now=now)
