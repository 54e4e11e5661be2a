"""What a video is by its file, an honest sentence for what is none, and one picture of it."""

import struct
from decimal import Decimal

import pytest

from core.media import MEASURED, MediaFacts, MediaRefused, make_poster, read_media
from tests.core.canaries import box
from tests.core.films import film, picture, pictures_of
from tests.core.samples import mp4, pdf


@pytest.fixture
def file(tmp_path):
    def write(content: bytes):
        path = tmp_path / "film"
        path.write_bytes(content)
        return path

    return write


def test_figures_of_a_film(file):
    facts = read_media(file(film(seconds=3)), name="微视频.mp4")

    assert facts == MediaFacts(
        container="MPEG-4",
        duration=Decimal("3.000"),
        size=len(film(seconds=3)),
        video_codec="AVC",
        width=160,
        height=90,
        aspect="16:9",
        rotation=0,
        frame_rate=Decimal("10.000"),
        has_audio=True,
        audio_codec="AAC",
    )
    assert MediaFacts.from_json(facts.as_json()) == facts
    assert facts.as_json()["duration"] == "3.000"


def test_silent_film_says_so(file):
    facts = read_media(file(film(audio=False)), name="a.mp4")

    assert (facts.has_audio, facts.audio_codec) == (False, "")


@pytest.mark.parametrize(
    ("width", "height", "aspect"),
    [
        (160, 90, "16:9"),
        (90, 160, "9:16"),
        (120, 90, "4:3"),
        (100, 100, "1:1"),
        (170, 100, "1.70"),
        (1920, 1080, "16:9"),
    ],
)
def test_shape_of_the_picture(file, width, height, aspect):
    facts = read_media(file(film(seconds=1, width=width, height=height, audio=False)), name="a.mp4")

    assert (facts.width, facts.height, facts.aspect) == (width, height, aspect)


def turned(content: bytes) -> bytes:
    """As a phone held upright writes it: the picture lies on its side, the header says to turn it."""
    upright = struct.pack(">9L", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    sideways = struct.pack(">9l", 0, 0x10000, 0, -0x10000, 0, 0, 90 << 16, 0, 0x40000000)
    at = content.index(upright, content.index(b"tkhd"))
    return content[:at] + sideways + content[at + 36 :]


def test_film_of_a_phone_held_upright_is_told_as_it_is_shown(file, tmp_path):
    path = file(turned(film(audio=False)))

    facts = read_media(path, name="a.mp4")

    assert (facts.width, facts.height, facts.rotation, facts.aspect) == (160, 90, 90, "9:16")
    assert make_poster(path, tmp_path / "poster.jpg")
    assert shape_of((tmp_path / "poster.jpg").read_bytes()) == (90, 160)


def test_second_too_short_is_told_to_the_millisecond(file):
    facts = read_media(file(film(seconds=119, audio=False)), name="a.mp4")

    assert facts.duration == Decimal("119.000")
    assert facts.duration < 120


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "damaged"),
        (pdf(), "no_video"),
        (b"<html><video src='a.mp4'></video></html>", "no_video"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no_video"),
        (mp4(), "no_video"),
        (film(picture=False), "no_video"),
        (film()[:-300], "damaged"),
        (film()[:-1500], "damaged"),
        (box(b"ftyp", b"isom\0\0\2\0") + b"#EXTM3U\nfile:///etc/passwd", "no_video"),
    ],
    ids="empty pdf html svg shell sound cut-moov no-moov playlist".split(),
)
def test_what_is_no_film_is_refused_with_a_sentence(file, content, code):
    with pytest.raises(MediaRefused) as refused:
        read_media(file(content), name="../微视频.mp4")

    assert refused.value.code == code
    assert refused.value.message.startswith("“微视频.mp4”")


def test_formats_that_are_measured():
    assert frozenset({"mp4", "mov"}) == MEASURED


def shape_of(content: bytes) -> tuple[int, int]:
    """Width and height from a JPEG's frame header."""
    at = content.index(b"\xff\xc0")
    height, width = struct.unpack(">HH", content[at + 5 : at + 9])
    return width, height


def test_poster_is_a_small_jpeg_of_the_film(file, tmp_path):
    target = tmp_path / "poster.jpg"

    assert make_poster(file(film(width=1920, height=1080, seconds=1, audio=False)), target)

    assert shape_of(target.read_bytes()) == (960, 540)
    assert len(pictures_of(target.read_bytes())) == 1


@pytest.mark.parametrize("content", [b"", pdf(), picture(), film(picture=False), film()[:-1500], b"#EXTM3U\nx"])
def test_file_without_a_picture_gives_no_poster(file, tmp_path, content):
    assert make_poster(file(content), tmp_path / "poster.jpg") is False
    assert [path.name for path in tmp_path.iterdir()] == ["film"]


def test_decoder_that_hangs_costs_a_poster_and_no_more(file, tmp_path, monkeypatch):
    monkeypatch.setattr("core.media.posters.SECONDS", 0.01)

    assert make_poster(file(film()), tmp_path / "poster.jpg") is False
    assert [path.name for path in tmp_path.iterdir()] == ["film"]
