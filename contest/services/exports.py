"""Taking personal data out of the system is an official act (design §5)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from contest.exceptions import ContestRefused
from contest.models import Contest
from ledger.services import record_event


@transaction.atomic
def record_export(*, contest: Contest, count: int, reason: str, actor: User, now: datetime) -> None:
    """Record that registrations left with full ID numbers and phones. Refuses (ContestRefused) an empty reason."""
    if not reason.strip():
        raise ContestRefused("导出完整的身份证号和电话须写明用途。")
    payload = {"contest": contest.pk, "count": count}
    record_event(edition=contest.edition, kind="personal_data_exported", actor=actor, payload=payload, now=now)
