"""Making accounts and setting their passwords."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from accounts.exceptions import AccountExists, AccountInvalid
from accounts.models import Unit, User
from accounts.selectors import find_user
from accounts.services.roles import grant_role
from accounts.services.take_overs import take_over_account
from accounts.services.tokens import revoke_tokens
from core.crypto import phone_index
from core.models import Edition
from core.text.characters import find_bad_characters
from core.text.phones import PhoneInvalid, normalise_phone

_WEAKNESSES = {
    "password_too_short": "密码太短，至少要 10 位。",
    "password_too_common": "这个密码太常见，容易被猜到，请换一个。",
    "password_entirely_numeric": "密码不能只有数字，请加上字母或符号。",
}


def create_user(*, name: str, email: str = "", phone: str = "", password: str | None = None) -> User:
    """Make an account; without a password it can be entered by a code or after a reset only.

    Refuses an empty or unprintable name, a wrong phone or e-mail (AccountInvalid), and one that another account has
    (AccountExists). Phone and e-mail may both be missing: a judge may only ever use a code.
    """
    user = User(name=_clean_name(name), email=_clean_email(email))
    if phone.strip():
        user.phone, user.phone_index = _clean_phone(phone)
    if password is None:
        user.set_unusable_password()
    else:
        check_password_rules(password, user)
        user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise _taken(user) from error
    return user


def add_person(
    *,
    name: str,
    email: str = "",
    phone: str = "",
    edition: Edition,
    role: str,
    unit: Unit | None = None,
    actor: User,
    now: datetime,
) -> User:
    """Give a role to someone who may have an account already, e.g. from last year; else make one without a password.

    An account that somebody made for himself is taken over first: whoever signed up with a judge's phone is no judge.
    Refuses (AccountExists) a phone or e-mail whose account bears another name, and what create_user and grant_role
    refuse.
    """
    with transaction.atomic():
        known = find_user(email or "") or find_user(phone or "")
        if known is not None and known.name != " ".join(name.split()):
            raise AccountExists("此手机号或邮箱的账号是另一个姓名，请核对号码和姓名。", field="name")
        if known is not None:
            take_over_account(user=known)
        user = known or create_user(name=name, email=email, phone=phone)
        grant_role(user=user, edition=edition, role=role, unit=unit, actor=actor, now=now)
    return user


def set_password(*, user: User, password: str) -> None:
    """Give an account a new password; its tokens end. Refuses (AccountInvalid) a short, common or all-digit one."""
    check_password_rules(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    revoke_tokens(user=user)


def change_password(*, user: User, old: str, new: str) -> None:
    """Replace one's own password. Refuses (AccountInvalid) a wrong old one, then what set_password refuses."""
    if not user.check_password(old):
        raise AccountInvalid("原密码不正确，请重新输入。", field="old_password")
    set_password(user=user, password=new)


def check_password_rules(password: str, user: User | None = None) -> None:
    """Refuse (AccountInvalid) what settings.AUTH_PASSWORD_VALIDATORS refuse, in words that Django lacks in Chinese."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        reasons = [_WEAKNESSES.get(str(each.code), each.messages[0]) for each in error.error_list]
        raise AccountInvalid("".join(reasons), field="password") from error


def _clean_name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise AccountInvalid("请填写姓名。")
    if len(name) > 60:
        raise AccountInvalid("姓名不能超过 60 个字，请核对。")
    if bad := find_bad_characters(name):
        raise AccountInvalid(f"姓名{bad[0].message}")
    return name


def _clean_email(text: str) -> str | None:
    email = text.strip().lower()
    if not email:
        return None
    try:
        validate_email(email)
    except ValidationError as error:
        raise AccountInvalid(f"“{text}”不是电子邮箱地址，请核对。", field="email") from error
    return email


def _clean_phone(text: str) -> tuple[str, str]:
    try:
        phone = normalise_phone(text)
    except PhoneInvalid as error:
        raise AccountInvalid(error.message, field="phone") from error
    return phone, phone_index(phone)


def _taken(user: User) -> AccountExists:
    if user.email and User.objects.filter(email=user.email).exists():
        return AccountExists("此电子邮箱已有账号，请直接登录，或换一个邮箱。", field="email")
    return AccountExists("此手机号已有账号，请直接登录，或换一个号码。", field="phone")
