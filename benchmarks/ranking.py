"""How fast a round is ranked, beside a bare Python loop that adds the same integers.

    python -m benchmarks.ranking [--json] [--runs N]

Prints two ratios of CPU times (medians): 1,000 entries × 15 judges × 5 criteria with ties and penalties against the
bare loop (wanted: at most 10), and 1,000 entries against 100 (wanted: about 10, that is, linear). The input is built
outside the timed part; absolute times depend on the machine and are shown for information.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from scoring.engine import PRESETS, Criterion, Deduction, Entry, RoundInput, Rulebook, Segment, Sheet, TieStep, compute

JUDGES = 15
MAXIMA = (30, 25, 20, 15, 10)
CRITERIA = tuple(f"c{place}" for place in range(len(MAXIMA)))
SMALL, LARGE = 100, 1_000


def build_rulebook() -> Rulebook:
    """The one-group contest preset with five criteria instead of three."""
    criteria = tuple(
        Criterion(f"c{place}", f"评分项{place}", Decimal(top), Decimal("0.5")) for place, top in enumerate(MAXIMA)
    )
    preset = PRESETS["contest-one-group"].build()
    chain = (TieStep("criterion", "self", "c0"), *preset.tie_chain[1:])
    return replace(
        preset, segments=(Segment("self", "自主命题讲解", Decimal(100), criteria=criteria),), tie_chain=chain
    )


def build_input(entries: int, seed: int = 1) -> RoundInput:
    """Marks as close together as in real life, so that many totals are equal; every third entry has a penalty."""
    chance = random.Random(seed)
    judges = tuple(f"J{place:02d}" for place in range(JUDGES))
    listed = []
    sheets = []
    for place in range(entries):
        code = f"{place:04d}"
        seconds = {"self": chance.choice((170, 200, 230, 238, 251, 290))}
        deductions = (Deduction(Decimal(1), "道具不符合规定"),) if place % 10 == 0 else ()
        listed.append(Entry(code, place, seconds=seconds, deductions=deductions))
        for judge in judges:
            marks = tuple(50 * chance.randint(2 * top - 6, 2 * top) for top in MAXIMA)
            sheets.append(Sheet(judge, code, "self", "submitted", marks, CRITERIA))
    return RoundInput(judges, tuple(listed), tuple(sheets))


def add_bare(table: list[list[list[int]]]) -> int:
    """What nothing can beat by far in plain Python: every mark added to its judge's total, every total to the sum."""
    added = 0
    for entry in table:
        for marks in entry:
            total = 0
            for mark in marks:
                total += mark
            added += total
    return added


def marks_table(round_input: RoundInput) -> list[list[list[int]]]:
    rows: dict[str, list[list[int]]] = {}
    for sheet in round_input.sheets:
        rows.setdefault(sheet.entry, []).append(list(sheet.marks))
    return list(rows.values())


def median_cpu(act: Callable[[], object], runs: int) -> float:
    times = []
    for _ in range(runs):
        gc.collect()
        started = time.process_time_ns()
        act()
        times.append(time.process_time_ns() - started)
    return statistics.median(times) / 1e6


def measure(runs: int) -> dict[str, float]:
    rulebook = build_rulebook()
    small, large = build_input(SMALL), build_input(LARGE)
    table = marks_table(large)
    outcome = compute(rulebook, "all", large)
    tied = sum(len(tie.entries) for tie in outcome.ties)
    bare = median_cpu(lambda: add_bare(table), runs)
    large_time = median_cpu(lambda: compute(rulebook, "all", large), runs)
    small_time = median_cpu(lambda: compute(rulebook, "all", small), runs * 5)
    return {
        "entries": LARGE,
        "tied_entries": tied,
        "bare_loop_ms": bare,
        "ranking_ms": large_time,
        "ranking_small_ms": small_time,
        "document_ms": median_cpu(outcome.as_document, max(1, runs // 3)),
        "times_bare_loop": large_time / bare,
        "times_small_round": large_time / small_time,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--runs", type=int, default=15, help="timed runs of each kind (default 15)")
    arguments = parser.parse_args()
    measured = measure(arguments.runs)
    if arguments.json:
        print(json.dumps({key: round(value, 3) for key, value in measured.items()}))
        return
    print(f"{LARGE} entries × {JUDGES} judges × {len(MAXIMA)} criteria, {measured['tied_entries']} of them tied")
    print(f"bare loop            {measured['bare_loop_ms']:8.2f} ms CPU")
    print(f"ranking              {measured['ranking_ms']:8.2f} ms CPU = {measured['times_bare_loop']:.1f} × bare loop")
    print(
        f"ranking {SMALL} entries  {measured['ranking_small_ms']:8.2f} ms CPU; {LARGE} entries take "
        f"{measured['times_small_round']:.1f} × as long"
    )
    print(f"writing the document {measured['document_ms']:8.2f} ms CPU")


if __name__ == "__main__":
    main()
