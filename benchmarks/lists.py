"""The organiser's list of 5,000 registrations, and the export of all of them.

    python -m benchmarks.lists [--databases sqlite postgres] [--json] [--quick]

Queries of each page of the list, session and account included, with and without filters: wanted at most 10. The export
of all: at most 10 queries, and at most twice the CPU in which openpyxl writes the same cells: a `Workbook` to which the
same values are appended row by row, without styles, titles or print set-up, and saved. Both in one process, by turns;
the export is the whole request, reading the database included. Median of the rounds.
"""

import gc
import io
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from benchmarks.databases import KINDS, unreachable
from benchmarks.imports import Office, workbook_of
from benchmarks.installations import Installation, product
from benchmarks.measuring import options, report

PEOPLE = 5_000
MOST_QUERIES, MOST_TIMES = 10, 2.0
PAGES = {
    "first page": "",
    "page 50": "?page=50",
    "one group": "?group={group}",
    "one status": "?status=draft",
    "a word": "?q=海洋微塑料（12",
    "what is missing": "?missing=any",
    "with problems": "?problem=any",
    "all of these": "?group={group}&status=draft&q=海洋&missing=any&page=2",
}


def stage_list(*, people: int) -> dict[str, Any]:
    """A contest with so many registrations; addresses of its list and export, and the organiser's cookies."""
    from django.urls import reverse  # needs Django set up

    from benchmarks.staging import cookies_of

    office = Office()
    office.bring(workbook_of(range(people)))
    contest = office.contest
    group = contest.groups.order_by("pk")[0]
    base = reverse("organise_contestants", args=[contest.edition.slug, contest.pk])
    return {
        "cookies": cookies_of(office.organiser),
        "pages": {name: base + query.format(group=group.pk) for name, query in PAGES.items()},
        "export": reverse("organise_contestants_export", args=[contest.edition.slug, contest.pk]),
    }


def measure_export(*, cookies: dict[str, str], path: str, rounds: int) -> dict[str, float]:
    """CPU of the request and of openpyxl alone, and how many rows the file has."""
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")
    for name, value in cookies.items():
        client.cookies[name] = value
    content = client.get(path).content
    rows = list(load_workbook(io.BytesIO(content), read_only=True).worksheets[0].iter_rows(values_only=True))
    turns: dict[str, list[float]] = {"bare": [], "export": []}
    for _ in range(rounds):
        turns["bare"].append(_cpu(lambda: write_bare(rows)))
        turns["export"].append(_cpu(lambda: client.get(path)))
    bare, export = (statistics.median(turns[key]) * 1000 for key in ("bare", "export"))
    return {"rows": len(rows), "bare_ms": bare, "export_ms": export, "times": export / bare}


def write_bare(rows: list[tuple[Any, ...]]) -> bytes:
    """The baseline: the same values, cell by cell, and nothing else."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _cpu(act: Callable[[], object]) -> float:
    gc.collect()
    begun = time.process_time()
    act()
    return time.process_time() - begun


def count(app: Installation, stage: dict[str, Any]) -> dict[str, int]:
    """Queries by page."""
    addresses = stage["pages"] | {"export of all": stage["export"]}
    requests = [
        {
            "name": name,
            "cookies": stage["cookies"],
            "path": path,
            "fields": None,
            "warm": {"path": path, "fields": None},
        }
        for name, path in addresses.items()
    ]
    found = {}
    for counted in app.call("checks", "count_queries", requests=requests):
        if counted["status"] != 200:
            raise RuntimeError(f"{counted['name']} answers {counted['status']}")
        found[counted["name"]] = counted["queries"]
    return found


def measure(kind: str, *, quick: bool) -> dict[str, Any]:
    people = PEOPLE // 10 if quick else PEOPLE
    with tempfile.TemporaryDirectory(prefix="mingping-bench-") as name, product(kind, Path(name)) as app:
        stage = app.call("lists", "stage_list", people=people)
        export = app.call(
            "lists", "measure_export", cookies=stage["cookies"], path=stage["export"], rounds=1 if quick else 5
        )
        return {"people": people, "queries": count(app, stage), "export": export}


def lines_of(kind: str, found: dict[str, Any]) -> list[str]:
    export = found["export"]
    return [
        f"{kind}: {found['people']} registrations; queries (≤ {MOST_QUERIES})",
        *(f"  {name:<18} {queries:>3}" for name, queries in found["queries"].items()),
        f"  export {export['export_ms']:.0f} ms CPU, openpyxl alone {export['bare_ms']:.0f} ms: "
        f"{export['times']:.2f} × (≤ {MOST_TIMES:g})",
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
