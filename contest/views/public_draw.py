"""抽签公示: before the draw its commitment and list, afterwards all that is needed to recompute it."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from contest import selectors
from contest.models import GroupRound


@login_not_required
@require_safe
def public_draw(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a draw with all its rooms; there is none before a commitment or a draw."""
    group_round, history = _drawn(pk)
    context = {
        "group_round": group_round,
        "group": group_round.group,
        "history": history,
        "record": history.current,
        "several": len(history.rooms) > 1,
        "orders": list(zip(history.rooms, history.current.orders, strict=False)) if history.current else [],
    }
    return render(request, "contest/public_draw.html", context)


@login_not_required
@require_safe
def public_draw_json(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a file for tools/verify_draw.py; `?draw=` names an earlier draw that was given up, from 1."""
    _, history = _drawn(pk)
    wanted = request.GET.get("draw", "")
    if wanted:
        number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 6 else 0
        if not 1 <= number <= len(history.records):
            raise Http404
        record = history.records[number - 1]
    elif history.current is None:
        raise Http404
    else:
        record = history.current
    response = JsonResponse(
        selectors.draw_document(history, record), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    response["Content-Disposition"] = f'attachment; filename="draw-{pk}.json"'
    return response


def _drawn(pk: int) -> tuple[GroupRound, selectors.DrawHistory]:
    found = GroupRound.objects.select_related("group__contest", "round__edition")
    group_round = get_object_or_404(found, pk=pk, round__edition__is_rehearsal=False)
    history = selectors.draw_history(group_round)
    if not history.records:
        raise Http404
    return group_round, history
