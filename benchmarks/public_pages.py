"""The public front doors under 200 visitors at once: home, a gallery of 300 works, a result, a work, an edition.

    python -m benchmarks.public_pages [--databases sqlite postgres] [--json] [--quick]

CPU of the workers per request beside a view of the same server that returns a constant of the same size, by turns in
blocks in which each of 200 visitors asks three times: wanted at most 3 times as much. A block begins with a page that
is not kept any more, so that what it costs to make it is in the figure. Queries of a page that is made anew, and of one
that is kept: wanted none. Bytes of the home page without images, compressed as it is sent: wanted below 200 kB.
"""

import gzip
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.databases import KINDS, unreachable
from benchmarks.installations import Installation, product
from benchmarks.measuring import Contender, Cost, cpu_by_turns, options, report
from benchmarks.works_lists import Desk
from tools.serving import Client, Server

WORKS, QUICK_WORKS = 500, 100  # 10, 20 and 30 % of them win: 300 works, or 60
VISITORS, ASKED, WORKERS = 200, 3, 2
MOST_TIMES, MOST_HOME = 3.0, 200_000
MOST_MARKS = {"science": 30, "appeal": 25, "originality": 20, "craft": 15, "benefit": 10}
NOTICES = 8


def stage_front_doors(*, works: int) -> dict[str, Any]:
    """A published list of so many reviewed works, some notices; the address of each page."""
    from django.urls import reverse  # needs Django set up, the file's other half does not

    from accounts.models import Role
    from accounts.services import create_user, grant_role
    from core.models import Edition
    from notices.services import create_notice, publish_notice
    from results.services import confirm_result, publish_result
    from scoring.models import Round
    from scoring.services import lock_round
    from works.services.outcomes import propose_kind_result

    office = Desk(works, kinds=("book",))
    edition = office.selection.edition
    Edition.objects.update(state=Edition.State.RUNNING)
    round = Round.objects.get(kind_round__kind__selection=office.selection)
    _judge(round, office)
    lock_round(round=round, actor=office.organiser, now=office.now)
    supervisor = create_user(name="纪监督", email="supervisor@example.com")
    grant_role(user=supervisor, edition=edition, role=Role.SUPERVISOR, actor=None, now=office.now)
    act = {"actor": office.organiser, "now": office.now}
    roster = propose_kind_result(round=Round.objects.get(pk=round.pk), **act)
    confirm_result(roster=roster, actor=supervisor, now=office.now)
    publish_result(result=roster.result, **act)
    for number in range(NOTICES):
        fields = {"kind": "announcement", "title": f"关于评选的通知（{number}）", "body": "正文。"}
        notice = create_notice(edition=edition, dated=office.now.date(), **fields, **act)
        publish_notice(notice=notice, **act)
    winners = [row["entry"] for row in roster.rows if row["tier"]]
    return {
        "shown": len(winners),
        "addresses": {
            "home": reverse("home"),
            "gallery": reverse("gallery"),
            "work": reverse("gallery_work", args=[roster.result_id, winners[0]]),
            "result": reverse("public_result", args=[roster.result_id]),
            "edition": reverse("public_edition", args=[edition.slug]),
            "notices": reverse("public_notices"),
        },
    }


def _judge(round: Any, office: Desk) -> None:
    """Every sheet handed in; the means fall by a tenth of a point from pair to pair, so that no line is tied."""
    from scoring.models import ScoreSheet
    from scoring.services import open_round, submit_sheet

    open_round(round=round, actor=office.organiser, now=office.now)
    place: dict[int, int] = {}
    for sheet in ScoreSheet.objects.filter(entry__round=round).order_by("entry__order", "pk").select_related("judge"):
        turn = place[sheet.entry_id] = place.get(sheet.entry_id, -1) + 1
        halves = 5 * 2 * 95 - (len(place) - 1) // 2  # of all five reviewers, in half points
        submit_sheet(
            sheet_id=sheet.pk,
            marks=_marks(halves // 5 + (turn < halves % 5)),
            submission_id=f"bench-{sheet.pk}",
            base_version=0,
            actor=sheet.judge,
            now=office.now,
        )


def _marks(halves: int) -> dict[str, str]:
    marks = {}
    for code, most in MOST_MARKS.items():
        given = min(halves, 2 * most)
        marks[code] = f"{given / 2:g}"
        halves -= given
    return marks


def page_queries(app: Installation, addresses: dict[str, str]) -> dict[str, dict[str, int]]:
    """Queries of each page made anew, and kept. With a message in waiting a visitor gets a page of his own."""
    found: dict[str, dict[str, int]] = {}
    for state, cookies in (("made", {"messages": "none"}), ("kept", {})):
        requests = []
        for page, path in addresses.items():
            get = {"path": path, "fields": None}
            requests.append({"name": page, "cookies": cookies, "warm": get, **get})
        for counted in app.call("checks", "count_queries", requests=requests):
            if counted["status"] != 200:
                raise RuntimeError(f"{counted['name']} answers {counted['status']}")
            found.setdefault(counted["name"], {})[state] = counted["queries"]
    return found


def costs_of(server: Server, addresses: dict[str, str], sizes: dict[str, int], waves: int) -> dict[str, Cost]:
    """CPU of the workers for one block of all visitors, in milliseconds, page and constant by turns."""
    with ThreadPoolExecutor(VISITORS) as pool:
        clients = [Client(server, {}) for _ in range(VISITORS)]

        def wave(path: str) -> None:
            for answers in pool.map(lambda client: [client.get(path) for _ in range(ASKED)], clients):
                for status, text in answers:
                    if status != 200 or len(text) < 1000:
                        raise RuntimeError(f"{path} answers {status} with {len(text)} characters")

        contenders = []
        for page, path in addresses.items():
            for name, asked in ((page, path), (f"{page} constant", f"/constant/{sizes[page]}/")):
                contenders.append(Contender(name, server, lambda _, asked=asked: wave(asked)))  # type: ignore[misc]
        return cpu_by_turns(contenders, blocks=waves, size=1, warm_up=1)


def home_bytes(server: Server, path: str) -> dict[str, int]:
    """The page with its styles and scripts as they are sent, compressed."""
    client = Client(server, {})
    page = client.get(path)[1]
    linked = re.findall(r'(?:rel="stylesheet" href|<script src)="([^"]+)"', page)
    sizes = {"page": len(gzip.compress(page.encode(), 6)), "page_plain": len(page.encode())}
    for address in linked:
        status, text = client.get(address)
        if status != 200:
            raise RuntimeError(f"{address} answers {status}")
        sizes[address.rpartition("/")[2]] = len(gzip.compress(text.encode(), 9))
    sizes["all"] = sum(size for name, size in sizes.items() if name != "page_plain")
    return sizes


def measure(kind: str, *, quick: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="mingping-bench-") as name, product(kind, Path(name)) as app:
        stage = app.call("public_pages", "stage_front_doors", works=QUICK_WORKS if quick else WORKS)
        addresses = stage["addresses"]
        queries = page_queries(app, addresses)
        with Installation("benchmarks.constant_app:application", app.environment).serving(workers=WORKERS) as server:
            client = Client(server, {})
            sizes = {page: len(client.get(path)[1].encode()) for page, path in addresses.items()}
            costs = costs_of(server, addresses, sizes, 3 if quick else 15)
            home = home_bytes(server, addresses["home"])
    figures: dict[str, Any] = {"shown": stage["shown"], "home_bytes": home}
    for page in addresses:
        own, plain = costs[page], costs[f"{page} constant"]
        figures[page] = {
            "bytes": sizes[page],
            "ms": own.median / VISITORS / ASKED,
            "constant_ms": plain.median / VISITORS / ASKED,
            "times_constant": own.median / plain.median,
            "queries_made": queries[page]["made"],
            "queries_kept": queries[page]["kept"],
        }
    figures["pages"] = list(addresses)
    return figures


def lines_of(kind: str, found: dict[str, Any]) -> list[str]:
    lines = [
        f"{kind}: {found['shown']} works shown, {VISITORS} visitors at once, {WORKERS} workers",
        f"  page       bytes   CPU ms   constant   × (≤ {MOST_TIMES:g})   queries made, kept (0)",
    ]
    for page in found["pages"]:
        row = found[page]
        lines.append(
            f"  {page:<9} {row['bytes']:>6} {row['ms']:>8.2f} {row['constant_ms']:>10.2f} "
            f"{row['times_constant']:>8.2f} {row['queries_made']:>14}, {row['queries_kept']}"
        )
    home = found["home_bytes"]
    parts = ", ".join(f"{name} {size}" for name, size in home.items() if name != "all")
    lines.append(f"  home without images: {home['all']} bytes compressed (< {MOST_HOME}): {parts}")
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
