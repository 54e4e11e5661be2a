"""Small parts of assigning works: numbers from a seed, groups, and the least sum of squares."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence


def joined(count: int, sets: Iterable[Collection[int]]) -> list[list[int]]:
    """The numbers below `count` in groups: those of one set are together."""
    leader = list(range(count))

    def find(place: int) -> int:
        while leader[place] != place:
            leader[place] = leader[leader[place]]
            place = leader[place]
        return place

    for together in sets:
        first = None
        for place in together:
            if first is None:
                first = find(place)
            else:
                leader[find(place)] = first
    found: dict[int, list[int]] = {}
    for place in range(count):
        found.setdefault(find(place), []).append(place)
    return list(found.values())


def least_squares(held: Sequence[int], units: int) -> int:
    """The least sum of squares after handing out so many units to those who hold this already, whoever gets them.

    Each goes to whoever holds least: no other way costs less, since each unit costs more than the one before it.
    """
    heights = sorted(held)
    if not heights:
        return 0
    level, filled, left = heights[0], 0, units
    for filled, height in enumerate(heights):
        if filled and left >= (height - level) * filled:
            left -= (height - level) * filled
            level = height
        elif filled:
            break
    else:
        filled += 1
    each, more = divmod(left, filled)
    done = [level + each + (place < more) for place in range(filled)]
    return sum(height * height for height in (*done, *heights[filled:]))


def stream(seed: str) -> Iterator[int]:
    """SHA-256(s ‖ be64(0)), SHA-256(s ‖ be64(1)), … as whole numbers, s = SHA-256(seed in UTF-8), as core/draw.py."""
    start = hashlib.sha256(seed.encode()).digest()
    counter = 0
    while True:
        yield int.from_bytes(hashlib.sha256(start + counter.to_bytes(8, "big")).digest(), "big")
        counter += 1


def shuffled(count: int, numbers: Iterator[int]) -> list[int]:
    """A place for each number below `count`, by Fisher-Yates; with 256 bits no place is favoured noticeably."""
    order = list(range(count))
    for last in range(count - 1, 0, -1):
        chosen = next(numbers) % (last + 1)
        order[last], order[chosen] = order[chosen], order[last]
    return order
