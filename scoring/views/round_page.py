"""What the organiser's and the supervisor's page of a round share."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString

from scoring.exceptions import Blocker
from scoring.models import Entry, Round, ScoreSheet, Snapshot
from scoring.rendering import progress_bar
from scoring.selectors import (
    LiveTable,
    RoundRows,
    SeatProgress,
    latest_snapshot,
    live_table,
    lock_blockers,
    open_blockers,
    round_rows,
    seat_progress,
)
from scoring.selectors.rules import rules_of
from scoring.views.live import advancing_line, live_head, live_rows, shared_lines

_PAGES = {
    "open_recusals": "",
    "open_paper": "organise_paper",
    "late_marks": "organise_arbitration",
}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A blocker with the page where it can be dealt with."""

    text: str
    blocks: bool
    link: str


@dataclass(frozen=True, slots=True)
class JudgeBar:
    """How far a judge is."""

    number: str
    name: str
    bar: SafeString
    done: int
    of: int
    owed: tuple[str, ...]
    is_removed: bool


def round_context(round: Round, *, entry_url: str, live_url: str, read: RoundRows | None = None) -> dict[str, Any]:
    """Next step, progress and live table of a round, all from rows that are read once."""
    read = read or round_rows(round)
    snapshot = latest_snapshot(round) if round.state == Round.State.LOCKED else None
    live = live_context(round, entry_url=entry_url, live_url=live_url, read=read)
    in_the_way = obstacles(round, read)
    return {
        "edition": round.edition,
        "round": round,
        "summary": summary(round),
        "obstacles": in_the_way,
        "blocked": any(each.blocks for each in in_the_way),
        "snapshot": snapshot,
        "undecided_lines": undecided_lines(snapshot),
        "bars": _bars(round, read, live["table"]) if round.state != Round.State.DRAFT else [],
        "seated": sum(not seat.is_removed for seat in read.panel_seats),
        **live,
    }


def live_context(round: Round, *, entry_url: str, live_url: str, read: RoundRows | None = None) -> dict[str, Any]:
    table = live_table(round, read)
    line = advancing_line(round, table.ranked)
    return {
        "round": round,
        "edition": round.edition,
        "table": table,
        "head": live_head(table),
        "rows": live_rows(table, round, entry_url),
        "line_words": line.words if line and table.ranked else "",
        "shared": shared_lines(table),
        "refresh": _refresh(round, table, live_url),
    }


def _refresh(round: Round, table: LiveTable, live_url: str) -> str:
    """Where the table asks again; nowhere once the figures stand still."""
    if round.state != Round.State.OPEN or not live_url:
        return ""
    return f"{reverse(live_url, args=[round.edition.slug, round.pk])}?seen={table.change_number}"


def live_answer(request: HttpRequest, round: Round, *, entry_url: str, live_url: str) -> HttpResponse:
    """The table alone: 204 while its change number is the one that was `seen`, so that the page keeps what it has."""
    if request.GET.get("seen") == str(round.change_number) and round.state == Round.State.OPEN:
        return HttpResponse(status=204)
    return render(request, "scoring/live_table.html", live_context(round, entry_url=entry_url, live_url=live_url))


def summary(round: Round) -> str:
    """The rules in a few words: "评分细则 v2 · 去一高一低"."""
    rules = rules_of(round.rulebook)
    high, low = rules.aggregation.drop_high, rules.aggregation.drop_low
    digits = "零一二三四五六七八九"
    drops = f"去{digits[high]}高{digits[low]}低" if high + low and max(high, low) < len(digits) else ""
    return " · ".join(part for part in (f"评分细则 v{round.rulebook.version}", drops or "取平均") if part)


def obstacles(round: Round, read: RoundRows) -> list[Obstacle]:
    """Exactly what the refused act would name."""
    if round.state == Round.State.DRAFT:
        return [_obstacle(blocker, round) for blocker in open_blockers(round)]
    if round.state == Round.State.OPEN:
        return [_obstacle(blocker, round) for blocker in lock_blockers(round, read)]
    return []


def _obstacle(blocker: Blocker, round: Round) -> Obstacle:
    if blocker.code == "too_few_seats":
        return Obstacle(
            blocker.text, blocker.blocks, reverse("organise_panel", args=[round.edition.slug, round.panel_id])
        )
    if blocker.code == "open_recusals":
        return Obstacle(blocker.text, blocker.blocks, "#recusals")
    page = "organise_rulebook" if blocker.code.startswith("rules_") else _PAGES.get(blocker.code)
    link = reverse(page, args=[round.edition.slug, round.pk]) if page else ""
    return Obstacle(blocker.text, blocker.blocks, link)


def undecided_lines(snapshot: Snapshot | None) -> list[str]:
    """Award lines that a tie still straddles in the snapshot, in words."""
    if snapshot is None:
        return []
    rulebook = snapshot.document["rulebook"]
    if rulebook["boundary"] != "block":
        return []
    group = next(each for each in rulebook["groups"] if each["code"] == snapshot.document["round"]["group"])
    titles = {each["code"]: each["title"] for each in (*group["tiers"], *group["titles"])} | {"reserves": "递补"}
    return [
        f"{'、'.join(each['entries'])} 并列，跨在“{titles[each['line']]}”名额线上。"
        for each in snapshot.document["output"]["boundaries"]
    ]


def _bars(round: Round, read: RoundRows, table: LiveTable) -> list[JudgeBar]:
    """How far each seat is with the entries that compete; withdrawn ones are not waited for."""
    done: Counter[int] = Counter()
    of: Counter[int] = Counter()
    for row in table.rows:
        if row.status != Entry.Status.COMPETING:
            continue
        for column, cell in zip(table.columns, row.cells, strict=True):
            done[column.seat_id] += cell.state == ScoreSheet.State.SUBMITTED
            of[column.seat_id] += bool(cell.state) and cell.state not in ScoreSheet.LEFT_OUT
    return [_bar(each, done[each.seat_id], of[each.seat_id]) for each in seat_progress(round, read)]


def _bar(progress: SeatProgress, done: int, of: int) -> JudgeBar:
    number = progress.code.removeprefix("J")
    bar = progress_bar(done, of, label=f"评委 {number} 号已交 {done}，共 {of}", behind=bool(progress.owed_entries))
    return JudgeBar(number, progress.judge_name, bar, done, of, progress.owed_entries, progress.is_removed)
