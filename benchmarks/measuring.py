"""CPU of two servers by turns, percentiles, and how a benchmark prints what it found."""

import argparse
import json
import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tools.serving import Server

REST = 0.03  # seconds after the last answer of a block, in which the worker finishes its bookkeeping


@dataclass(frozen=True)
class Contender:
    """Something a server can be asked; `ask` is given the number of the request."""

    name: str
    server: Server
    ask: Callable[[int], None]


@dataclass(frozen=True)
class Cost:
    """CPU of the workers per request in milliseconds: the median over the blocks, and the quartiles."""

    median: float
    low: float
    high: float


def cpu_by_turns(contenders: Sequence[Contender], *, blocks: int, size: int, warm_up: int = 10) -> dict[str, Cost]:
    """Every contender is asked `size` times per block, one after the other, so that all see the same machine."""
    asked = dict.fromkeys((contender.name for contender in contenders), 0)
    found: dict[str, list[float]] = {contender.name: [] for contender in contenders}

    def ask(contender: Contender, times: int) -> float:
        before = contender.server.worker_cpu_seconds()
        for _ in range(times):
            contender.ask(asked[contender.name])
            asked[contender.name] += 1
        time.sleep(REST)
        return (contender.server.worker_cpu_seconds() - before) / times * 1000

    for contender in contenders:
        ask(contender, warm_up)
    for _ in range(blocks):
        for contender in contenders:
            found[contender.name].append(ask(contender, size))
    return {name: _cost(values) for name, values in found.items()}


def _cost(values: list[float]) -> Cost:
    low, median, high = statistics.quantiles(values, n=4) if len(values) > 1 else values * 3
    return Cost(median, low, high)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def options(description: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the JSON line only")
    parser.add_argument("--quick", action="store_true", help="a tenth of the work: does it run, not how fast")
    return parser


def report(lines: Sequence[str], figures: dict[str, object], *, json_only: bool) -> None:
    """The table for people, then one line for machines."""
    if not json_only:
        print("\n".join(lines))
    print(json.dumps(_rounded(figures), ensure_ascii=False))


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return round(value, 3) if isinstance(value, float) else value
