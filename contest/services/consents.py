"""监护人同意: recorded from paper by the office, or given by the guardian's own account (domain.md D4)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from contest.exceptions import ContestRefused
from contest.models import Contest, Contestant
from ledger.services import record_event


@transaction.atomic
def record_guardian_consent(
    *, contest: Contest, contestants: Sequence[int], actor: User, now: datetime
) -> list[Contestant]:
    """The organiser states that the guardians' written consents are on file; nobody is accepted by that alone.

    Refuses (ContestRefused) an empty choice; who has a consent already, has left, or names no guardian is passed over.
    """
    waiting = list(
        Contestant.objects.select_for_update(of=("self",), no_key=True)
        .filter(contest=contest, pk__in=contestants, guardian_consent_at__isnull=True)
        .exclude(guardian_name="")
        .exclude(status__in=Contestant.LEFT)
        .order_by("pk")
    )
    if not waiting:
        raise ContestRefused("请先勾选要登记监护人同意的选手；没有监护人姓名的，先补全。")
    for contestant in waiting:
        contestant.guardian_consent_at, contestant.guardian_consent_how = now, Contestant.Consent.WRITTEN
    Contestant.objects.bulk_update(waiting, ["guardian_consent_at", "guardian_consent_how"], batch_size=500)
    payload = {"contest": contest.pk, "contestants": [contestant.pk for contestant in waiting]}
    record_event(edition=contest.edition, kind="guardian_consent_recorded", actor=actor, payload=payload, now=now)
    return waiting
