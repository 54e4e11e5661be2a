"""Files by their content: what is taken, what is refused with which sentence, how they are kept and sent."""

import hashlib
import io
import struct
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import RequestFactory

from core.files import (
    FORMATS,
    FileRefused,
    accept_attribute,
    check_file,
    drop_file,
    file_response,
    format_labels,
    keep_file,
    readable_size,
    sniff_format,
)
from core.files.uploads import skipped_upload
from tests.core.samples import SAMPLES, compound_file, jpeg, mp4, office, pdf, png

MB = 1024 * 1024


@pytest.mark.parametrize("code", sorted(SAMPLES))
def test_format_of_each_sample(code):
    assert sniff_format(io.BytesIO(SAMPLES[code]), name=f"某文件.{code}") == code


def test_every_format_has_a_sample():
    assert set(SAMPLES) == set(FORMATS)


def test_name_does_not_make_the_format():
    assert sniff_format(io.BytesIO(jpeg()), name="报名表.pdf") == "jpg"


def test_large_compound_file_whose_directory_lies_far_behind_the_header():
    deep = compound_file("PowerPoint Document", directory_sector=40_000)

    assert sniff_format(io.BytesIO(deep), name="课件.ppt") == "ppt"


@pytest.mark.parametrize(
    ("name", "content", "accepted", "message"),
    [
        (
            "photo.jpg",
            b"",
            ["jpg"],
            "“photo.jpg”是空文件（0 字节），请重新选择。",
        ),
        (
            "盖章表.pdf",
            b"<!DOCTYPE html><html></html>",
            ["pdf", "jpg"],
            "“盖章表.pdf”的内容是网页，这里收的是：PDF、JPG 图片。请换成这里收的格式再上传。",
        ),
        (
            "IMG_0001.HEIC",
            b"\0\0\0\x18ftypheic" + b"\0" * 40,
            ["jpg", "png"],
            "“IMG_0001.HEIC”的内容是HEIC 照片（苹果手机的“高效”格式），这里收的是：JPG 图片、PNG 图片。"
            "请在手机“设置—相机—格式”中改为“兼容性最佳”后重拍，或用截图。",
        ),
        (
            "讲稿.docx",
            compound_file("EncryptedPackage"),
            ["docx"],
            "“讲稿.docx”的内容是设有打开密码的 Office 文件，这里收的是：Word 文档（docx）。"
            "请取消密码、重新保存后再上传。",
        ),
        (
            "视频.mp4",
            mp4(b"qt  "),
            ["mp4"],
            "“视频.mp4”的内容是MOV 视频，这里收的是：MP4 视频。请用手机或剪辑软件另存为 MP4。",
        ),
        (
            "讲稿.pdf",
            pdf()[:-7],
            ["pdf"],
            "“讲稿.pdf”不完整，可能没有传完或没有保存完。请先在自己的设备上打开确认，再重新上传。",
        ),
        (
            "x" * 60 + ".exe",
            b"MZ" + b"\0" * 100,
            ["pdf"],
            "“xxxxxxxxxxxxxxxxxxxx…xxxxxxxxxxx.exe”的内容是程序，这里收的是：PDF。请换成这里收的格式再上传。",
        ),
    ],
)
def test_refusal_names_what_was_sent_and_what_is_taken(name, content, accepted, message):
    with pytest.raises(FileRefused) as refused:
        check_file(io.BytesIO(content), name=name, accepted=accepted, max_bytes=MB)

    assert refused.value.message == message


@pytest.mark.parametrize("content", [jpeg(), png(), mp4(b"isom"), office("word/document.xml")])
def test_half_of_a_file_is_refused(content):
    with pytest.raises(FileRefused):
        check_file(io.BytesIO(content[: len(content) // 2]), name="半个", accepted=list(FORMATS), max_bytes=MB)


def test_thumbnail_of_a_cut_photograph_does_not_pass_for_its_end():
    cut = jpeg(thumbnail=True)[:-2]

    with pytest.raises(FileRefused, match="不完整"):
        check_file(io.BytesIO(cut), name="a.jpg", accepted=["jpg"], max_bytes=MB)


def test_size_at_the_limit_is_taken_and_one_byte_more_is_not():
    content = pdf()

    assert check_file(io.BytesIO(content), name="a.pdf", accepted=["pdf"], max_bytes=len(content)) == "pdf"
    with pytest.raises(FileRefused, match="这里最大收"):
        check_file(io.BytesIO(content), name="a.pdf", accepted=["pdf"], max_bytes=len(content) - 1)


def test_archive_that_promises_a_million_members_is_not_listed():
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 60_000, 60_000, 100, 0, 0)

    assert sniff_format(io.BytesIO(b"PK\3\4" + b"\0" * 200 + end)) == "zip"


@pytest.mark.parametrize("content", [b"PK\3\4", bytes.fromhex("d0cf11e0a1b11ae1") + b"\xff" * 2000, b"\xff\xd8\xff"])
def test_garbage_is_refused_and_never_an_error(content):
    with pytest.raises(FileRefused):
        check_file(io.BytesIO(content), name="坏.pptx", accepted=["pptx", "jpg"], max_bytes=MB)


def test_sizes_are_rounded_up_so_that_too_large_never_reads_like_the_limit():
    assert [readable_size(size) for size in (12, 1025, MB, 5 * MB + 1, 100 * MB)] == [
        "12 字节",
        "2 KB",
        "1 MB",
        "5.1 MB",
        "100 MB",
    ]


def test_words_and_attribute_for_a_file_input():
    assert format_labels(["pdf", "jpg"]) == "PDF、JPG 图片"
    assert accept_attribute(["jpg", "dps"]) == ".jpg,.jpeg,image/jpeg,.dps"


def test_kept_file_lies_under_an_unguessable_name_with_its_digest(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    stored = keep_file(SimpleUploadedFile("秘密.pdf", pdf()), "materials")

    kept = tmp_path / stored.path
    assert (stored.size, stored.sha256) == (len(pdf()), hashlib.sha256(pdf()).hexdigest())
    assert kept.read_bytes() == pdf()
    assert "秘密" not in stored.path
    assert kept.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.rglob("*.part")) == []
    drop_file(stored.path)
    assert not kept.exists()


def test_upload_that_breaks_off_leaves_nothing(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    class BreakingUpload(SimpleUploadedFile):
        def chunks(self, chunk_size=None):
            yield b"%PDF-"
            raise OSError("connection lost")

    with pytest.raises(OSError, match="lost"):
        keep_file(BreakingUpload("a.pdf", pdf()), "materials")

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def body_of(response) -> bytes:
    """All of it; the file is closed without the signal by which a real answer closes the database too."""
    body = response.content if response.status_code == 416 else b"".join(response)
    for close in response._resource_closers:
        close()
    return body


@pytest.fixture
def video(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    Path(tmp_path / "v").write_bytes(bytes(range(100)))
    return "v"


def test_download_has_its_chinese_name_and_is_never_run(video):
    response = file_response(video, "少年组-张三-介绍.pdf")

    assert body_of(response) == bytes(range(100))
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%B0%91")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/pdf"


@pytest.mark.parametrize(
    ("header", "status", "expected", "content_range"),
    [
        ("bytes=0-9", 206, bytes(range(10)), "bytes 0-9/100"),
        ("bytes=90-", 206, bytes(range(90, 100)), "bytes 90-99/100"),
        ("bytes=-5", 206, bytes(range(95, 100)), "bytes 95-99/100"),
        ("bytes=50-5000", 206, bytes(range(50, 100)), "bytes 50-99/100"),
        ("bytes=100-", 416, b"", "bytes */100"),
        ("bytes=-0", 416, b"", "bytes */100"),
        ("bytes=0-1,5-6", 200, bytes(range(100)), None),
        ("bytes=9-2", 200, bytes(range(100)), None),
        ("lines=1-2", 200, bytes(range(100)), None),
    ],
)
def test_range_of_a_video(video, header, status, expected, content_range):
    request = RequestFactory().get("/", headers={"range": header})

    response = file_response(video, "a.mp4", request=request, inline=True)

    assert (response.status_code, body_of(response)) == (status, expected)
    assert response.get("Content-Range") == content_range


def test_what_is_not_picture_or_video_is_never_shown_in_place(video):
    for name, kind in (("a.pdf", "attachment"), ("a.mp4", "inline")):
        response = file_response(video, name, inline=True)
        body_of(response)
        assert response["Content-Disposition"].startswith(kind)


def test_file_gone_from_the_disk_is_a_404(video):
    with pytest.raises(Http404):
        file_response("nowhere", "a.pdf")


def test_zip_of_office_members_without_content_types_is_a_zip():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")

    assert sniff_format(held) == "zip"


def test_upload_above_the_installations_limit_is_read_past_and_named(settings):
    settings.UPLOAD_MAX_BYTES = 1000
    files = {"file": SimpleUploadedFile("大视频.mp4", b"x" * 5000), "small": SimpleUploadedFile("小.pdf", b"y")}

    request = RequestFactory().post("/", {"title": "还在", **files})

    assert skipped_upload(request) == "大视频.mp4"
    assert list(request.FILES) == ["small"]
    assert request.POST["title"] == "还在"


def test_upload_within_the_limit_arrives(settings):
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("a.pdf", b"x" * 5000)})

    assert skipped_upload(request) is None
    assert request.FILES["file"].read() == b"x" * 5000
