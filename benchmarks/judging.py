"""Thirty judges submit at once over HTTP, and what one save costs.

    python -m benchmarks.judging [--databases sqlite postgres] [--json] [--quick]

First: waves of 30 simultaneous submissions to two gunicorn workers, every fifth of them sent twice at once under the
same submission id, then the database is compared with what was sent: no failed request, no lost or doubled mark, an
intact ledger. Second: queries of one save, session and account included (wanted: at most 15). Third: CPU of the worker
per save beside the minimal app's, one worker each, blocks by turns (wanted: at most 2.5 times as much).
"""

import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.databases import KINDS, unreachable
from benchmarks.installations import Installation, baseline, product
from benchmarks.marks import form_fields, marks_for
from benchmarks.measuring import Contender, Cost, cpu_by_turns, options, percentile, report
from tools.serving import Client, Server

JUDGES = 30
MOST_QUERIES, MOST_TIMES_CPU = 15, 2.5
AS_SCRIPT = {"Accept": "application/json"}


@dataclass(frozen=True)
class Save:
    """One submission as a judge's page sends it; `copy` 1 is the same one sent again at the same moment."""

    judge: int
    entry: int
    sheet: int
    copy: int

    @property
    def submission_id(self) -> str:
        return f"bench-{self.sheet}"

    @property
    def marks(self) -> dict[str, str]:
        return marks_for(self.judge, self.entry)

    @property
    def fields(self) -> dict[str, str]:
        return form_fields(self.marks, submission_id=self.submission_id, base_version=0)


@dataclass(frozen=True)
class Answer:
    save: Save
    outcome: str
    seconds: float


class JudgePage:
    """A judge's browser: one connection, the session, the token of the form."""

    def __init__(self, server: Server, cookies: dict[str, str], sheet: int) -> None:
        self.client = Client(server, cookies)
        status, _ = self.client.get(f"/judge/sheets/{sheet}/")
        if status != 200:
            raise RuntimeError(f"the score sheet answers {status}")

    def submit(self, save: Save) -> str:
        """`saved` or `repeated`; else what went wrong."""
        status, text = self.client.post(f"/judge/sheets/{save.sheet}/", save.fields, **AS_SCRIPT)
        self.client.cookies.pop("messages", None)  # the page that the script opens next shows and clears it
        for outcome in ("saved", "repeated"):
            if status == 200 and f'"outcome": "{outcome}"' in text:
                return outcome
        return f"{status} {text[:200]}"


def plan_waves(sheets: list[list[int]], entries: range) -> list[list[Save]]:
    """Per entry every judge's save, every fifth twice."""
    waves = []
    for entry in entries:
        saves = [Save(judge, entry, own[entry], 0) for judge, own in enumerate(sheets)]
        waves.append(saves + [Save(s.judge, s.entry, s.sheet, 1) for s in saves if (s.judge + entry) % 5 == 0])
    return waves


def submit_at_once(server: Server, stage: dict[str, Any], waves: list[list[Save]]) -> tuple[list[Answer], int]:
    """Send each wave from as many threads as it has saves, all let go together; also how many were sent once more."""
    pages = {
        (judge, copy): JudgePage(server, cookies, stage["sheets"][judge][0])
        for judge, cookies in enumerate(stage["cookies"])
        for copy in (0, 1)
    }
    answers: list[Answer] = []

    def send(save: Save, together: threading.Barrier) -> Answer:
        together.wait(timeout=30)
        started = time.perf_counter()
        try:
            outcome = pages[save.judge, save.copy].submit(save)
        except OSError as error:
            outcome = repr(error)
        return Answer(save, outcome, time.perf_counter() - started)

    with ThreadPoolExecutor(max_workers=max(map(len, waves))) as pool:
        for wave in waves:
            barrier = threading.Barrier(len(wave))
            futures = [pool.submit(send, save, barrier) for save in wave]
            answers += [future.result(timeout=120) for future in futures]
    return answers, sum(page.client.resent for page in pages.values())


def rush(app: Installation, stage: dict[str, Any], entries: range) -> dict[str, object]:
    """The simultaneous part, and what the database says of it."""
    waves = plan_waves(stage["sheets"], entries)
    with app.serving(workers=2) as server:
        started = time.perf_counter()
        answers, resent = submit_at_once(server, stage, waves)
        seconds = time.perf_counter() - started
    failed = [answer for answer in answers if answer.outcome not in ("saved", "repeated")]
    saved = [answer for answer in answers if answer.outcome == "saved"]
    sent = [
        {"sheet": save.sheet, "submission_id": save.submission_id, "marks": save.marks}
        for wave in waves
        for save in wave
        if save.copy == 0
    ]
    faults = app.call("checks", "judging_faults", sent=sent)
    if len(saved) != len(sent):
        faults.append(f"{len(saved)} answers say saved, {len(sent)} submissions were made")
    times = [answer.seconds * 1000 for answer in answers]
    return {
        "judges": len(stage["sheets"]),
        "submissions": len(sent),
        "requests": len(answers),
        "failed": len(failed),
        "first_failure": failed[0].outcome if failed else "",
        "faults": len(faults),
        "first_fault": faults[0] if faults else "",
        "resent": resent,
        "p50_ms": percentile(times, 0.5),
        "p95_ms": percentile(times, 0.95),
        "p99_ms": percentile(times, 0.99),
        "most_ms": max(times),
        "per_second": len(answers) / seconds,
    }


def save_cost(
    kind: str, folder: Path, app: Installation, stage: dict[str, Any], rest: range, blocks: int
) -> list[Cost]:
    """CPU per save of the product and of the minimal app, in this order."""
    size = 20
    judges = len(stage["sheets"])
    saves = [Save(judge, entry, stage["sheets"][judge][entry], 0) for entry in rest for judge in range(judges)]
    with (
        baseline(kind, folder, judges=judges, entries=len(rest), marked=False) as (minimal, cookies, sheets),
        app.serving(workers=1) as own_server,
        minimal.serving(workers=1) as minimal_server,
    ):
        pages = [JudgePage(own_server, own, stage["sheets"][judge][0]) for judge, own in enumerate(stage["cookies"])]
        clients = [Client(minimal_server, own) for own in cookies]
        for judge, client in enumerate(clients):
            client.get(f"/sheets/{sheets[judge][0]}/")

        def submit(number: int) -> None:
            outcome = pages[saves[number].judge].submit(saves[number])
            if outcome != "saved":
                raise RuntimeError(f"save {number}: {outcome}")

        def submit_minimal(number: int) -> None:
            entry, judge = divmod(number, judges)
            fields = {"version": "0"} | dict(marks_for(judge, entry))
            status, text = clients[judge].post(f"/sheets/{sheets[judge][entry]}/", fields)
            if status != 302:
                raise RuntimeError(f"minimal app, save {number}: {status} {text[:200]}")

        contenders = [Contender("product", own_server, submit), Contender("minimal", minimal_server, submit_minimal)]
        costs = cpu_by_turns(contenders, blocks=blocks, size=size, warm_up=judges)
    return [costs["product"], costs["minimal"]]


def save_queries(app: Installation, stage: dict[str, Any], entry: int) -> dict[str, Any]:
    """Statements of one save, counted in a process that has saved before."""

    def request(judge: int) -> dict[str, Any]:
        save = Save(judge, entry, stage["sheets"][judge][entry], 0)
        return {"path": f"/judge/sheets/{save.sheet}/", "fields": save.fields}

    asked = {"name": "save", "cookies": stage["cookies"][0], "warm": request(0), **request(0)}
    asked["warm"] = {**asked["warm"], "path": f"/judge/sheets/{stage['sheets'][0][entry - 1]}/"}
    counted: dict[str, Any] = app.call("checks", "count_queries", requests=[asked])[0]
    return counted


def measure(kind: str, *, quick: bool) -> dict[str, object]:
    waves, blocks = (2, 3) if quick else (15, 16)
    saved_later = -(-(JUDGES + blocks * 20) // JUDGES)
    entries = waves + saved_later + 2
    with tempfile.TemporaryDirectory(prefix="mingping-bench-") as name, product(kind, Path(name)) as app:
        stage = app.call("staging", "stage_judging", judges=JUDGES, entries=entries)
        found = rush(app, stage, range(waves))
        own, minimal = save_cost(kind, Path(name), app, stage, range(waves, waves + saved_later), blocks)
        counted = save_queries(app, stage, entries - 1)
    return found | {
        "queries": counted["queries"],
        "transaction_control": counted["transaction_control"],
        "save_ms": own.median,
        "save_quartiles_ms": f"{own.low:.2f}–{own.high:.2f}",
        "minimal_save_ms": minimal.median,
        "minimal_quartiles_ms": f"{minimal.low:.2f}–{minimal.high:.2f}",
        "times_minimal": own.median / minimal.median,
        "saves_measured": blocks * 20,
    }


def lines_of(kind: str, found: dict[str, Any]) -> list[str]:
    return [
        f"{kind}: {found['judges']} judges at once, {found['requests']} requests, {found['submissions']} submissions",
        f"  failed {found['failed']}, lost or doubled {found['faults']}, sent once more {found['resent']}"
        f"  {found['first_failure']}{found['first_fault']}",
        f"  wall ms: median {found['p50_ms']:.0f}, 95 % {found['p95_ms']:.0f}, 99 % {found['p99_ms']:.0f}, "
        f"longest {found['most_ms']:.0f}; {found['per_second']:.0f} a second",
        f"  one save: {found['queries']} queries (wanted ≤ {MOST_QUERIES}) and {found['transaction_control']} of "
        "BEGIN and COMMIT",
        f"  CPU of one save: {found['save_ms']:.2f} ms ({found['save_quartiles_ms']}), minimal app "
        f"{found['minimal_save_ms']:.2f} ms ({found['minimal_quartiles_ms']}): {found['times_minimal']:.2f} × "
        f"(wanted ≤ {MOST_TIMES_CPU})",
    ]


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--databases", nargs="+", choices=KINDS, default=list(KINDS))
    arguments = parser.parse_args()
    lines, figures = [], {}
    for kind in arguments.databases:
        if why := unreachable(kind):
            lines.append(f"{kind}: left out, {why}")
            continue
        figures[kind] = found = measure(kind, quick=arguments.quick)
        lines += lines_of(kind, found)
    report(lines, figures, json_only=arguments.json)


if __name__ == "__main__":
    main()
