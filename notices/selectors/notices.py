"""Notices as pages, feeds and programs read them: the public from the published text alone."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet
from django.db.models.fields.json import KeyTextTransform

from core.canonical import salted_digest
from core.models import Edition
from notices.engine.masking import masked_document
from notices.models import Attachment, Notice, PublishedText

Document = dict[str, Any]
PUBLIC = (Notice.State.PUBLISHED, Notice.State.CLOSED)
# What a list of notices does without.
_LONG = ("body", "lists")


def public_notices() -> QuerySet[Notice]:
    """Notices that everybody may read, newest first, each with its published text and edition: one query."""
    return (
        Notice.objects.filter(state__in=PUBLIC, edition__is_rehearsal=False, text__isnull=False)
        .select_related("edition", "text")
        .defer(*_LONG)
        .order_by("-published_at", "-pk")
    )


def public_headlines() -> QuerySet[Notice]:
    """Public notices without their texts, which are long: `headline` and `shown_number` are the published ones.

    Names that were hidden since are still in them: `masked_text(…, notice.hidden_names)` before they are shown.
    """
    return (
        public_notices()
        .defer(*_LONG, "text__document")
        .annotate(
            headline=KeyTextTransform("title", "text__document"),
            shown_number=KeyTextTransform("number", "text__document"),
        )
    )


def found_by_title(notices: QuerySet[Notice], words: str) -> QuerySet[Notice]:
    """Those whose published title has the words; a name that is hidden now is not found by."""
    found = notices.filter(text__document__title__icontains=words)
    of_hidden = [
        notice.pk
        for notice in found.exclude(hidden_names=[]).order_by()
        if words.casefold() not in str(public_document(notice)["title"]).casefold()
    ]
    return found.exclude(pk__in=of_hidden)


def notices_of(edition: Edition) -> QuerySet[Notice]:
    """Every notice of an edition for its office: drafts first, then the newest; long texts stay behind."""
    return (
        Notice.objects.filter(edition=edition)
        .select_related("drafted_by")
        .defer(*_LONG)
        .order_by(F("published_at").desc(nulls_first=True), "-pk")
    )


def notices_of_subject(edition: Edition, subject: str) -> QuerySet[Notice]:
    """What was and is to be announced of one result, newest first; of no subject, nothing."""
    if not subject:
        return Notice.objects.none()
    return Notice.objects.filter(edition=edition, subject=subject).select_related("text").order_by("-pk")


def public_document(notice: Notice) -> Document:
    """The published text of a notice, whole, with 某某 for every name that is not to be shown any more.

    Raises PublishedText.DoesNotExist for a notice that was never published.
    """
    return masked_document(notice.text.document, notice.hidden_names)


def attachments_of(notice: Notice) -> list[Attachment]:
    """Attachments in the order they were added."""
    return list(Attachment.objects.filter(notice=notice).order_by("pk"))


def draft_mark(notice: Notice) -> str:
    """What a preview hands back as `seen`: the version of the texts and the files that it showed (pitfall 20)."""
    files = Attachment.objects.filter(notice=notice).order_by("pk").values_list("pk", flat=True)
    return "-".join(map(str, (notice.version, *files)))


def text_digest(salt: str, document: Mapping[str, Any]) -> str:
    """What a published text's `sha256` holds; salted, because names can be guessed."""
    return salted_digest(salt, dict(document))


def text_faults(text: PublishedText) -> list[str]:
    """What does not hold of a published text: its digest, and its attachments on the disk, each by name."""
    faults: list[str] = []
    if text_digest(text.salt, text.document) != text.sha256:
        faults.append("发布稿的内容与其摘要不符")
    frozen: Sequence[Mapping[str, Any]] = text.document.get("attachments", [])
    rows = {row.pk: row for row in Attachment.objects.filter(notice_id=text.notice_id)} if frozen else {}
    for each in frozen:
        row = rows.get(each["id"])
        place = Path(settings.MEDIA_ROOT) / row.path if row else None
        if place is None or not place.is_file():
            faults.append(f"附件“{each['name']}”的文件不在了")
        elif _file_digest(place) != each["sha256"]:
            faults.append(f"附件“{each['name']}”与发布时不同")
    return faults


def _file_digest(place: Path) -> str:
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
