"""The bytes of uploads on the disk: how many are really there, and appending so that two writers never interleave."""

import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from core.models import Upload
from core.resumable.exceptions import NoSpace, UploadBusy

FOLDER = "uploads"
# A disk that is full stops everything else too: so much stays free.
SPARE_BYTES = 512 * 1024 * 1024


def new_path() -> str:
    """A place below MEDIA_ROOT that nobody can guess; no part of it comes from outside."""
    name = secrets.token_hex(16)
    return f"{FOLDER}/{name[:2]}/{name}"


def place_of(path: str) -> Path:
    return Path(settings.MEDIA_ROOT) / path


def refuse_without_space(length: int) -> None:
    """Refuses (NoSpace) what the disk would not hold with something to spare."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(root).free < length + SPARE_BYTES:
        raise NoSpace("服务器的存储空间不够了，请联系组委会；这个文件没有上传。")


def real_offset(upload: Upload) -> int:
    """How far an upload has come: what is on the disk, less a piece whose checksum nobody has compared yet."""
    if upload.state != Upload.State.RECEIVING:
        return upload.length
    try:
        size = place_of(upload.path).stat().st_size
    except FileNotFoundError:
        return 0
    return min(size, upload.offset if upload.is_guarded else upload.length)


@contextmanager
def opened(path: str) -> Iterator[int]:
    """The file's descriptor for writing; the file is made where it is not there."""
    place = place_of(path)
    place.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, settings.FILE_UPLOAD_PERMISSIONS or 0o640)
    try:
        yield handle
    finally:
        os.close(handle)


def settle(handle: int, offset: int) -> None:
    """Cut off what lies behind an offset."""
    with _alone(handle):
        if os.fstat(handle).st_size > offset:
            os.ftruncate(handle, offset)


def append_block(handle: int, block: bytes, offset: int) -> None:
    """Write a block at the end of the file, which must be `offset`: else somebody else has written (UploadBusy).

    The row's claim keeps writers apart (appending.py); this holds where a claim ran out between its check and the
    write, as after a pause of the whole process. A full disk is NoSpace, and leaves nothing of the block.
    """
    with _alone(handle):
        if os.fstat(handle).st_size != offset:
            raise UploadBusy("这个文件正由另一个页面上传，这里的已停下。")
        try:
            rest, place = memoryview(block), offset
            while rest:
                written = os.pwrite(handle, rest, place)
                rest, place = rest[written:], place + written
        except OSError as error:
            os.ftruncate(handle, offset)
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise NoSpace("服务器的存储空间不够了，请联系组委会；已传的部分还在，可以稍后继续。") from error
            raise


def sync(handle: int, path: str) -> None:
    """Wait until the bytes and the file's name are on the disk."""
    os.fsync(handle)
    folder = os.open(place_of(path).parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def size_of(handle: int) -> int:
    return os.fstat(handle).st_size


@contextmanager
def _alone(handle: int) -> Iterator[None]:
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)
