"""An account by oneself, and what is told about personal data before it is made."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import services
from accounts.exceptions import TooManyAttempts
from accounts.forms import SignUpForm
from accounts.views.public import wanted_next
from core.exceptions import DomainError
from core.models import Edition

# The same whether or not there was an account before: nobody learns from it who has one.
ANSWER = (
    "请用刚才填的手机号或邮箱和密码登录。如果提示密码不正确，说明以前已经有账号：请用原来的密码，"
    "或用邮箱、用组委会的重置码重设密码。"
)


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Make an account by phone or e-mail; the answer is the sign-in page, known account or not."""
    wanted = wanted_next(request)
    if request.user.is_authenticated:
        return redirect(wanted or settings.LOGIN_REDIRECT_URL)
    form = SignUpForm(request.POST or None)
    if form.is_valid():
        origin = settings.PUBLIC_ORIGIN or f"{request.scheme}://{request.get_host()}"
        address = str(request.META.get("REMOTE_ADDR", ""))
        try:
            services.sign_up(**form.cleaned_data, address=address, origin=origin, now=timezone.now())
        except DomainError as error:
            form.refuse(error)
            status = 429 if isinstance(error, TooManyAttempts) else 200
            return render(request, "accounts/sign_up.html", {"form": form, "next": wanted}, status=status)
        messages.success(request, ANSWER)
        query = f"?{urlencode({'next': wanted})}" if wanted else ""
        return redirect(f"{reverse('sign_in')}{query}")
    return render(request, "accounts/sign_up.html", {"form": form, "next": wanted})


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """隐私说明: what is collected, what for, who sees it, how long, and which rights there are."""
    edition = Edition.objects.filter(is_rehearsal=False).order_by("-year", "slug").first()
    return render(request, "accounts/privacy.html", {"edition": edition, "version": services.PRIVACY_VERSION})
