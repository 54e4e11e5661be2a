"""Files of works: in time, replaced, read by the task, sent in pieces; another person's upload finds nothing."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404

from core.files import FileRefused
from core.models import Upload
from core.resumable.starting import start_upload
from tests.core.samples import jpeg, mp4, pdf
from tests.works.desk import add_file
from works.exceptions import WorkRefused
from works.models import Submission, Work, WorkFile
from works.permissions import can_hand_in
from works.services import hand_in_file, take_back_file
from works.services.readings import claim_reading, sweep_readings
from works.services.uploads import PURPOSE, upload_target
from works.tasks import read_work_file

Reading, Status = WorkFile.Reading, Work.Status


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def cover(book):
    return book.file_requirements.get(code="cover")


@pytest.fixture
def hand_in(author, now):
    """Return a function: a file handed in by the author."""

    def do(work, requirement, content=None, name="封面.jpg", at=now, actor=author):
        file = SimpleUploadedFile(name, jpeg() if content is None else content)
        return hand_in_file(work=work, requirement=requirement, file=file, actor=actor, now=at)

    return do


def test_a_file_is_superseded_never_deleted(make_work, book, cover, hand_in):
    work = make_work(book, status=Status.DRAFT)
    first = hand_in(work, cover)
    second = hand_in(work, cover, jpeg() + b"\n")
    first.refresh_from_db()
    assert (first.superseded_at is not None, second.superseded_at) == (True, None)
    assert first.sha256 != second.sha256


def test_the_same_file_again_changes_nothing(make_work, book, cover, hand_in):
    work = make_work(book)
    assert hand_in(work, cover) == hand_in(work, cover)
    assert WorkFile.objects.count() == 1


def test_of_a_submitted_work_the_record_follows_its_files(make_work, book, cover, hand_in):
    work = make_work(book)
    hand_in(work, cover)
    assert Submission.objects.filter(work=work).count() == 1


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("封面.jpg", b"", "“封面.jpg”是空文件（0 字节），请重新选择。"),
        ("../../etc/封面.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "这里收的是：JPG 图片、PNG 图片"),
        ("封面.jpg", b"<html><script>alert(1)</script></html>", "这里收的是：JPG 图片、PNG 图片"),
        ("封面.jpg", jpeg()[:-40], "不完整"),
    ],
)
def test_what_is_no_such_file_is_refused(make_work, book, cover, hand_in, name, content, sentence):
    with pytest.raises(FileRefused, match=sentence):
        hand_in(make_work(book), cover, content, name)
    assert not WorkFile.objects.exists()


def test_a_file_below_the_least_size_is_refused(make_work, book, cover, hand_in):
    cover.min_bytes = 1024 * 1024
    cover.save()
    with pytest.raises(FileRefused, match="不小于 1 MB"):
        hand_in(make_work(book), cover)


def test_from_the_deadline_on_nothing_is_taken(make_work, book, cover, hand_in, selection):
    work = make_work(book)
    hand_in(work, cover, at=selection.closes_at - timedelta(seconds=1))
    with pytest.raises(WorkRefused, match="截止，不再接收"):
        hand_in(work, cover, jpeg() + b"\n", at=selection.closes_at)


def test_an_accepted_works_files_stay(make_work, book, cover, hand_in):
    with pytest.raises(WorkRefused, match="已受理，材料不能再换"):
        hand_in(make_work(book, status=Status.ACCEPTED), cover)


def test_a_file_is_taken_back_once(make_work, book, cover, hand_in, author, now):
    file = hand_in(make_work(book), cover)
    take_back_file(file=file, actor=author, now=now)
    with pytest.raises(WorkRefused, match="已经换掉或撤下"):
        take_back_file(file=file, actor=author, now=now)


def test_the_stamped_form_comes_from_the_unit_too(make_work, book, unit, coordinator, cover):
    work = make_work(book, unit=unit, channel="individual")
    form = book.file_requirements.get(code="form")
    assert (can_hand_in(coordinator, work, form), can_hand_in(coordinator, work, cover)) == (True, False)


def test_the_task_reads_a_file_once(make_work, book, cover, hand_in, now):
    file = hand_in(make_work(book), cover)
    assert file.reading == Reading.OWED
    read_work_file(file_id=file.pk)
    file.refresh_from_db()
    assert (file.reading, file.attempts, file.clean_path) == (Reading.DONE, 1, "")
    read_work_file(file_id=file.pk)
    assert claim_reading(file_id=file.pk, now=now) is None


def test_a_blind_kinds_file_gets_a_copy_without_metadata(make_work, book, cover, hand_in, now, tmp_path):
    work = make_work(book)
    file = hand_in(work, cover)
    read_work_file(file_id=file.pk)
    book.is_blind = True
    book.save()
    sweep_readings(now=now)  # a kind made blind later owes its files the copy
    read_work_file(file_id=file.pk)
    file.refresh_from_db()
    assert (file.reading, (tmp_path / file.clean_path).is_file()) == (Reading.DONE, True)


def test_a_video_that_is_none_is_parked_with_the_reason(make_work, video, now):
    file = add_file(make_work(video), "video", reading=Reading.OWED, media={})
    read_work_file(file_id=file.pk)
    file.refresh_from_db()
    assert (file.reading, file.last_error != "") == (Reading.PARKED, True)


def test_a_killed_workers_claim_ends(make_work, book, cover, hand_in, now):
    file = hand_in(make_work(book), cover)
    assert claim_reading(file_id=file.pk, now=now) == file
    assert claim_reading(file_id=file.pk, now=now + timedelta(minutes=1)) is None
    assert claim_reading(file_id=file.pk, now=now + timedelta(minutes=7)) == file


def test_an_upload_in_pieces_is_for_whoever_may_hand_the_file_in(make_work, video, author, stranger, now):
    work = make_work(video, status=Status.DRAFT)
    requirement = video.file_requirements.get(code="video")
    target = upload_target(work, requirement)
    begin = {"purpose": PURPOSE, "name": "片.mp4", "length": 10_000, "now": now}
    assert start_upload(owner=author, target=target, **begin).formats == ["mp4"]
    with pytest.raises(Http404):
        start_upload(owner=stranger, target=target, **begin)
    for wrong in ("", "1", f"{work.pk}-0", f"{work.pk}-{requirement.pk}-1", "x-y"):
        with pytest.raises(Http404):
            start_upload(owner=author, target=wrong, **begin)


def received(work, author, started_at, received_at) -> Upload:
    """An upload that was received whole and examined."""
    requirement = work.kind.file_requirements.get(code="video")
    return Upload.objects.create(
        token=f"t{Upload.objects.count()}",
        owner=author,
        purpose=PURPOSE,
        target=upload_target(work, requirement),
        name="片.mp4",
        length=len(mp4()),
        formats=["mp4"],
        state=Upload.State.READY,
        path="uploads/x",
        started_at=started_at,
        received_at=received_at,
        expires_at=received_at + timedelta(days=1),
        format="mp4",
        sha256="a" * 64,
        media={"duration": "119.0", "width": 1920, "height": 1080, "aspect": "16:9"},
        poster_path="uploads/x.poster.jpg",
    )


@pytest.mark.parametrize(("minutes", "is_taken"), [(0, True), (59, True), (60, False)])
def test_an_upload_begun_before_the_deadline_may_finish_within_the_grace(
    make_work, video, author, selection, minutes, is_taken
):
    work = make_work(video)
    requirement = video.file_requirements.get(code="video")
    late = selection.closes_at + timedelta(minutes=minutes)
    upload = received(work, author, selection.closes_at - timedelta(minutes=5), late)
    give = {"work": work, "requirement": requirement, "upload": upload, "actor": author, "now": late}
    if not is_taken:
        with pytest.raises(WorkRefused, match="截止，不再接收"):
            hand_in_file(**give)
        return
    kept = hand_in_file(**give)
    assert (kept.reading, kept.poster_path, kept.media["duration"]) == (Reading.DONE, "uploads/x.poster.jpg", "119.0")


def test_an_upload_begun_after_the_deadline_is_late(make_work, video, author, selection):
    work = make_work(video)
    upload = received(work, author, selection.closes_at, selection.closes_at + timedelta(minutes=1))
    requirement = video.file_requirements.get(code="video")
    with pytest.raises(WorkRefused, match="截止，不再接收"):
        hand_in_file(work=work, requirement=requirement, upload=upload, actor=author, now=upload.received_at)


def test_a_pdf_is_no_picture(make_work, book, cover, hand_in):
    with pytest.raises(FileRefused, match="的内容是PDF"):
        hand_in(make_work(book), cover, pdf(), "封面.jpg")
