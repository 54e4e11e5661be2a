"""Uploaded pictures on the disk: found by the digest of their bytes, and used only while the bytes are the same."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from certificates.engine.layout import OVERPRINT, Layout
from certificates.engine.pictures import Picture
from certificates.exceptions import CannotTypeset
from certificates.models import Asset
from core.models import Edition


def picture_files(design: Layout) -> dict[str, Path]:
    """Where each picture lies that the layout prints, by SHA-256.

    Raises CannotTypeset, naming the picture, where a file is missing or holds other bytes than were uploaded: a
    certificate without its seal, or with another, must not leave.
    """
    if design.prints == OVERPRINT or not design.assets():
        return {}
    found = {row.sha256: row for row in Asset.objects.filter(sha256__in=design.assets()).order_by("pk")}
    for sha256 in sorted(design.assets()):
        if sha256 not in found:
            raise CannotTypeset(f"版式“{design.title}”用的一张图片没有上传过，不能印。")
        if not is_whole(found[sha256]):
            raise CannotTypeset(f"图片“{found[sha256].title}”的文件丢失或被改动过，不能印；请重新上传同一张图片。")
    return {sha256: path_of(row) for sha256, row in found.items()}


def known_pictures(edition: Edition, *designs: Layout) -> Mapping[str, Picture]:
    """What the edition knows of the pictures that layouts name, by SHA-256; one in use before one put away."""
    wanted = frozenset[str]().union(*(design.assets() for design in designs))
    if not wanted:
        return {}
    rows = list(Asset.objects.filter(edition=edition, sha256__in=wanted).order_by("pk"))
    known = {row.sha256: row for row in rows if row.removed_at is not None}
    known |= {row.sha256: row for row in rows if row.removed_at is None}
    return {sha256: _picture(row) for sha256, row in known.items()}


def path_of(asset: Asset) -> Path:
    return Path(settings.MEDIA_ROOT) / asset.path


def is_whole(asset: Asset) -> bool:
    """Whether the file is there with the bytes that were uploaded."""
    try:
        return hashlib.sha256(path_of(asset).read_bytes()).hexdigest() == asset.sha256
    except OSError:
        return False


def _picture(row: Asset) -> Picture:
    return Picture(
        title=row.title,
        width=row.width,
        height=row.height,
        adds=row.adds,
        is_removed=row.removed_at is not None,
        is_whole=is_whole(row),
    )
