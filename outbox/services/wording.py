"""An edition's own words for its messages."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from core.canonical import digest
from core.exceptions import ConflictError
from core.models import Edition
from ledger.services import record_event
from outbox.engine.filling import unknown_placeholders
from outbox.engine.kinds import KINDS
from outbox.exceptions import MessageInvalid
from outbox.models import MessageTemplate

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

LONGEST_SUBJECT, LONGEST_BODY = 120, 2000


def check_words(*, code: str, subject: str, body: str) -> None:
    """Refuses (MessageInvalid) an unknown kind, an empty or too long text and a placeholder that this kind has not."""
    if code not in KINDS:
        raise MessageInvalid("没有这种消息。")
    if not subject or not body:
        raise MessageInvalid("标题和内容都要填写。")
    if len(subject) > LONGEST_SUBJECT or len(body) > LONGEST_BODY:
        raise MessageInvalid(f"标题最多 {LONGEST_SUBJECT} 个字，内容最多 {LONGEST_BODY} 个字，请缩短。")
    allowed = KINDS[code].placeholders
    if unknown := unknown_placeholders(f"{subject}\n{body}", allowed):
        raise MessageInvalid(f"没有名为“{'、'.join(unknown)}”的占位符；可用的是 {'、'.join(allowed)}。")


@transaction.atomic
def save_template(
    *,
    edition: Edition,
    code: str,
    subject: str,
    body: str,
    is_active: bool = True,
    sms: bool = False,
    base_version: int,
    actor: "AbstractBaseUser",
    now: datetime,
) -> MessageTemplate:
    """Keep the edition's words for a kind of message; `base_version` is the one that was seen, 0 for none.

    Refuses (MessageInvalid) what `check_words` refuses, and (ConflictError) an older `base_version`.
    """
    subject, body = " ".join(subject.split()), body.replace("\0", "").replace("\r\n", "\n").strip()
    check_words(code=code, subject=subject, body=body)
    Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    row = MessageTemplate.objects.select_for_update(no_key=True).filter(edition=edition, code=code).first()
    if base_version != (row.version if row else 0):
        raise ConflictError("这份文字刚被别人改过。您写的还在下面，请对照现在的文字，再保存一次。")
    row = row or MessageTemplate(edition=edition, code=code, version=0)
    row.subject, row.body, row.is_active, row.sms = subject, body, is_active, sms
    row.version, row.changed_at = row.version + 1, now
    row.changed_by_id = actor.pk
    row.save()
    sha256 = digest({"subject": subject, "body": body, "is_active": is_active, "sms": sms})
    payload = {"template": code, "version": row.version, "sha256": sha256}
    record_event(edition=edition, kind="message_template_changed", actor=actor, payload=payload, now=now)
    return row


def reset_template(
    *, edition: Edition, code: str, base_version: int, actor: "AbstractBaseUser", now: datetime
) -> MessageTemplate:
    """Back to the shipped words; whether an SMS goes out stays. Refuses what `save_template` refuses."""
    if code not in KINDS:
        raise MessageInvalid("没有这种消息。")
    sms = MessageTemplate.objects.filter(edition=edition, code=code, sms=True).exists()
    kind = KINDS[code]
    return save_template(
        edition=edition,
        code=code,
        subject=kind.subject,
        body=kind.body,
        is_active=True,
        sms=sms,
        base_version=base_version,
        actor=actor,
        now=now,
    )


@transaction.atomic
def copy_templates(*, source: Edition, edition: Edition, actor: "AbstractBaseUser", now: datetime) -> int:
    """Another edition's words, for kinds that this one has none of its own for; returns how many."""
    held = set(MessageTemplate.objects.filter(edition=edition).values_list("code", flat=True))
    rows = [row for row in MessageTemplate.objects.filter(edition=source).order_by("code") if row.code not in held]
    for row in rows:
        save_template(
            edition=edition,
            code=row.code,
            subject=row.subject,
            body=row.body,
            is_active=row.is_active,
            sms=row.sms,
            base_version=0,
            actor=actor,
            now=now,
        )
    return len(rows)
