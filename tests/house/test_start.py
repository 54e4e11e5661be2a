"""A newcomer's first minutes: a fresh clone, an empty home, one command (design §12)."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
READY = "Ctrl-C 停止"
# The packages come over the network the first time.
FIRST_START_SECONDS = 600
NEW_DATABASE_SECONDS = 90  # every migration on SQLite, beside other tests

pytestmark = pytest.mark.slow


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone in a folder with a space in its name."""
    folder = tmp_path / "a fresh clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(clone: Path, *arguments: str, seconds: int) -> tuple[subprocess.Popen[bytes], str]:
    """Start run.py with an empty home and return it and what it has said, once it is ready or has ended."""
    home = clone.parent / "home"
    home.mkdir(exist_ok=True)
    ours = {"DATABASE_URL", "REDIS_URL", "VAR_DIR", "DJANGO_SETTINGS_MODULE"}
    environment = {name: value for name, value in os.environ.items() if name not in ours} | {"HOME": str(home)}
    said = clone.parent / "said.txt"
    with said.open("wb") as out:
        command = [sys.executable, str(clone / "run.py"), *arguments]
        process = subprocess.Popen(command, cwd="/", env=environment, stdout=out, stderr=subprocess.STDOUT)
    deadline = time.monotonic() + seconds
    while READY not in said.read_text(encoding="utf-8") and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.2)
    return process, said.read_text(encoding="utf-8")


def processes_of(clone: Path) -> list[str]:
    """Command lines that name the clone. Slim machines have no ps, macOS has no /proc."""
    if Path("/proc/self/cmdline").exists():
        lines = [line_of(path) for path in Path("/proc").glob("[0-9]*/cmdline")]
    else:
        lines = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout.splitlines()
    return [line for line in lines if str(clone) in line]


def line_of(path: Path) -> str:
    try:
        return path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:  # ended meanwhile
        return ""


def get(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return str(answer.read().decode("utf-8"))


def test_start_in_a_fresh_clone_with_an_empty_home(clone: Path) -> None:
    port = free_port()

    process, said = start(clone, "--port", str(port), seconds=FIRST_START_SECONDS)
    try:
        assert READY in said, said
        assert f"http://127.0.0.1:{port}/" in said
        assert "organiser@demo.invalid" in said
        assert "明评" in get(port, "/")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
    assert process.returncode == 0
    assert processes_of(clone) == []

    process, said = start(clone, "--port", str(port), "--empty", seconds=NEW_DATABASE_SECONDS)
    try:
        assert READY in said, said
        assert "demo.invalid" not in said
        assert "demo.invalid" not in get(port, "/")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
    assert process.returncode == 0
    assert processes_of(clone) == []
