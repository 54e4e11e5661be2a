"""Publishing a confirmed roster and taking a publication back."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from certificates.services import revoke_certificates
from ledger.services import record_event
from results.exceptions import ResultRefused
from results.models import Result
from results.selectors import blockers, latest_roster
from results.services.certificates import FAMILIES, certificate_family
from results.services.locking import locked_result
from results.services.messages import notify_published, notify_withdrawn
from results.services.notices import close_publicity_notices, withdraw_result_notices


@transaction.atomic
def publish_result(*, result: Result, actor: User, now: datetime) -> None:
    """Show the newest roster to the public.

    Refuses (ResultRefused) while `blockers` has anything, naming all of it, and a roster that is public already.
    A later roster replaces an earlier one only here, so that what is published never changes by itself (pitfall 18).
    The notices of its 公示 end.
    """
    locked = locked_result(result)
    if open_matters := blockers(locked, now=now):
        raise ResultRefused("暂不能公布：" + "；".join(blocker.text for blocker in open_matters) + "。")
    roster = latest_roster(locked)
    if roster is None or (locked.state == Result.State.PUBLISHED and locked.published_id == roster.pk):
        raise ResultRefused("最新的名册已经公布，不必重复。")
    if Result.State.PUBLISHED not in Result.MOVES[Result.State(locked.state)]:
        raise ResultRefused("结果还没有确认，不能公布。")
    replaced = locked.published if locked.state == Result.State.PUBLISHED else None
    locked.state = Result.State.PUBLISHED
    locked.published, locked.published_at = roster, now
    locked.withdrawn_at, locked.withdrawn_reason = None, ""
    locked.save(update_fields=["state", "published", "published_at", "withdrawn_at", "withdrawn_reason"])
    close_publicity_notices(locked, actor=actor, now=now)
    notify_published(locked, previous=replaced, now=now)
    payload = {
        "result": locked.pk,
        "roster": roster.version,
        "roster_sha256": roster.sha256,
        "snapshot": roster.snapshot.number,
        "snapshot_sha256": roster.snapshot.sha256,
    }
    record_event(edition=locked.edition, kind="result_published", actor=actor, payload=payload, now=now)


@transaction.atomic
def withdraw_result(*, result: Result, reason: str, actor: User, now: datetime) -> None:
    """Take a published list from the public with all that was announced of it; its certificates are revoked.

    Refuses (ResultRefused) one that is not public, and an empty reason.
    """
    locked = locked_result(result)
    if Result.State.WITHDRAWN not in Result.MOVES[Result.State(locked.state)]:
        raise ResultRefused("只有已公布的结果可以撤回。")
    if not reason.strip():
        raise ResultRefused("请写明撤回的原因，它会显示在公开页面上。")
    locked.state = Result.State.WITHDRAWN
    locked.withdrawn_at, locked.withdrawn_reason = now, reason.strip()
    locked.save(update_fields=["state", "withdrawn_at", "withdrawn_reason"])
    withdraw_result_notices(locked, reason=reason, actor=actor, now=now)
    notify_withdrawn(locked, now=now)
    payload = {"result": locked.pk, "published": locked.published_id}
    for kind in FAMILIES:
        revoke_certificates(
            edition=locked.edition,
            family=certificate_family(locked, kind),
            reason=f"结果已撤回：{reason.strip()}",
            actor=actor,
            now=now,
        )
    record_event(edition=locked.edition, kind="result_withdrawn", actor=actor, payload=payload, now=now)


@transaction.atomic
def set_publication(
    *,
    result: Result,
    book_access: str,
    shows_everybody: bool,
    list_order: str = Result.ListOrder.RANK,
    actor: User,
    now: datetime,
) -> None:
    """Say who may read the result book, whether every rank is shown, and in which order the winners of a tier stand.

    Refuses (ResultRefused) an unknown access or order, and every rank beside a list 排名不分先后, which has none.
    """
    if book_access not in Result.BookAccess.values:
        raise ResultRefused("没有这种公开范围，请从列表中选择。")
    if list_order not in Result.ListOrder.values:
        raise ResultRefused("没有这种名单排列，请从列表中选择。")
    if shows_everybody and list_order != Result.ListOrder.RANK:
        raise ResultRefused("排名不分先后的名单不公布全部名次，请二选一。")
    locked = locked_result(result)
    locked.book_access, locked.shows_everybody, locked.list_order = book_access, shows_everybody, list_order
    locked.save(update_fields=["book_access", "shows_everybody", "list_order"])
    payload = {
        "result": locked.pk,
        "book_access": book_access,
        "shows_everybody": shows_everybody,
        "list_order": str(list_order),
    }
    record_event(edition=locked.edition, kind="publication_set", actor=actor, payload=payload, now=now)
