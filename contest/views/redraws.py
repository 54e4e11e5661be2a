"""重新抽签 decided by another account: a supervisor on a page of its own, an organiser on the draw's page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from contest import services
from contest.models import RedrawRequest
from contest.permissions import can_decide_redraw, can_organise, can_supervise
from contest.views.loading import actor_of
from core.access import or_404
from core.exceptions import DomainError
from core.models import Edition


@require_safe
def supervise_redraws(request: HttpRequest, slug: str) -> HttpResponse:
    """Redraws that wait, and those that were decided."""
    edition = get_object_or_404(Edition, slug=slug)
    or_404(can_supervise(request.user, edition))
    found = RedrawRequest.objects.filter(group_round__round__edition=edition)
    rows = found.select_related("group_round__round", "group_round__group", "asked_by", "decided_by").order_by("-pk")
    waiting = [row for row in rows if row.state == RedrawRequest.State.ASKED]
    context = {
        "edition": edition,
        "workspace": "supervise",
        "here": "redraws",
        "waiting": [(row, row.asked_by_id != request.user.pk) for row in waiting],
        "decided": [row for row in rows if row.state != RedrawRequest.State.ASKED],
    }
    return render(request, "contest/supervise_redraws.html", context)


@require_POST
def decide(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Agree or decline; the account that asked meets what does not exist."""
    found = RedrawRequest.objects.select_related("group_round__round__edition", "group_round__group")
    asked = get_object_or_404(found, pk=pk, group_round__round__edition__slug=slug)
    or_404(can_decide_redraw(request.user, asked))
    title = asked.group_round.round.title
    try:
        if request.POST.get("act") == "agree":
            services.agree_redraw(request=asked, actor=actor_of(request), now=timezone.now())
            messages.success(request, f"已同意“{title}”重新抽签，请组委会重新公布承诺值或录入现场抽签。")
        else:
            services.decline_redraw(request=asked, actor=actor_of(request), now=timezone.now())
            messages.success(request, f"“{title}”维持原来的抽签。")
    except DomainError as refused:
        messages.error(request, refused.message)
    edition = asked.group_round.round.edition
    if can_supervise(request.user, edition) and not can_organise(request.user, edition):
        return redirect("supervise_redraws", slug)
    return redirect("organise_draw", slug, asked.group_round.group_id)
