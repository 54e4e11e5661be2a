"""报名通知: written, published, changed in public, withdrawn."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from contest.exceptions import ContestRefused, SettingRefused
from contest.models import Contest
from contest.selectors.calls import call_blockers
from core.exceptions import ConflictError
from ledger.services import record_event

LONGEST_CALL = 20_000


@transaction.atomic
def change_call(*, contest: Contest, text: str, actor: User, now: datetime, seen: str | None = None) -> Contest:
    """Keep the call's text: a draft for nobody else, or, once published, what everybody reads from now on.

    Refuses (SettingRefused) too long a text and emptying a published one, and (ConflictError) a text written over
    one that somebody else has changed since `seen`.
    """
    locked = _locked(contest)
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
        payload = {"contest": locked.pk}
        record_event(edition=locked.edition, kind="call_changed", actor=actor, payload=payload, now=now)
    return locked


@transaction.atomic
def publish_call(*, contest: Contest, actor: User, now: datetime) -> Contest:
    """Show the call to everybody; registration is open between its dates.

    Refuses (ContestRefused) what is published already, and while call_blockers names something.
    """
    locked = _locked(contest)
    if locked.call_published_at:
        raise ContestRefused("通知已经发布，请刷新页面。")
    if missing := call_blockers(locked, now):
        raise ContestRefused("还不能发布：" + "".join(missing))
    locked.call_published_at = now
    locked.save(update_fields=["call_published_at"])
    payload = {"contest": locked.pk}
    record_event(edition=locked.edition, kind="call_published", actor=actor, payload=payload, now=now)
    return locked


@transaction.atomic
def withdraw_call(*, contest: Contest, actor: User, now: datetime) -> Contest:
    """Take the call back: nobody registers by it any more; who has registered stays.

    Refuses (ContestRefused) what is not published.
    """
    locked = _locked(contest)
    if not locked.call_published_at:
        raise ContestRefused("通知没有发布，请刷新页面。")
    locked.call_published_at = None
    locked.save(update_fields=["call_published_at"])
    payload = {"contest": locked.pk}
    record_event(edition=locked.edition, kind="call_withdrawn", actor=actor, payload=payload, now=now)
    return locked


def _locked(contest: Contest) -> Contest:
    return Contest.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=contest.pk)
