"""The organiser's list of 500 works with 2,500 reviews, beside the same page of a selection of 50 works.

    python -m benchmarks.works_lists [--databases sqlite postgres] [--json] [--quick]

Queries of the list, session and account included, with and without filters: wanted at most 10. CPU of a page of 50
rows: at most twice that of the same page where there are no more than 50 works. Every work has authors, ISBN or length,
files and a unit with a quota, and is checked on each page against all the others. Both pages in one process, by turns;
median.
"""

import gc
import statistics
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.databases import KINDS, unreachable
from benchmarks.installations import Installation, product
from benchmarks.measuring import options, report

WORKS, FEW, REVIEWS_EACH, JUDGES, UNITS = 500, 50, 5, 20, 40
MOST_QUERIES, MOST_TIMES = 10, 2.0
PAGES = {
    "first page": "",
    "last page": "?page=10",
    "one kind": "?kind=video",
    "a word": "?q=星空（12",
    "with faults": "?level=fault",
    "all of these": "?kind=book&q=星空&level=doubt&sort=-title",
}


def stage_works(*, sizes: list[int]) -> dict[str, Any]:
    """For each size a selection under review; the list's address, the organiser's cookies and the number of sheets."""
    from benchmarks.staging import cookies_of  # needs Django set up

    found: dict[str, Any] = {"bases": {}, "sheets": {}}
    for size in sizes:
        office = Desk(size)
        found["bases"][str(size)], found["sheets"][str(size)] = office.base, office.sheets
        found.setdefault("cookies", {})[str(size)] = cookies_of(office.organiser)
    return found


class Desk:
    """An edition with one selection of so many works, evenly of these kinds, all accepted and assigned."""

    def __init__(self, size: int, kinds: tuple[str, ...] = ("book", "video"), judges: int = JUDGES) -> None:
        from django.core.management import call_command  # needs Django set up, the file's other half does not
        from django.urls import reverse
        from django.utils import timezone

        from accounts.models import Role
        from accounts.services import create_unit, create_user, grant_role
        from core.models import Edition
        from scoring.models import ScoreSheet
        from works.services import create_selection

        call_command("migrate", verbosity=0)
        self.now, self.judges = timezone.now(), judges
        slug = f"works-{size}"
        edition = Edition.objects.create(
            slug=slug,
            title="评测",
            year=2026,
            organiser_name="示范市科学技术协会",
            publicity_days=0,
            created_at=self.now,
        )
        self.organiser = create_user(name="郝组织", email=f"{slug}@example.com")
        grant_role(user=self.organiser, edition=edition, role=Role.ORGANISER, actor=None, now=self.now)
        self.selection = create_selection(
            edition=edition, title="作品评选", slug="works", actor=self.organiser, now=self.now
        )
        self.selection.kinds.update(unit_quota=20, author_quota=3, reviews_each=REVIEWS_EACH)
        self.units = [create_unit(name=f"单位 {size}-{place}") for place in range(UNITS)]
        for kind in self.selection.kinds.filter(code__in=kinds).order_by("order"):
            self._fill(kind, size // len(kinds))
            self._review(kind, edition)
        self.sheets = ScoreSheet.objects.filter(entry__round__kind_round__kind__selection=self.selection).count()
        self.base = reverse("organise_works", args=[slug, self.selection.pk])

    def _fill(self, kind: Any, count: int) -> None:
        from works.engine.titles import title_index
        from works.models import Author, Volume, Work, WorkFile

        titles = [f"仰望星空（{kind.title}{place // 2}）" for place in range(count)]  # each twice
        works = Work.objects.bulk_create(
            Work(
                selection=self.selection,
                kind=kind,
                unit=self.units[place % UNITS],
                channel=Work.Channel.UNIT,
                status=Work.Status.ACCEPTED,
                title=title,
                title_index=title_index(title),
                workplace="市天文馆",
                published_on=date(2025, 5, 1),
                seconds=180,
                volumes=1,
                unit_order=place // UNITS + 1,
                created_at=self.now,
                submitted_at=self.now - timedelta(minutes=place),
                registered_by=self.organiser,
            )
            for place, title in enumerate(titles)
        )
        Author.objects.bulk_create(
            Author(work=work, place=place, name=f"作者{(work.pk + place) % 200}", workplace="市天文馆")
            for work in works
            for place in (1, 2, 3)
        )
        if kind.form == "book":
            Volume.objects.bulk_create(Volume(work=work, place=1, isbn=f"9787{work.pk:09d}") for work in works)
        WorkFile.objects.bulk_create(
            WorkFile(
                work=work,
                requirement=requirement,
                path="works/none",
                original_name="文件",
                format=requirement.formats[0],
                size=requirement.min_bytes,
                sha256=f"{work.pk:032x}{requirement.pk:032x}",
                upload_started_at=self.now,
                uploaded_at=self.now,
                uploaded_by=self.organiser,
                reading=WorkFile.Reading.DONE,
                media={"duration": "180.000", "width": 1920, "height": 1080, "aspect": "16:9", "rotation": 0},
            )
            for work in works
            for requirement in kind.file_requirements.filter(required=True)
        )

    def _review(self, kind: Any, edition: Any) -> None:
        from accounts.models import Role
        from accounts.services import create_user, grant_role
        from scoring.services import add_seat, create_panel
        from works.models import Kind
        from works.services.reviewing import assign_reviews
        from works.services.rounds import set_up_review

        panel = create_panel(edition=edition, title=f"{kind.title}评审组")
        for place in range(self.judges):
            judge = create_user(name=f"评审{place}", email=f"j{kind.pk}-{place}@example.com")
            grant_role(user=judge, edition=edition, role=Role.JUDGE, actor=None, now=self.now)
            add_seat(panel=panel, judge=judge, actor=self.organiser, now=self.now)
        fresh = Kind.objects.get(pk=kind.pk)
        round = set_up_review(kind=fresh, panel=panel, actor=self.organiser, now=self.now)
        assign_reviews(round=round, actor=self.organiser, now=self.now)


def measure_pages(*, stage: dict[str, Any], rounds: int) -> dict[str, float]:
    """CPU of the first page of each size in milliseconds."""
    return cpu_by_turns(stage["bases"], stage["cookies"], rounds)


def cpu_by_turns(addresses: dict[str, str], cookies: dict[str, Any], rounds: int) -> dict[str, float]:
    """CPU of one page of each size in milliseconds, by turns; the median."""
    from django.test import Client  # needs Django set up

    clients = {}
    for size, known in cookies.items():
        clients[size] = Client(SERVER_NAME="127.0.0.1")
        for name, value in known.items():
            clients[size].cookies[name] = value
        _ask(clients[size], addresses[size])
    turns: dict[str, list[float]] = {size: [] for size in clients}
    for _ in range(rounds):
        for size, client in clients.items():
            gc.collect()
            begun = time.process_time()
            _ask(client, addresses[size])
            turns[size].append(time.process_time() - begun)
    return {size: statistics.median(found) * 1000 for size, found in turns.items()}


def _ask(client: Any, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answers {answer.status_code}")


def count_queries(app: Installation, addresses: dict[str, str], cookies: Any) -> dict[str, int]:
    """Queries by the name of a page."""
    requests = [
        {"name": name, "cookies": cookies, "path": path, "fields": None, "warm": {"path": path, "fields": None}}
        for name, path in addresses.items()
    ]
    found = {}
    for counted in app.call("checks", "count_queries", requests=requests):
        if counted["status"] != 200:
            raise RuntimeError(f"{counted['name']} answers {counted['status']}")
        found[counted["name"]] = counted["queries"]
    return found


def measure(kind: str, *, quick: bool) -> dict[str, Any]:
    many = WORKS // 5 if quick else WORKS
    with tempfile.TemporaryDirectory(prefix="mingping-bench-") as name, product(kind, Path(name)) as app:
        stage = app.call("works_lists", "stage_works", sizes=[FEW, many])
        cpu = app.call("works_lists", "measure_pages", stage=stage, rounds=3 if quick else 15)
        return {
            "works": many,
            "reviews": stage["sheets"][str(many)],
            "queries": count_queries(
                app,
                {name: stage["bases"][str(many)] + query for name, query in PAGES.items()},
                stage["cookies"][str(many)],
            ),
            "few_ms": cpu[str(FEW)],
            "many_ms": cpu[str(many)],
            "times": cpu[str(many)] / cpu[str(FEW)],
        }


def lines_of(kind: str, found: dict[str, Any]) -> list[str]:
    return [
        f"{kind}: {found['works']} works, {found['reviews']} reviews; queries (≤ {MOST_QUERIES})",
        *(f"  {name:<14} {queries:>3}" for name, queries in found["queries"].items()),
        f"  a page of 50 rows: {found['many_ms']:.0f} ms CPU, of {FEW} works in all {found['few_ms']:.0f} ms: "
        f"{found['times']:.2f} × (≤ {MOST_TIMES:g})",
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
