"""征集通知: written, published, changed in public, withdrawn."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.exceptions import ConflictError
from ledger.services import record_event
from works.exceptions import SettingRefused, WorkRefused
from works.models import Selection
from works.selectors.calls import call_blockers
from works.services.selections import lock_selection

LONGEST_CALL = 20_000


@transaction.atomic
def change_call(*, selection: Selection, text: str, actor: User, now: datetime, seen: str | None = None) -> Selection:
    """Keep the call's text: a draft for nobody else, or, once published, what everybody reads from now on.

    Refuses (SettingRefused) too long a text and emptying a published one, and (ConflictError) a text written over
    one that somebody else has changed since `seen`.
    """
    locked = lock_selection(selection)
    text = text.replace("\r\n", "\n").strip()
    if seen is not None and seen.replace("\r\n", "\n") != locked.call_text:
        raise ConflictError(
            "别人刚刚改过通知正文，现在的样子在“预览”里。您写的还在下面；核对后再次保存，以您写的为准。"
        )
    if len(text) > LONGEST_CALL:
        raise SettingRefused(f"正文最多 {LONGEST_CALL} 个字，现有 {len(text)} 个，请缩短。", field="text")
    if not text and locked.call_published_at:
        raise SettingRefused("通知已经发布，正文不能清空；不再需要时请撤回通知。", field="text")
    if text == locked.call_text:
        return locked
    locked.call_text = text
    locked.save(update_fields=["call_text"])
    if locked.call_published_at:
        _record(locked, "selection_call_changed", actor, now)
    return locked


@transaction.atomic
def publish_call(*, selection: Selection, actor: User, now: datetime) -> Selection:
    """Show the call to everybody; works are taken between its dates.

    Refuses (WorkRefused) what is published already, and while call_blockers names something.
    """
    locked = lock_selection(selection)
    if locked.call_published_at:
        raise WorkRefused("通知已经发布，请刷新页面。")
    if missing := call_blockers(locked, now):
        raise WorkRefused("还不能发布：" + "".join(missing))
    locked.call_published_at = now
    locked.save(update_fields=["call_published_at"])
    _record(locked, "selection_call_published", actor, now)
    return locked


@transaction.atomic
def withdraw_call(*, selection: Selection, actor: User, now: datetime) -> Selection:
    """Take the call back: nobody hands in by it any more; what was handed in stays.

    Refuses (WorkRefused) what is not published.
    """
    locked = lock_selection(selection)
    if not locked.call_published_at:
        raise WorkRefused("通知没有发布，请刷新页面。")
    locked.call_published_at = None
    locked.save(update_fields=["call_published_at"])
    _record(locked, "selection_call_withdrawn", actor, now)
    return locked


def _record(selection: Selection, kind: str, actor: User, now: datetime) -> None:
    record_event(edition=selection.edition, kind=kind, actor=actor, payload={"selection": selection.pk}, now=now)
