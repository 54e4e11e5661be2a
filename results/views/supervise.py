"""The supervisor's page of one result: roster beside snapshot, and the word that they are right."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from certificates.models import Batch
from core.access import or_404
from results import selectors, services
from results.exceptions import ResultRefused
from results.models import Result, Roster
from results.permissions import can_confirm_roster, can_supervise_result
from results.services.certificates import FAMILIES, certificate_family


@require_safe
def supervise_result(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    result = _result(request, slug, pk)
    roster = selectors.latest_roster(result)
    context = {
        "edition": result.edition,
        "workspace": "supervise",
        "here": "results",
        "result": result,
        "roster": roster,
        "now": timezone.now(),
        "periods": selectors.publicities_of(result),
        **(_comparison(request, result, roster) if roster else {}),
    }
    return render(request, "results/supervise_result.html", context)


@require_POST
def confirm(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Confirm the version that the supervisor saw; a newer one is refused, not confirmed unseen (pitfall 20)."""
    result = _result(request, slug, pk)
    version = request.POST.get("version", "")
    roster = result.rosters.filter(version=int(version) if version.isdecimal() and len(version) < 6 else 0).first()
    if roster is None:
        raise ResultRefused("没有这一版名册，请刷新页面后再确认。")
    assert isinstance(request.user, User)  # LoginRequiredMiddleware
    services.confirm_result(roster=roster, actor=request.user, now=timezone.now())
    messages.success(request, f"名册 v{roster.version} 已确认，组委会可以公布。")
    return redirect("supervise_result", slug, pk)


def _result(request: HttpRequest, slug: str, pk: int) -> Result:
    found = Result.objects.select_related("edition", "round__edition")
    result = get_object_or_404(found, pk=pk, edition__slug=slug)
    or_404(can_supervise_result(request.user, result))
    return result


def _comparison(request: HttpRequest, result: Result, roster: Roster) -> dict[str, object]:
    """Each roster row with what the version before said of it, the digests, and what stands in the way."""
    before = result.rosters.filter(version=roster.version - 1).first()
    old = {row["entry"]: row for row in before.rows} if before else {}
    rows = [{"row": row, "before": _before(row, old.get(row["entry"]) if before else None)} for row in roster.rows]
    return {
        "rows": rows,
        "previous": before,
        "confirmation": selectors.confirmation_of(roster),
        "chain": selectors.chain_of(result, roster, certified=_is_certified(result), now=timezone.now()),
        "blockers": selectors.blockers(result, now=timezone.now()),
        "faults": selectors.roster_faults(roster),
        "matters": selectors.round_blockers(result.round, roster.snapshot),
        "may_confirm": can_confirm_roster(request.user, roster),
        "standings": {line["entry"]: line for line in roster.snapshot.document["output"]["standings"]},
    }


def _is_certified(result: Result) -> bool:
    families = [certificate_family(result, kind) for kind in FAMILIES]
    return Batch.objects.filter(edition=result.edition_id, family__in=families, state=Batch.State.ISSUED).exists()


def _before(row: selectors.Row, old: selectors.Row | None) -> list[str]:
    """What was different in the version before, in words."""
    if old is None:
        return []
    words = {"people": "姓名", "unit": "单位", "title": "题目", "rank": "名次", "shown": "得分", "tier_title": "奖项"}
    return [
        f"原{word}：{'、'.join(old[key]) if isinstance(old[key], list) else old[key] or '无'}"
        for key, word in words.items()
        if old[key] != row[key]
    ]
