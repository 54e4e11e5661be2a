"""检录 on a phone: one tap for who is there, late or absent; two people may work at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from contest import selectors, services
from contest.models import Appearance, GroupRound
from contest.permissions import can_check_in
from contest.views.loading import actor_of
from core.access import or_404
from core.exceptions import DomainError
from scoring.models import Entry, Round

CheckIn = Appearance.CheckIn


@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, pk: int) -> HttpResponse:
    """The list in running order; a POST is one tap. `?seen=` asks for the list alone, 204 while nothing has changed."""
    found = GroupRound.objects.select_related("round__edition", "group__contest")
    group_round = get_object_or_404(found, round=pk)
    or_404(can_check_in(request.user, group_round.round.edition))
    if request.method == "POST":
        row = _tapped(request, group_round)
        return redirect(f"{reverse('hall_check_in', args=[pk])}#n{row.entry.code}")
    state = selectors.check_in_state(group_round)
    seen = request.GET.get("seen")
    if seen == state.token:
        return HttpResponse(status=204)
    context = {
        "edition": group_round.round.edition,
        "group_round": group_round,
        "state": state,
        "counts": [(CheckIn(value), count) for value, count in state.counts.items()],
        "is_open": group_round.round.state != Round.State.LOCKED and group_round.medium == GroupRound.Medium.STAGE,
        "lines": [(row, _is_out(row)) for row in state.rows],
    }
    template = "contest/check_in_list.html" if seen is not None else "contest/check_in.html"
    return render(request, template, context)


def _tapped(request: HttpRequest, group_round: GroupRound) -> Appearance:
    rows = Appearance.objects.filter(entry__round=group_round.round_id).select_related("entry", "contestant")
    pk = request.POST.get("appearance", "")
    row = get_object_or_404(rows, pk=int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 10 else 0)
    try:
        row = services.check_in(
            appearance=row,
            state=request.POST.get("state", ""),
            seen=request.POST.get("seen", ""),
            actor=actor_of(request),
            now=timezone.now(),
        )
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        more = "，记为弃权" if row.check_in == CheckIn.ABSENT else ""
        messages.success(request, f"{row.entry.code} 号{row.contestant.name}：{row.get_check_in_display()}{more}。")
    return row


def _is_out(row: Appearance) -> bool:
    """Out for another reason than being absent here: no buttons."""
    return row.entry.status != Entry.Status.COMPETING and row.check_in != CheckIn.ABSENT
