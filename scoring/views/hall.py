"""The hall crew's pages: what is under way, times, blank score sheets; paper sheets are in scoring.views.paper."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Role, RoleGrant
from core.access import or_404
from scoring.forms.organising import TimeForm
from scoring.models import Entry, Round
from scoring.permissions import can_record_seconds, can_type_paper
from scoring.selectors.pages import rounds_for
from scoring.selectors.rules import rules_of
from scoring.services import record_seconds
from scoring.views.acting import form_for, perform
from scoring.views.asking import asker
from scoring.views.sheet_page import in_minutes

CREW = (Role.ORGANISER, Role.CLERK, Role.TIMEKEEPER, Role.HOST)


@require_safe
def hall_home(request: HttpRequest) -> HttpResponse:
    """Rounds of the editions in which the account is hall crew."""
    user = asker(request)
    grants = RoleGrant.objects.filter(user_id=user.pk, role__in=CREW, revoked_at__isnull=True)
    editions = set(grants.values_list("edition_id", flat=True))
    or_404(bool(editions))
    lines = [
        {"round": each, "paper": can_type_paper(user, each), "times": can_record_seconds(user, each)}
        for each in rounds_for(editions)
    ]
    return render(request, "scoring/hall/home.html", {"lines": lines})


@require_http_methods(["GET", "HEAD", "POST"])
def hall_times(request: HttpRequest, pk: int) -> HttpResponse:
    """Record how long each contestant spoke."""
    round = _round(pk)
    user = asker(request)
    or_404(can_record_seconds(user, round))
    segments = rules_of(round.rulebook).segments
    titles = [(each.code, each.title) for each in segments]
    form = form_for(request, TimeForm, "time", entries=round.entries.all(), segments=titles)

    def record(given: dict[str, Any]) -> str:
        record_seconds(
            entry=given["entry"], segment=given["segment"], seconds=given["seconds"], actor=user, now=timezone.now()
        )
        return f"{given['entry'].code} 号用时 {in_minutes(given['seconds']) or '已清除'}。"

    if request.method == "POST" and perform(request, form, record):
        return redirect("hall_times", pk=pk)
    lines = [(entry, [in_minutes(entry.seconds.get(each.code)) for each in segments]) for entry in round.entries.all()]
    context = {"round": round, "edition": round.edition, "form": form, "segments": segments, "lines": lines}
    return render(request, "scoring/hall/times.html", context)


@require_safe
def hall_blank_sheets(request: HttpRequest, pk: int) -> HttpResponse:
    """Paper score sheets, one for each judge and segment: codes only, no names and no units."""
    round = _round(pk)
    or_404(can_type_paper(asker(request), round))
    seats = round.panel.seats.filter(removed_at__isnull=True).order_by("number")
    segments = rules_of(round.rulebook).panel_segments
    context = {
        "round": round,
        "edition": round.edition,
        "pages": [(seat, segment) for seat in seats for segment in segments],
        "entries": round.entries.filter(status=Entry.Status.COMPETING),
    }
    return render(request, "scoring/hall/blank_sheets.html", context)


def _round(pk: int) -> Round:
    return get_object_or_404(Round.objects.select_related("edition", "rulebook", "panel"), pk=pk)
