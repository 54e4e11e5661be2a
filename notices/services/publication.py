"""A notice before the public: published once and for all, closed, withdrawn; names taken out of it."""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.canonical import canonical_json
from core.exceptions import ConflictError
from core.models import Edition
from core.text.names import normalise_name
from ledger.services import record_event
from notices.exceptions import NoticeRefused
from notices.models import Notice, PublishedText
from notices.selectors import attachments_of, draft_mark, text_digest
from notices.services.drafts import lock_notice

LONGEST_REASON = 300


@transaction.atomic
def publish_notice(
    *,
    notice: Notice,
    actor: User,
    now: datetime,
    current: "tuple[Sequence[Any], str] | None" = None,
    seen: str | None = None,
) -> PublishedText:
    """Freeze a draft as its PublishedText: from now on everybody reads that, and nobody changes it.

    `current` are the lists and the source as results computes them at this moment. Refuses (NoticeRefused) what is
    published already, everything that `draft_faults` names, and a notice of a result whose lists are not `current`;
    (ConflictError) a draft whose texts or files somebody changed since the preview that was `seen` (draft_mark).
    """
    locked = lock_notice(notice)
    _refuse_move(locked, Notice.State.PUBLISHED, "公告已经发布，不必重复；请刷新页面。")
    if seen is not None and seen != draft_mark(locked):
        raise ConflictError("您核对之后，别人改过这份公告，没有发布。现在的样子在下面，请核对后再发布。")
    if faults := draft_faults(locked, now):
        raise NoticeRefused("还不能发布：" + "".join(faults))
    if locked.subject and (current is None or _plain(current) != _plain((locked.lists, locked.source))):
        raise NoticeRefused(
            "名单与定格成绩不一致：起草之后，定格成绩或名册有了变化。请删除这份草稿，按现在的结果重新起草。",
            code="lists_changed",
        )
    document = document_of(locked)
    salt = secrets.token_hex(32)
    text = PublishedText.objects.create(
        notice=locked,
        document=document,
        salt=salt,
        sha256=text_digest(salt, document),
        published_by=actor,
        published_at=now,
    )
    locked.state, locked.published_at = Notice.State.PUBLISHED, now
    locked.save(update_fields=["state", "published_at"])
    notice.state, notice.published_at = locked.state, now
    _record("notice_published", locked, actor, now, sha256=text.sha256)
    return text


@transaction.atomic
def close_notice(*, notice: Notice, actor: User, now: datetime) -> None:
    """Say that a published notice is over (a call, a public notice period); everybody still reads it.

    Refuses (NoticeRefused) what is not published, or closed already.
    """
    locked = lock_notice(notice)
    _refuse_move(locked, Notice.State.CLOSED, "只有已发布的公告可以结束；请刷新页面，核对它现在的状态。")
    locked.state, locked.closed_at = Notice.State.CLOSED, now
    locked.save(update_fields=["state", "closed_at"])
    notice.state, notice.closed_at = locked.state, now
    _record("notice_closed", locked, actor, now)


@transaction.atomic
def withdraw_notice(*, notice: Notice, reason: str, actor: User, now: datetime) -> None:
    """Take a notice from the public; its page says so and why, and the published text stays in the house.

    Refuses (NoticeRefused) what was never published or is withdrawn already, and an empty or too long reason.
    """
    locked = lock_notice(notice)
    _refuse_move(locked, Notice.State.WITHDRAWN, "只有已发布或已结束的公告可以撤回；请刷新页面，核对它现在的状态。")
    why = " ".join(reason.replace("\0", "").split())
    if not why:
        raise NoticeRefused("请写明撤回的原因，它会显示在公开页面上。", field="reason")
    if len(why) > LONGEST_REASON:
        raise NoticeRefused(f"撤回原因最多 {LONGEST_REASON} 个字，现有 {len(why)} 个，请缩短。", field="reason")
    locked.state, locked.withdrawn_at, locked.withdrawn_reason = Notice.State.WITHDRAWN, now, why
    locked.save(update_fields=["state", "withdrawn_at", "withdrawn_reason"])
    notice.state, notice.withdrawn_at, notice.withdrawn_reason = locked.state, now, why
    _record("notice_withdrawn", locked, actor, now)


@transaction.atomic
def set_hidden_names(*, edition: Edition, subject: str, names: Sequence[str], actor: User, now: datetime) -> None:
    """Say which names no notice of a subject shows any more; the list replaces the one before.

    Drafts, published and withdrawn notices alike; a later one of the subject begins with them. Refuses
    (NoticeRefused) no subject. The ledger gets how many, never which.
    """
    if not subject:
        raise NoticeRefused("没有说明是哪个结果的公告。")
    hidden = sorted({normalise_name(name) for name in names if name.strip()})
    rows = Notice.objects.select_for_update(of=("self",), no_key=True).filter(edition=edition, subject=subject)
    changed = [notice for notice in rows.order_by("pk") if notice.hidden_names != hidden]
    if not changed:
        return
    for notice in changed:
        notice.hidden_names = hidden
    Notice.objects.bulk_update(changed, ["hidden_names"])
    payload = {"about": subject, "hidden": len(hidden), "notices": [notice.pk for notice in changed]}
    record_event(edition=edition, kind="notice_names_hidden", actor=actor, payload=payload, now=now)


def draft_faults(notice: Notice, now: datetime) -> list[str]:
    """What keeps a draft from being published, each a sentence; the page's check list shows the same."""
    return [text for text, done in draft_checks(notice, now) if not done]


def draft_checks(notice: Notice, now: datetime) -> list[tuple[str, bool]]:
    """The check list before publication: what must be, as a sentence that says what to do, and whether it is so."""
    today = timezone.localdate(now)
    return [
        ("请填写标题。", bool(notice.title)),
        ("正文和名单都是空的，请填写正文。", bool(notice.body or notice.lists)),
        ("请填写落款。", bool(notice.signed_by)),
        (f"成文日期不能晚于今天（{today.year}年{today.month}月{today.day}日），请更正。", notice.dated <= today),
    ]


def document_of(notice: Notice) -> dict[str, Any]:
    """A notice as it is published: the keys that models.PublishedText describes, of plain values only."""
    document = {
        "kind": str(notice.kind),
        "title": notice.title,
        "number": notice.number,
        "addressees": notice.addressees,
        "body": notice.body,
        "signed_by": notice.signed_by,
        "dated": notice.dated.isoformat(),
        "subject": notice.subject,
        "lists": notice.lists,
        "source": notice.source,
        "attachments": [
            {"id": each.pk, "name": each.name, "format": each.format, "size": each.size, "sha256": each.sha256}
            for each in attachments_of(notice)
        ],
    }
    plain: dict[str, Any] = json.loads(canonical_json(document))
    return plain


def _plain(current: "tuple[Sequence[Any], str]") -> str:
    """One spelling of lists and source, so that tuples and lists, and the order of keys, do not matter."""
    lists, source = current
    return canonical_json([list(lists), source])


def _refuse_move(notice: Notice, state: Notice.State, message: str) -> None:
    if state not in Notice.MOVES[Notice.State(notice.state)]:
        raise NoticeRefused(message)


def _record(kind: str, notice: Notice, actor: User, now: datetime, **more: str) -> None:
    payload = {"notice": notice.pk, "notice_kind": str(notice.kind), "about": notice.subject, **more}
    record_event(edition=notice.edition, kind=kind, actor=actor, payload=payload, now=now)
