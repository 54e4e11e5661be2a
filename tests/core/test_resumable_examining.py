"""What happens to a received upload: examined once, handed over once, refused or parked with the reason, swept up."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404

from core.exceptions import DomainError
from core.files import FileRefused
from core.media import MediaFacts
from core.models import Upload
from core.resumable import examining
from core.resumable.disk import place_of
from core.resumable.exceptions import TooMuch
from core.resumable.forms import UploadForm
from core.resumable.starting import receive_file, start_upload
from core.resumable.tasks import examine_upload
from core.resumable.tasks import sweep_uploads as sweep_task
from tests.core import uploading
from tests.core.canaries import film_with_canaries, pdf_with_canaries
from tests.core.films import film
from tests.core.samples import jpeg, pdf
from tests.core.uploading import MB, PURPOSES


@pytest.fixture(autouse=True)
def installation(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.UPLOAD_PURPOSES = PURPOSES
    uploading.taken.clear()


@pytest.fixture
def receive(stranger, now):
    def receive(content: bytes, name: str = "作品.pdf", target: str = "7") -> Upload:
        file = SimpleUploadedFile(name, content)
        return receive_file(owner=stranger, purpose="tests.any", target=target, file=file, now=now)

    return receive


def examined(upload: Upload) -> Upload:
    examine_upload(upload_id=upload.pk)
    upload.refresh_from_db()
    return upload


def files_in(folder) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_file_of_a_plain_form_goes_the_same_way(receive, stranger, now, tmp_path):
    upload = receive(pdf(), name="..\\秘密\\作品.pdf")

    assert (upload.state, upload.name, upload.started_at, upload.received_at) == ("received", "作品.pdf", now, now)
    assert examined(upload).state == Upload.State.READY
    assert uploading.taken == [(upload.pk, "pdf", hashlib.sha256(pdf()).hexdigest())]
    assert files_in(tmp_path) == [upload.path]


def test_film_is_measured_and_has_a_poster(receive):
    upload = examined(receive(film(), name="微视频.mp4"))

    assert (upload.state, upload.format) == (Upload.State.READY, "mp4")
    facts = MediaFacts.from_json(upload.media)
    assert (facts.width, facts.height, str(facts.duration)) == (160, 90, "2.000")
    assert place_of(upload.poster_path).read_bytes().startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(("content", "name"), [(pdf_with_canaries(), "a.pdf"), (film_with_canaries(), "a.mp4")])
def test_blind_kind_gets_a_clean_copy_beside_the_original(receive, content, name):
    upload = examined(receive(content, name=name, target="blind"))

    assert upload.state == Upload.State.READY, upload.message
    clean = place_of(upload.clean_path).read_bytes()
    assert b"canary" not in clean
    assert (upload.clean_size, upload.clean_sha256) == (len(clean), hashlib.sha256(clean).hexdigest())
    assert place_of(upload.path).read_bytes() == content


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"<!doctype html><script>alert(1)</script>", "a.mp4", "“a.mp4”的内容是网页，这里收的是：PDF、MP4 视频。"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.pdf", "“a.pdf”的内容是网页"),
        (jpeg(), "a.pdf", "“a.pdf”的内容是JPG 图片"),
        (pdf()[:-7], "a.pdf", "“a.pdf”不完整"),
        (film()[:-300], "a.mp4", "“a.mp4”不完整"),
        (film(picture=False), "a.mp4", "“a.mp4”里没有画面"),
        (b"MZ" + b"\0" * 60, "a.mp4", "“a.mp4”的内容是程序"),
    ],
)
def test_what_is_not_taken_is_refused_with_its_sentence_and_removed(receive, tmp_path, content, name, message):
    upload = examined(receive(content, name=name))

    assert upload.state == Upload.State.REFUSED
    assert upload.message.startswith(message)
    assert files_in(tmp_path) == []
    assert uploading.taken == []


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("refused at the end", "这个文件是截止以后才开始上传的。"),
        ("gone meanwhile", "这个文件要交给的对象已经没有了，或者您不能再为它提交文件。"),
    ],
)
def test_programme_has_the_last_word(receive, tmp_path, target, message):
    upload = examined(receive(pdf(), target=target))

    assert (upload.state, upload.message) == (Upload.State.REFUSED, message)
    assert (upload.sha256, files_in(tmp_path)) == ("", [])


def test_examined_once_whoever_asks_again(receive):
    upload = receive(pdf())

    for _ in range(3):
        examine_upload(upload_id=upload.pk)

    assert len(uploading.taken) == 1


def test_worker_that_lost_its_lease_hands_over_nothing(receive, now):
    upload = receive(pdf())
    slow = examining.claim_upload(upload_id=upload.pk, now=now)
    findings = examining.examine_file(slow)
    later = now + examining.LEASE + timedelta(seconds=1)
    quick = examining.claim_upload(upload_id=upload.pk, now=later)

    assert examining.claim_upload(upload_id=upload.pk, now=later) is None
    assert examining.finish_upload(upload=quick, findings=findings, now=later) is True
    assert examining.finish_upload(upload=slow, findings=findings, now=later) is False
    examining.refuse_upload(upload=slow, message="spät", now=later)
    assert len(uploading.taken) == 1
    assert Upload.objects.get().state == Upload.State.READY


def test_fault_of_ours_is_tried_three_times_then_parked_and_can_be_tried_again(receive, monkeypatch):
    upload = receive(pdf())

    def broken(*args: object, **kwargs: object) -> None:
        raise MemoryError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(examining, "check_file", broken)
        states = [examined(upload).state for _ in range(4)]

    assert states == ["received", "received", "parked", "parked"]
    assert upload.last_error == "MemoryError: no room"
    examining.retry_upload(upload=upload)
    assert examined(upload).state == Upload.State.READY


def test_file_that_kills_its_worker_each_time_is_parked(receive, now):
    upload = receive(pdf())
    for attempt in range(3):
        assert examining.claim_upload(upload_id=upload.pk, now=now + attempt * 2 * examining.LEASE) is not None

    examining.sweep_uploads(now=now + 8 * examining.LEASE)

    upload.refresh_from_db()
    assert (upload.state, upload.last_error) == (Upload.State.PARKED, "检查时后台进程多次中断")


def test_sweep_sends_what_is_owed_again(receive, now, monkeypatch):
    """Pitfall 30: the row says what is owed, whatever became of the queue."""
    sent = []
    monkeypatch.setattr(examining, "enqueue", lambda name, **ids: sent.append((name, ids["upload_id"])))
    upload = receive(pdf())

    examining.sweep_uploads(now=now)

    assert sent == [("core.tasks.examine_upload", upload.pk)]


def test_abandoned_upload_expires_with_its_bytes_and_is_forgotten_at_last(stranger, now, tmp_path):
    start_upload(owner=stranger, purpose="tests.any", target="7", name="a.pdf", length=10, now=now)
    examining.sweep_uploads(now=now + timedelta(days=2, hours=23))
    assert Upload.objects.get().state == Upload.State.RECEIVING

    later = now + timedelta(days=3, seconds=1)
    examining.sweep_uploads(now=later)

    assert Upload.objects.get().state == Upload.State.EXPIRED
    assert files_in(tmp_path) == []
    examining.sweep_uploads(now=later + timedelta(days=91))
    assert not Upload.objects.exists()


def test_what_a_programme_has_is_never_swept(receive, now):
    upload = examined(receive(pdf()))

    examining.sweep_uploads(now=now + timedelta(days=4000))
    sweep_task()

    assert place_of(upload.path).is_file()
    assert Upload.objects.get().state == Upload.State.READY


@pytest.mark.parametrize(
    ("content", "target", "error"),
    [
        (b"", "7", FileRefused),
        (pdf(), "another's", Http404),
        (pdf(), "late", DomainError),
        (b"x" * (8 * MB + 1), "7", TooMuch),
    ],
)
def test_plain_form_is_refused_what_the_protocol_is(receive, tmp_path, content, target, error):
    with pytest.raises(error):
        receive(content, target=target)

    assert not Upload.objects.exists()
    assert files_in(tmp_path) == []


def test_plain_form_counts_against_what_is_open(receive, settings, tmp_path):
    settings.UPLOAD_MOST_OPEN = 1
    receive(pdf())

    with pytest.raises(TooMuch, match="还没有传完或检查完"):
        receive(pdf())
    assert len(files_in(tmp_path)) == 1


def test_words_of_a_form_for_an_upload():
    form = UploadForm("works.video", "12:a", "/my/works/12/", "视频", ("mp4",), 300 * MB, note="16:9。")

    assert (form.accept, form.html_id) == (".mp4,.m4v,video/mp4", "upload-works-video-12-a")
    assert form.limits == "收 MP4 视频，最大 300 MB。16:9。"
