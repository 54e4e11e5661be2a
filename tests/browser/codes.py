"""Reading QR codes as a phone would: from what is on the screen, and from a page of a PDF."""

import base64
import subprocess
from pathlib import Path

import zxingcpp
from playwright.sync_api import Locator

_GREY = """async (picture) => {
  const image = new Image();
  image.src = "data:image/png;base64," + picture;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, image.width, image.height).data;
  return [image.width, Array.from({length: pixels.length / 4}, (_, index) => pixels[index * 4])];
}"""


def read_from_screen(code: Locator) -> str:
    """The text of the QR code in this element, decoded from a picture of it."""
    picture = base64.b64encode(code.screenshot()).decode()
    blank = code.page.context.new_page()
    width, grey = blank.evaluate(_GREY, picture)
    blank.close()
    return _decode(bytes(grey), width)


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
