"""Beginning, handing in by a plain form, and cancelling uploads."""

import secrets
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.base import File
from django.db import transaction
from django.db.models import Count, Q, Sum

from core.files import drop_file, keep_file, readable_size
from core.files.formats import FileRefused, too_large
from core.models import Upload
from core.resumable.disk import FOLDER, new_path, opened, refuse_without_space
from core.resumable.exceptions import TooMuch, UploadOver, UploadRefused
from core.resumable.purposes import Allowance, purpose_named
from core.tasks import enqueue

# A running upload lives so long after its last byte.
LIFETIME = timedelta(days=3)
LONGEST_NAME = 200
LONGEST_TARGET = 80


def start_upload(*, owner: Any, purpose: str, target: str, name: str, length: int, now: datetime) -> Upload:
    """Begin an upload of `length` bytes: a row and an empty file under a name that cannot be guessed.

    Refuses (UnknownPurpose) what nobody takes, (Http404, DomainError) what its programme refuses, (FileRefused) an
    empty file, (TooMuch) one above the limit and more open uploads, or bytes in them, than an account may have,
    (NoSpace) what the disk would not hold. `name` is kept for people to read, without folders, and is never part of a
    path.
    """
    shown = plain_name(name)
    if length <= 0:
        raise FileRefused(f"“{shown}”是空文件（0 字节），请重新选择。", code="empty")
    allowance = _allowance(owner, purpose, target, shown, length, now)
    refuse_without_space(length)
    upload = _new_row(owner, purpose, target, shown, length, allowance, now)
    upload.path, upload.expires_at = new_path(), now + LIFETIME
    with transaction.atomic():
        _refuse_too_many(owner, length)
        upload.save()
    with opened(upload.path):
        pass
    return upload


def receive_file(*, owner: Any, purpose: str, target: str, file: "File[bytes]", now: datetime) -> Upload:
    """Take a file that came whole in an ordinary form: the same row, received already, and examined like any other.

    Refuses what start_upload refuses. The form's view is the page's own; what it may take is decided here.
    """
    shown, length = plain_name(file.name or ""), file.size
    if length == 0:
        raise FileRefused(f"“{shown}”是空文件（0 字节），请重新选择。", code="empty")
    allowance = _allowance(owner, purpose, target, shown, length, now)
    refuse_without_space(length)
    stored = keep_file(file, FOLDER)
    upload = _new_row(owner, purpose, target, shown, stored.size, allowance, now)
    upload.path, upload.offset, upload.received_at = stored.path, stored.size, now
    upload.state, upload.expires_at = Upload.State.RECEIVED, now + LIFETIME
    try:
        with transaction.atomic():
            _refuse_too_many(owner, length)
            upload.save()
            enqueue("core.tasks.examine_upload", upload_id=upload.pk)
    except BaseException:
        drop_file(stored.path)
        raise
    return upload


def cancel_upload(*, upload: Upload, now: datetime) -> None:
    """End an upload and remove its bytes; a request that is writing it stops at its next look at the row.

    Refuses (UploadOver) one that has ended already, (UploadRefused) one that is being examined or was taken over: what
    its programme has is withdrawn on the programme's page.
    """
    open_states = [Upload.State.RECEIVING, Upload.State.RECEIVED, Upload.State.PARKED]
    cancelled = Upload.objects.filter(pk=upload.pk, state__in=open_states).update(
        state=Upload.State.CANCELLED, finished_at=now, writer="", writer_until=None
    )
    if not cancelled:
        upload.refresh_from_db()
        if upload.state in Upload.GONE:
            raise UploadOver("这次上传已经结束，不用再取消。")
        raise UploadRefused("这个文件已经收下或正在检查，不能取消；要换掉它，请在原来的页面上操作。", code="closed")
    drop_file(upload.path)


def find_upload(*, owner: Any, token: str) -> Upload | None:
    """An account's own upload by its token; another's is None, like one that does not exist."""
    return Upload.objects.filter(owner=owner, token=token).first()


def plain_name(name: str) -> str:
    """A file's name for people: without folders and signs that nobody sees, its end kept when it is long."""
    base = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(sign for sign in base if sign.isprintable())
    return shown[-LONGEST_NAME:] or "未命名的文件"


def _allowance(owner: Any, purpose: str, target: str, name: str, length: int, now: datetime) -> Allowance:
    if len(target) > LONGEST_TARGET or not target.isprintable():
        raise UploadRefused("这次上传的对象不对，请刷新页面后重新选择文件。", code="bad_target")
    allowance = purpose_named(purpose).start(owner=owner, target=target, name=name, length=length, now=now)
    most = min(allowance.max_bytes, settings.UPLOAD_MAX_BYTES)
    if length > most:
        raise TooMuch(too_large(name, length, most).message)
    return allowance


def _new_row(
    owner: Any, purpose: str, target: str, name: str, length: int, allowance: Allowance, now: datetime
) -> Upload:
    return Upload(
        token=secrets.token_hex(16),
        owner=owner,
        purpose=purpose,
        target=target,
        name=name,
        length=length,
        formats=list(allowance.formats),
        wants_clean=allowance.clean,
        started_at=now,
    )


def _refuse_too_many(owner: Any, length: int) -> None:
    """Counted under the account's row lock, so that two beginnings at once cannot both be the last one."""
    get_user_model()._default_manager.select_for_update(no_key=True).get(pk=owner.pk)
    found = Upload.objects.filter(owner=owner, state__in=Upload.OPEN).aggregate(
        rows=Count("pk"), running=Count("pk", filter=Q(state=Upload.State.RECEIVING)), size=Sum("length")
    )
    if found["rows"] >= settings.UPLOAD_MOST_OPEN:
        message = f"您有 {found['rows']} 个文件还没有传完或检查完，最多 {settings.UPLOAD_MOST_OPEN} 个。"
        raise TooMuch(f"{message}请先等它们完成，或取消不要的。", code="too_many")
    if (found["size"] or 0) + length > settings.UPLOAD_MOST_OPEN_BYTES:
        most = readable_size(settings.UPLOAD_MOST_OPEN_BYTES)
        raise TooMuch(f"您没有传完的文件合起来最多 {most}。请先等它们完成，或取消不要的。", code="too_many")
