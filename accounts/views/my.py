"""One's own account."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import services
from accounts.exceptions import AccountInvalid
from accounts.forms import PasswordForm
from accounts.rendering import masked_contacts
from accounts.selectors import roles_by_edition


@sensitive_post_parameters("old_password", "password")
@require_http_methods(["GET", "POST"])
def my_account(request: HttpRequest) -> HttpResponse:
    """Name, masked contacts, roles; a change of password ends the other sessions and keeps this one."""
    assert request.user.is_authenticated
    user = request.user
    form = PasswordForm(request.POST or None)
    if user.has_usable_password() and form.is_valid():
        try:
            services.change_password(
                user=user, old=form.cleaned_data["old_password"], new=form.cleaned_data["password"]
            )
        except AccountInvalid as error:
            form.refuse(error)
        else:
            update_session_auth_hash(request, user)
            messages.success(request, "密码已修改，其他设备上的登录已退出。")
            return redirect("my_account")
    context = {
        "form": form,
        "contacts": masked_contacts(user.phone, user.email),
        "grants": roles_by_edition(user),
    }
    return render(request, "accounts/my_account.html", context)
