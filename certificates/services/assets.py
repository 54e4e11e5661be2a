"""Pictures for layouts: backgrounds, and the seals of units (公章), which only their keeper brings in (design §11)."""

import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts.models import Unit, User
from certificates.exceptions import PictureRefused
from certificates.models import Asset
from certificates.rendering.pictures import is_whole
from certificates.rendering.uploads import BACKGROUND, SEAL, PreparedPicture, prepare_picture
from certificates.selectors import layouts_showing
from core.exceptions import DomainError
from core.models import Edition
from ledger.services import record_event

FOLDER = "certificates/assets"
MOST_BACKGROUNDS = 50


def upload_background(*, edition: Edition, title: str, content: bytes, name: str, actor: User, now: datetime) -> Asset:
    """Keep a background for the edition's layouts. Refuses (PictureRefused) what prepare_picture refuses, one that is
    there already, and more than an edition needs. One whose file was lost is mended by handing it in again."""
    live = Asset.objects.filter(edition=edition, kind=Asset.Kind.BACKGROUND, removed_at__isnull=True)
    if live.count() >= MOST_BACKGROUNDS:
        raise PictureRefused(f"已有 {MOST_BACKGROUNDS} 张底图。请先停用不用的，再上传。")
    picture = prepare_picture(content, name=name, limits=BACKGROUND)
    same = live.filter(sha256=picture.sha256).first()
    if same is not None and _mended(same, picture):
        return same
    if same is not None:
        raise PictureRefused(f"这张图片已经上传过了，名称是“{same.title}”，可以直接使用。")
    row = Asset(edition=edition, kind=Asset.Kind.BACKGROUND, title=title)
    return _keep(row, picture, "background_uploaded", actor, now)


def upload_seal(*, edition: Edition, unit: Unit, content: bytes, name: str, actor: User, now: datetime) -> Asset:
    """Keep a unit's seal in place of the one before it, which is put away. The caller has seen to it that the actor is
    the keeper. Refuses (PictureRefused) what prepare_picture refuses and the very picture that is in use."""
    picture = prepare_picture(content, name=name, limits=SEAL)
    live = Asset.objects.filter(edition=edition, kind=Asset.Kind.SEAL, removed_at__isnull=True)
    used = live.filter(sha256=picture.sha256).first()
    if used is not None and used.unit_id == unit.pk and _mended(used, picture):
        return used
    if used is not None:
        raise PictureRefused(f"这枚印章已经上传过了，是“{used.title}”的。请核对文件。")
    with transaction.atomic():
        for old in live.filter(unit=unit).select_for_update(no_key=True):
            _put_away(old, "seal_removed", actor, now)
        row = Asset(edition=edition, kind=Asset.Kind.SEAL, title=unit.name[:60], unit=unit)
        return _keep(row, picture, "seal_uploaded", actor, now)


@transaction.atomic
def remove_background(*, asset: Asset, actor: User, now: datetime) -> None:
    """Put a background away; certificates that show it keep it. Refuses one that a layout's newest version shows."""
    locked = Asset.objects.select_for_update(no_key=True).get(pk=asset.pk, kind=Asset.Kind.BACKGROUND)
    shown = layouts_showing(locked)
    if shown:
        names = "、".join(f"“{layout.title}”" for layout in shown)
        raise DomainError(f"版式{names}正在用“{locked.title}”。请先在版式里换一张底图，再停用。", code="in_use")
    _put_away(locked, "background_removed", actor, now)


@transaction.atomic
def remove_seal(*, asset: Asset, actor: User, now: datetime) -> None:
    """Put a seal away at any time: from now on no certificate is issued with it; those that bear it keep it."""
    locked = Asset.objects.select_for_update(no_key=True).get(pk=asset.pk, kind=Asset.Kind.SEAL)
    _put_away(locked, "seal_removed", actor, now)


def _mended(asset: Asset, picture: PreparedPicture) -> bool:
    """Put back the file of a picture that was lost or changed on the disk: the same picture was handed in again."""
    if is_whole(asset):
        return False
    store_picture(picture)
    return True


def _put_away(asset: Asset, kind: str, actor: User, now: datetime) -> None:
    if asset.removed_at is not None:
        raise DomainError(f"“{asset.title}”已经停用了。", code="removed")
    asset.removed_at = now
    asset.save(update_fields=["removed_at"])
    payload = {"asset": asset.pk, "sha256": asset.sha256, "unit": asset.unit_id}
    record_event(edition=asset.edition, kind=kind, actor=actor, payload=payload, now=now)


@transaction.atomic
def _keep(row: Asset, picture: PreparedPicture, kind: str, actor: User, now: datetime) -> Asset:
    row.path = store_picture(picture)
    row.format, row.sha256, row.size = picture.format, picture.sha256, len(picture.content)
    row.width, row.height, row.adds = picture.width, picture.height, picture.adds
    row.uploaded_by, row.uploaded_at = actor, now
    row.save()
    payload = {"asset": row.pk, "sha256": row.sha256, "unit": row.unit_id}
    record_event(edition=row.edition, kind=kind, actor=actor, payload=payload, now=now)
    return row


def store_picture(picture: PreparedPicture) -> str:
    """Write the picture, and beside it its preview, under the digest of its bytes; return the path below MEDIA_ROOT.

    Named by content, so that storing it again mends a file that was lost; a failed transaction leaves nothing wrong.
    """
    name = f"{FOLDER}/{picture.sha256[:2]}/{picture.sha256}.{picture.format}"
    target = Path(settings.MEDIA_ROOT) / name
    target.parent.mkdir(parents=True, exist_ok=True)
    _write(target.with_suffix(".preview.png"), picture.preview)
    _write(target, picture.content)
    return name


def _write(target: Path, content: bytes) -> None:
    partial = target.with_name(f"{target.name}.{os.getpid()}.part")
    with partial.open("wb") as file:
        os.chmod(partial, settings.FILE_UPLOAD_PERMISSIONS or 0o640)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(target)
