"""What results show: published ones, rosters, and whether a roster says what its snapshot says."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from core.canonical import salted_digest
from results.models import Confirmation, Result, Roster
from scoring.models import Round, Snapshot

Row = dict[str, Any]


def published_results() -> QuerySet[Result]:
    """Results that the public sees, newest first; the snapshot's document, which is large, stays behind."""
    return (
        Result.objects.filter(state=Result.State.PUBLISHED, edition__is_rehearsal=False)
        .select_related("edition", "round", "published__snapshot")
        .defer("published__snapshot__document", "published__rows")
        .order_by("-published_at", "pk")
    )


def latest_snapshot(round: Round) -> Snapshot | None:
    return round.snapshots.order_by("-number").first()


def latest_roster(result: Result) -> Roster | None:
    return result.rosters.select_related("snapshot", "result__edition").order_by("-version").first()


def confirmation_of(roster: Roster) -> Confirmation | None:
    return Confirmation.objects.filter(roster=roster).select_related("confirmed_by").first()


def roster_digest(*, salt: str, version: int, snapshot_sha256: str, rows: list[Row]) -> str:
    """What a roster's `sha256` holds; salted, because names can be guessed."""
    return salted_digest(salt, {"version": version, "snapshot": snapshot_sha256, "rows": rows})


def roster_faults(roster: Roster) -> list[str]:
    """What does not hold of a stored roster: its digest, and every rank, score and award against its snapshot."""
    faults: list[str] = []
    expected = roster_digest(
        salt=roster.salt, version=roster.version, snapshot_sha256=roster.snapshot.sha256, rows=roster.rows
    )
    if expected != roster.sha256:
        faults.append(f"名册 v{roster.version} 的内容与其摘要不符")
    return faults + row_faults(roster.rows, roster.snapshot)


def row_faults(rows: Iterable[Row], snapshot: Snapshot) -> list[str]:
    """Each difference between roster rows and the snapshot's output, by entry."""
    output = snapshot.document["output"]
    standings = {line["entry"]: line for line in output["standings"]}
    placed = {line["entry"]: line for line in output["placements"]}
    titles: dict[str, list[str]] = {}
    for line in output["titles"]:
        titles.setdefault(line["entry"], []).append(line["title"])
    faults: list[str] = []
    seen: set[str] = set()
    for row in rows:
        code = row["entry"]
        if code in seen or code not in standings:
            faults.append(f"名册中编号 {code} 重复，或不在定格成绩中")
            continue
        seen.add(code)
        placement = placed.get(code, {"tier": None, "advances": False})
        expected = (
            *(standings[code][key] for key in ("rank", "shown")),
            placement["tier"],
            placement["advances"],
            sorted(titles.get(code, [])),
        )
        given = (
            *(row[key] for key in ("rank", "shown", "tier", "advances")),
            sorted(title["code"] for title in row["titles"]),
        )
        if given != expected:
            faults.append(f"编号 {code}：名册的名次、得分或奖项与定格成绩不符")
    faults += [f"编号 {code} 在定格成绩中，名册里没有" for code in standings if code not in seen]
    return faults
