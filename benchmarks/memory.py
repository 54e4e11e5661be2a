"""How much a web worker grows under steady use.

    python -m benchmarks.memory [--requests 5000] [--json] [--quick]

One gunicorn worker with four threads on SQLite; four readers at once ask by turns for a judge's save, the judge's
queue, the live table and the public result, 60 entries × 7 judges. Wanted: its resident memory grows by less than
10 MB between the 1,000th and the 5,000th request.
"""

import itertools
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.installations import THREADS, Installation, product
from benchmarks.marks import form_fields, marks_for
from benchmarks.measuring import options, report
from tools.serving import Client, Server

JUDGES, ENTRIES = 7, 60
MOST_GROWTH_MB = 10
MB = 1024 * 1024


class Visitor:
    """Asks for the four kinds of page by turns; its saves go to sheets of its own, each time as a new version."""

    def __init__(self, server: Server, stage: dict[str, Any], number: int) -> None:
        addresses = stage["addresses"][str(ENTRIES)]
        self.judge, self.organiser = Client(server, stage["judge"]), Client(server, stage["organiser"])
        self.stranger = Client(server, {})
        self.sheets = itertools.cycle(stage["sheets"][number::THREADS])
        self.versions: dict[int, int] = {}
        self.addresses = addresses
        self._demand(self.judge.get(f"/judge/sheets/{stage['sheets'][number]}/"))

    def ask(self, times: int) -> None:
        for turn in range(times):
            kind = turn % 4
            if kind == 0:
                self._save()
            elif kind == 1:
                self._demand(self.judge.get(self.addresses["queue"]))
            elif kind == 2:
                self._demand(self.organiser.get(self.addresses["live_table"]))
            else:
                self._demand(self.stranger.get(self.addresses["public_result"]))

    def _save(self) -> None:
        sheet = next(self.sheets)
        version = self.versions.get(sheet, 1)
        fields = form_fields(marks_for(version, sheet), submission_id=f"memory-{sheet}-{version}", base_version=version)
        self._demand(self.judge.post(f"/judge/sheets/{sheet}/", fields, Accept="application/json"))
        self.judge.cookies.pop("messages", None)
        self.versions[sheet] = version + 1

    def _demand(self, answer: tuple[int, str]) -> None:
        status, text = answer
        if status != 200:
            raise RuntimeError(f"answered {status}: {text[:300]}")


def measure(app: Installation, *, early: int, late: int) -> dict[str, object]:
    """Resident memory of the worker after `early` requests, at each quarter on the way, and after `late`."""
    stage = app.call("staging", "stage_pages", judges=JUDGES, sizes=[ENTRIES])
    with app.serving(workers=1) as server, ThreadPoolExecutor(max_workers=THREADS) as pool:
        visitors = [Visitor(server, stage, number) for number in range(THREADS)]
        done = THREADS

        def until(total: int) -> float:
            nonlocal done
            each = (total - done) // THREADS
            for finished in [pool.submit(visitor.ask, each) for visitor in visitors]:
                finished.result()
            done += each * THREADS
            (memory,) = server.worker_memory().values()
            return memory / MB

        steps = [early + (late - early) * quarter // 4 for quarter in range(5)]
        resident = {str(step): until(step) for step in steps}
    return {
        "requests": done,
        "resident_mb": resident,
        "growth_mb": resident[str(late)] - resident[str(early)],
    }


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--requests", type=int, default=5000, help="at least 2000 (default 5000)")
    arguments = parser.parse_args()
    early, late = (100, 500) if arguments.quick else (1000, max(2000, arguments.requests))
    with tempfile.TemporaryDirectory(prefix="mingping-bench-") as folder, product("sqlite", Path(folder)) as app:
        found: dict[str, Any] = measure(app, early=early, late=late)
    steps = ", ".join(f"{memory:.1f} after {step}" for step, memory in found["resident_mb"].items())
    lines = [
        f"one worker, {found['requests']} requests; resident MB: {steps}",
        f"grew by {found['growth_mb']:.1f} MB from request {early} to {late} (wanted < {MOST_GROWTH_MB})",
    ]
    report(lines, found, json_only=arguments.json)


if __name__ == "__main__":
    main()
