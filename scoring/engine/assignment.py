"""Who reviews what: enough reviewers for each work, even loads, reviewers who share works and so can be compared.

Whole numbers, no chance but the recorded seed: the same input gives the same pairs. What is wanted, in this order:

1. load cost, the sum of load² over the reviewers: least when loads are within one of each other. It is exact: the
   least that conflicts and kept pairs leave (no path of single changes leads from a reviewer to one with two fewer, and
   for a sum of convex costs over such changes that is optimal).
2. few groups of reviewers that share no work; in one group everybody can be compared with everybody. Where exchanges
   that keep the loads do not join two groups, single works are moved for it (`moved_to_join`), but only between the
   least and the most load that there are: nobody gets more than the most has, nobody less than the least.
3. overlap cost, the sum over pairs of reviewers of (works shared)²: least when each reviewer meets all others alike.
   Found by exchanges that leave the loads as they are, so it is good, not proven least.

`cost` is load cost plus overlap cost; `lower_bound` is what neither can fall below, whatever the conflicts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

from scoring.engine.assignment_parts import joined, least_squares, shuffled, stream

Pair = tuple[str, str]  # a work and a reviewer
Move = tuple[int, int, int]  # a work, who gives it away, who takes it
EXCHANGES = 10  # tried per assigned pair to lower the overlap; more gain little (benchmarks/assignment.py)
JOININGS = 100  # changes of each kind tried to join two groups


@dataclass(frozen=True, slots=True)
class Short:
    """A work that cannot have as many reviewers as wanted: `possible` in all, those already kept included.

    `excluded` are the reviewers whom a conflict keeps from it.
    """

    work: str
    wanted: int
    possible: int
    excluded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """The new pairs, by work and then reviewer in the order given, and what they amount to together with the kept."""

    pairs: tuple[Pair, ...]
    loads: dict[str, int]
    short: tuple[Short, ...]
    groups: tuple[tuple[str, ...], ...]
    load_cost: int
    load_bound: int
    overlap_cost: int
    overlap_bound: int
    moved_to_join: int

    @property
    def connected(self) -> bool:
        """Whether all reviewers that have works can be compared, directly or through others."""
        return len(self.groups) < 2

    @property
    def cost(self) -> int:
        return self.load_cost + self.overlap_cost

    @property
    def lower_bound(self) -> int:
        return self.load_bound + self.overlap_bound


def assign(
    works: Sequence[str],
    reviewers: Sequence[str],
    k: int,
    conflicts: Collection[Pair],
    kept: Collection[Pair],
    seed: str,
) -> Assignment:
    """Add reviewers until each work has at least `k`, those of `kept` included, which never change.

    A kept pair may name somebody who is no longer one of the `reviewers`: it counts for its work and for nobody's load.
    Conflicts bind new pairs only. A work that cannot have k gets all that it can and stands in `short`. ValueError for
    a work or reviewer listed twice, a kept work that is not listed, and k under 1.
    """
    plan = _Plan(works, reviewers, conflicts, kept, seed)
    if k < 1:
        raise ValueError("a work needs at least one reviewer")
    short = plan.fill(k)
    plan.even_out()
    plan.spread_overlap()
    plan.join_groups()
    return plan.as_assignment(short)


def next_reviewer(
    work: str,
    works: Sequence[str],
    reviewers: Sequence[str],
    conflicts: Collection[Pair],
    kept: Collection[Pair],
    seed: str,
) -> str | None:
    """Who would best review one more work: the least load first, then the least overlap; None if nobody may."""
    plan = _Plan(works, reviewers, conflicts, kept, seed)
    best = plan.best_for(works.index(work), by_load=True)
    return None if best is None else reviewers[best]


class _Plan:
    """Works and reviewers by number. `on` is who reviews a work, `added` those of them who may still be exchanged."""

    def __init__(
        self,
        works: Sequence[str],
        reviewers: Sequence[str],
        conflicts: Collection[Pair],
        kept: Collection[Pair],
        seed: str,
    ) -> None:
        self.works, self.reviewers = works, reviewers
        work_places = {work: place for place, work in enumerate(works)}
        places = {reviewer: place for place, reviewer in enumerate(reviewers)}
        if len(work_places) < len(works) or len(places) < len(reviewers):
            raise ValueError("a work or a reviewer is listed twice")
        self.numbers = stream(seed)
        self.rank = shuffled(len(reviewers), self.numbers)
        self.work_rank = shuffled(len(works), self.numbers)
        self.barred: list[set[int]] = [set() for _ in works]
        for work, reviewer in conflicts:
            if work in work_places and reviewer in places:
                self.barred[work_places[work]].add(places[reviewer])
        self.on: list[set[int]] = [set() for _ in works]
        self.added: list[set[int]] = [set() for _ in works]
        self.gone = [0] * len(works)
        self.loads = [0] * len(reviewers)
        self.shared = [[0] * len(reviewers) for _ in reviewers]
        for work, reviewer in sorted(set(kept)):
            if work not in work_places:
                raise ValueError(f"a kept pair names a work that is not listed: {work}")
            if reviewer in places:
                self._put(work_places[work], places[reviewer])
            else:
                self.gone[work_places[work]] += 1
        self.kept_loads = list(self.loads)
        self.moved_to_join = 0

    def may(self, work: int, reviewer: int) -> bool:
        return reviewer not in self.on[work] and reviewer not in self.barred[work]

    def open_to(self, work: int) -> list[int]:
        return [place for place in range(len(self.reviewers)) if self.may(work, place)]

    def _put(self, work: int, reviewer: int) -> None:
        own = self.shared[reviewer]
        for other in self.on[work]:
            own[other] += 1
            self.shared[other][reviewer] += 1
        self.on[work].add(reviewer)
        self.loads[reviewer] += 1

    def _take(self, work: int, reviewer: int) -> None:
        self.on[work].discard(reviewer)
        self.loads[reviewer] -= 1
        own = self.shared[reviewer]
        for other in self.on[work]:
            own[other] -= 1
            self.shared[other][reviewer] -= 1

    def _move(self, work: int, giver: int, taker: int) -> None:
        self._take(work, giver)
        self._put(work, taker)
        self.added[work].remove(giver)
        self.added[work].add(taker)

    # --- Enough reviewers -------------------------------------------------------------------------------------------

    def fill(self, k: int) -> list[Short]:
        """Give each work what it lacks, the most restricted first; the works that cannot have k."""
        short: list[tuple[int, Short]] = []
        for work in sorted(range(len(self.works)), key=lambda work: (len(self.open_to(work)), self.work_rank[work])):
            lacking = k - len(self.on[work]) - self.gone[work]
            while lacking > 0:
                best = self.best_for(work)
                if best is None:
                    short.append((work, self._short(work, k)))
                    break
                self._put(work, best)
                self.added[work].add(best)
                lacking -= 1
        return [each for _, each in sorted(short, key=lambda found: found[0])]

    def best_for(self, work: int, *, by_load: bool = False) -> int | None:
        """Whom one more review costs least; `by_load`: the load alone decides first."""
        best, least = None, (0, 0, 0)
        others = self.on[work]
        for reviewer in self.open_to(work):
            own = self.shared[reviewer]
            overlap = sum([own[other] for other in others])
            first = self.loads[reviewer] if by_load else self.loads[reviewer] + overlap
            price = (first, overlap, self.rank[reviewer])
            if best is None or price < least:
                best, least = reviewer, price
        return best

    def _short(self, work: int, k: int) -> Short:
        barred = tuple(self.reviewers[place] for place in sorted(self.barred[work] - self.on[work]))
        return Short(self.works[work], k, len(self.on[work]) + self.gone[work], barred)

    # --- Even loads -------------------------------------------------------------------------------------------------

    def even_out(self) -> None:
        """Pass works along chains from a reviewer to one who has at least two fewer, until there is no such chain."""
        held: list[set[int]] = [set() for _ in self.reviewers]
        for work, added in enumerate(self.added):
            for reviewer in added:
                held[reviewer].add(work)
        while chain := self._chain(held):
            for work, giver, taker in chain:
                self._move(work, giver, taker)
                held[giver].remove(work)
                held[taker].add(work)

    def _chain(self, held: Sequence[set[int]]) -> list[Move]:
        least = min(self.loads, default=0)
        for giver in sorted(range(len(self.loads)), key=lambda place: (-self.loads[place], self.rank[place])):
            if self.loads[giver] < least + 2:
                break
            if chain := self._chain_from(giver, held):
                return chain
        return []

    def _chain_from(self, start: int, held: Sequence[set[int]]) -> list[Move]:
        """The shortest chain of moves that ends with somebody who has at least two works fewer than `start`."""
        enough = self.loads[start] - 2
        came: dict[int, Move] = {}
        left = set(range(len(self.loads))) - {start}
        waiting = deque([start])
        while waiting:
            giver = waiting.popleft()
            for work in sorted(held[giver]):
                for taker in sorted(left):
                    if not self.may(work, taker):
                        continue
                    came[taker] = (work, giver, taker)
                    if self.loads[taker] <= enough:
                        return _back_from(taker, came)
                    left.discard(taker)
                    waiting.append(taker)
        return []

    # --- Little overlap ---------------------------------------------------------------------------------------------

    def spread_overlap(self) -> None:
        """Exchanges between two works that lower the overlap cost and leave every load as it is."""
        pairs = self._pairs()
        for number in islice(self.numbers, EXCHANGES * len(pairs)):
            one, two = number % len(pairs), (number >> 128) % len(pairs)
            (work, giver), (other, taker) = pairs[one], pairs[two]
            if not (self.may(work, taker) and self.may(other, giver)):
                continue
            if self._gain(work, giver, other, taker) > 0:
                self._move(work, giver, taker)
                self._move(other, taker, giver)
                pairs[one], pairs[two] = (work, taker), (other, giver)

    def _gain(self, work: int, giver: int, other: int, taker: int) -> int:
        """Half of what an exchange takes off the overlap cost. Who reviews both works meets both either way."""
        gain = 0
        own, his = self.shared[giver], self.shared[taker]
        for place in self.on[work] - self.on[other] - {giver}:
            gain += own[place] - his[place] - 1
        for place in self.on[other] - self.on[work] - {taker}:
            gain += his[place] - own[place] - 1
        return gain

    # --- One group --------------------------------------------------------------------------------------------------

    def groups(self) -> list[list[int]]:
        """Reviewers that have works, together where they share one."""
        return [group for group in joined(len(self.loads), self.on) if self.loads[group[0]]]

    def join_groups(self) -> None:
        """Change who reviews until one group is left, or no change of those tried leaves fewer."""
        groups = self.groups()
        while len(groups) > len(self._joinable()):
            for moves, at_a_price in self._joining(groups):
                for work, giver, taker in moves:
                    self._move(work, giver, taker)
                after = self.groups()
                if len(after) < len(groups):
                    groups = after
                    self.moved_to_join += at_a_price
                    break
                for work, giver, taker in reversed(moves):
                    self._move(work, taker, giver)
            else:
                return

    def _joinable(self) -> list[list[int]]:
        """The groups that would be left if everybody reviewed all that they may: there cannot be fewer."""
        could = [
            on | set(self.open_to(work)) if added else on
            for work, (on, added) in enumerate(zip(self.on, self.added, strict=True))
            if len(on) > 1
        ]
        return [group for group in joined(len(self.loads), could) if any(self.loads[place] for place in group)]

    def _joining(self, groups: Sequence[Sequence[int]]) -> Iterator[tuple[list[Move], int]]:
        """Changes worth trying, those first that cost no evenness (0, else 1)."""
        for changes in (self._even_moves(groups), self._exchanges(groups)):
            yield from ((moves, 0) for moves in islice(changes, JOININGS))
        yield from ((moves, 1) for moves in islice(self._uneven_moves(groups), JOININGS))

    def _even_moves(self, groups: Sequence[Sequence[int]]) -> Iterator[list[Move]]:
        """A work goes to a reviewer of another group who has one fewer; its other reviewers stay."""
        for work, giver, taker in self._moves(groups):
            if self.loads[giver] == self.loads[taker] + 1:
                yield [(work, giver, taker)]

    def _uneven_moves(self, groups: Sequence[Sequence[int]]) -> Iterator[list[Move]]:
        """The same where it costs evenness, but neither the least nor the most load."""
        least, most = min(self.loads), max(self.loads)
        for work, giver, taker in self._moves(groups):
            if self.loads[giver] > least and self.loads[taker] < most:
                yield [(work, giver, taker)]

    def _moves(self, groups: Sequence[Sequence[int]]) -> Iterator[Move]:
        side = {place: number for number, group in enumerate(groups) for place in group}
        for work, giver in self._pairs():
            for taker in self.open_to(work) if len(self.on[work]) > 1 else ():
                if side.get(taker, side[giver]) != side[giver]:
                    yield work, giver, taker

    def _exchanges(self, groups: Sequence[Sequence[int]]) -> Iterator[list[Move]]:
        """Two works of two groups, of which one at least has another reviewer who stays, exchange a reviewer."""
        side = {place: number for number, group in enumerate(groups) for place in group}
        for (work, giver), (other, taker) in combinations(self._pairs(), 2):
            if side[giver] == side[taker] or len(self.on[work]) + len(self.on[other]) < 3:
                continue
            if self.may(work, taker) and self.may(other, giver):
                yield [(work, giver, taker), (other, taker, giver)]

    def _pairs(self) -> list[tuple[int, int]]:
        """What may be changed: works with those who were added to them."""
        return [(work, place) for work, added in enumerate(self.added) for place in sorted(added)]

    # --- What came out ----------------------------------------------------------------------------------------------

    def as_assignment(self, short: Sequence[Short]) -> Assignment:
        names = self.reviewers
        met = [self.shared[one][two] for one, two in combinations(range(len(names)), 2)]
        return Assignment(
            pairs=tuple(
                (work, names[place])
                for work, added in zip(self.works, self.added, strict=True)
                for place in sorted(added)
            ),
            loads=dict(zip(names, self.loads, strict=True)),
            short=tuple(short),
            groups=tuple(tuple(names[place] for place in group) for group in self.groups()),
            load_cost=sum(load * load for load in self.loads),
            load_bound=least_squares(self.kept_loads, sum(map(len, self.added))),
            overlap_cost=sum(count * count for count in met),
            overlap_bound=least_squares([0] * len(met), sum(met)),
            moved_to_join=self.moved_to_join,
        )


def _back_from(last: int, came: dict[int, Move]) -> list[Move]:
    chain = []
    while last in came:
        chain.append(came[last])
        last = came[last][1]
    return chain
