"""What anybody may see: the home page, an edition's page, and the page that makes the first organiser."""

import ipaddress

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.exceptions import FieldError
from contest.selectors import deadline_words
from contest.selectors.open_calls import is_open, open_calls
from core.access import or_404
from core.caching import public_page
from core.models import Edition
from portal.forms import FirstOrganiserForm
from portal.selectors import gallery, public
from portal.services.setup import create_first_organiser, is_empty
from results.selectors import published_results
from works.selectors.calls import deadline_words as selection_deadline_words
from works.selectors.calls import is_open as selection_is_open
from works.selectors.calls import open_selections

_TEASERS = 4
_PAST_EDITIONS = 12


@login_not_required
@require_safe
@public_page()
def home(request: HttpRequest) -> HttpResponse:
    """首页: open calls, notices, results, works of the current edition; an empty installation leads to its set-up."""
    editions = public.shown_editions()
    if not editions and is_empty():
        return redirect("setup")
    now = timezone.now()
    edition = editions[0] if editions else None
    context = {
        "edition": edition,
        "past_editions": editions[1 : _PAST_EDITIONS + 1],
        "calls": [(each, deadline_words(each, now), is_open(each, now)) for each in open_calls(now)],
        "selections": [
            (each, selection_deadline_words(each, now), selection_is_open(each, now)) for each in open_selections(now)
        ],
        "headlines": public.headlines(now),
        "results": list(published_results()[: public.MOST_RESULTS]),
        "teasers": gallery.newest_works(edition, _TEASERS) if edition else [],
    }
    return render(request, "portal/home.html", context)


@login_not_required
@require_safe
@public_page()
def public_edition(request: HttpRequest, slug: str) -> HttpResponse:
    """An edition as it went: theme, notices, results with their rules, works. One in preparation is nobody's yet."""
    begun = Edition.objects.filter(is_rehearsal=False).exclude(state=Edition.State.PREPARING)
    edition = get_object_or_404(begun, slug=slug)
    context = {
        "edition": edition,
        "headlines": public.headlines(timezone.now(), edition=edition, most=None),
        "results": list(published_results().filter(edition=edition)),
        "teasers": gallery.newest_works(edition, _TEASERS),
    }
    return render(request, "portal/public_edition.html", context)


_PASSED_ON = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Forwarded", "Via")


@login_not_required
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Make the first edition and its organiser; only on this machine, and only while there is no account at all."""
    or_404(is_empty() and _on_this_machine(request))
    form = FirstOrganiserForm(request.POST or None)
    if form.is_valid():
        try:
            organiser = create_first_organiser(**form.cleaned_data, now=timezone.now())
        except FieldError as error:
            form.add_error(error.field or None, error.message)
        else:
            login(request, organiser, backend="accounts.backends.PhoneOrEmailBackend")
            return redirect("start")
    return render(request, "portal/setup.html", {"form": form})


def _on_this_machine(request: HttpRequest) -> bool:
    """A proxy on this machine passes strangers on from its own loopback address: what it adds gives it away."""
    is_loopback = ipaddress.ip_address(request.META["REMOTE_ADDR"]).is_loopback
    return is_loopback and not any(name in request.headers for name in _PASSED_ON)
