"""A real server on loopback for benchmarks, browser tests and screenshots: gunicorn, if wanted a Celery worker and the
demo; its CPU time and memory as the kernel counts them; and a bare HTTP client."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

TICK = os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Server:
    """A running server: its port and its master process."""

    port: int
    pid: int

    def processes(self) -> list[int]:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [self.pid, *(int(child) for child in children)]

    def cpu_seconds(self) -> float:
        """User and system time of the master and its workers so far."""
        return sum(_cpu_ticks(pid) for pid in self.processes()) / TICK

    def worker_cpu_seconds(self) -> float:
        """What the workers alone have used: to the nanosecond where the kernel keeps it, else in ticks."""
        return sum(_cpu_seconds(pid) for pid in self.processes()[1:])

    def worker_memory(self) -> dict[int, int]:
        """Resident bytes of each worker."""
        found = {}
        for pid in self.processes()[1:]:
            match = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
            found[pid] = int(match.group(1)) * 1024 if match else 0
        return found


def _cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _cpu_seconds(pid: int) -> float:
    files = [thread / "schedstat" for thread in Path(f"/proc/{pid}/task").iterdir()]
    if not files[0].exists():
        return _cpu_ticks(pid) / TICK
    return sum(int(file.read_text().split()[0]) for file in files) / 1e9


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(
    application: str, environment: dict[str, str], *, workers: int = 2, threads: int = 1, port: int = 0
) -> Iterator[Server]:
    """Serve a WSGI application on loopback while inside."""
    port = port or free_port()
    kind = ["--threads", str(threads)] if threads > 1 else []
    options = ["--bind", f"127.0.0.1:{port}", "--log-level", "warning", "--keep-alive", "30", "--no-control-socket"]
    options += ["--graceful-timeout", "5"]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", application, "--workers", str(workers), *kind, *options],
        env={**os.environ, **environment},
        cwd=ROOT,
    )
    try:
        _wait_for(port, process)
        yield Server(port, process.pid)
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process politely; one that still waits for a browser's idle connection after a while is killed."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def serve_demo(folder: Path) -> AbstractContextManager[str]:
    """Serve the demo edition, with the scenes of tools.demo_scenes, from a database in `folder`; yields the address."""
    return serve_filled(folder, ["-m", "tools.demo_scenes"])


def environment_in(folder: Path, origin: str = "") -> dict[str, str]:
    """The settings of an installation whose database and files are in `folder`; for commands beside the server too."""
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DJANGO_ENV": "local",
        "VAR_DIR": str(folder),
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'database.sqlite3'}",
        "REDIS_URL": "",
        "PUBLIC_ORIGIN": origin,
        "HALL_HTTP": "",
        "LOG_LEVEL": "WARNING",
    }


@contextmanager
def serve_filled(folder: Path, fill: list[str]) -> Iterator[str]:
    """Serve a new database in `folder` that the Python command `fill` fills, with a Celery worker and beat; yields the
    address."""
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    environment = environment_in(folder, origin)
    everything = {**os.environ, **environment}
    for command in (["manage.py", "migrate", "-v0"], fill):
        subprocess.run([sys.executable, *command], env=everything, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "config", "worker", "-B", "--concurrency", "1", "--loglevel", "error"],
        env=everything,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        with serve("config.wsgi:application", environment, threads=4, port=port):
            yield origin
    finally:
        stop(worker)


class Client:
    """One keep-alive connection with its cookies; knows Django's CSRF token. `resent` counts requests that found the
    connection closed and were sent once more."""

    def __init__(self, server: Server, cookies: dict[str, str]) -> None:
        self.port, self.cookies = server.port, dict(cookies)
        self.resent = 0
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        return self._send("GET", path, headers=headers)

    def post(self, path: str, fields: dict[str, str], **headers: str) -> tuple[int, str]:
        body = urlencode({"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **fields})
        return self._send("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **headers})

    def _send(
        self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        everything = {"Cookie": cookies, **(headers or {})}
        try:
            self.connection.request(method, path, body, everything)
            response = self.connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.resent += 1
            self.connection.close()
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            self.connection.request(method, path, body, everything)
            response = self.connection.getresponse()
        text = response.read().decode()
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return response.status, text


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(f"gunicorn ended with {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("gunicorn did not answer within 30 s")
