"""Ways in for people who are not signed in yet. Nothing here acts on GET: mail scanners open links (pitfall 16)."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.exceptions import TooManyAttempts
from accounts.forms import CodeForm, CodeResetForm, JoinForm, MailResetForm, NewPasswordForm, SignInForm
from accounts.models import Role, SignInCode, User
from accounts.selectors import find_invitation, find_sign_in_code
from core.exceptions import DomainError

BACKEND = "accounts.backends.PhoneOrEmailBackend"


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Phone or e-mail with a password; a locked account's answer is made by axes (pitfall 29)."""
    destination = wanted_next(request) or settings.LOGIN_REDIRECT_URL
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(destination)
    form = SignInForm(request.POST or None)
    if form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if user is not None:
            login(request, user)
            return redirect(destination)
        form.add_error("password", "账号或密码不正确，请核对后重试。")
    return render(request, "accounts/sign_in.html", {"form": form, "next": wanted_next(request)})


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("home")


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def code_entry(request: HttpRequest) -> HttpResponse:
    """The short code typed by hand, where no camera reads the QR code."""
    form = CodeForm(request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/code_entry.html", {"form": form})
    now = timezone.now()
    try:
        code = services.sign_in_by_code(code=form.cleaned_data["code"], address=_address(request), now=now)
    except DomainError as error:
        form.refuse(error, beside="code")
        return render(request, "accounts/code_entry.html", {"form": form}, status=_status_of(error))
    return _enter(request, code, now)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def code_sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """The QR code's page: says whose it is, and a tap signs in."""
    now = timezone.now()
    if request.method == "POST":
        try:
            return _enter(request, services.sign_in_by_code(token=token, address=_address(request), now=now), now)
        except DomainError as error:
            return render(request, "accounts/link_dead.html", {"error": error.message, "kind": "code"}, status=404)
    code = find_sign_in_code(token=token, now=now)
    if code is None:
        error_text = "登录码不正确、已过期或已作废，请向工作人员要一张新的。"
        return render(request, "accounts/link_dead.html", {"error": error_text, "kind": "code"}, status=404)
    return render(request, "accounts/code_sign_in.html", {"code": code})


@login_not_required
@require_http_methods(["GET", "POST"])
def password_reset(request: HttpRequest) -> HttpResponse:
    """Ask for a mail; the answer is the same whether or not the account exists."""
    form = MailResetForm(request.POST or None)
    if settings.EMAIL_HOST and form.is_valid():
        origin = settings.PUBLIC_ORIGIN or f"{request.scheme}://{request.get_host()}"
        services.mail_reset_link(email=form.cleaned_data["email"], origin=origin, now=timezone.now())
        return redirect("password_reset_sent")
    return render(request, "accounts/password_reset.html", {"form": form, "can_mail": bool(settings.EMAIL_HOST)})


@login_not_required
@require_safe
def password_reset_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/password_reset_sent.html")


@method_decorator(login_not_required, name="dispatch")
class PasswordResetConfirm(PasswordResetConfirmView):
    """Django's own view behind our page: the token goes into the session, out of the address, on GET only."""

    template_name = "accounts/password_reset_confirm.html"
    form_class = NewPasswordForm  # type: ignore[assignment]  # the view needs no more than save()
    success_url = reverse_lazy("sign_in")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, "新密码已设好，请用它登录。")
        return super().form_valid(form)


@login_not_required
@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "POST"])
def reset_by_code(request: HttpRequest) -> HttpResponse:
    """A new password by an organiser's one-time code, where there is no mail (design §7)."""
    form = CodeResetForm(request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/reset_by_code.html", {"form": form})
    try:
        services.reset_password(**form.cleaned_data, address=_address(request), now=timezone.now())
    except DomainError as error:
        form.refuse(error, beside="code")
        return render(request, "accounts/reset_by_code.html", {"form": form}, status=_status_of(error))
    messages.success(request, "新密码已设好，请用它登录。")
    return redirect("sign_in")


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: signed in, by a tap; otherwise by making an account."""
    now = timezone.now()
    found = find_invitation(token=token, now=now)
    if found is None:
        error_text = "邀请链接无效、已使用或已过期，请向组委会要一个新的。"
        return render(request, "accounts/link_dead.html", {"error": error_text, "kind": "invitation"}, status=404)
    if request.user.is_authenticated:
        return _accept_signed_in(request, token, {"invitation": found}, now)
    form = JoinForm(request.POST or None, initial={"name": found.name})
    context = {"invitation": found, "form": form}
    if not form.is_valid():
        return render(request, "accounts/invitation.html", context)
    try:
        user = services.join_by_invitation(token=token, **form.cleaned_data, now=now)
    except DomainError as error:
        form.refuse(error)
        return render(request, "accounts/invitation.html", context)
    login(request, user, backend=BACKEND)
    return redirect(settings.LOGIN_REDIRECT_URL)


def _accept_signed_in(request: HttpRequest, token: str, context: dict[str, Any], now: datetime) -> HttpResponse:
    assert request.user.is_authenticated
    if request.method == "GET":
        return render(request, "accounts/invitation.html", context)
    services.accept_invitation(token=token, user=request.user, now=now)
    messages.success(request, "已接受邀请。")
    return redirect(settings.LOGIN_REDIRECT_URL)


def _enter(request: HttpRequest, code: SignInCode, now: datetime) -> HttpResponse:
    """A session of its own, whoever used this browser before, that ends with the code."""
    user: User = code.user
    request.session.flush()
    login(request, user, backend=BACKEND)
    left = int((code.expires_at - now).total_seconds())
    request.session.set_expiry(max(1, min(left, settings.SESSION_COOKIE_AGE)))
    is_judge = Role.JUDGE in user.roles_in(code.edition)
    return redirect("judge_home" if is_judge else settings.LOGIN_REDIRECT_URL)


def wanted_next(request: HttpRequest) -> str:
    """Where the visitor was on the way to; empty where nowhere, and for another site, which is never believed."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if allowed else ""


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _status_of(error: DomainError) -> int:
    return 429 if isinstance(error, TooManyAttempts) else 200
