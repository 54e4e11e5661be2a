"""The reviewer's queue and the meeting page of 500 works with 2,500 reviews, beside those of 50 works.

    python -m benchmarks.works_reviews [--databases sqlite postgres] [--json] [--quick]

Queries of each page, session and account included: wanted at most 10. CPU of a page: at most twice that of the same
page where it shows all there is: 50 works, of which each reviewer has every one. The meeting looks at a locked round.
Both sizes in one process, by turns; median.
"""

import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.databases import KINDS, unreachable
from benchmarks.installations import product
from benchmarks.measuring import options, report
from benchmarks.works_lists import (
    FEW,
    JUDGES,
    MOST_QUERIES,
    MOST_TIMES,
    REVIEWS_EACH,
    WORKS,
    Desk,
    count_queries,
    cpu_by_turns,
)

PAGES = ("queue", "meeting")
LEAST = {"science": 20, "appeal": 16, "originality": 12, "craft": 9, "benefit": 5}  # of 30, 25, 20, 15 and 10


def stage_reviews(*, sizes: list[int]) -> dict[str, Any]:
    """For each size the addresses of the two pages, the cookies of who asks, and the number of sheets."""
    from django.urls import reverse  # needs Django set up

    from benchmarks.staging import cookies_of
    from scoring.models import Round, ScoreSheet

    found: dict[str, Any] = {"sheets": {}, **{page: {"address": {}, "cookies": {}} for page in PAGES}}
    for size in sizes:
        office = Desk(size, kinds=("book",), judges=REVIEWS_EACH if size == FEW else JUDGES)
        round = Round.objects.get(kind_round__kind__selection=office.selection)
        _judge(round, office)
        judge = ScoreSheet.objects.filter(entry__round=round).order_by("seat__number").first().judge
        slug, key = office.selection.edition.slug, str(size)
        found["sheets"][key] = office.sheets
        found["meeting"]["address"][key] = reverse("organise_meeting", args=[slug, round.pk])
        found["meeting"]["cookies"][key] = cookies_of(office.organiser)
        found["queue"]["address"][key] = reverse("judge_works", args=[round.pk])
        found["queue"]["cookies"][key] = cookies_of(judge)
    return found


def _judge(round: Any, office: Desk) -> None:
    """Every sheet handed in, totals a little apart, and the round locked."""
    from scoring.models import ScoreSheet
    from scoring.services import lock_round, open_round, submit_sheet

    open_round(round=round, actor=office.organiser, now=office.now)
    for place, sheet in enumerate(ScoreSheet.objects.filter(entry__round=round).select_related("judge")):
        spread = sha256(f"{place}".encode()).digest()
        marks = {code: f"{least + byte % 11 / 2:g}" for (code, least), byte in zip(LEAST.items(), spread, strict=False)}
        submit_sheet(
            sheet_id=sheet.pk,
            marks=marks,
            submission_id=f"bench-{sheet.pk}",
            base_version=0,
            actor=sheet.judge,
            now=office.now,
        )
    lock_round(round=round, actor=office.organiser, now=office.now)


def measure_turns(*, stage: dict[str, Any], page: str, rounds: int) -> dict[str, float]:
    """CPU of a page in milliseconds, by size."""
    return cpu_by_turns(stage[page]["address"], stage[page]["cookies"], rounds)


def measure(kind: str, *, quick: bool) -> dict[str, Any]:
    many = WORKS // 5 if quick else WORKS
    figures: dict[str, Any] = {"works": many}
    with tempfile.TemporaryDirectory(prefix="mingping-bench-") as name, product(kind, Path(name)) as app:
        stage = app.call("works_reviews", "stage_reviews", sizes=[FEW, many])
        figures["reviews"] = stage["sheets"][str(many)]
        for page in PAGES:
            cpu = app.call("works_reviews", "measure_turns", stage=stage, page=page, rounds=3 if quick else 15)
            asked = {page: stage[page]["address"][str(many)]}
            queries = count_queries(app, asked, stage[page]["cookies"][str(many)])[page]
            few, full = cpu[str(FEW)], cpu[str(many)]
            figures[page] = {"queries": queries, "few_ms": few, "many_ms": full, "times": full / few}
    return figures


def lines_of(kind: str, found: dict[str, Any]) -> list[str]:
    lines = [f"{kind}: {found['works']} works, {found['reviews']} reviews"]
    for page in PAGES:
        own = found[page]
        lines.append(f"  {page}: {own['queries']} queries (≤ {MOST_QUERIES})")
        lines.append(
            f"  {page}: {own['many_ms']:.0f} ms CPU, of {FEW} works in all {own['few_ms']:.0f} ms: "
            f"{own['times']:.2f} × (≤ {MOST_TIMES:g})"
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
