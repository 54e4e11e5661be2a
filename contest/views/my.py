"""What a participant (or a child's guardian) sees of their own (design §7)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contest import selectors
from contest.views.loading import actor_of


@require_safe
def my_home(request: HttpRequest) -> HttpResponse:
    """Own registrations with their state, appearances, and results once they are public."""
    registrations = selectors.own_registrations(actor_of(request))
    return render(request, "contest/my_home.html", {"registrations": registrations})
