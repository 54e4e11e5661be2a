"""The supervisor's overview: what waits for a second person, and every round to look into."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import Role
from accounts.permissions import has_role
from certificates.selectors import proofs_to_approve
from core.access import or_404
from core.models import Edition
from ledger.selectors import ledger_root
from portal import selectors


@require_safe
def supervise_edition(request: HttpRequest, slug: str) -> HttpResponse:
    edition = get_object_or_404(Edition, slug=slug)
    or_404(has_role(request.user, edition, Role.SUPERVISOR))
    number, root = ledger_root(edition)
    context = {
        "edition": edition,
        "workspace": "supervise",
        "here": "overview",
        "rounds": selectors.rounds_overview(edition),
        "corrections": selectors.open_corrections(edition).count(),
        "redraws": selectors.open_redraws(edition).count(),
        "to_confirm": selectors.results_to_confirm(edition),
        "proofs": proofs_to_approve(edition, request.user),
        "ledger_number": number,
        "ledger_root": root,
    }
    return render(request, "portal/supervise_edition.html", context)
