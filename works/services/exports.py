"""Taking contacts out of the system is an official act (design §5)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from ledger.services import record_event
from works.exceptions import WorkRefused
from works.models import ContactExport, Selection

LONGEST_REASON = 200


@transaction.atomic
def record_export(*, selection: Selection, count: int, reason: str, actor: User, now: datetime) -> ContactExport:
    """Record that so many works left with their makers' phones and e-mails, and what for.

    Refuses (WorkRefused) an empty reason and one of more than 200 characters.
    """
    purpose = reason.replace("\0", "").strip()
    if not purpose:
        raise WorkRefused("导出联系方式须写明用途。")
    if len(purpose) > LONGEST_REASON:
        raise WorkRefused(f"用途最多 {LONGEST_REASON} 个字，请写得简短些。")
    export = ContactExport.objects.create(
        selection=selection, count=count, reason=purpose, exported_by=actor, exported_at=now
    )
    payload = {"selection": selection.pk, "count": count, "export": export.pk}
    record_event(edition=selection.edition, kind="personal_data_exported", actor=actor, payload=payload, now=now)
    return export
