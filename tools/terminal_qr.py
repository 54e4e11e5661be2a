"""Print a QR code in the terminal, for phones to read the venue's address: `python -m tools.terminal_qr URL`."""

import sys
from typing import Any

import zxingcpp


def half_blocks(rows: list[list[bool]]) -> str:
    """Return rows of light (True) and dark modules as text, two rows a line, black on white on any terminal theme."""
    blocks = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
    if len(rows) % 2:
        rows = [*rows, [True] * len(rows[0])]
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join("".join(blocks[pair] for pair in zip(*two, strict=True)) for two in pairs)


def qr_rows(text: str) -> list[list[bool]]:
    """Return the modules of a QR code with its quiet zone, True where light."""
    image: Any = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=1)
    rows: list[list[int]] = memoryview(image).tolist()  # type: ignore[assignment] # typeshed knows one dimension only
    return [[module > 127 for module in row] for row in rows]


if __name__ == "__main__":
    print("\033[97;40m" + half_blocks(qr_rows(sys.argv[1])).replace("\n", "\033[0m\n\033[97;40m") + "\033[0m")
