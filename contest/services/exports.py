"""Taking personal data out of the system is an official act (design §5)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from contest.exceptions import ContestRefused
from contest.models import Contest, PersonalDataExport
from ledger.services import record_event

LONGEST_REASON = 200


@transaction.atomic
def record_export(*, contest: Contest, count: int, reason: str, actor: User, now: datetime) -> PersonalDataExport:
    """Record that registrations left with full ID numbers and phones, and what for.

    Refuses (ContestRefused) an empty reason and one of more than 200 characters.
    """
    reason = reason.strip()
    if not reason:
        raise ContestRefused("导出完整的身份证号和电话须写明用途。")
    if len(reason) > LONGEST_REASON:
        raise ContestRefused(f"用途最多 {LONGEST_REASON} 个字，请写得简短些。")
    export = PersonalDataExport.objects.create(
        contest=contest, count=count, reason=reason.replace("\0", ""), exported_by=actor, exported_at=now
    )
    payload = {"contest": contest.pk, "count": count, "export": export.pk}
    record_event(edition=contest.edition, kind="personal_data_exported", actor=actor, payload=payload, now=now)
    return export
