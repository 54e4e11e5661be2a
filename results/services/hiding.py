"""Rows of a list that name nobody any more: on pages, in notices, in the gallery and the API (design §13)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from ledger.services import record_event
from results.exceptions import ResultRefused
from results.models import HiddenEntry, Result
from results.services.locking import locked_result
from results.services.notices import hide_in_notices

LONGEST_REASON = 200


@transaction.atomic
def hide_entry(*, result: Result, entry: str, reason: str, actor: User, now: datetime) -> HiddenEntry:
    """Show 某某 for the people of an entry wherever the public reads of a result; the list stays whole.

    Refuses (ResultRefused) an entry that no version of the roster has, one that is hidden already, and no reason.
    """
    locked = locked_result(result)
    why = _reason(reason)
    if not any(row["entry"] == entry for roster in locked.rosters.all() for row in roster.rows):
        raise ResultRefused(f"名册中没有编号 {entry[:20]}，请刷新页面后重新选择。")
    if HiddenEntry.objects.filter(result=locked, entry=entry).exists():
        raise ResultRefused(f"编号 {entry} 的姓名已经不公开，不必重复。")
    hidden = HiddenEntry.objects.create(result=locked, entry=entry, reason=why, hidden_by=actor, hidden_at=now)
    hide_in_notices(locked, actor=actor, now=now)
    payload = {"result": locked.pk, "entry": entry}
    record_event(edition=locked.edition, kind="entry_hidden", actor=actor, payload=payload, now=now)
    return hidden


@transaction.atomic
def show_entry(*, result: Result, entry: str, reason: str, actor: User, now: datetime) -> None:
    """Name the people of a hidden entry in public again. Refuses (ResultRefused) one not hidden, and no reason."""
    locked = locked_result(result)
    _reason(reason)
    found = HiddenEntry.objects.filter(result=locked, entry=entry).first()
    if found is None:
        raise ResultRefused(f"编号 {entry[:20]} 的姓名本来就公开，请刷新页面。")
    found.delete()
    hide_in_notices(locked, actor=actor, now=now)
    payload = {"result": locked.pk, "entry": entry}
    record_event(edition=locked.edition, kind="entry_shown", actor=actor, payload=payload, now=now)


def _reason(reason: str) -> str:
    why = " ".join(reason.split())
    if not why:
        raise ResultRefused("请写明原因，它只在内部显示。")
    if len(why) > LONGEST_REASON:
        raise ResultRefused(f"原因最多 {LONGEST_REASON} 个字，现有 {len(why)} 个，请缩短。")
    return why
