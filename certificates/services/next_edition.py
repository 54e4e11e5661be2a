"""Layouts for the next edition, with the backgrounds that they show; seals are their keepers' to upload."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from certificates.engine.layout_reading import parse_layout
from certificates.engine.shipped import CODES, shipped_document
from certificates.models import Asset, Layout
from certificates.services.layouts import adopt_layout, save_layout
from core.models import Edition


def newest_layouts(edition: Edition) -> list[Layout]:
    """The newest version of each of an edition's layouts, by code."""
    found = {each.code: each for each in Layout.objects.filter(edition=edition).order_by("code", "version")}
    return list(found.values())


def copy_layouts(
    *, source: Edition, edition: Edition, codes: Iterable[str], actor: User, now: datetime
) -> list[Layout]:
    """The newest version of each as first version of the same code; backgrounds come along and share their file."""
    wanted = set(codes)
    chosen = [each for each in newest_layouts(source) if each.code in wanted]
    if chosen:
        _copy_backgrounds(source, edition, actor, now)
    return [_copied(each, edition, actor, now) for each in chosen]


def _copy_backgrounds(source: Edition, edition: Edition, actor: User, now: datetime) -> None:
    for asset in Asset.objects.filter(edition=source, kind=Asset.Kind.BACKGROUND, removed_at=None).order_by("pk"):
        asset.pk, asset.edition, asset.uploaded_by, asset.uploaded_at = None, edition, actor, now
        asset.save(force_insert=True)


def _copied(layout: Layout, edition: Edition, actor: User, now: datetime) -> Layout:
    shipped = shipped_document(layout.code) if layout.code in CODES else None
    if shipped is not None and parse_layout(layout.document) == parse_layout(shipped):  # save_layout wants a change
        return adopt_layout(edition=edition, code=layout.code, actor=actor, now=now)
    return save_layout(
        edition=edition, code=layout.code, document=layout.document, base_version=0, actor=actor, now=now
    )
