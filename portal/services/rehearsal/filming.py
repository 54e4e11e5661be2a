"""A short film for invented makers: real H.264 in MP4, wide, and a few kilobytes for minutes, since it hardly moves."""

import tempfile
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import av

WIDTH, HEIGHT = 1920, 1080
SECONDS = 150  # within the two to five minutes of the calls (domain.md B3)
_BAR = 40  # rows of the bar that says how far the film is


@lru_cache(maxsize=1)
def film() -> bytes:
    """SECONDS at one picture a second; made once in a process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
            stream = container.add_stream("libx264", rate=1, options={"preset": "ultrafast", "crf": "36"})
            stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
            for second in range(SECONDS):
                for packet in stream.encode(_picture(second)):
                    container.mux(packet)
            for packet in stream.encode(None):
                container.mux(packet)
        return path.read_bytes()


def own_film(mark: str) -> bytes:
    """The film with a mark behind it that no player shows, so that no two works have the same file."""
    body = mark.encode()
    return film() + (len(body) + 8).to_bytes(4, "big") + b"free" + body


def _picture(second: int) -> av.VideoFrame:
    """A dusky sky over a bar that grows."""
    frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
    sky, blue, red = frame.planes
    done = WIDTH * (second + 1) // SECONDS
    row = bytes([40]) * sky.line_size
    bar = bytes([200]) * done + bytes([70]) * (sky.line_size - done)
    sky.update(row * (HEIGHT - _BAR) + bar * _BAR)
    blue.update(bytes([150]) * blue.buffer_size)
    red.update(bytes([120]) * red.buffer_size)
    frame.pts, frame.time_base = second, Fraction(1, 1)
    return frame
