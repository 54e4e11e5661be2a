"""From a locked round to a proposed roster, and the finalists after its confirmation."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contest import selectors, services
from contest.forms import ProposeForm, ReasonForm
from contest.forms.nominations import ExtraNomineeForm
from contest.models import Finalist
from contest.views.loading import actor_of, load_finalist, load_result, load_round
from core.exceptions import DomainError
from results.models import Result
from results.selectors import confirmation_of, latest_roster, round_blockers
from scoring.selectors import latest_snapshot


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The names that would be frozen beside the newest snapshot, to look at before proposing them."""
    round = load_round(request, slug, pk)
    snapshot = latest_snapshot(round)
    result: Result | None = getattr(round, "result", None)
    form = ProposeForm(request.POST if request.method == "POST" else None, again=result is not None)
    if form.is_valid():
        try:
            roster = services.propose_group_result(
                round=round, reason=form.cleaned_data["reason"], actor=actor_of(request), now=timezone.now()
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"名册 v{roster.version} 已提出，等待监督员确认。")
            return redirect("organise_result", slug, roster.result_id)
    context = {
        "edition": round.edition,
        "here": "contest",
        "round": round,
        "group": round.group_round.group,
        "snapshot": snapshot,
        "result": result,
        "rows": services.roster_rows(snapshot, round) if snapshot else [],
        "blockers": round_blockers(round, snapshot) if snapshot else [],
        "form": form,
    }
    return render(request, "contest/propose.html", context)


@require_safe
def finalists(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return finalists_page(request, load_result(request, slug, pk))


@require_POST
def record(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    result = load_result(request, slug, pk)
    made = services.record_finalists(result=result, actor=actor_of(request), now=timezone.now())
    messages.success(request, f"晋级名单已确认，共 {len(made)} 人（含递补）。")
    return redirect("organise_finalists", slug, pk)


@require_POST
def withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    finalist = load_finalist(request, slug, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return finalists_page(request, finalist.result, failed=finalist.pk, form=form)
    services.withdraw_finalist(
        finalist=finalist, reason=form.cleaned_data["reason"], actor=actor_of(request), now=timezone.now()
    )
    messages.success(request, f"已登记{finalist.contestant.name}放弃。")
    return redirect("organise_finalists", slug, finalist.result_id)


@require_POST
def move_up(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    finalist = load_finalist(request, slug, pk)
    services.move_up_reserve(finalist=finalist, actor=actor_of(request), now=timezone.now())
    messages.success(request, f"{finalist.contestant.name}已递补晋级。")
    return redirect("organise_finalists", slug, finalist.result_id)


def finalists_page(
    request: HttpRequest,
    result: Result,
    *,
    failed: int | None = None,
    form: ReasonForm | None = None,
    extra_form: ExtraNomineeForm | None = None,
) -> HttpResponse:
    """Finalists, reserves and extra nominees of one result, with what may be done next."""
    rows = list(Finalist.objects.filter(result=result).select_related("contestant__unit").order_by("kind", "place"))
    standing_reserves = [
        row for row in rows if (row.kind, row.state) == (Finalist.Kind.RESERVE, Finalist.State.STANDING)
    ]
    roster = latest_roster(result)
    context = {
        "edition": result.edition,
        "here": "contest",
        "result": result,
        "roster": roster,
        "confirmation": confirmation_of(roster) if roster else None,
        "rows": rows,
        "open_places": selectors.open_places(result),
        "next_reserve": standing_reserves[0] if standing_reserves else None,
        "failed": failed,
        "form": form,
        "contest": result.round.group_round.group.contest,
        "extra_places": selectors.extra_places(result),
        "extra_form": extra_form or ExtraNomineeForm(result=result),
    }
    return render(request, "contest/finalists.html", context)
