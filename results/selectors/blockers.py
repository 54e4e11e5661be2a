"""What stands in the way of publishing a result; the page, the dashboard and the refused act show this list."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from results.models import Result
from results.selectors.results import confirmation_of, latest_roster, latest_snapshot, roster_faults
from scoring.models import Correction, LateMark, Round, Snapshot


@dataclass(frozen=True)
class Blocker:
    """未了事项: what stands in the way, in words, and the page where it is settled; some only a supervisor opens."""

    text: str
    link: str
    by_supervisor: bool = False


def boundary_texts(snapshot: Snapshot) -> list[str]:
    """Award lines of a snapshot that an unresolved tie straddles, in words (pitfall 2)."""
    document = snapshot.document
    group = next(g for g in document["rulebook"]["groups"] if g["code"] == document["round"]["group"])
    names = {line["code"]: line["title"] for line in (*group["tiers"], *group["titles"])}
    return [
        f"{names.get(boundary['line'], '递补')}名额线上并列：{'、'.join(boundary['entries'])} 号，需加赛或登记并列裁定"
        for boundary in document["output"]["boundaries"]
    ]


def blockers(result: Result, *, now: datetime) -> list[Blocker]:
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
