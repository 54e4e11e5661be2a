"""监护人知情同意书: its versions. Who consented keeps the version that was read; a new one asks nobody again."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from contest.exceptions import SettingRefused
from contest.models import ConsentText, Contest
from ledger.services import record_event

SHORTEST, LONGEST = 50, 10_000


def latest_consent_text(contest: Contest) -> ConsentText | None:
    """The version that guardians read now."""
    return contest.consent_texts.order_by("-version").first()


@transaction.atomic
def publish_consent_text(
    *, contest: Contest, body: str, actor: User, now: datetime, seen_version: int | None = None
) -> ConsentText:
    """Add a version; earlier ones stay as they are, for those who agreed to them.

    Refuses (SettingRefused) a text that is hardly one, one that differs in nothing from the last, and, with
    `seen_version`, one written over a version that somebody else has replaced meanwhile (pitfall 20).
    """
    Contest.objects.select_for_update(of=("self",), no_key=True).get(pk=contest.pk)
    body = body.replace("\r\n", "\n").strip()
    if len(body) < SHORTEST:
        raise SettingRefused(
            "同意书的正文太短，须写明收集什么、用来做什么、谁能看到、保存多久和监护人的权利。", field="body"
        )
    if len(body) > LONGEST:
        raise SettingRefused(f"正文最多 {LONGEST} 个字，现有 {len(body)} 个，请缩短。", field="body")
    last = latest_consent_text(contest)
    version = last.version if last else 0
    if seen_version is not None and seen_version != version:
        raise SettingRefused(f"别人刚刚发布了第 {version} 版。您写的还在下面，请对照后再发布。", field="body")
    if last is not None and last.body == body:
        raise SettingRefused(f"与现行的第 {version} 版完全相同，没有发布新版本。", field="body")
    text = ConsentText.objects.create(contest=contest, version=version + 1, body=body, created_by=actor, created_at=now)
    payload = {"contest": contest.pk, "version": text.version}
    record_event(edition=contest.edition, kind="consent_text_published", actor=actor, payload=payload, now=now)
    return text
