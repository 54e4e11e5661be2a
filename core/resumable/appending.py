"""Appending a piece to an upload: one writer at a time, in blocks, with no transaction open while bytes come in.

The claim is the row's: `writer` and `writer_until`, set by a conditional update, renewed while bytes arrive, so that it
holds across processes and machines, on SQLite and PostgreSQL. Whoever lost it notices before the next block. A killed
process keeps its claim for LEASE at most; then the next request goes on from what is on the disk.
"""

import base64
import binascii
import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.db import transaction
from django.db.models import Q

from core.models import Upload
from core.resumable import disk
from core.resumable.exceptions import (
    ChecksumMismatch,
    OffsetMismatch,
    PieceCut,
    TooMuch,
    UploadBusy,
    UploadOver,
    UploadRefused,
)
from core.resumable.starting import LIFETIME
from core.tasks import enqueue

BLOCK = 256 * 1024
LEASE = timedelta(seconds=20)
RENEW_SECONDS = 5.0
ALGORITHMS = ("sha256", "sha1")
_BUSY = "这个文件正由另一个页面上传，请先关掉那个页面，或稍等一会儿再继续。"

Clock = Callable[[], datetime]


class Stream(Protocol):
    """Where the bytes come from: at most `size` of them, fewer only at the end."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Checksum:
    """What the sender computed over a piece."""

    algorithm: str
    digest: bytes


def read_checksum(header: str) -> Checksum | None:
    """`sha256 <base64>` of an Upload-Checksum header; None where there is none. Refuses (UploadRefused, 400) others."""
    if not header:
        return None
    algorithm, _, encoded = header.strip().partition(" ")
    try:
        digest = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if algorithm not in ALGORITHMS or len(digest) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        refused = UploadRefused(f"校验和的写法不对，这里认 {'、'.join(ALGORITHMS)}。", code="bad_checksum")
        refused.status = 400
        raise refused
    return Checksum(algorithm, digest)


def append_piece(
    *, upload: Upload, offset: int, size: int, stream: Stream, checksum: Checksum | None = None, clock: Clock
) -> Upload:
    """Append `size` bytes that begin at `offset`; with the last one the upload is received, and examined soon.

    Refuses (OffsetMismatch) a piece that begins elsewhere than the upload stands, (TooMuch) one past the end, both
    before a byte is read; (UploadBusy) while another request writes; (UploadOver) what has ended; (ChecksumMismatch) a
    piece that came changed, of which nothing is kept; (PieceCut) one that broke off, of which everything else is.
    """
    _refuse_impossible(upload, offset, size)
    writer = _Writer(upload, clock)
    writer.claim()
    try:
        with disk.opened(upload.path) as handle:
            writer.begin(handle, offset, size, guarded=checksum is not None)
            writer.copy(handle, stream, size, checksum)
            if writer.position == upload.length:
                disk.sync(handle, upload.path)
    except BaseException:
        writer.release()
        raise
    if writer.position == upload.length:
        receive_whole(upload=upload, writer=writer.name, received_at=writer.last_byte_at)
    else:
        writer.release()
    upload.refresh_from_db()
    return upload


def receive_whole(*, upload: Upload, writer: str, received_at: datetime) -> bool:
    """The bytes are all there: from now on the upload is owed its examination. False where somebody was before us."""
    with transaction.atomic():
        received = Upload.objects.filter(pk=upload.pk, state=Upload.State.RECEIVING, writer=writer).update(
            state=Upload.State.RECEIVED,
            offset=upload.length,
            received_at=received_at,
            expires_at=received_at + LIFETIME,
            writer="",
            writer_until=None,
            is_guarded=False,
        )
        if received:
            enqueue("core.tasks.examine_upload", upload_id=upload.pk)
    return bool(received)


class _Writer:
    """One request's hold on an upload, and where it has come to."""

    def __init__(self, upload: Upload, clock: Clock) -> None:
        self.upload, self.clock = upload, clock
        self.name = secrets.token_hex(16)
        self.position = upload.offset
        self.last_byte_at = clock()
        self.guarded_from: int | None = None
        self._renew_at = 0.0

    def claim(self) -> None:
        now = self.clock()
        free = Q(writer="") | Q(writer_until__lt=now)
        taken = Upload.objects.filter(free, pk=self.upload.pk, state=Upload.State.RECEIVING).update(
            writer=self.name, writer_until=now + LEASE
        )
        self.upload.refresh_from_db()
        if not taken:
            _refuse_ended(self.upload)
            raise UploadBusy(_BUSY)
        self._renew_at = time.monotonic() + RENEW_SECONDS

    def begin(self, handle: int, offset: int, size: int, *, guarded: bool) -> None:
        """Go by what is on the disk: a killed server may have written more, or less, than the row knows."""
        if self.upload.is_guarded:
            disk.settle(handle, self.upload.offset)
        self.position = min(disk.size_of(handle), self.upload.length)
        if offset != self.position:
            raise mismatch(self.position)
        if guarded:
            self.guarded_from = offset
            self._update(offset=offset, is_guarded=True)

    def copy(self, handle: int, stream: Stream, size: int, checksum: Checksum | None) -> None:
        digest = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
        left = size
        while left > 0:
            block = self._read(stream, min(BLOCK, left))
            if not block:
                self._drop_unproven(handle)
                raise PieceCut("连接断了，这一段没有传完；请从断开的地方继续。", offset=self.position)
            if time.monotonic() > self._renew_at:
                self.renew()
            disk.append_block(handle, block, self.position)
            if digest:
                digest.update(block)
            self.position += len(block)
            left -= len(block)
        self.last_byte_at = self.clock()
        if checksum and digest and digest.digest() != checksum.digest:
            self._drop_unproven(handle)
            raise ChecksumMismatch("这一段在路上变了（校验和不符），没有保存；请再传一次。", offset=self.position)
        self.guarded_from = None

    def renew(self) -> None:
        """Keep the claim; UploadBusy, or UploadOver, where it was lost."""
        now = self.clock()
        progress = {} if self.guarded_from is not None else {"offset": self.position}
        self._update(writer_until=now + LEASE, expires_at=now + LIFETIME, **progress)
        self._renew_at = time.monotonic() + RENEW_SECONDS

    def release(self) -> None:
        """Let the next request in, and note how far this one came."""
        offset = self.position if self.guarded_from is None else self.guarded_from
        Upload.objects.filter(pk=self.upload.pk, writer=self.name, state=Upload.State.RECEIVING).update(
            writer="",
            writer_until=None,
            offset=offset,
            is_guarded=self.guarded_from is not None,
            expires_at=self.clock() + LIFETIME,
        )

    def _read(self, stream: Stream, size: int) -> bytes:
        try:
            return stream.read(size)
        except OSError:  # the sender is gone; what came before is kept
            return b""

    def _drop_unproven(self, handle: int) -> None:
        if self.guarded_from is not None:
            self.renew()  # who lost the claim has nothing to cut off any more
            disk.settle(handle, self.guarded_from)
            self.position, self.guarded_from = self.guarded_from, None

    def _update(self, **values: object) -> None:
        held = Upload.objects.filter(pk=self.upload.pk, writer=self.name, state=Upload.State.RECEIVING)
        if not held.update(**values):
            self.upload.refresh_from_db()
            _refuse_ended(self.upload)
            raise UploadBusy(_BUSY)


def mismatch(position: int) -> OffsetMismatch:
    return OffsetMismatch(f"这一段不从断开的地方开始：现在收到了 {position} 字节。请从那里继续。", offset=position)


def _refuse_impossible(upload: Upload, offset: int, size: int) -> None:
    _refuse_ended(upload)
    if offset > upload.length or offset + size > upload.length:
        position = disk.real_offset(upload)
        if offset != position:
            raise mismatch(position)
        raise TooMuch(f"这一段超出了文件的结尾：文件有 {upload.length} 字节。", code="past_the_end", offset=position)


def _refuse_ended(upload: Upload) -> None:
    if upload.state in Upload.GONE:
        raise UploadOver(f"这次上传{upload.get_state_display()}，请重新选择文件上传。")
    if upload.state != Upload.State.RECEIVING:
        raise mismatch(upload.length)
