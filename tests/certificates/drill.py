"""Makes certificates while processes die, then counts (issue 5; pitfall 30).

    python -m tests.certificates.drill [--broker redis] [--certificates 1000] [--times 3] [--random 10] [--seed 1]

A worker child, the worker's master and Redis are killed (SIGKILL) in each gap between claim, render, rename, the row's
last write and the acknowledgement, `--times` each, and `--random` more at moments of chance; what died is started again
as a supervisor would, nothing else is done by hand. Certificates are issued in portions, one before each death, so that
there is always work. Redis is one of the drill's own on a free port; database, files and queue lie in a new folder
(PostgreSQL where DATABASE_URL names one). The lease is five seconds and the sweep comes every second, by settings.

Afterwards: as many files as certificates, each valid for qpdf, of one page, with its own words; numbers without gaps;
one event each in an intact ledger; no leftovers. Issuing and making all again must change nothing, byte for byte.
Prints one line of JSON; the exit status is 0 if nothing is wrong.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

from benchmarks.databases import scratch_database
from tools.serving import ROOT, free_port

GAPS = ("claimed", "rendered", "renamed", "finished")
CHILD, MASTER, REDIS = "child", "master", "redis"
PATIENCE = 90  # seconds for anything to happen


class RedisServer:
    """A Redis of the drill's own; `keeps` says whether it comes back with what it held (as docker-compose's does)."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        folder.mkdir()
        self.start()

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder), "--save", ""]
        options += ["--appendonly", "yes", "--appendfsync", "always", "--daemonize", "no"]
        self.process = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
        wait_until(self._answers, "Redis answers")

    def die(self, *, keeps: bool) -> None:
        self.process.kill()
        self.process.wait()
        if not keeps:
            shutil.rmtree(self.folder)
            self.folder.mkdir()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()

    def _answers(self) -> bool:
        told = subprocess.run(["redis-cli", "-p", str(self.port), "ping"], capture_output=True, text=True)
        return told.stdout.strip() == "PONG"


class Worker:
    """The embedded worker as run.py starts it, but of the drill's application; in a session of its own."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.sessions: list[int] = []
        self.start()

    def start(self) -> None:
        options = ["-B", "--concurrency", "2", "--loglevel", "INFO"]
        command = [sys.executable, "-m", "celery", "-A", "tests.certificates.drill_app", "worker", *options]
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out, start_new_session=True)
        self.sessions.append(self.process.pid)

    def children(self) -> list[int]:
        """The pool's processes: children of the master that are not beat."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in listed]

    def die(self, *, with_group: bool) -> None:
        """Its children and beat live on as orphans, with what they were doing, until `end_orphans`."""
        self.process.kill()
        self.process.wait()
        if with_group:
            end_group(self.process.pid)

    def end_orphans(self) -> None:
        for session in self.sessions[:-1]:
            end_group(session)
        del self.sessions[:-1]

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=30)
        for session in self.sessions:
            end_group(session)


def end_group(session: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(session, signal.SIGKILL)


def wait_until(holds: Callable[[], object], what: str, patience: float = PATIENCE) -> object:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if found := holds():
            return found
        time.sleep(0.02)
    raise TimeoutError(f"not within {patience} s: {what}")


class Drill:
    """The processes that die, the hand that kills them, and the portions of work."""

    def __init__(self, *, folder: Path, broker: str, total: int, deaths: int, seed: int) -> None:
        from tests.certificates import drill_office  # needs the drill's environment

        self.office = drill_office
        self.orders = folder / "orders"
        self.orders.mkdir()
        self.redis = RedisServer(folder / "redis") if broker == "redis" else None
        self.office.prepare(redis_port=self.redis.port if self.redis else 0)
        self.worker = Worker(folder / "worker.log")
        self.rng = random.Random(seed)
        self.portions = [total * (n + 1) // deaths - total * n // deaths for n in range(deaths)]
        self.killed: dict[str, int] = {}
        self.ended_by_itself = 0
        self.began = time.monotonic()

    def die_in(self, gap: str, victim: str, turn: int) -> None:
        """One death in a gap. Odd turns are the harder: orphans live on, Redis comes back empty; in the third an orphan
        stands still until another has taken its rows over."""
        self.worker.end_orphans()
        order = self.orders / f"{gap}.order"
        order.touch()
        self.office.issue(self.portions.pop())
        held = wait_until(lambda: self._held(gap), f"a worker stands in {gap}")
        assert isinstance(held, Path)
        if victim == CHILD:
            os.kill(int(held.suffix[1:]), signal.SIGKILL)
        elif victim == MASTER:
            self.worker.die(with_group=turn % 2 == 1)
            self.worker.start()
        else:
            assert self.redis is not None
            self.redis.die(keeps=turn % 2 == 1)
            self.redis.start()
        if victim != CHILD and turn == 2:
            time.sleep(self.office.LEASE_SECONDS + 2)
        held.unlink(missing_ok=True)
        self._note(f"{victim} {gap}")

    def die_somewhere(self) -> None:
        self.worker.end_orphans()
        self.office.issue(self.portions.pop())
        time.sleep(self.rng.random())
        victim = self.rng.choice([CHILD, MASTER, REDIS] if self.redis else [CHILD, MASTER])
        if victim == CHILD:
            if children := self.worker.children():
                with suppress(ProcessLookupError):
                    os.kill(self.rng.choice(children), signal.SIGKILL)  # beat, too, is one of them
        elif victim == MASTER:
            self.worker.die(with_group=self.rng.random() < 0.5)
            self.worker.start()
        else:
            assert self.redis is not None
            self.redis.die(keeps=self.rng.random() < 0.5)
            self.redis.start()
        self._note(f"{victim} at random")

    def wait_until(self, holds: Callable[[], object], what: str) -> None:
        def looked_after() -> object:
            self.look_after_the_worker()
            return holds()

        wait_until(looked_after, what, patience=3 * PATIENCE)

    def stop(self) -> None:
        self.worker.stop()
        if self.redis:
            self.redis.stop()

    def _held(self, gap: str) -> Path | None:
        self.look_after_the_worker()
        return next(self.orders.glob(f"{gap}.held.*"), None)

    def _note(self, what: str) -> None:
        self.killed[what] = self.killed.get(what, 0) + 1
        print(f"{time.monotonic() - self.began:6.1f} s  {what}", file=sys.stderr)
        self.look_after_the_worker()

    def look_after_the_worker(self) -> None:
        """Celery's worker may end itself when Redis went away ("Unrecoverable error"): it is started again, as Docker
        does, and counted."""
        if self.worker.process.poll() is not None:
            self.ended_by_itself += 1
            self.worker.die(with_group=True)
            self.worker.start()


def run(*, folder: Path, broker: str, total: int, times: int, chance: int, seed: int) -> dict[str, object]:
    victims = (CHILD, MASTER, REDIS) if broker == "redis" else (CHILD, MASTER)
    deaths = [(gap, victim, turn) for turn in range(times) for victim in victims for gap in GAPS]
    began = time.monotonic()
    drill = Drill(folder=folder, broker=broker, total=total, deaths=len(deaths) + chance, seed=seed)
    office = drill.office
    try:
        for gap, victim, turn in deaths:
            drill.die_in(gap, victim, turn)
        for _ in range(chance):
            drill.die_somewhere()
        died = time.monotonic()
        drill.wait_until(office.is_done, "every certificate is made")
        finished = time.monotonic()
        most_attempts = office.most_attempts()
        faults = office.faults(total)
        faults += office.faults_of_a_second_run(drill.wait_until)
    finally:
        drill.stop()
    return {
        "broker": broker,
        "certificates": total,
        "killed": drill.killed,
        "deaths": sum(drill.killed.values()),
        "worker_ended_by_itself": drill.ended_by_itself,
        "most_attempts": most_attempts,
        "seconds_of_deaths": round(died - began, 1),
        "seconds_to_finish": round(finished - died, 1),
        "seconds": round(time.monotonic() - began, 1),
        "faults": faults,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--broker", choices=["redis", "embedded"], default="embedded")
    parser.add_argument("--certificates", type=int, default=1000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--random", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="leave the folder for a look")
    chosen = parser.parse_args()
    kind = "postgres" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="mingping-drill-"))
        if not chosen.keep:
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        url = stack.enter_context(scratch_database(kind, folder, "drill"))
        from tests.certificates import drill_office

        drill_office.environment(folder, url)
        told = run(
            folder=folder,
            broker=chosen.broker,
            total=chosen.certificates,
            times=chosen.times,
            chance=chosen.random,
            seed=chosen.seed,
        )
        print(json.dumps({**told, "database": kind}, ensure_ascii=False))
    return 1 if told["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
