"""What uploads are for. A programme names its purposes in settings.UPLOAD_PURPOSES; core knows none of them.

    UPLOAD_PURPOSES = {"works.video": "works.services.uploads.VIDEO"}

`VIDEO` is a `Purpose`. Its `start` says whether this person may send such a file for this target now, and within which
limits; its `finish` takes the file over when it was received whole and found to be what it should be.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from core.exceptions import DomainError
from core.models import Upload


@dataclass(frozen=True)
class Allowance:
    """What may be sent: codes of core.files.FORMATS and the largest size. `clean`: a copy without metadata is made too
    (core.media.cleaning), for reviewers who must not learn whose it is."""

    formats: tuple[str, ...]
    max_bytes: int
    clean: bool = False


class Start(Protocol):
    """Called before anything is stored, in no transaction. `target` is the programme's own, e.g. a work's id: check it.

    Raises Http404 where the target is not there or not the owner's, a DomainError (a Chinese sentence) where a rule
    forbids it, e.g. after the deadline.
    """

    def __call__(self, *, owner: Any, target: str, name: str, length: int, now: datetime) -> Allowance: ...


class Finish(Protocol):
    """Called once, in the transaction that makes the upload READY, with `format`, `sha256`, `media`, `poster_path` and
    `clean_path` filled in. From here on the files at these paths are the programme's.

    A DomainError refuses the file: the upload becomes REFUSED with the sentence, and its bytes are removed; so does an
    Http404 for a target that is gone or no longer the owner's. Whether one
    that was begun in time was received in time is decided here, from `upload.started_at` and `upload.received_at`.
    """

    def __call__(self, *, upload: Upload, now: datetime) -> None: ...


@dataclass(frozen=True)
class Purpose:
    """A kind of upload: what people call it, and the two functions of its programme."""

    title: str
    start: Start
    finish: Finish


class UnknownPurpose(DomainError):
    """No programme takes uploads of this purpose."""

    code = "unknown_purpose"


def purpose_named(code: str) -> Purpose:
    """The purpose of a code; refuses (UnknownPurpose) one that settings do not name."""
    path = settings.UPLOAD_PURPOSES.get(code)
    if path is None:
        raise UnknownPurpose("不知道这个文件是做什么用的，请刷新页面后重新选择文件。")
    found = import_string(path)
    if not isinstance(found, Purpose):
        raise TypeError(f"{path} is no Purpose")
    return found
