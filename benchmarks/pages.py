"""Judge's queue, organiser's live table and public result of 200 entries × 7 judges, fully marked.

    python -m benchmarks.pages [--databases sqlite postgres] [--json] [--quick]

Queries of each page (session and account included) at 200 and at 20 entries: wanted at most 10, and the same number.
CPU of the worker per page at 200 entries beside the minimal app's plain table of the same 200 × 7, one worker each,
blocks by turns: wanted at most 3 times as much. The live table is measured as the organiser's whole page and as the
fragment that the page fetches after a change; the public result with every rank shown, its longest form, without the
ETag that spares most readers the page.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.databases import KINDS, unreachable
from benchmarks.installations import Installation, baseline, product
from benchmarks.measuring import Contender, Cost, cpu_by_turns, options, report
from tools.serving import Client, Server

JUDGES, ENTRIES, FEW = 7, 200, 20
MOST_QUERIES, MOST_TIMES_CPU = 10, 3.0
TITLES = {
    "queue": "judge's queue",
    "live_page": "organiser's round",
    "live_table": "live table alone",
    "public_result": "public result",
}


def cookies_of(stage: dict[str, Any], page: str) -> dict[str, str]:
    reader = {"queue": "judge", "live_page": "organiser", "live_table": "organiser"}.get(page)
    # A message in waiting: the public page is made for this visitor, not taken from core.caching.
    return stage[reader] if reader else {"messages": "none"}


def page_queries(app: Installation, stage: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Queries by number of entries and page."""
    requests = []
    for size, addresses in stage["addresses"].items():
        for page, path in addresses.items():
            get = {"path": path, "fields": None}
            requests.append({"name": f"{size} {page}", "cookies": cookies_of(stage, page), "warm": get, **get})
    found: dict[str, dict[str, int]] = {size: {} for size in stage["addresses"]}
    for counted in app.call("checks", "count_queries", requests=requests):
        size, page = counted["name"].split()
        if counted["status"] != 200:
            raise RuntimeError(f"{counted['name']} answers {counted['status']}")
        found[size][page] = counted["queries"]
    return found


def page_costs(kind: str, folder: Path, app: Installation, stage: dict[str, Any], blocks: int) -> dict[str, Cost]:
    """CPU per page of the product and, as `minimal`, of the plain table."""
    addresses = stage["addresses"][str(ENTRIES)]
    with (
        baseline(kind, folder, judges=JUDGES, entries=ENTRIES, marked=True) as (minimal, cookies, _),
        app.serving(workers=1) as own_server,
        minimal.serving(workers=1) as minimal_server,
    ):
        contenders = [Contender("minimal", minimal_server, reader(minimal_server, cookies[0], "/table/"))]
        for page, path in addresses.items():
            contenders.append(Contender(page, own_server, reader(own_server, cookies_of(stage, page), path)))
        return cpu_by_turns(contenders, blocks=blocks, size=10)


def reader(server: Server, cookies: dict[str, str], path: str) -> Callable[[int], None]:
    """Something that reads one page again and again, and looks that it is whole."""
    client = Client(server, cookies)

    def read(number: int) -> None:
        status, text = client.get(path)
        if status != 200 or len(text) < 10_000:
            raise RuntimeError(f"{path} answers {status} with {len(text)} characters")

    return read


def measure(kind: str, *, quick: bool) -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="mingping-bench-") as name, product(kind, Path(name)) as app:
        stage = app.call("staging", "stage_pages", judges=JUDGES, sizes=[ENTRIES, FEW])
        queries = page_queries(app, stage)
        costs = page_costs(kind, Path(name), app, stage, 3 if quick else 20)
    plain = costs["minimal"].median
    return {"minimal_table_ms": plain} | {
        page: {
            "queries": queries[str(ENTRIES)][page],
            "queries_few": queries[str(FEW)][page],
            "ms": costs[page].median,
            "quartiles_ms": f"{costs[page].low:.2f}–{costs[page].high:.2f}",
            "times_minimal": costs[page].median / plain,
        }
        for page in TITLES
    }


def lines_of(kind: str, found: dict[str, Any]) -> list[str]:
    lines = [
        f"{kind}: {ENTRIES} entries × {JUDGES} judges; the minimal app's table {found['minimal_table_ms']:.2f} ms CPU",
        f"  page                 queries at {ENTRIES}, {FEW} (≤ {MOST_QUERIES})   CPU ms (quartiles)      "
        f"× minimal (≤ {MOST_TIMES_CPU:g})",
    ]
    for page, title in TITLES.items():
        row = found[page]
        lines.append(
            f"  {title:<20} {row['queries']:>10}, {row['queries_few']:<20}"
            f"{row['ms']:>6.2f} ({row['quartiles_ms']})   {row['times_minimal']:>10.2f}"
        )
    return lines


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
