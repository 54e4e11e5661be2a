"""The standing of a kind's works for the meeting: ranks, reviews by reviewer's code, completeness, spread.

Of a locked round all of it comes from its newest 定格成绩, which is read once: 2,500 reviews are a megabyte of JSON.
Of an open one it is computed now, and the page says so.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from scoring import engine
from scoring.models import Round, ScoreSheet, Snapshot
from scoring.selectors.input import as_input, hundredths_of, round_rows
from scoring.selectors.live import REASON_TEXTS
from works.engine.spread import Spread, spread_of

SUBMITTED = ScoreSheet.State.SUBMITTED.value
_STATES = {state.value: state.label for state in ScoreSheet.State}


@dataclass(frozen=True, slots=True)
class Review:
    """One reviewer's sheet: `total` is "" unless submitted, then `words` is empty."""

    judge: str
    total: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """One work in standing order; without a rank, `reason` says why in words."""

    code: str
    title: str
    rank: int | None
    tied: bool
    reason: str
    shown: str
    tier: str
    reviews: tuple[Review, ...]
    counted: int
    spread: Spread | None

    @property
    def width(self) -> str:
        """How far apart the reviews lie, as a plain decimal."""
        return "" if self.spread is None else engine.decimal_text(self.spread.width)


@dataclass(frozen=True, slots=True)
class Standings:
    """`number` is the snapshot's, 0 while the round is open; `least` is how many reviews a work needs to be ranked;
    `lines_undecided` are award lines that a tie still straddles, `tied` the sets that a decision may order."""

    number: int
    lines: tuple[Line, ...]
    least: int
    undecided: tuple[tuple[str, tuple[str, ...]], ...]
    tied: tuple[tuple[str, ...], ...]

    @property
    def ranked(self) -> int:
        return sum(line.rank is not None for line in self.lines)


def standings_of(round: Round, snapshot: tuple[int, str] | None) -> Standings:
    """The standings of a round. `snapshot`: key and digest of its newest 定格成绩, None where there is none yet."""
    if snapshot is not None:
        return _of_snapshot(*snapshot)
    rows = round_rows(round)
    given = as_input(rows)
    outcome = engine.compute(rows.rules, round.group, given)
    document = {
        "snapshot": {"number": 0},
        "round": {"group": round.group},
        "rulebook": rows.rules.as_document(),
        "input": given.as_document(),
        "output": outcome.as_document(),
    }
    return _read(document)


@lru_cache(maxsize=8)
def _of_snapshot(pk: int, sha256: str) -> Standings:
    """Kept by digest: a snapshot never changes, and its digest is that of everything that is read here."""
    document = Snapshot.objects.values_list("document", flat=True).get(pk=pk, sha256=sha256)
    return _read(document)


def _read(document: Mapping[str, Any]) -> Standings:
    rules, output = document["rulebook"], document["output"]
    group = next(each for each in rules["groups"] if each["code"] == document["round"]["group"])
    words = {line["code"]: line["title"] for line in (*group["tiers"], *group["titles"])} | {"reserves": "递补"}
    full = {
        segment["code"]: sum(hundredths_of(each["max_points"]) for each in segment["criteria"])
        for segment in rules["segments"]
        if segment["scored_by"] == "panel"
    }
    titles = {entry["code"]: entry["title"] for entry in document["input"]["entries"]}
    tiers = {placed["entry"]: words.get(placed["tier"], "") for placed in output["placements"]}
    sheets = _sheets_by_entry(document["input"]["sheets"])
    lines = tuple(
        _line(standing, titles[standing["entry"]], tiers.get(standing["entry"], ""), sheets[standing["entry"]], full)
        for standing in output["standings"]
    )
    blocked = output["boundaries"] if rules["boundary"] == "block" else []
    return Standings(
        number=document["snapshot"]["number"],
        lines=lines,
        least=rules["aggregation"]["min_valid_marks"],
        undecided=tuple((words[each["line"]], tuple(each["entries"])) for each in blocked),
        tied=tuple(tuple(each) for tie in output["ties"] for each in tie["order"] if len(each) > 1),
    )


def _sheets_by_entry(sheets: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for sheet in sheets:
        found[sheet["entry"]].append(sheet)
    return found


def _line(
    standing: Mapping[str, Any], title: str, tier: str, sheets: Sequence[Mapping[str, Any]], full: Mapping[str, int]
) -> Line:
    totals: dict[str, list[int]] = defaultdict(list)
    reviews = []
    for sheet in sheets:
        if sheet["state"] == SUBMITTED:
            total = sum(hundredths_of(mark) for mark in sheet["marks"].values())
            totals[sheet["segment"]].append(total)
            reviews.append(Review(sheet["judge"], engine.decimal_text(total), ""))
        else:
            reviews.append(Review(sheet["judge"], "", _STATES.get(sheet["state"], "")))
    spreads = [found for segment, values in totals.items() if (found := spread_of(values, full=full[segment]))]
    return Line(
        code=standing["entry"],
        title=title,
        rank=standing["rank"],
        tied=standing["tied"],
        reason=REASON_TEXTS[standing["reason"]] if standing["reason"] else "",
        shown=standing["shown"] or "",
        tier=tier,
        reviews=tuple(reviews),
        counted=min((len(totals[segment]) for segment in full), default=0),
        spread=max(spreads, key=lambda found: (found.is_wide, found.width), default=None),
    )
