"""What a video is, by MediaInfo: exact figures as decimals, and an honest sentence for what is none."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from core.exceptions import DomainError
from core.files.formats import shortened
from core.files.signatures import is_whole

# Formats (core.files.FORMATS) that are measured.
MEASURED = frozenset({"mp4", "mov"})
_DAMAGED = "请先在自己的电脑上从头播放到尾，确认没有问题后重新导出、重新上传。"
# Display aspect ratios that have a name, as width and height.
_ASPECTS = ((16, 9), (9, 16), (4, 3), (3, 4), (1, 1), (21, 9), (3, 2), (2, 3))
_NEAR = Decimal("0.01")


class MediaRefused(DomainError):
    """A file that is no video that could be shown; `code` is `no_video` or `damaged`."""

    code = "no_video"


@dataclass(frozen=True)
class MediaFacts:
    """A video's own figures. `duration` in seconds, to the millisecond; `width` × `height` in pixels as stored;
    `aspect` as it is shown (16:9, or 1.85 where it has no name) after `rotation` degrees; rates in frames per second.
    What the file does not say is empty, None or 0."""

    container: str
    duration: Decimal
    size: int
    video_codec: str
    width: int
    height: int
    aspect: str
    rotation: int
    frame_rate: Decimal | None
    has_audio: bool
    audio_codec: str

    def as_json(self) -> dict[str, Any]:
        """For a JSON column: decimals as text."""
        rate = None if self.frame_rate is None else str(self.frame_rate)
        return {**self.__dict__, "duration": str(self.duration), "frame_rate": rate}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "MediaFacts":
        rate = kept["frame_rate"]
        return cls(
            **{**kept, "duration": Decimal(kept["duration"]), "frame_rate": None if rate is None else Decimal(rate)}
        )


def read_media(path: Path, *, name: str) -> MediaFacts:
    """The figures of a video file; `name` is for the sentences only.

    Refuses (MediaRefused) what has no picture inside, is cut off or has no length. It does not decode the film: a fault
    in the middle of the pictures is found by whoever watches.
    """
    from pymediainfo import MediaInfo  # loads a library of 16 MB that only workers need

    shown = shortened(name)
    if path.stat().st_size == 0:
        raise MediaRefused(f"“{shown}”是空文件（0 字节），请重新选择。", code="damaged")
    read = MediaInfo.parse(str(path), encoding_errors="replace")
    if isinstance(read, str) or not read.general_tracks or not read.video_tracks:
        raise MediaRefused(f"“{shown}”里没有画面，不是可以播放的视频。请用剪辑软件导出为 MP4 后再上传。")
    general, video = read.general_tracks[0], read.video_tracks[0]
    duration = _seconds(general.duration) or _seconds(video.duration)
    width, height = _whole(video.width), _whole(video.height)
    if not duration or not width or not height or not _is_whole(path):
        raise MediaRefused(f"“{shown}”不完整，读不出时长或画面大小。{_DAMAGED}", code="damaged")
    rotation = int(_number(video.rotation) or 0) % 360
    audio = read.audio_tracks[0] if read.audio_tracks else None
    return MediaFacts(
        container=str(general.format or ""),
        duration=duration,
        size=path.stat().st_size,
        video_codec=str(video.format or ""),
        width=width,
        height=height,
        aspect=_aspect(video, width, height, rotation),
        rotation=rotation,
        frame_rate=_number(video.frame_rate),
        has_audio=audio is not None,
        audio_codec=str(audio.format or "") if audio is not None else "",
    )


def _is_whole(path: Path) -> bool:
    """By its boxes: MediaInfo calls a film cut off for the few stray bytes that some phones leave behind its end."""
    with path.open("rb") as file:
        return is_whole(file, "mp4")


def _seconds(milliseconds: object) -> Decimal | None:
    found = _number(milliseconds)
    return (found / 1000).quantize(Decimal("0.001")) if found else None


def _number(value: object) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _whole(value: object) -> int:
    return int(_number(value) or 0)


def _aspect(video: Any, width: int, height: int, rotation: int) -> str:
    """As it is shown: MediaInfo's own, which minds pixels that are not square, turned as the player turns it."""
    told = _number(video.display_aspect_ratio)
    # MediaInfo rounds to three places; plain pixels are exact.
    square = _number(video.pixel_aspect_ratio) in {None, Decimal(1)}
    ratio = Decimal(width) / Decimal(height) if square or not told else told
    if rotation in {90, 270} and square:
        ratio = 1 / ratio
    named = next((f"{a}:{b}" for a, b in _ASPECTS if abs(ratio - Decimal(a) / b) <= _NEAR * ratio), "")
    return named or f"{ratio.quantize(Decimal('0.01'))}"
