"""The supervisor's view of an edition's notices: what there is, and since when."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.access import or_404
from core.models import Edition
from notices import selectors
from notices.permissions import can_supervise_notices
from notices.rendering import office_rows
from notices.views.loading import page_number

PAGE = 50


@require_safe
def supervise_notices(request: HttpRequest, slug: str) -> HttpResponse:
    edition = get_object_or_404(Edition, slug=slug)
    or_404(can_supervise_notices(request.user, edition))
    page = Paginator(selectors.notices_of(edition), PAGE).get_page(page_number(request))
    context = {
        "edition": edition,
        "workspace": "supervise",
        "here": "notices",
        "page": page,
        "rows": office_rows(list(page)),
    }
    return render(request, "notices/supervise_notices.html", context)
