"""Letting authors read what reviewers wrote to them: by the office's word, after the result is public."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from ledger.services import record_event
from results.models import Result
from scoring.models import Round
from works.exceptions import WorkRefused
from works.models import Admission


@transaction.atomic
def release_comments(*, round: Round, codes: Sequence[str], actor: User, now: datetime) -> int:
    """Release the comments to the authors of these entries (none named: of all); returns how many are new.

    Refuses (WorkRefused) before the result is public, a code that is not in the round, and a release that changes
    nothing.
    """
    if not Result.objects.filter(round=round, state=Result.State.PUBLISHED).exists():
        raise WorkRefused("结果公布以后才能把评审意见反馈给作者。")
    wanted = Admission.objects.filter(entry__round=round)
    if codes:
        wanted = wanted.filter(entry__code__in=codes)
        if missing := set(codes) - set(wanted.values_list("entry__code", flat=True)):
            raise WorkRefused(f"本轮没有编号 {'、'.join(sorted(missing))}，请刷新页面。")
    fresh = wanted.filter(comments_released_at__isnull=True)
    released = sorted(fresh.values_list("entry__code", flat=True))
    if not released:
        raise WorkRefused("这些作品的评审意见已经反馈，不必重复。")
    fresh.update(comments_released_at=now, comments_released_by=actor)
    payload = {"round": round.pk, "entries": released}
    record_event(edition=round.edition, kind="comments_released", actor=actor, payload=payload, now=now)
    return len(released)
