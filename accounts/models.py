"""Who: users, units, roles, and the ways in (invitations, sign-in codes, reset codes)."""

import secrets
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac

from core.fields import EncryptedTextField
from core.models import Edition


def new_handle() -> str:
    """A public id of an account that says nothing about the person."""
    return secrets.token_hex(6)


class UserManager(BaseUserManager["User"]):
    """Accounts are found by e-mail or by the blind index of a phone; see accounts.services.users for making them."""

    def create_superuser(self, handle: str | None = None, password: str | None = None, **fields: object) -> "User":
        """For `manage.py createsuperuser`: an administrator with an e-mail."""
        user = self.model(handle=handle or new_handle(), is_staff=True, is_superuser=True, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """One person's account, found by phone or e-mail. A guardian's may serve several children (design §7)."""

    handle = models.CharField("账号代号", max_length=20, unique=True, default=new_handle)
    name = models.CharField("姓名", max_length=60)
    email = models.EmailField("电子邮箱", unique=True, null=True, blank=True)
    phone = EncryptedTextField("手机号", null=True, blank=True)
    phone_index = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    is_active = models.BooleanField("可以登录", default=True)
    is_staff = models.BooleanField("系统管理员", default=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    # Nobody has checked that phone, e-mail and name of such an account are its holder's: the office links nothing to it
    # and gives it nothing before accounts.services.take_over_account.
    self_registered_at = models.DateTimeField("自行注册时间", null=True, blank=True, editable=False)
    privacy_version = models.CharField("同意的隐私说明", max_length=20, blank=True, editable=False)
    # Part of what a session proves: changing it ends every session of the account, whatever it signed in with.
    session_nonce = models.CharField(max_length=32, blank=True, editable=False)

    USERNAME_FIELD = "handle"
    REQUIRED_FIELDS = ["name", "email"]
    objects = UserManager()

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "账号"

    def __str__(self) -> str:
        return self.name

    def roles_in(self, edition: Edition) -> frozenset[str]:
        """Live roles in an edition, asked for once per object and edition; accounts.permissions stands on it.

        A method, so that the ledger, which lies below this app, can ask the account before it. A superuser has no
        role of his own: the administrator makes accounts and sets up, but marks and results are not his (design §7).
        """
        if not self.is_active:
            return frozenset()
        cached: dict[int, frozenset[str]] = self.__dict__.setdefault("_roles_by_edition", {})
        if edition.pk not in cached:
            live = self.grants.filter(edition_id=edition.pk, revoked_at__isnull=True)
            cached[edition.pk] = frozenset(live.values_list("role", flat=True))
        return cached[edition.pk]

    def forget_roles(self) -> None:
        """Ask again next time: a role was given or taken back."""
        self.__dict__.pop("_roles_by_edition", None)

    def get_session_auth_hash(self) -> str:
        """Digest kept in each session; a new password or nonce makes the old sessions worthless."""
        return self._session_hash(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under the keys being rotated out."""
        for key in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(key)

    def _session_hash(self, key: str | bytes) -> str:
        proof = f"{self.password}{self.session_nonce}"
        return salted_hmac("accounts.User.session", proof, secret=key, algorithm="sha256").hexdigest()


class Unit(models.Model):
    """推荐单位: a county science association, society, university, company … (notice, addressees)."""

    name = models.CharField("名称", max_length=80, unique=True)
    is_active = models.BooleanField("使用中", default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = verbose_name_plural = "推荐单位"

    def __str__(self) -> str:
        return self.name


class UnitAlias(models.Model):
    """Another way in which a unit's name is written in workbooks."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField("别名", max_length=80, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = verbose_name_plural = "单位别名"

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What an account may do in one edition (design §7)."""

    ORGANISER = "organiser", "组委会"
    SUPERVISOR = "supervisor", "监督员"
    JUDGE = "judge", "评委"
    CLERK = "clerk", "统计员"
    TIMEKEEPER = "timekeeper", "计时员"
    HOST = "host", "主持人"
    COORDINATOR = "coordinator", "单位联络员"
    SEAL_KEEPER = "seal_keeper", "印章管理员"


class RoleGrant(models.Model):
    """A role held in an edition; taken back by `revoked_at`, never deleted. Only a coordinator may hold the role more
    than once: for several units."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField("角色", max_length=12, choices=Role)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="grants")
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField("授予时间")
    revoked_at = models.DateTimeField("收回时间", null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "角色"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "edition", "role"],
                condition=Q(revoked_at__isnull=True) & ~Q(role=Role.COORDINATOR),
                name="one_live_grant_per_role",
                violation_error_message="此人在本届已有这一角色。",
            ),
            models.UniqueConstraint(
                fields=["user", "edition", "unit"],
                condition=Q(revoked_at__isnull=True, role=Role.COORDINATOR),
                name="one_live_grant_per_unit",
                violation_error_message="此人在本届已是这个单位的联络员。",
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.COORDINATOR) | Q(unit__isnull=False),
                name="coordinator_has_unit",
                violation_error_message="单位联络员必须属于一个单位。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.user_id}"


class Invitation(models.Model):
    """A link that lets its holder make an account with a role; only the token's digest is kept."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField("角色", max_length=12, choices=Role)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True)
    name = models.CharField("姓名", max_length=60)
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("邀请时间")
    expires_at = models.DateTimeField("有效期至")
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField("接受时间", null=True)
    revoked_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = "邀请"

    def __str__(self) -> str:
        return f"{self.name} {self.get_role_display()}"


class SignInCode(models.Model):
    """A judge's way in: a QR token and a short code, digests only, expiring and revocable (design §7)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sign_in_codes")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="sign_in_codes")
    token_digest = models.CharField(max_length=64, unique=True)
    code_digest = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("发放时间")
    expires_at = models.DateTimeField("有效期至")
    revoked_at = models.DateTimeField("作废时间", null=True)
    last_used_at = models.DateTimeField("最近使用", null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = "登录码"

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at:%Y-%m-%d}"


class ResetCode(models.Model):
    """A one-time code by which an organiser lets someone set a new password where there is no mail (design §7)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="reset_codes")
    code_digest = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("发放时间")
    expires_at = models.DateTimeField("有效期至")
    used_at = models.DateTimeField("使用时间", null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = "密码重置码"

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at:%Y-%m-%d}"


class FailedCode(models.Model):
    """A wrong code typed from one address, which is kept as a keyed digest; rows live for a day."""

    address_index = models.CharField(max_length=64)
    at = models.DateTimeField("时间")

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = "输错的登录码"
        indexes = [models.Index(fields=["address_index", "at"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
