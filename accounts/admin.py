"""The administrator's pages: accounts and set-up only; no marks and no results here (design §7)."""

from typing import Any

import django.contrib.auth.admin  # noqa: F401  # registers Group, which is taken off below
import knox.admin  # noqa: F401  # registers AuthToken, likewise
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from knox.models import AuthToken

from accounts import services
from accounts.exceptions import FieldError
from accounts.models import RoleGrant, Unit, UnitAlias, User
from accounts.rendering import masked_contacts
from accounts.selectors import clean_unit_name
from accounts.services.users import check_password_rules
from core.exceptions import DomainError
from core.models import Edition

admin.site.site_header = "明评 · 系统管理"
admin.site.site_title = "明评"
admin.site.index_title = "账号与基础设置"
# Roles per edition take the place of groups.
admin.site.unregister(Group)
admin.site.unregister(AuthToken)


class UserForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's class takes no argument when running
    """A new password may be typed; the old one is never shown."""

    new_password = forms.CharField(
        label="设置新密码",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = User
        fields = ["name", "email", "is_active", "is_staff", "is_superuser"]

    def clean_email(self) -> str | None:
        return (self.cleaned_data["email"] or "").strip().lower() or None

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        if password:
            try:
                check_password_rules(password, self.instance)
            except FieldError as error:
                raise forms.ValidationError(error.message) from error
        return password


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # as above
    form = UserForm
    list_display = ["name", "handle", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["name", "email", "handle"]
    readonly_fields = ["handle", "contacts", "created_at", "last_login"]
    fields = [
        "name",
        "handle",
        "contacts",
        "email",
        "new_password",
        "is_active",
        "is_staff",
        "is_superuser",
        "created_at",
        "last_login",
    ]

    @admin.display(description="登记的联系方式")
    def contacts(self, user: User) -> str:
        return masked_contacts(user.phone, user.email)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if form.cleaned_data["new_password"]:
            obj.set_password(form.cleaned_data["new_password"])
        elif not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """An account that did anything official stays; switch it off instead."""
        return False


class UnitForm(forms.ModelForm):  # type: ignore[type-arg]  # as above
    class Meta:
        model = Unit
        fields = ["name", "is_active"]

    def clean_name(self) -> str:
        return clean_unit_name(self.cleaned_data["name"])


class AliasForm(forms.ModelForm):  # type: ignore[type-arg]  # as above
    class Meta:
        model = UnitAlias
        fields = ["name"]

    def clean_name(self) -> str:
        return clean_unit_name(self.cleaned_data["name"])


class AliasInline(admin.TabularInline):  # type: ignore[type-arg]  # as above
    model = UnitAlias
    form = AliasForm
    extra = 1


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # as above
    form = UnitForm
    list_display = ["name", "is_active"]
    search_fields = ["name", "aliases__name"]
    inlines = [AliasInline]


@admin.register(RoleGrant)
class RoleGrantAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # as above
    """Roles are given and taken back through the services, so that the ledger knows; no row is edited or deleted."""

    list_display = ["user", "role", "edition", "unit", "granted_at", "revoked_at"]
    list_filter = ["edition", "role"]
    list_select_related = ["user", "edition", "unit"]
    search_fields = ["user__name", "user__handle"]
    autocomplete_fields = ["user", "unit"]
    fields = ["user", "edition", "role", "unit"]
    actions = ["revoke"]

    def has_change_permission(self, request: HttpRequest, obj: RoleGrant | None = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: RoleGrant | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: RoleGrant, form: Any, change: bool) -> None:
        assert request.user.is_authenticated
        made = services.grant_role(
            user=obj.user, edition=obj.edition, role=obj.role, unit=obj.unit, actor=request.user, now=timezone.now()
        )
        obj.pk = made.pk

    @admin.action(description="收回所选角色")
    def revoke(self, request: HttpRequest, grants: QuerySet[RoleGrant]) -> None:
        assert request.user.is_authenticated
        for grant in grants.select_related("user").order_by("pk"):
            try:
                services.revoke_role(grant=grant, actor=request.user, now=timezone.now())
            except DomainError as error:
                messages.error(request, f"{grant.user.name}：{error.message}")
            else:
                messages.success(request, f"已收回{grant.user.name}的“{grant.get_role_display()}”。")


@admin.register(Edition)
class EditionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # as above
    list_display = ["title", "slug", "year", "state", "is_rehearsal"]
    fields = ["slug", "title", "year", "theme", "organiser_name", "supervision_phone", "state", "is_rehearsal"]

    def get_readonly_fields(self, request: HttpRequest, obj: Edition | None = None) -> list[str]:
        """The slug is hashed into every event of the ledger: it is fixed with the edition."""
        return ["slug"] if obj else []

    def save_model(self, request: HttpRequest, obj: Edition, form: Any, change: bool) -> None:
        if not change:
            obj.created_at = timezone.now()
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return False
