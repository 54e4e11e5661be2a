"""Taking personal data out of the system is an official act (design §5)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from contest.exceptions import ContestRefused
from contest.models import Contest, Contestant, PersonalDataExport
from ledger.services import record_event

LONGEST_REASON = 200


@transaction.atomic
def record_export(*, contest: Contest, count: int, reason: str, actor: User, now: datetime) -> PersonalDataExport:
    """Record that registrations left with full ID numbers and phones, and what for.

    Refuses (ContestRefused) an empty reason and one of more than 200 characters.
    """
    export = _keep(contest, count, reason, actor, now)
    payload = {"contest": contest.pk, "count": count, "export": export.pk}
    record_event(edition=contest.edition, kind="personal_data_exported", actor=actor, payload=payload, now=now)
    return export


@transaction.atomic
def record_reveal(*, contestant: Contestant, reason: str, actor: User, now: datetime) -> PersonalDataExport:
    """Record that one person's document number, birth date and phones were shown in full, and what for.

    Kept beside the exports, with a count of one; refusals as there.
    """
    export = _keep(contestant.contest, 1, reason, actor, now)
    payload = {"contest": contestant.contest_id, "contestant": contestant.pk, "export": export.pk}
    edition = contestant.contest.edition
    record_event(edition=edition, kind="personal_data_revealed", actor=actor, payload=payload, now=now)
    return export


def _keep(contest: Contest, count: int, reason: str, actor: User, now: datetime) -> PersonalDataExport:
    reason = reason.replace("\0", "").strip()
    if not reason:
        raise ContestRefused("查看或导出完整的证件号码和电话须写明用途。")
    if len(reason) > LONGEST_REASON:
        raise ContestRefused(f"用途最多 {LONGEST_REASON} 个字，请写得简短些。")
    return PersonalDataExport.objects.create(
        contest=contest, count=count, reason=reason, exported_by=actor, exported_at=now
    )
