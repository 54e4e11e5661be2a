"""An uploaded workbook between its preview and its confirmation.

It is full of ID numbers: kept encrypted under a name that cannot be guessed, for a day at most, and found only by the
session that brought it.
"""

import base64
import re
import secrets
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from core.crypto import DecryptionFailed, decrypt, encrypt

LONGEST = timedelta(days=1)
_TOKEN = re.compile(r"^[0-9a-f]{32}$")


def keep_upload(file: BinaryIO, *, now: datetime) -> str:
    """Store a workbook that was checked already and return the token by which it is opened again."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    _forget_old(folder, now)
    token = secrets.token_hex(16)
    file.seek(0)
    sealed = encrypt(base64.b64encode(file.read()).decode())
    (folder / token).write_text(sealed, encoding="ascii")
    return token


def open_upload(token: str) -> BinaryIO | None:
    """The stored workbook, None where there is none (any more)."""
    path = _path(token)
    if path is None or not path.is_file():
        return None
    try:
        return BytesIO(base64.b64decode(decrypt(path.read_text(encoding="ascii"))))
    except DecryptionFailed:
        return None


def discard_upload(token: str) -> None:
    path = _path(token)
    if path is not None:
        path.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "imports"


def _path(token: str) -> Path | None:
    return _folder() / token if _TOKEN.match(token) else None


def _forget_old(folder: Path, now: datetime) -> None:
    oldest = (now - LONGEST).timestamp()
    for path in folder.iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
