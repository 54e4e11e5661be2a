"""Uploading a large file through the product, beside a plain HTTP copy of the same bytes.

    python -m benchmarks.uploads [--mib 1024] [--rounds 3] [--json] [--quick]

One gunicorn worker with four threads each. The baseline (benchmarks/upload_sink.py) takes one PUT and writes it to the
disk; the product takes the same bytes by tus: in one request, in pieces of 16 MiB, and in such pieces each with its
SHA-256, as the page sends them. By turns, each waiting until the file is on the disk; each file is compared with the
source, then removed. Wanted: at most 1.5 × the baseline's wall time, and a worker whose memory does not grow with the
file.
"""

import base64
import hashlib
import http.client
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.installations import Installation, product
from benchmarks.measuring import options, report
from tools.serving import Server

MIB = 1024 * 1024
PIECE = 16 * MIB
WANTED_RATIO, WANTED_MB = 1.5, 20


def make_sender() -> dict[str, str]:
    """An account's session and CSRF token (called inside Django)."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.middleware.csrf import _get_new_csrf_string

    from accounts.services import create_user

    user = create_user(name="作者", email="author@example.com", password="long enough 42")
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "accounts.backends.PhoneOrEmailBackend"
    session.create()
    return {settings.SESSION_COOKIE_NAME: session.session_key or "", "csrftoken": _get_new_csrf_string()}


def received_uploads() -> int:
    """How many uploads were received whole (called inside Django)."""
    from core.models import Upload

    return Upload.objects.filter(state=Upload.State.RECEIVED).count()


class Sender:
    """One keep-alive connection that sends a file, or parts of it, in blocks."""

    def __init__(self, server: Server, source: Path, cookies: dict[str, str]) -> None:
        self.source, self.checksums = source, _checksums(source)
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600, blocksize=MIB)
        told = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self.headers = {"Cookie": told, "X-CSRFToken": cookies.get("csrftoken", ""), "Tus-Resumable": "1.0.0"}

    def put(self) -> None:
        self.connection.close()  # a new one each time: a server lets go of one that was silent for half a minute
        with self.source.open("rb") as file:
            self._ask("PUT", "/", file, {"Content-Length": str(self.source.stat().st_size)})

    def tus(self, piece: int, *, checksum: bool) -> None:
        self.connection.close()
        size = self.source.stat().st_size
        told = f"purpose {base64.b64encode(b'benchmark').decode()}"
        begun = self._ask("POST", "/api/v1/uploads/", b"", {"Upload-Length": str(size), "Upload-Metadata": told})
        with self.source.open("rb") as file:
            for offset in range(0, size, piece):
                headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
                if piece >= size:
                    self._ask("PATCH", begun["Location"], file, {**headers, "Content-Length": str(size)})
                    continue
                body = file.read(piece)
                if checksum:
                    headers["Upload-Checksum"] = self.checksums[offset // piece]
                self._ask("PATCH", begun["Location"], body, headers)

    def _ask(self, method: str, path: str, body: Any, headers: dict[str, str]) -> http.client.HTTPMessage:
        self.connection.request(method, path, body, {**self.headers, **headers})
        response = self.connection.getresponse()
        text = response.read().decode()
        if response.status not in {201, 204}:
            raise RuntimeError(f"{method} {path}: {response.status} {text[:300]}")
        return response.headers


def measure(folder: Path, *, mib: int, rounds: int) -> dict[str, Any]:
    source = folder / "source"
    digest = _make_source(source, mib)
    with ExitStack() as stack:
        app = stack.enter_context(product("sqlite", folder))
        app = replace(app, application="benchmarks.upload_product:application")
        app.call("uploads", "migrated")
        (folder / "sink").mkdir()
        sink = Installation("benchmarks.upload_sink:application", {"SINK_DIR": str(folder / "sink")})
        plain = stack.enter_context(sink.serving(workers=1))
        server = stack.enter_context(app.serving(workers=1))
        by_tus = Sender(server, source, app.call("uploads", "make_sender"))
        small = folder / "small"
        _make_source(small, 1)
        warm = Sender(server, small, {})
        warm.headers = by_tus.headers
        warm.tus(PIECE, checksum=True)
        before = _peak_memory(server)
        ways: dict[str, Callable[[], None]] = {
            "plain": Sender(plain, source, {}).put,
            "one request": lambda: by_tus.tus(mib * MIB, checksum=False),
            "pieces": lambda: by_tus.tus(PIECE, checksum=False),
            "pieces with SHA-256": lambda: by_tus.tus(PIECE, checksum=True),
        }
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        cpu: dict[str, list[float]] = {name: [] for name in ways}
        _removed_unlike(folder, "")
        for _ in range(rounds):
            for name, send in ways.items():
                which = plain if name == "plain" else server
                begun, used = time.perf_counter(), which.worker_cpu_seconds()
                send()
                seconds[name].append(time.perf_counter() - begun)
                cpu[name].append(which.worker_cpu_seconds() - used)
                if _removed_unlike(folder, digest):
                    raise RuntimeError(f"{name}: what was kept is not what was sent")
        peak = _peak_memory(server)
        received = app.call("uploads", "received_uploads") - 1
    return _figures(seconds, cpu, {"mib": mib, "rounds": rounds, "before": before, "peak": peak, "received": received})


def migrated() -> bool:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return True


def _figures(seconds: dict[str, list[float]], cpu: dict[str, list[float]], seen: dict[str, Any]) -> dict[str, Any]:
    return {
        **seen,
        "seconds": {name: statistics.median(values) for name, values in seconds.items()},
        "cpu_seconds": {name: statistics.median(values) for name, values in cpu.items()},
        # Of the same round: what else the machine does meets both alike.
        "ratio": {
            name: statistics.median(mine / plain for mine, plain in zip(values, seconds["plain"], strict=True))
            for name, values in seconds.items()
        },
    }


def _removed_unlike(folder: Path, digest: str) -> int:
    """Remove what was kept; how many of the files were not of this digest."""
    unlike = 0
    for path in [*(folder / "sink").glob("*"), *(folder / "var" / "media" / "uploads").glob("*/*")]:
        with path.open("rb") as file:
            unlike += hashlib.file_digest(file, "sha256").hexdigest() != digest
        path.unlink()
    return unlike


def _checksums(source: Path) -> list[str]:
    """Of each piece, computed before anything is timed: the sender's work is not the server's."""
    with source.open("rb") as file:
        pieces = iter(lambda: file.read(PIECE), b"")
        return [f"sha256 {base64.b64encode(hashlib.sha256(piece).digest()).decode()}" for piece in pieces]


def _make_source(path: Path, mib: int) -> str:
    """So many MiB that no disk can compress; their SHA-256."""
    digest = hashlib.sha256()
    with path.open("wb") as file, Path("/dev/urandom").open("rb") as source:
        for _ in range(mib):
            block = source.read(MIB)
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def _peak_memory(server: Server) -> float:
    """The most that the worker ever held, in MB."""
    (worker,) = server.processes()[1:]
    match = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{worker}/status").read_text())
    return int(match.group(1)) / 1024 if match else 0.0


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--mib", type=int, default=1024, help="size of the file (default 1024)")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    mib, rounds = (100, 1) if arguments.quick else (arguments.mib, arguments.rounds)
    with tempfile.TemporaryDirectory(prefix="mingping-bench-") as folder:
        found = measure(Path(folder), mib=mib, rounds=rounds)
    lines = [
        f"{mib} MiB, {rounds} rounds; seconds, CPU seconds of the worker, × the plain copy (≤ {WANTED_RATIO} wanted)"
    ]
    for name, seconds in found["seconds"].items():
        lines.append(f"  {name:22} {seconds:7.2f} {found['cpu_seconds'][name]:7.2f} {found['ratio'][name]:6.2f}")
    grown = found["peak"] - found["before"]
    lines.append(
        f"worker's memory: {found['before']:.1f} MB, then {found['peak']:.1f}: + {grown:.1f} (< {WANTED_MB} wanted)"
    )
    lines.append(f"{found['received']} uploads received whole, all of them the same bytes")
    report(lines, found, json_only=arguments.json)


if __name__ == "__main__":
    main()
