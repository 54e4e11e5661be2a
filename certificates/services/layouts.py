"""Layouts kept by an edition: versions that are never edited, and what forbids issuing in one (design §11)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from certificates.engine.faults import LayoutInvalid
from certificates.engine.layout_reading import parse_layout
from certificates.engine.pictures import check_pictures
from certificates.engine.preflight import Finding, stops
from certificates.engine.shipped import CODES, shipped_document
from certificates.exceptions import IssuingBlocked, LayoutRefused
from certificates.models import Layout
from certificates.rendering import check_texts, known_pictures
from certificates.selectors import layout_choices, layout_document, newest_layout
from core.canonical import digest
from core.exceptions import ConflictError, DomainError
from core.models import Edition
from ledger.services import record_event

MOST_NAMED = 10


@transaction.atomic
def adopt_layout(*, edition: Edition, code: str, actor: User, now: datetime) -> Layout:
    """The newest version of a layout; one that ships is written down as it is on first use, so that certificates made
    in it stay the same whatever a later release ships. Refuses a code that is unknown."""
    found = newest_layout(edition, code)
    if found is not None:
        return found
    document = layout_document(edition, code)
    values = {
        "title": str(document["title"]),
        "document": document,
        "sha256": digest(document),
        "created_by": actor,
        "created_at": now,
    }
    layout, _ = Layout.objects.get_or_create(edition=edition, code=code, version=1, defaults=values)
    return layout


@transaction.atomic
def save_layout(
    *, edition: Edition, code: str, document: Mapping[str, Any], base_version: int, actor: User, now: datetime
) -> Layout:
    """The next version of a layout; certificates that were issued keep theirs. `base_version` is the one that was seen,
    0 where there was none.

    Refuses a document that makes no sense (LayoutRefused, faults by place), one equal to the newest version's, and a
    version newer than the one that was seen (ConflictError).
    """
    _check_document(document)
    newest = newest_layout(edition, code)
    version = newest.version if newest else 0
    if version != base_version:
        raise ConflictError(f"您编辑的时候，这个版式已有第 {version} 版。您填的都还在，没有保存；请先看那一版。")
    sha256 = digest(document)
    current = newest.document if newest else shipped_document(code) if code in CODES else None
    if current is not None and parse_layout(current) == parse_layout(document):
        raise DomainError("内容与最新版本相同，没有需要保存的改动。", code="unchanged")
    layout = Layout.objects.create(
        edition=edition,
        code=code,
        version=version + 1,
        title=document["title"],
        document=dict(document),
        sha256=sha256,
        created_by=actor,
        created_at=now,
    )
    payload = {"layout": code, "version": layout.version, "sha256": sha256}
    record_event(edition=edition, kind="layout_saved", actor=actor, payload=payload, now=now)
    return layout


@transaction.atomic
def copy_layout(*, edition: Edition, title: str, code: str, actor: User, now: datetime) -> Layout:
    """A layout of the edition's own that begins as the layout of this code, under another name and a code of its own.

    Refuses a code that is unknown, a name that another layout of the edition bears, and what save_layout refuses.
    """
    if title in {each.title for each in layout_choices(edition)}:
        raise DomainError(f"已有名为“{title}”的版式，请换一个名称。", code="taken")
    document = {**layout_document(edition, code), "title": title}
    taken = set(Layout.objects.filter(edition=edition).values_list("code", flat=True))
    own = next(each for number in range(1, len(taken) + 2) if (each := f"own-{number}") not in taken)
    return save_layout(edition=edition, code=own, document=document, base_version=0, actor=actor, now=now)


def check_awards(
    *, edition: Edition, code: str, texts: Sequence[Mapping[str, Any]], prefix: str, issued_on: date
) -> list[list[Finding]]:
    """For each certificate's text what preflight finds in the layout of this code, without a row being made. What is
    wrong with the layout's pictures stands with the first: it holds for all."""
    design = parse_layout(layout_document(edition, code))
    found = check_texts(design, texts, serial=f"{prefix}0000-0", day=issued_on)
    if found:
        found[0] = [*check_pictures(design, known_pictures(edition, design)), *found[0]]
    return found


def refuse_what_cannot_be_printed(
    *, edition: Edition, code: str, texts: Sequence[Mapping[str, Any]], prefix: str, issued_on: date
) -> None:
    """Raise IssuingBlocked, naming whose certificate, which character and which box, while preflight stops any."""
    checked = check_awards(edition=edition, code=code, texts=texts, prefix=prefix, issued_on=issued_on)
    faults = [
        (str(text["recipient"]), finding.message)
        for text, findings in zip(texts, checked, strict=True)
        for finding in stops(findings)
    ]
    if faults:
        raise IssuingBlocked(_blocked_sentence(faults), faults)


def _blocked_sentence(faults: Sequence[tuple[str, str]]) -> str:
    named = [f"\n· {_shown(recipient)}：{message}" for recipient, message in faults[:MOST_NAMED]]
    rest = f"\n……另有 {len(faults) - MOST_NAMED} 处。" if len(faults) > MOST_NAMED else ""
    return f"还不能签发，一张也没有登记：有 {len(faults)} 处印不出来或放不下。{''.join(named)}{rest}"


def _shown(recipient: str) -> str:
    """A name for a sentence: short, and without characters that would turn the line round."""
    shown = "".join(char if char.isprintable() else "□" for char in recipient)
    return shown if len(shown) <= 20 else f"{shown[:20]}…"


def _check_document(document: Mapping[str, Any]) -> None:
    try:
        parse_layout(document)
    except LayoutInvalid as error:
        faults = {fault.path: fault.message for fault in error.faults}
        raise LayoutRefused("版式有不对的地方，没有保存。", faults) from error
