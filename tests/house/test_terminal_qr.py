"""The terminal's QR code is readable by a phone."""

import subprocess
import sys
from pathlib import Path

import zxingcpp

from tools.terminal_qr import half_blocks, qr_rows

ROOT = Path(__file__).resolve().parents[2]
URL = "http://192.168.1.20:8000/judge/"


def pixels(text: str, scale: int = 4) -> list[list[int]]:
    """The picture that a terminal would show, as grey values."""
    cells = {"█": (255, 255), "▀": (255, 0), "▄": (0, 255), " ": (0, 0)}
    rows = [[cells[mark][half] for mark in line] for line in text.splitlines() for half in (0, 1)]
    return [[value for value in row for _ in range(scale)] for row in rows for _ in range(scale)]


def test_qr_in_half_blocks_reads_back() -> None:
    picture = pixels(half_blocks(qr_rows(URL)))
    flat = memoryview(bytes(value for row in picture for value in row)).cast("B", (len(picture), len(picture[0])))

    assert [code.text for code in zxingcpp.read_barcodes(flat)] == [URL]


def test_qr_command_prints_black_on_white() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.terminal_qr", URL],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONUTF8": "1"},
    )

    lines = done.stdout.splitlines()
    assert {line[:8] for line in lines} == {"\033[97;40m"}
    assert len(lines) == (len(qr_rows(URL)) + 1) // 2
