"""Reading QR codes as a phone would: from what is on the screen, and from a page of a PDF."""

import subprocess
from pathlib import Path

import zxingcpp
from playwright.sync_api import Locator

from tools.pixels import read_pixels


def read_from_screen(code: Locator) -> str:
    """The text of the QR code in this element, decoded from a picture of it."""
    width, pixels = read_pixels(code.page.context, code.screenshot())
    return _decode(pixels[::4], width)


def read_from_pdf(path: Path) -> str:
    """The text of the QR code on a PDF's first page, rasterised by poppler."""
    command = ["pdftoppm", "-gray", "-r", "150", "-f", "1", "-l", "1", "-singlefile", str(path)]
    made = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    kind, size, _, pixels = made.split(b"\n", 3)
    assert kind == b"P5"
    return _decode(pixels, int(size.split()[0]))


def _decode(grey: bytes, width: int) -> str:
    found = zxingcpp.read_barcode(memoryview(grey).cast("B", (len(grey) // width, width)))
    assert found is not None
    return str(found.text)
