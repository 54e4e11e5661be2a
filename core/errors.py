"""Pages for what goes wrong: each says in Chinese what happened and what to do."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from core.middleware import current_request_id


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What is not there, or not for whoever asks: a page for people, the API's shape of refusal for programs."""
    if request.path.startswith("/api/"):
        return JsonResponse({"code": "not_found", "message": "没有找到，或者您无权查看。"}, status=404)
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    """Made without the request: what went wrong may be the very database that knows who is signed in."""
    return HttpResponse(render_to_string("500.html", {"request_id": current_request_id.get()}), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from a page that is too old or from another sign-in: nothing was changed."""
    return render(request, "csrf.html", status=403)
