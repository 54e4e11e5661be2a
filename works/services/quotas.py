"""名额外: works that the office lets in beside their unit's or author's places."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from ledger.services import record_event
from works.exceptions import WorkRefused
from works.models import Selection, Work
from works.services.screening import CHANGED, ScreeningOutcome

LONGEST_REASON = 200


@transaction.atomic
def set_outside_quota(
    *,
    works: Sequence[Work],
    seen: Mapping[int, int] | None = None,
    outside: bool,
    reason: str = "",
    actor: User,
    now: datetime,
) -> ScreeningOutcome:
    """Count works outside the quota, or inside it again; those that are so already, or have left, are named.

    `seen` as for accept_works. Refuses (WorkRefused) an empty choice, and an empty reason for leaving the quota.
    """
    if not works:
        raise WorkRefused("请先勾选作品。")
    reason = " ".join(reason.replace("\0", "").split()) if outside else ""
    if outside and not reason:
        raise WorkRefused("请写明列为名额外的原因。")
    if len(reason) > LONGEST_REASON:
        raise WorkRefused(f"原因最多 {LONGEST_REASON} 个字，现有 {len(reason)} 个，请缩短。")
    versions = {work.pk: work.version for work in works} if seen is None else dict(seen)
    locked = Selection.objects.select_for_update(of=("self",), no_key=True).select_related("edition")
    selection = locked.get(pk=works[0].selection_id)
    found = Work.objects.select_for_update(of=("self",), no_key=True).filter(selection=selection, pk__in=versions)
    outcome = ScreeningOutcome()
    for work in found.select_related("kind", "unit").order_by("pk"):
        if work.version != versions[work.pk]:
            outcome.refused.append((work, CHANGED))
        elif why := why_not(work, outside=outside):
            outcome.refused.append((work, why))
        else:
            work.outside_quota, work.outside_quota_reason = outside, reason
            work.version += 1
            outcome.done.append(work)
    Work.objects.bulk_update(outcome.done, ["outside_quota", "outside_quota_reason", "version"], batch_size=500)
    if outcome.done:
        keys = [work.pk for work in outcome.done]
        payload = {"selection": selection.pk, "works": keys, "outside_quota": outside}
        record_event(edition=selection.edition, kind="works_outside_quota", actor=actor, payload=payload, now=now)
    return outcome


def why_not(work: Work, *, outside: bool) -> str:
    """Why a work's place in the quota cannot be changed so."""
    if work.status in Work.LEFT:
        return f"现在是“{work.get_status_display()}”。"
    if work.outside_quota == outside:
        return "已在名额外。" if outside else "本来就在名额内。"
    return ""
