"""Where handed-in files lie: below MEDIA_ROOT, under names that cannot be guessed, never served by path."""

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.base import File


@dataclass(frozen=True)
class StoredFile:
    """A kept file: `path` is below MEDIA_ROOT."""

    path: str
    size: int
    sha256: str


def keep_file(upload: "File[bytes]", folder: str) -> StoredFile:
    """Stream a file to disk and say where it is. It appears under its name only when it is whole and on the disk.

    A transaction that fails afterwards leaves a file that no row knows: the caller drops it (`drop_file`).
    """
    name = secrets.token_hex(16)
    target = Path(settings.MEDIA_ROOT) / folder / name[:2]
    target.mkdir(parents=True, exist_ok=True)
    partial = target / f"{name}.part"
    digest, size = hashlib.sha256(), 0
    try:
        with partial.open("xb") as file:
            os.chmod(partial, settings.FILE_UPLOAD_PERMISSIONS or 0o640)
            for chunk in upload.chunks():
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(target / name)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    _sync_folder(target)
    return StoredFile(path=f"{folder}/{name[:2]}/{name}", size=size, sha256=digest.hexdigest())


def drop_file(path: str) -> None:
    """Remove a kept file; one that is gone already is no error."""
    (Path(settings.MEDIA_ROOT) / path).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """A new name is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
