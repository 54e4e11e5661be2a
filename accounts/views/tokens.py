"""Own tokens for programs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from knox.models import AuthToken

from accounts import services
from accounts.exceptions import AccountInvalid


@never_cache
@require_http_methods(["GET", "POST"])
def my_tokens(request: HttpRequest) -> HttpResponse:
    """The account's tokens; a new one is shown on the page that makes it, and never again."""
    assert request.user.is_authenticated
    token, refusal = "", ""
    if request.method == "POST":
        try:
            token = services.create_token(user=request.user, now=timezone.now())
        except AccountInvalid as refused:
            refusal = refused.message
    tokens = AuthToken.objects.filter(user=request.user, expiry__gt=timezone.now()).order_by("-created")
    context = {"token": token, "refusal": refusal, "tokens": tokens}
    return render(request, "accounts/my_tokens.html", context, status=409 if refusal else 200)


@require_POST
def my_token_revoke(request: HttpRequest, digest: str) -> HttpResponse:
    assert request.user.is_authenticated
    services.revoke_token(user=request.user, digest=digest)
    messages.success(request, "令牌已作废。")
    return redirect("my_tokens")
