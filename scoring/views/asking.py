"""What a view needs to know of the one who asks."""

from typing import cast

from django.http import HttpRequest

from accounts.models import User


def asker(request: HttpRequest) -> User:
    """The signed-in account: LoginRequiredMiddleware lets nobody else reach these views."""
    return cast(User, request.user)


def wants_json(request: HttpRequest) -> bool:
    """Whether the script asks; a browser's own Accept names pages first."""
    return request.headers.get("Accept", "").startswith("application/json")
