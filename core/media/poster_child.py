"""The process behind core.media.posters: one frame of argv[1], read as argv[3], goes to argv[2] as a JPEG.

Run by its path, with nothing of ours imported. PyAV's wheel holds FFmpeg's libraries.
"""

import contextlib
import itertools
import resource
import sys
from fractions import Fraction
from pathlib import Path

import av
from av.filter import Graph

MEMORY = 3 * 1024**3
CPU_SECONDS = 50
MOST_PIXELS = 8192 * 8192
WIDTH = 960
# Where in the film: black leaders and titles are over.
SHARE = 10
_TURNS = {90: ["cclock"], 180: ["clock", "clock"], 270: ["clock"]}


def main(source: str, target: str, demuxer: str) -> None:
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    # The demuxer is named: no playlist or other text may make it read further files.
    with av.open(source, format=demuxer, metadata_errors="ignore") as container:
        frame = _turned(_early_frame(container))
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = frame.width, frame.height, "yuvj420p"
    encoder.time_base = Fraction(1, 25)
    encoder.options = {"strict": "unofficial", "qmin": "3", "qmax": "5"}
    frame.pts = 0
    packets = [*encoder.encode(frame), *encoder.encode(None)]
    Path(target).write_bytes(b"".join(bytes(packet) for packet in packets))


def _early_frame(container: "av.container.InputContainer") -> "av.VideoFrame":
    stream = container.streams.video[0]
    if stream.width * stream.height > MOST_PIXELS:
        raise ValueError(f"{stream.width} × {stream.height} is too large")
    if container.duration:
        with contextlib.suppress(av.FFmpegError):
            container.seek(container.duration // SHARE)
    return next(container.decode(stream))


def _turned(frame: "av.VideoFrame") -> "av.VideoFrame":
    """Scaled down, square pixels, and upright as a player shows it."""
    graph = Graph()
    chain = [graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 25))]
    # In the order of display: turn first, then fit the width.
    chain += [graph.add("transpose", way) for way in _TURNS.get(round(frame.rotation) % 360, [])]
    chain.append(graph.add("scale", f"w='max(2,2*trunc(min({WIDTH},iw)/2))':h=-2:out_range=pc"))
    chain += [graph.add("format", "pix_fmts=yuvj420p"), graph.add("buffersink")]
    for first, second in itertools.pairwise(chain):
        first.link_to(second)
    graph.configure()
    frame.pts, frame.time_base = 0, Fraction(1, 25)
    graph.push(frame)
    return graph.vpull()


if __name__ == "__main__":
    main(*sys.argv[1:])
