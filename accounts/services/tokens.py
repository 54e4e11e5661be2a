"""令牌: a way in for programs of one's own, kept only as a digest (django-rest-knox) and ending with the password."""

from datetime import datetime

from django.db import transaction
from knox.models import AuthToken
from knox.settings import knox_settings

from accounts.exceptions import AccountInvalid
from accounts.models import User


@transaction.atomic
def create_token(*, user: User, now: datetime) -> str:
    """A new token of the account, told this once; it ends after 90 days, or with the password.

    Refuses (AccountInvalid) an account that signs in by a code, which ends with its contest, and more tokens than an
    account may hold.
    """
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not locked.has_usable_password():
        raise AccountInvalid("用登录码登录的账号不能建令牌，请先设定密码。")
    AuthToken.objects.filter(user=locked, expiry__lte=now).delete()
    most = knox_settings.TOKEN_LIMIT_PER_USER
    if AuthToken.objects.filter(user=locked).count() >= most:
        raise AccountInvalid(f"一个账号最多 {most} 个令牌，请先作废不用的。")
    _, token = AuthToken.objects.create(user=locked)
    return str(token)


def revoke_token(*, user: User, digest: str) -> None:
    """Make one of the account's own tokens worthless; nothing happens to what is not there."""
    AuthToken.objects.filter(user=user, digest=digest).delete()


def revoke_tokens(*, user: User) -> None:
    """Make all of an account's tokens worthless, as a new password does."""
    AuthToken.objects.filter(user=user).delete()
