"""How an account is found at sign-in; axes counts failures by account and address (pitfall 29)."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from accounts.selectors import find_user, identifier_index

_NAME = "sign_in_name"


class PhoneOrEmailBackend(ModelBackend):
    """Phone or e-mail with a password. An unknown account costs as much time as a wrong password."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        if not username or password is None:
            return None
        user = find_user(username)
        if user is None:
            User().set_password(password)
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None


def lockout_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """The name under which axes counts: a keyed digest, for what is typed may be a phone (design §7).

    Kept on the request, because a successful sign-in is reported under the account's handle, and the failures before
    it must be found to be reset.
    """
    typed = (credentials or {}).get("username")
    if typed and _NAME not in request.__dict__:
        request.__dict__[_NAME] = identifier_index(typed)
    name: str | None = request.__dict__.get(_NAME)
    return name


def lockout_response(request: HttpRequest, *args: Any) -> HttpResponse:
    """The page of a locked account: says what to do, and tells nobody whether the account exists."""
    return render(request, "accounts/locked_out.html", status=429)
