"""How fast and how well works are assigned to reviewers, beside a bare greedy loop and a proven lower bound.

    python -m benchmarks.assignment [--json] [--runs N]

500 works × 40 reviewers × 5 reviews. Printed for each kind of conflict: CPU (median) as a ratio to the bare loop, which
gives each work the five least loaded reviewers who may and does nothing else; cost ÷ lower bound of both
(scoring/engine/assignment.py says what is minimised); loads; whether everybody can be compared. Wanted: under a second
of CPU, cost ÷ lower bound at most 1.01 where conflicts leave a choice. Absolute times are for information.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import statistics
import time
from collections.abc import Callable
from itertools import combinations

from scoring.engine import assign

WORKS = [f"W{number:03d}" for number in range(500)]
REVIEWERS = [f"R{number:02d}" for number in range(40)]
REVIEWS = 5
UNITS = 15
SCARCE = 6
Pair = tuple[str, str]


def no_conflicts() -> set[Pair]:
    return set()


def by_unit() -> set[Pair]:
    """Works and reviewers come from units, of which some are much larger than others: nobody reviews his own unit's."""
    chance = random.Random(1)
    weights = [1 / (place + 1) for place in range(UNITS)]
    unit_of = {name: chance.choices(range(UNITS), weights)[0] for name in (*WORKS, *REVIEWERS)}
    return {(work, reviewer) for work in WORKS for reviewer in REVIEWERS if unit_of[work] == unit_of[reviewer]}


def at_random() -> set[Pair]:
    """A third of all pairs."""
    chance = random.Random(2)
    return {(work, reviewer) for work in WORKS for reviewer in REVIEWERS if chance.random() < 1 / 3}


def scarce() -> set[Pair]:
    """A quarter of the works may be reviewed by the same six alone, so that loads cannot be even."""
    return {(work, reviewer) for work in WORKS[::4] for reviewer in REVIEWERS[SCARCE:]}


KINDS: dict[str, Callable[[], set[Pair]]] = {
    "none": no_conflicts,
    "by unit": by_unit,
    "one in three": at_random,
    "scarce": scarce,
}


def assign_bare(conflicts: set[Pair]) -> list[Pair]:
    """The least that an assignment must do: in turn, each work to the least loaded who may."""
    loads = dict.fromkeys(REVIEWERS, 0)
    pairs = []
    for work in WORKS:
        chosen = 0
        for reviewer in sorted(REVIEWERS, key=loads.__getitem__):
            if (work, reviewer) not in conflicts:
                pairs.append((work, reviewer))
                loads[reviewer] += 1
                chosen += 1
                if chosen == REVIEWS:
                    break
    return pairs


def cost_of(pairs: list[Pair]) -> int:
    """The sum of load² and of (works shared)², counted anew, without the engine."""
    loads = dict.fromkeys(REVIEWERS, 0)
    by_work: dict[str, list[str]] = {}
    for work, reviewer in pairs:
        loads[reviewer] += 1
        by_work.setdefault(work, []).append(reviewer)
    shared: dict[Pair, int] = {}
    for names in by_work.values():
        for pair in combinations(sorted(names), 2):
            shared[pair] = shared.get(pair, 0) + 1
    return sum(load**2 for load in loads.values()) + sum(count**2 for count in shared.values())


def median_cpu(acts: list[Callable[[], object]], runs: int) -> list[float]:
    """Milliseconds of each act, by turns, so that all see the same machine."""
    times: list[list[float]] = [[] for _ in acts]
    for _ in range(runs):
        for act, own in zip(acts, times, strict=True):
            gc.collect()
            started = time.process_time_ns()
            act()
            own.append((time.process_time_ns() - started) / 1e6)
    return [statistics.median(own) for own in times]


def measure(kind: str, runs: int) -> dict[str, float | int | bool | str]:
    conflicts = KINDS[kind]()
    found = assign(WORKS, REVIEWERS, REVIEWS, conflicts, [], "benchmark")
    assert not conflicts & set(found.pairs)
    assert cost_of(list(found.pairs)) == found.cost
    own, bare = median_cpu(
        [
            lambda: assign(WORKS, REVIEWERS, REVIEWS, conflicts, [], "benchmark"),
            lambda: assign_bare(conflicts),
        ],
        runs,
    )
    return {
        "conflicts": kind,
        "conflicting_pairs": len(conflicts),
        "short": len(found.short),
        "assign_ms": own,
        "bare_loop_ms": bare,
        "times_bare_loop": own / bare,
        "cost": found.cost,
        "lower_bound": found.lower_bound,
        "cost_to_bound": found.cost / found.lower_bound,
        "overlap_to_bound": found.overlap_cost / found.overlap_bound,
        "bare_cost_to_bound": cost_of(assign_bare(conflicts)) / found.lower_bound,
        "least_load": min(found.loads.values()),
        "most_load": max(found.loads.values()),
        "connected": found.connected,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--runs", type=int, default=5, help="timed runs of each kind (default 5)")
    arguments = parser.parse_args()
    measured = [measure(kind, arguments.runs) for kind in KINDS]
    if arguments.json:
        print(json.dumps(measured))
        return
    print(f"{len(WORKS)} works × {len(REVIEWERS)} reviewers × {REVIEWS} reviews")
    for line in measured:
        print(
            f"conflicts {line['conflicts']:<13}"
            f"{line['assign_ms']:7.1f} ms CPU = {line['times_bare_loop']:5.1f} × bare loop; "
            f"cost ÷ bound {line['cost_to_bound']:.5f} (overlap alone {line['overlap_to_bound']:.4f}; "
            f"bare loop {line['bare_cost_to_bound']:.5f}); loads {line['least_load']}–{line['most_load']}; "
            f"{'one group' if line['connected'] else 'several groups'}, {line['short']} short"
        )


if __name__ == "__main__":
    main()
