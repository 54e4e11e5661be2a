"""Tiers, titles, finalists and reserves along the ranking (docs/result-book.md, step 9).

A line that would cut through an unresolved tie is never crossed silently (pitfall 2): the rulebook's policy shares the
places, or nothing is awarded until a decision is recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from scoring.engine.arithmetic import quota
from scoring.engine.rulebook import BLOCK, RESERVES_LINE, SHARE_UP, Group, Tier


@dataclass(frozen=True, slots=True)
class Boundary:
    """A line that an unresolved tie straddles."""

    line: str
    entries: tuple[str, ...]

    def as_document(self) -> dict[str, object]:
        return {"line": self.line, "entries": list(self.entries)}


class Placement(NamedTuple):
    """An entry in an award tier."""

    entry: str
    tier: str
    advances: bool

    def as_document(self) -> dict[str, object]:
        return {"entry": self.entry, "tier": self.tier, "advances": self.advances}


class TitleHolder(NamedTuple):
    """An entry that holds an extra title, apart from the tiers."""

    entry: str
    title: str

    def as_document(self) -> dict[str, object]:
        return {"entry": self.entry, "title": self.title}


@dataclass(frozen=True, slots=True)
class Awards:
    boundaries: tuple[Boundary, ...]
    placements: tuple[Placement, ...] = ()
    titles: tuple[TitleHolder, ...] = ()
    finalists: tuple[str, ...] = ()
    reserves: tuple[str, ...] = ()


class _Walk:
    """The ranked entries in their final order, and the lines drawn across it."""

    def __init__(self, groups: Sequence[Sequence[str]], policy: str) -> None:
        self.policy = policy
        self.codes = [code for group in groups for code in group]
        self.spans: list[tuple[int, int]] = []
        self.boundaries: list[Boundary] = []
        for group in groups:
            start = len(self.spans)
            self.spans.extend([(start, start + len(group))] * len(group))

    def line_after(self, start: int, places: int, line: str) -> int:
        """Where `places` places from `start` end; records a boundary under `block`."""
        end = start + places
        if end >= len(self.codes):
            return len(self.codes)
        if not places or self.spans[end - 1] != self.spans[end]:
            return end
        first, last = self.spans[end]
        if self.policy == BLOCK:
            self.boundaries.append(Boundary(line, tuple(self.codes[first:last])))
            return end
        return last if self.policy == SHARE_UP else first


def award(groups: Sequence[Sequence[str]], rules: Group, policy: str) -> Awards:
    """What each ranked entry wins; with a boundary blocked, nothing is awarded to anybody."""
    walk = _Walk(groups, policy)
    placements: list[Placement] = []
    taken, advanced = 0, None
    for tier in rules.tiers:
        end = walk.line_after(taken, _places(tier, len(walk.codes)), tier.code)
        placements += [Placement(code, tier.code, tier.advances) for code in walk.codes[taken:end]]
        taken = end
        advanced = end if tier.advances else advanced
    titles = [
        TitleHolder(code, title.code)
        for title in rules.titles
        for code in walk.codes[: walk.line_after(0, title.count, title.code)]
    ]
    reserves: list[str] = []
    if advanced is not None:
        reserves = walk.codes[advanced : walk.line_after(advanced, rules.reserves, RESERVES_LINE)]
    if walk.boundaries:
        return Awards(tuple(walk.boundaries))
    finalists = tuple(placement.entry for placement in placements if placement.advances)
    return Awards((), tuple(placements), tuple(titles), finalists, tuple(reserves))


def _places(tier: Tier, ranked: int) -> int:
    if tier.count is not None:
        return tier.count
    if tier.percent is not None:
        return quota(ranked, tier.percent, tier.percent_rounding or "")
    return ranked
