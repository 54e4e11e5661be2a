"""What results show, and what stands in the way of the next act."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from core.canonical import salted_digest
from results.models import Confirmation, Result, Roster
from scoring.models import Correction, LateMark, Round, Snapshot

Row = dict[str, Any]


@dataclass(frozen=True)
class Blocker:
    """未了事项: what stands in the way, in words, and the page where it is settled; some only a supervisor opens."""

    text: str
    link: str
    by_supervisor: bool = False


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


def boundary_texts(snapshot: Snapshot) -> list[str]:
    """Award lines of a snapshot that an unresolved tie straddles, in words (pitfall 2)."""
    document = snapshot.document
    group = next(g for g in document["rulebook"]["groups"] if g["code"] == document["round"]["group"])
    names = {line["code"]: line["title"] for line in (*group["tiers"], *group["titles"])}
    return [
        f"{names.get(boundary['line'], '递补')}名额线上并列：{'、'.join(boundary['entries'])} 号，需加赛或登记并列裁定"
        for boundary in document["output"]["boundaries"]
    ]


def blockers(result: Result) -> list[Blocker]:
    """All that stands in the way of publishing the newest roster; the page and the refused act show this list."""
    edition, round = result.edition, result.round
    roster = latest_roster(result)
    if roster is None:
        return [Blocker("还没有提出获奖人员名册", reverse("organise_result", args=[edition.slug, result.pk]))]
    found = round_blockers(round, roster.snapshot)
    own_page = reverse("organise_result", args=[edition.slug, result.pk])
    found += [Blocker(fault, own_page) for fault in roster_faults(roster)]
    if confirmation_of(roster) is None:
        link = reverse("supervise_result", args=[edition.slug, result.pk])
        found.append(Blocker(f"名册 v{roster.version} 还没有经监督员确认", link, by_supervisor=True))
    return found


def round_blockers(round: Round, snapshot: Snapshot) -> list[Blocker]:
    """What of the judging stands in the way of a list made from this snapshot."""
    slug = round.edition.slug
    round_page = reverse("organise_round", args=[slug, round.pk])
    found: list[Blocker] = []
    if round.state != Round.State.LOCKED:
        found.append(Blocker(f"“{round.title}”还没有封存", round_page))
    newest = latest_snapshot(round)
    if newest is not None and newest.pk != snapshot.pk:
        text = f"已有更新的定格成绩 No. {newest.number}，名册仍依据 No. {snapshot.number}，请重新提出名册"
        found.append(Blocker(text, round_page))
    ties_page = reverse("organise_ties", args=[slug, round.pk])
    found += [Blocker(text, ties_page) for text in boundary_texts(snapshot)]
    corrections = Correction.objects.filter(entry__round=round, state=Correction.State.REQUESTED).count()
    if corrections:
        link = reverse("supervise_corrections", args=[slug])
        found.append(Blocker(f"有 {corrections} 项更正等待确认", link, by_supervisor=True))
    late = LateMark.objects.filter(sheet__entry__round=round, settled_at__isnull=True).count()
    if late:
        found.append(Blocker(f"有 {late} 份逾时评分等待处理", reverse("organise_arbitration", args=[slug, round.pk])))
    return found
