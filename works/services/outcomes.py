"""From a kind's snapshot to the roster that `results` freezes (design §2, cut two)."""

from datetime import datetime
from typing import Any

from accounts.models import User
from results.models import Roster
from results.services import propose_result
from scoring.models import Round, Snapshot
from scoring.selectors import latest_snapshot
from works.exceptions import WorkRefused
from works.models import Admission, KindRound, Work


def propose_kind_result(*, round: Round, actor: User, now: datetime, reason: str = "") -> Roster:
    """Hand the newest snapshot of a kind's review with the works' titles and authors to `results`.

    Refuses (WorkRefused) a round that reviews no kind, one without a snapshot, and one whose entries say something
    else than their works (a work that was withdrawn after the lock waits for its correction: pitfalls 1, 3); and
    whatever results.services.propose_result refuses: unresolved ties at an award line above all (pitfall 2).
    """
    row = KindRound.objects.select_related("kind__selection").filter(round=round).first()
    if row is None:
        raise WorkRefused("这一轮不评作品，没有可提出的名册。")
    snapshot = latest_snapshot(round)
    if snapshot is None:
        raise WorkRefused(f"“{round.title}”还没有封存，封存后才能提出名册。")
    if left := departed(round):
        raise WorkRefused(f"{'、'.join(left)} 号作品已不在受理状态，请先在评审会页面登记“资格不符”或更正参评状态。")
    return propose_result(
        round=round,
        snapshot=snapshot,
        title=row.kind.selection.title,
        group_title=row.kind.title,
        rows=roster_rows(snapshot, round),
        reason=reason,
        actor=actor,
        now=now,
    )


def departed(round: Round) -> list[str]:
    """Codes of entries that still compete though their works are accepted no longer."""
    competing = Admission.objects.filter(entry__round=round, entry__status="competing")
    gone = competing.exclude(work__status=Work.Status.ACCEPTED).order_by("entry__order")
    return list(gone.values_list("entry__code", flat=True))


def roster_rows(snapshot: Snapshot, round: Round) -> list[dict[str, Any]]:
    """One row for each entry of the snapshot in its standing order, with titles and authors as they are now."""
    output, rules = snapshot.document["output"], snapshot.document["rulebook"]
    group = next(found for found in rules["groups"] if found["code"] == snapshot.document["round"]["group"])
    words = {line["code"]: line["title"] for line in (*group["tiers"], *group["titles"])}
    placed = {line["entry"]: line for line in output["placements"]}
    titles: dict[str, list[dict[str, str]]] = {}
    for line in output["titles"]:
        titles.setdefault(line["entry"], []).append({"code": line["title"], "title": words[line["title"]]})
    works = _works_by_code(round)
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
                **_authors(works[code]),
            }
        )
    return rows


def _works_by_code(round: Round) -> dict[str, Work]:
    admissions = Admission.objects.filter(entry__round=round).select_related("entry", "work__unit")
    admissions = admissions.defer("work__typed", "work__phone").prefetch_related("work__authors")
    return {each.entry.code: each.work for each in admissions}


def _authors(work: Work) -> dict[str, Any]:
    """All authors in order: the order is load-bearing on certificates (domain.md C)."""
    authors = list(work.authors.all())
    return {
        "people": [author.name for author in authors],
        "unit": work.workplace or (work.unit.name if work.unit else ""),
        "unit_id": work.unit_id,
        "title": work.title,
        "tutors": [],
        "recipients": [{"name": each.name, "salutation": "", "user": each.user_id} for each in authors],
    }
