"""Pages for what goes wrong: each says in Chinese what happened and what to do."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from core.middleware import current_request_id


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    """Made without the request: what went wrong may be the very database that knows who is signed in."""
    return HttpResponse(render_to_string("500.html", {"request_id": current_request_id.get()}), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from a page that is too old or from another sign-in: nothing was changed."""
    return render(request, "csrf.html", status=403)
