"""What stands in the way of publishing a result; the page, the dashboard and the refused act show this list."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from core.text.dates import plain_date
from results.models import Objection, Result, Roster
from results.selectors.objections import open_objections
from results.selectors.publicity import standing_publicities
from results.selectors.results import confirmation_of, latest_roster, latest_snapshot, roster_faults
from scoring.models import Correction, LateMark, Round, Snapshot


@dataclass(frozen=True)
class Blocker:
    """未了事项: what stands in the way, in words, and the page where it is settled. Some only a supervisor opens; some
    end by themselves."""

    text: str
    link: str
    by_supervisor: bool = False
    waits: bool = False


@dataclass(frozen=True)
class Departure:
    """A ranked row whose people or work have left since: in words, and whether the list must change first."""

    text: str
    blocks: bool


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
    """All that stands in the way of publishing the newest roster and of certifying it, at `now`.

    The page, the dashboards and the refused act show this list. 公示 counts by the server's clock: a period is over
    from its `closes_at` on, and any period of the result has to be over, an earlier list's too. Open objections stand
    in the way whether or not there is a period, and after the list is public too.
    """
    own_page = reverse("organise_result", args=[result.edition.slug, result.pk])
    roster = latest_roster(result)
    if roster is None:
        return [Blocker("还没有提出获奖人员名册", own_page)]
    found = judging_blockers(result, roster)
    if not is_public_roster(result, roster):
        found += [Blocker(each.text, own_page) for each in departed_of(result, roster) if each.blocks]
    if confirmation_of(roster) is None:
        link = reverse("supervise_result", args=[result.edition.slug, result.pk])
        found.append(Blocker(f"名册 v{roster.version} 还没有经监督员确认", link, by_supervisor=True))
    found += _publicity_blockers(result, roster, now)
    found += _objection_blockers(result)
    return found


def judging_blockers(result: Result, roster: Roster) -> list[Blocker]:
    """What of the judging stands in the way of a roster, and what of the roster does not recompute."""
    own_page = reverse("organise_result", args=[result.edition.slug, result.pk])
    found = round_blockers(result.round, roster.snapshot)
    return found + [Blocker(fault, own_page) for fault in roster_faults(roster)]


def is_public_roster(result: Result, roster: Roster) -> bool:
    """Whether this version is the one that the public reads now."""
    return result.state == Result.State.PUBLISHED and result.published_id == roster.pk


def departed_of(result: Result, roster: Roster) -> list[Departure]:
    """Ranked rows whose registration or work has left since; each programme looks at its own (pitfalls 1, 3).

    The programmes stand above this app: settings.ROSTER_CHECKS names their functions (result, roster) -> list.
    """
    return [each for path in settings.ROSTER_CHECKS for each in import_string(path)(result, roster)]


def _publicity_blockers(result: Result, roster: Roster, now: datetime) -> list[Blocker]:
    if not result.publicity_days:
        return []
    page = reverse("organise_publicity", args=[result.edition.slug, result.pk])
    periods = standing_publicities(result)
    found = []
    if not is_public_roster(result, roster) and all(period.roster_id != roster.pk for period in periods):
        found.append(Blocker(f"名册 v{roster.version} 还没有公示", page))
    if running := [period for period in periods if now < period.closes_at]:
        last = max(running, key=lambda period: period.closes_at)
        found.append(Blocker(f"公示到 {plain_date(last.ends_on)}结束", page, waits=True))
    return found


def _objection_blockers(result: Result) -> list[Blocker]:
    slug = result.edition.slug
    return [
        Blocker(
            objection_in_words(objection),
            reverse("organise_objection", args=[slug, objection.pk]),
        )
        for objection in open_objections(result)
    ]


def objection_in_words(objection: Objection) -> str:
    """An open objection as what stands in the way: its receipt and what is still owed to it."""
    return f"异议 {objection.receipt} {_OPEN_WORDS[objection.state]}"


_OPEN_WORDS = {
    Objection.State.RECEIVED.value: "待受理",
    Objection.State.ACCEPTED.value: "正在调查",
    Objection.State.UPHELD.value: "待更正",
    Objection.State.PARTLY.value: "待更正",
}


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
