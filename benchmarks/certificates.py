"""Certificates from “issue” to files on disk and rows done, beside bare Typst, WeasyPrint, ReportLab and LibreOffice.

    python -m benchmarks.certificates [--rounds 5] [--certificates 1000] [--brokers embedded redis] [--databases sqlite]
                                      [--venv DIR] [--json] [--quick]

The product: its own worker with two processes and beat, as run.py starts it; a process issues the certificates through
the service behind the page and waits until every row is done, which is the wall time. CPU is that of the issuing
process, of the worker's master, children and beat. Bare Typst is the limit here: the same jobs, prepared beforehand,
compiled in a loop and thrown away, in two processes at once (and in one). Product and Typst by turns, medians of the
rounds. Over them the memory of the worker's children is read: it must stay flat.

WeasyPrint and ReportLab (with svglib) are given the same words, sizes, fonts, code and art; a virtual environment with
them is made for the run (or kept in `--venv`), none of it is the product's. docxtpl fills a template with the same
words and code but without the art, and one LibreOffice turns 20 documents into PDF. What is not there is left out with
a notice. Redis is the one at REDIS_URL.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.certificate_stage import LAYOUTS, prepare_files
from benchmarks.databases import KINDS, unreachable
from benchmarks.installations import Installation, product
from benchmarks.measuring import options, report
from tools.serving import ROOT, Server, stop

PROCESSES = 2
AIMS = {"bare Typst": 0.7, "WeasyPrint": 15, "ReportLab": 5, "LibreOffice": 30}
MOST_KILOBYTES = 120
RIVALS = {"WeasyPrint": ("weasyprint", ["weasyprint"]), "ReportLab": ("reportlab", ["reportlab", "svglib"])}


@contextmanager
def worker(app: Installation) -> Iterator[Server]:
    command = ["-m", "celery", "-A", "config", "worker", "-B", "--concurrency", str(PROCESSES), "--loglevel", "error"]
    process = subprocess.Popen([sys.executable, *command], env={**os.environ, **app.environment}, cwd=ROOT)
    try:
        yield Server(0, process.pid)
    finally:
        stop(process)


def measure_product(kind: str, broker: str, folder: Path, *, number: int, rounds: int) -> dict[str, Any]:
    """Rounds of the product and of bare Typst by turns."""
    with product(kind, folder) as app:
        app.environment["REDIS_URL"] = os.environ["REDIS_URL"] if broker == "redis" else ""
        app.environment["REDIS_PREFIX"] = f"mingping-bench-{os.getpid()}:"
        app.call("certificate_stage", "open_office")
        found: list[dict[str, Any]] = []
        typst: list[dict[str, float]] = []
        with worker(app) as server:
            app.call("certificate_stage", "issue_and_wait", number=40, name="warm", worker=server.pid)
            for turn in range(rounds):
                told = app.call(
                    "certificate_stage", "issue_and_wait", number=number, name=f"r{turn}", worker=server.pid
                )
                told["memory"] = max(server.worker_memory().values()) / 1024 / 1024
                found.append(told)
                typst.append(bare_typst(app, folder, number=number))
        return {
            "rate": number / statistics.median(each["wall"] for each in found),
            "cpu_ms": statistics.median(each["cpu"] for each in found) / number * 1000,
            "issue_ms": statistics.median(each["issue_wall"] for each in found) / number * 1000,
            "memory_mb": [each["memory"] for each in found],
            "kilobytes": max(each["largest"] for each in found) / 1000,
            "number": number,
            "rounds": rounds,
            "typst": {key: statistics.median(each[key] for each in typst) for key in typst[0]},
            "shares": [number / its["wall"] / bare["rate"] for its, bare in zip(found, typst, strict=True)],
        }


def bare_typst(app: Installation, folder: Path, *, number: int) -> dict[str, float]:
    jobs = folder / "jobs.json"
    if not jobs.exists():
        app.call("certificate_stage", "write_jobs", path=str(jobs), number=number)
    two = _compile_at_once(app, jobs, PROCESSES, number)
    one = _compile_at_once(app, jobs, 1, number)
    return {"rate": two["rate"], "cpu_ms": two["cpu_ms"], "rate_of_one": one["rate"], "cpu_ms_of_one": one["cpu_ms"]}


def _compile_at_once(app: Installation, jobs: Path, processes: int, number: int) -> dict[str, float]:
    """Each process takes its share of the jobs; they are let go together, with fonts loaded."""
    running = []
    for index in range(processes):
        given = {"path": str(jobs), "first": index, "step": processes}
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.certificate_stage", json.dumps(given)],
            env={**os.environ, **app.environment},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        process.stdout.readline()  # ready
        running.append(process)
    began = time.perf_counter()
    for process in running:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    cpu = [float(json.loads(process.stdout.readline())) for process in running if process.stdout]
    wall = time.perf_counter() - began
    for process in running:
        process.communicate()
    return {"rate": number / wall, "cpu_ms": sum(cpu) / number * 1000}


def measure_rivals(folder: Path, venv: Path | None, *, number: int, notices: list[str]) -> dict[str, dict[str, float]]:
    """WeasyPrint and ReportLab in an environment of their own, LibreOffice as it is installed; each in one process."""
    found = {}
    environment = venv or folder / "venv"
    for name, (kind, packages) in RIVALS.items():
        python = _python_with(environment, packages)
        if python is None:
            notices.append(f"{name}: left out, could not be installed into {environment}")
            continue
        command = [str(python), str(ROOT / "benchmarks" / "certificate_rivals.py"), kind, str(folder)]
        fonts = {"FONTCONFIG_FILE": str(folder / "fonts.conf")}
        done = subprocess.run(command, env={**os.environ, **fonts}, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            notices.append(f"{name}: left out, see above")
            continue
        found[name] = _each(json.loads(done.stdout.splitlines()[-1]))
    office = subprocess.run(
        [sys.executable, "-m", "benchmarks.certificate_office", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    if office.returncode:
        notices.append("LibreOffice: left out, see above")
    else:
        found["LibreOffice"] = _each(json.loads(office.stdout.splitlines()[-1]))
    return found


def _each(told: dict[str, float]) -> dict[str, float]:
    number = told["number"]
    return {
        "rate": number / told["wall"],
        "cpu_ms": told["cpu"] / number * 1000,
        "kilobytes": told["bytes"] / number / 1000,
        "number": number,
    }


def _python_with(environment: Path, packages: list[str]) -> Path | None:
    python = environment / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    known = subprocess.run([str(python), "-c", f"import {', '.join(packages)}"], capture_output=True)
    if known.returncode:
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
        if subprocess.run(pip, stdout=subprocess.DEVNULL).returncode:
            return None
    return python


def measure(arguments: Any, notices: list[str]) -> dict[str, Any]:
    number = 100 if arguments.quick else arguments.certificates
    rounds = 1 if arguments.quick else arguments.rounds
    found: dict[str, Any] = {"products": {}}
    for kind in arguments.databases:
        for broker in arguments.brokers:
            why = unreachable(kind) or ("REDIS_URL is not set" if broker == "redis" and not _redis() else "")
            if why:
                notices.append(f"{kind} with {broker}: left out, {why}")
                continue
            with tempfile.TemporaryDirectory(prefix="mingping-bench-") as name:
                told = measure_product(kind, broker, Path(name), number=number, rounds=rounds)
                found["products"][f"{kind}, {broker}"] = told
    with tempfile.TemporaryDirectory(prefix="mingping-bench-") as name, product("sqlite", Path(name, "app")) as app:
        app.call("certificate_stage", "open_office")
        app.call("certificate_stage", "write_jobs", path=f"{name}/jobs.json", number=20 if arguments.quick else 100)
        prepare_files(Path(name))
        found["rivals"] = measure_rivals(Path(name), arguments.venv, number=number, notices=notices)
        found["kilobytes"] = app.call("certificate_stage", "sizes", layouts=list(LAYOUTS))
    return found


def _redis() -> str:
    return os.environ.get("REDIS_URL", "")


def lines_of(found: dict[str, Any]) -> list[str]:
    lines = [f"{'':<22} {'per second':>10} {'CPU each':>9}"]
    for name, told in found["rivals"].items():
        lines.append(f"  {name:<20} {told['rate']:>10.2f} {told['cpu_ms']:>6.0f} ms   {told['kilobytes']:.0f} kB each")
    for name, told in found["products"].items():
        memory = " ".join(f"{each:.0f}" for each in told["memory_mb"])
        lines.append(
            f"  {name:<20} {told['rate']:>10.1f} {told['cpu_ms']:>6.1f} ms   of it issuing {told['issue_ms']:.1f} ms; "
            f"largest {told['kilobytes']:.0f} kB; memory after each round {memory} MB"
        )
        typst = told["typst"]
        lines.append(
            f"    Typst, {PROCESSES} processes {typst['rate']:>10.1f} {typst['cpu_ms']:>6.1f} ms, one process "
            f"{typst['rate_of_one']:.1f} per second, by turns with it"
        )
        shares = " ".join(f"{share:.2f}" for share in sorted(told["shares"]))
        lines.append(
            f"    {statistics.median(told['shares']):.2f} of Typst's rate in as many processes (rounds: {shares}), "
            f"{typst['cpu_ms'] / told['cpu_ms']:.2f} by CPU; wanted {AIMS['bare Typst']}"
        )
        for rival, its in found["rivals"].items():
            lines.append(
                f"    {told['rate'] / its['rate']:.1f} × {rival} (CPU {its['cpu_ms'] / told['cpu_ms']:.1f} ×); "
                f"wanted {AIMS[rival]}"
            )
    sizes = ", ".join(f"{code} {size / 1000:.0f} kB" for code, size in found["kilobytes"].items())
    lines.append(f"  largest file by layout: {sizes} (≤ {MOST_KILOBYTES} kB)")
    return lines


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--certificates", type=int, default=1000)
    parser.add_argument("--brokers", nargs="+", choices=["embedded", "redis"], default=["embedded", "redis"])
    parser.add_argument("--databases", nargs="+", choices=KINDS, default=["sqlite"])
    parser.add_argument("--venv", type=Path, help="where WeasyPrint and ReportLab are, or are put")
    arguments = parser.parse_args()
    notices: list[str] = []
    found = measure(arguments, notices)
    report([*lines_of(found), *notices], found | {"left_out": notices}, json_only=arguments.json)


if __name__ == "__main__":
    main()
