"""The edition's ledger, for supervisors and organisers; read only."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.access import or_404
from core.models import Edition
from ledger.models import Event
from ledger.permissions import can_read_ledger
from ledger.rendering import grouped_hash, kind_label, payload_lines
from ledger.selectors import ledger_root

PAGE_SIZE = 50


@dataclass(frozen=True)
class EventRow:
    """One event as shown."""

    event: Event
    kind: str
    actor: str
    lines: list[tuple[str, str]]


@require_safe
def supervise_ledger(request: HttpRequest, slug: str) -> HttpResponse:
    """Newest first, with the root that the signed result sheet prints."""
    assert request.user.is_authenticated
    edition = get_object_or_404(Edition, slug=slug)
    or_404(can_read_ledger(request.user, edition))
    kind = request.GET.get("kind", "")
    events = edition.events.select_related("actor").order_by("-number")
    page = Paginator(events.filter(kind=kind) if kind else events, PAGE_SIZE).get_page(request.GET.get("page"))
    number, root = ledger_root(edition)
    kinds = edition.events.order_by("kind").values_list("kind", flat=True).distinct()
    context = {
        "edition": edition,
        "here": "ledger",
        "workspace": "" if "organiser" in request.user.roles_in(edition) else "supervise",
        "page": page,
        "rows": [_row(event) for event in page],
        "kind": kind,
        "kinds": [(each, kind_label(each)) for each in kinds],
        "number": number,
        "root": root,
        "root_groups": grouped_hash(root),
    }
    return render(request, "ledger/ledger.html", context)


def _row(event: Event) -> EventRow:
    actor = str(event.actor) if event.actor else "系统"
    return EventRow(event=event, kind=kind_label(event.kind), actor=actor, lines=payload_lines(event.payload))
