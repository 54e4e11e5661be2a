"""From a round's snapshot to the roster that `results` freezes (design §2, cut two)."""

import re
from datetime import datetime
from typing import Any

from accounts.models import User
from contest.exceptions import ContestRefused
from contest.models import Appearance, Contestant, GroupRound
from results.models import Roster
from results.services import propose_result
from scoring.models import Round, Snapshot
from scoring.selectors import latest_snapshot


def propose_group_result(*, round: Round, actor: User, now: datetime, reason: str = "") -> Roster:
    """Hand the round's newest snapshot with its contestants' names to `results`, for a supervisor to confirm.

    Refuses (ContestRefused) a round of no group, a preliminary, one without a snapshot, and whatever
    results.services.propose_result refuses: unresolved ties at an award line above all (pitfall 2).
    """
    group_round = GroupRound.objects.select_related("group__contest").filter(round=round).first()
    if group_round is None:
        raise ContestRefused("这一轮不属于任何组别，没有可提出的名册。")
    if group_round.advance_count is not None:
        raise ContestRefused(f"“{round.title}”是预赛，确认晋级名单后进入下一轮；奖项由最后一轮评出。")
    snapshot = latest_snapshot(round)
    if snapshot is None:
        raise ContestRefused(f"“{round.title}”还没有封存，封存后才能提出名册。")
    return propose_result(
        round=round,
        snapshot=snapshot,
        title=group_round.group.contest.title,
        group_title=group_round.group.title,
        rows=roster_rows(snapshot, round),
        reason=reason,
        actor=actor,
        now=now,
    )


def roster_rows(snapshot: Snapshot, round: Round) -> list[dict[str, Any]]:
    """One row for each entry of the snapshot, in its standing order, with the names as they are now."""
    output, rules = snapshot.document["output"], snapshot.document["rulebook"]
    group = next(found for found in rules["groups"] if found["code"] == snapshot.document["round"]["group"])
    words = {line["code"]: line["title"] for line in (*group["tiers"], *group["titles"])}
    placed = {line["entry"]: line for line in output["placements"]}
    titles: dict[str, list[dict[str, str]]] = {}
    for line in output["titles"]:
        titles.setdefault(line["entry"], []).append({"code": line["title"], "title": words[line["title"]]})
    contestants = {
        appearance.entry.code: appearance.contestant
        for appearance in Appearance.objects.filter(entry__round=round).select_related(
            "entry", "contestant__unit", "contestant__group"
        )
    }
    rows = []
    for standing in output["standings"]:
        code = standing["entry"]
        placement = placed.get(code, {"tier": None, "advances": False})
        rows.append(
            {
                "entry": code,
                "rank": standing["rank"],
                "shown": standing["shown"],
                "tier": placement["tier"],
                "tier_title": words.get(placement["tier"], ""),
                "advances": placement["advances"],
                "titles": titles.get(code, []),
                **_person(contestants[code]),
            }
        )
    return rows


def _person(contestant: Contestant) -> dict[str, Any]:
    salutation = "同学" if contestant.group.needs_guardian else "同志"
    return {
        "people": [contestant.name],
        "unit": contestant.workplace or (contestant.unit.name if contestant.unit else ""),
        "unit_id": contestant.unit_id,
        "title": contestant.title,
        "tutors": [tutor for tutor in re.split(r"[、，,；;/／\s]+", contestant.tutors) if tutor],
        "recipients": [{"name": contestant.name, "salutation": salutation, "user": contestant.user_id}],
    }
