import re
import struct
import zlib

import pytest
import zxingcpp

from core.qr import qr_png, qr_svg


def decode(pixels, size):
    barcode = zxingcpp.read_barcode(memoryview(bytes(pixels)).cast("B", (size, size)))
    assert barcode is not None
    return barcode.text


def raster(svg, scale=3):
    """Paint the rectangles of our own SVG."""
    (modules,) = re.findall(r'viewBox="0 0 (\d+) \1"', svg)
    size = int(modules) * scale
    pixels = bytearray(b"\xff" * size * size)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", svg):
        for line in range(int(y) * scale, (int(y) + 1) * scale):
            start = line * size + int(x) * scale
            pixels[start : start + int(width) * scale] = b"\0" * (int(width) * scale)
    return pixels, size


@pytest.mark.parametrize("text", ["https://example.com/judge/k7f3", "http://192.168.1.20:8000/c/" + "x" * 200, "明评"])
def test_svg_code_reads_back(text):
    assert decode(*raster(qr_svg(text))) == text


def test_svg_has_a_quiet_zone_and_no_inline_style():
    svg = qr_svg("https://example.com/", label="扫码“登录”<b>")

    assert "style" not in svg
    assert "<script" not in svg
    assert 'role="img" aria-label="扫码“登录”&lt;b&gt;"' in svg
    assert min(int(x) for x in re.findall(r"M(\d+) ", svg)) == 4
    assert 'aria-hidden="true"' in qr_svg("https://example.com/")


def test_png_code_reads_back():
    png = qr_png("https://example.com/judge/k7f3", scale=4)

    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    start = png.index(b"IDAT") + 4
    lines = zlib.decompress(png[start : start + struct.unpack(">I", png[start - 8 : start - 4])[0]])
    pixels = b"".join(lines[row * (width + 1) + 1 : (row + 1) * (width + 1)] for row in range(height))
    assert width == height
    assert decode(pixels, width) == "https://example.com/judge/k7f3"


def test_same_text_gives_the_same_bytes():
    assert qr_png("a") == qr_png("a")
    assert qr_svg("a") == qr_svg("a")
