"""The organiser's way in: where to work, and one edition at a glance."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Role
from accounts.permissions import has_role
from core.access import or_404
from core.models import Edition
from ledger.selectors import ledger_root
from portal import selectors
from portal.selectors.timeline import edition_timeline


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Lead each person to their work; somebody with several kinds of it chooses."""
    places = selectors.places_of(request.user)  # type: ignore[arg-type]  # signed in: LoginRequiredMiddleware
    if len(places) <= 2:
        place = places[0]
        return redirect(place.url_name, *([place.slug] if place.slug else []))
    return render(request, "portal/start.html", {"places": places})


@require_safe
def organise_home(request: HttpRequest) -> HttpResponse:
    return redirect("start")


@require_safe
def organise_edition(request: HttpRequest, slug: str) -> HttpResponse:
    """总览: the course of both programmes, rounds with their progress, and what waits for somebody."""
    edition = get_object_or_404(Edition, slug=slug)
    or_404(has_role(request.user, edition, Role.ORGANISER))
    number, root = ledger_root(edition)
    now = timezone.now()
    timeline = edition_timeline(edition, now)
    context = {
        "edition": edition,
        "here": "overview",
        "timeline": timeline,
        "has_contests": any(each.key.startswith("contest") for each in timeline),
        "has_selections": any(each.key.startswith("selection") for each in timeline),
        "rounds": selectors.rounds_overview(edition),
        "corrections": selectors.open_corrections(edition).count(),
        "to_confirm": selectors.results_to_confirm(edition),
        "ledger_number": number,
        "ledger_root": root,
    }
    return render(request, "portal/organise_edition.html", context)
