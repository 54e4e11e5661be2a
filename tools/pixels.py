"""Pixels of a picture, read by a browser's canvas, and PNG files of few colours, which are a third of the size."""

import base64
import math
import struct
import zlib
from collections import Counter

from playwright.sync_api import BrowserContext

_READ = """async (picture) => {
  const image = new Image();
  image.src = "data:image/png;base64," + picture;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const pixels = new Blob([context.getImageData(0, 0, image.width, image.height).data]);
  const reader = new FileReader();
  reader.readAsDataURL(pixels);
  await new Promise((done) => { reader.onload = done; });
  return [image.width, reader.result.split(",")[1]];
}"""


def read_pixels(context: BrowserContext, png: bytes) -> tuple[int, bytes]:
    """Width, and red, green, blue, alpha of each pixel, row by row."""
    blank = context.new_page()
    width, pixels = blank.evaluate(_READ, base64.b64encode(png).decode())
    blank.close()
    return width, base64.b64decode(pixels)


def small_png(width: int, pixels: bytes) -> bytes:
    """An opaque picture as a PNG of at most 256 colours."""
    colours = [pixel & 0xFFFFFF for (pixel,) in struct.iter_unpack("<I", pixels)]
    nearest = _few_colours(Counter(colours))
    palette = sorted(set(nearest.values()))
    place = {colour: palette.index(chosen) for colour, chosen in nearest.items()}
    indices = bytes([place[colour] for colour in colours])
    rows = b"".join(b"\0" + indices[start : start + width] for start in range(0, len(indices), width))
    header = struct.pack(">IIBBBBB", width, len(indices) // width, 8, 3, 0, 0, 0)
    table = b"".join(struct.pack("<I", colour)[:3] for colour in palette)
    chunks = ((b"IHDR", header), (b"PLTE", table), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _few_colours(found: Counter[int]) -> dict[int, int]:
    """Each colour's stand-in: itself if it is common or the commonest of its hue, else the nearest that is kept."""
    common = [colour for colour, _ in found.most_common()]
    hues = {colour & 0xE0E0E0: colour for colour in reversed(common)}
    first = dict.fromkeys([*common[:128], *hues.values(), *common[128:]])
    kept = {colour: _channels(colour) for colour in list(first)[:256]}
    chosen = {colour: colour for colour in kept}
    for colour in found.keys() - kept.keys():
        own = _channels(colour)
        chosen[colour] = min(kept, key=lambda each: math.dist(own, kept[each]))
    return chosen


def _channels(colour: int) -> tuple[int, int, int]:
    return colour & 255, colour >> 8 & 255, colour >> 16


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
