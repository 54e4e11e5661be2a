"""Real small films and pictures, made by PyAV: a moving grey, and silence."""

import tempfile
from fractions import Fraction
from functools import cache
from io import BytesIO

import av


@cache
def film(
    *,
    seconds: int = 2,
    width: int = 160,
    height: int = 90,
    audio: bool = True,
    picture: bool = True,
    metadata: tuple[tuple[str, str], ...] = (),
    options: tuple[tuple[str, str], ...] = (),
    format: str = "mp4",
) -> bytes:
    """An MP4 (or MOV) of so many seconds at 10 pictures per second."""
    with tempfile.NamedTemporaryFile() as file:  # FFmpeg reads its file again to put the index first
        with av.open(file.name, "w", format=format, options=dict(options)) as container:
            container.metadata.update(dict(metadata))
            shown = _picture_stream(container, width, height) if picture else None
            heard = container.add_stream("aac", rate=16000, layout="mono") if audio else None
            if shown:
                _show(container, shown, seconds)
            if heard:
                _sound(container, heard, seconds)
        return file.read()


def _picture_stream(container, width, height):
    stream = container.add_stream("libx264", rate=10)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    return stream


def _show(container, stream, seconds):
    for number in range(seconds * 10):
        frame = grey(stream.width, stream.height, 60 + number * 5 % 150)
        frame.pts, frame.time_base = number, Fraction(1, 10)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _sound(container, stream, seconds):
    for start in range(0, seconds * 16000, 1000):
        frame = av.AudioFrame(format="fltp", layout="mono", samples=1000)
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        frame.sample_rate, frame.pts, frame.time_base = 16000, start, Fraction(1, 16000)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def grey(width: int, height: int, value: int) -> "av.VideoFrame":
    frame = av.VideoFrame(width, height, "yuv420p")
    for plane, level in zip(frame.planes, (value, 128, 128), strict=True):
        plane.update(bytes([level]) * plane.buffer_size)
    return frame


@cache
def picture(codec: str = "mjpeg", width: int = 32, height: int = 16) -> bytes:
    """A JPEG, or with codec `png` a PNG, that decodes."""
    encoder = av.CodecContext.create(codec, "w")
    encoder.width, encoder.height, encoder.time_base = width, height, Fraction(1, 25)
    encoder.pix_fmt = "rgb24" if codec == "png" else "yuvj420p"
    frame = grey(width, height, 128).reformat(format=encoder.pix_fmt)
    frame.pts = 0
    return b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])


def pictures_of(content: bytes, format: str | None = None) -> list[bytes]:
    """The decoded pictures of a film or image: equal lists look equal."""
    with av.open(BytesIO(content), format=format) as container:
        return [b"".join(bytes(plane) for plane in frame.planes) for frame in container.decode(video=0)]
