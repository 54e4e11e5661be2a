"""One writer at a time, breaks, killed servers, full disks: on the disk is always what was accepted, in order."""

import errno
import hashlib
import io
import os
import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import Upload
from core.resumable import appending
from core.resumable.appending import BLOCK, Checksum, append_piece
from core.resumable.disk import place_of, real_offset
from core.resumable.examining import sweep_uploads
from core.resumable.exceptions import (
    ChecksumMismatch,
    NoSpace,
    OffsetMismatch,
    PieceCut,
    UploadBusy,
    UploadOver,
    UploadRefused,
)
from core.resumable.starting import cancel_upload, start_upload
from tests.core.uploading import MB, PURPOSES

CONTENT = bytes(range(256)) * 4096  # 1 MiB, four blocks


@pytest.fixture(autouse=True)
def installation(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.UPLOAD_PURPOSES = PURPOSES


@pytest.fixture
def upload(stranger, now) -> Upload:
    return start_upload(owner=stranger, purpose="tests.any", target="7", name="a.mp4", length=len(CONTENT), now=now)


def kept(upload: Upload) -> bytes:
    return place_of(upload.path).read_bytes()


def send(upload: Upload, offset: int, body: "bytes | io.RawIOBase", **more) -> Upload:
    size = more.pop("size", len(body) if isinstance(body, bytes) else 0)
    stream = io.BytesIO(body) if isinstance(body, bytes) else body
    row = Upload.objects.get(pk=upload.pk)
    return append_piece(upload=row, offset=offset, size=size, stream=stream, clock=timezone.now, **more)


class Stream:
    """Bytes that come in blocks; `between(number)` is called before each."""

    def __init__(self, content: bytes, between) -> None:
        self.held, self.between, self.blocks = io.BytesIO(content), between, 0

    def read(self, size: int, /) -> bytes:
        self.between(self.blocks)
        self.blocks += 1
        return self.held.read(size)


def test_second_writer_is_refused_while_the_first_writes(upload):
    seen = []

    def meanwhile(block: int) -> None:
        if block == 2:
            with pytest.raises(UploadBusy) as refused:
                send(upload, 2 * BLOCK, b"other" * 100)
            seen.append((refused.value.status, real_offset(upload)))

    done = send(upload, 0, Stream(CONTENT, meanwhile), size=len(CONTENT))

    assert seen == [(423, 2 * BLOCK)]
    assert (done.state, kept(upload)) == (Upload.State.RECEIVED, CONTENT)


def test_two_pieces_at_the_same_moment_never_interleave(upload, at_once):
    ones, twos = b"1" * len(CONTENT), b"2" * len(CONTENT)

    outcomes = at_once(lambda: send(upload, 0, ones), lambda: send(upload, 0, twos))

    assert sorted(type(outcome).__name__ for outcome in outcomes) in (
        ["Upload", "UploadBusy"],
        ["OffsetMismatch", "Upload"],
    )
    assert kept(upload) in (ones, twos)


def test_many_writers_that_retry_give_one_whole_file(upload, at_once):
    """Each sends the piece that is wanted next, over and over, as several tabs would."""

    def tab():
        refused = 0
        while (row := Upload.objects.get(pk=upload.pk)).state == Upload.State.RECEIVING:
            offset = real_offset(row)
            try:
                send(upload, offset, CONTENT[offset : offset + 100_000])
            except (UploadBusy, OffsetMismatch):
                refused += 1
                threading.Event().wait(0.01)
        return refused

    refused = at_once(tab, tab, tab)

    assert all(isinstance(number, int) for number in refused), refused
    assert kept(upload) == CONTENT


def test_claim_of_a_killed_process_ends_and_the_next_goes_on_from_the_disk(upload):
    place_of(upload.path).write_bytes(CONTENT[: BLOCK + 7])
    Upload.objects.update(writer="killed", writer_until=timezone.now() + timedelta(seconds=20), offset=BLOCK)

    with pytest.raises(UploadBusy):
        send(upload, BLOCK + 7, CONTENT[BLOCK + 7 :])
    Upload.objects.update(writer_until=timezone.now() - timedelta(seconds=1))
    done = send(upload, BLOCK + 7, CONTENT[BLOCK + 7 :])

    assert (done.state, kept(upload)) == (Upload.State.RECEIVED, CONTENT)


def test_less_on_the_disk_than_the_row_says_counts_what_is_there(upload):
    """After a power cut the row may be ahead of the file."""
    place_of(upload.path).write_bytes(CONTENT[:1000])
    Upload.objects.update(offset=5000)

    with pytest.raises(OffsetMismatch) as refused:
        send(upload, 5000, CONTENT[5000:])
    assert refused.value.offset == 1000
    assert send(upload, 1000, CONTENT[1000:]).state == Upload.State.RECEIVED


def test_file_lost_from_the_disk_is_begun_again(upload):
    place_of(upload.path).unlink()

    assert real_offset(upload) == 0
    assert send(upload, 0, CONTENT).state == Upload.State.RECEIVED


def test_piece_killed_before_its_checksum_was_compared_is_dropped(upload):
    send(upload, 0, CONTENT[:1000])
    with place_of(upload.path).open("ab") as file:
        file.write(b"unproven")
    Upload.objects.update(is_guarded=True)
    row = Upload.objects.get()

    assert real_offset(row) == 1000
    send(upload, 1000, CONTENT[1000:])

    assert kept(upload) == CONTENT


def test_whoever_lost_the_claim_stops_before_the_next_block(upload, monkeypatch):
    monkeypatch.setattr(appending, "RENEW_SECONDS", -1.0)

    def taken_over(block: int) -> None:
        if block == 1:
            Upload.objects.update(writer="other", writer_until=timezone.now() + timedelta(seconds=20))

    with pytest.raises(UploadBusy):
        send(upload, 0, Stream(CONTENT, taken_over), size=len(CONTENT))

    assert kept(upload) == CONTENT[:BLOCK]
    assert Upload.objects.get().writer == "other"


def test_paused_process_that_wakes_up_writes_nothing_over_the_next_one(upload):
    """Its claim ran out unseen: the place on the disk tells."""

    def slept(block: int) -> None:
        if block == 1:
            with place_of(upload.path).open("ab") as file:
                file.write(b"next")

    with pytest.raises(UploadBusy):
        send(upload, 0, Stream(CONTENT, slept), size=len(CONTENT))

    assert kept(upload) == CONTENT[:BLOCK] + b"next"


def test_loser_of_a_claim_cuts_off_nothing(upload):
    """Its piece had a checksum, and broke off; what the next writer appended stays."""

    def taken_over(block: int) -> None:
        if block == 1:
            Upload.objects.update(writer="other", writer_until=timezone.now() + timedelta(seconds=20))

    body = Stream(CONTENT[: BLOCK + 5], taken_over)
    with pytest.raises(UploadBusy):
        send(upload, 0, body, size=len(CONTENT), checksum=Checksum("sha256", b"x" * 32))

    assert len(kept(upload)) > BLOCK


def test_cancelling_stops_a_request_that_is_writing(upload, now, monkeypatch):
    monkeypatch.setattr(appending, "RENEW_SECONDS", -1.0)

    def cancelled(block: int) -> None:
        if block == 2:
            cancel_upload(upload=upload, now=now)

    with pytest.raises(UploadOver):
        send(upload, 0, Stream(CONTENT, cancelled), size=len(CONTENT))

    assert Upload.objects.get().state == Upload.State.CANCELLED
    assert not place_of(upload.path).exists()


def test_connection_that_breaks_off_keeps_what_came(upload):
    def broken(block: int) -> None:
        if block == 3:
            raise OSError("connection reset")

    with pytest.raises(PieceCut) as cut:
        send(upload, 0, Stream(CONTENT, broken), size=len(CONTENT))

    assert (cut.value.status, cut.value.offset) == (400, 3 * BLOCK)
    row = Upload.objects.get()
    assert (row.offset, row.writer, row.writer_until) == (3 * BLOCK, "", None)
    assert send(upload, 3 * BLOCK, CONTENT[3 * BLOCK :]).state == Upload.State.RECEIVED


def test_piece_with_a_checksum_that_breaks_off_is_not_kept(upload):
    with pytest.raises(PieceCut) as cut:
        send(upload, 0, CONTENT[:-1], size=len(CONTENT), checksum=Checksum("sha256", hashlib.sha256(CONTENT).digest()))

    assert (cut.value.offset, kept(upload)) == (0, b"")
    with pytest.raises(ChecksumMismatch):
        send(upload, 0, CONTENT, checksum=Checksum("sha256", b"x" * 32))
    assert kept(upload) == b""


def test_long_request_keeps_its_claim_and_tells_how_far_it_came(upload, monkeypatch):
    monkeypatch.setattr(appending, "RENEW_SECONDS", -1.0)
    told = []

    def look(block: int) -> None:
        row = Upload.objects.get()
        assert row.writer_until
        told.append((row.offset, row.writer_until > timezone.now()))

    send(upload, 0, Stream(CONTENT, look), size=len(CONTENT))

    assert told == [(0, True), (0, True), (BLOCK, True), (2 * BLOCK, True)]


def test_full_disk_is_told_and_leaves_no_half_block(upload, monkeypatch):
    real = os.pwrite

    def full(handle: int, content: bytes, offset: int) -> int:
        if offset >= BLOCK + 100:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(handle, bytes(content[:100]) if offset == BLOCK else content, offset)

    monkeypatch.setattr("core.resumable.disk.os.pwrite", full)
    with pytest.raises(NoSpace, match="已传的部分还在"):
        send(upload, 0, CONTENT)

    assert kept(upload) == CONTENT[:BLOCK]
    assert Upload.objects.get().offset == BLOCK


def test_upload_that_the_disk_would_not_hold_is_not_begun(stranger, now, monkeypatch):
    monkeypatch.setattr("core.resumable.disk.SPARE_BYTES", 10**18)

    with pytest.raises(NoSpace, match="存储空间不够"):
        start_upload(owner=stranger, purpose="tests.any", target="7", name="a.pdf", length=10, now=now)
    assert not Upload.objects.exists()


def test_server_killed_after_the_last_byte_is_found_by_the_sweep(upload):
    place_of(upload.path).write_bytes(CONTENT)
    received = timezone.now() - timedelta(minutes=3)
    os.utime(place_of(upload.path), (received.timestamp(), received.timestamp()))
    Upload.objects.update(
        writer="killed",
        writer_until=timezone.now() - timedelta(seconds=1),
        started_at=received - timedelta(minutes=1),
    )

    sweep_uploads(now=timezone.now())

    row = Upload.objects.get()
    assert row.state == Upload.State.RECEIVED
    assert row.received_at
    assert abs(row.received_at - received) < timedelta(seconds=1)


def test_sweep_leaves_alone_what_is_being_written(upload):
    place_of(upload.path).write_bytes(CONTENT)
    Upload.objects.update(writer="alive", writer_until=timezone.now() + timedelta(seconds=20))

    sweep_uploads(now=timezone.now())

    assert Upload.objects.get().state == Upload.State.RECEIVING


def test_nothing_more_is_taken_once_it_is_received(upload):
    send(upload, 0, CONTENT)

    with pytest.raises(OffsetMismatch):
        send(upload, len(CONTENT), b"")
    with pytest.raises(UploadRefused):
        send(upload, 0, b"x" * MB)
    assert kept(upload) == CONTENT
