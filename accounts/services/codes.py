"""Judges' sign-in codes: given out on paper, expiring, revocable (design §7)."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.exceptions import CodeInvalid, RoleRefused
from accounts.models import Role, SignInCode, User
from accounts.selectors import code_digest, find_sign_in_code, secret_digest
from accounts.services.attempts import check_attempts, record_failed_code
from accounts.services.secrets import new_code, new_token
from accounts.services.tokens import revoke_tokens
from core.models import Edition
from ledger.services import record_event


@dataclass(frozen=True)
class IssuedCode:
    """The two forms of one way in, to be shown or printed now: they cannot be read again."""

    token: str
    code: str


def issue_sign_in_code(*, user: User, edition: Edition, actor: User, now: datetime, expires_at: datetime) -> IssuedCode:
    """Make a way in for a judge; older codes of the same account and edition stop working, open sessions go on.

    Refuses (RoleRefused) an account that may not sign in, and one who could do more with it than judge: a code on
    paper never opens the organiser's, supervisor's or administrator's work.
    """
    _check_code_may_open(user)
    if expires_at <= now:
        raise CodeInvalid("登录码的有效期必须晚于现在。")
    issued = IssuedCode(token=new_token(), code=new_code())
    with transaction.atomic():
        User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
        _live_codes(user, edition).update(revoked_at=now)
        row = SignInCode.objects.create(
            user=user,
            edition=edition,
            token_digest=secret_digest(issued.token),
            code_digest=code_digest(issued.code),
            issued_by=actor,
            created_at=now,
            expires_at=expires_at,
        )
        payload = {"code": row.pk, "user": user.handle}
        record_event(edition=edition, kind="sign_in_code_issued", actor=actor, payload=payload, now=now)
    return issued


def revoke_sign_in_codes(*, user: User, edition: Edition, actor: User, now: datetime) -> int:
    """Make an account's codes worthless and end its sessions, e.g. after a card was lost. Returns how many."""
    with transaction.atomic():
        locked = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
        revoked = list(_live_codes(locked, edition).values_list("pk", flat=True))
        if not revoked:
            return 0
        SignInCode.objects.filter(pk__in=revoked).update(revoked_at=now)
        locked.session_nonce = secrets.token_hex(8)
        locked.save(update_fields=["session_nonce"])
        revoke_tokens(user=locked)
        payload = {"codes": revoked, "user": locked.handle}
        record_event(edition=edition, kind="sign_in_codes_revoked", actor=actor, payload=payload, now=now)
    return len(revoked)


def sign_in_by_code(*, token: str = "", code: str = "", address: str, now: datetime) -> SignInCode:
    """The code that lets its holder in, noted as used; it may be used again until it expires (a second device).

    Refuses (CodeInvalid) one that is unknown, expired or revoked, and (TooManyAttempts) an address that typed too many
    wrong short codes; links are too long to be guessed and are never counted.
    """
    if not token:
        check_attempts(address=address, now=now)
    found = find_sign_in_code(token=token, code=code, now=now)
    if found is None:
        if not token:
            record_failed_code(address=address, now=now)
        raise CodeInvalid("登录码不正确、已过期或已作废，请核对后重试，或向工作人员要一张新的。")
    _check_code_may_open(found.user)
    SignInCode.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


def _check_code_may_open(user: User) -> None:
    if not user.is_active:
        raise RoleRefused(f"{user.name}的账号已停用，不能用登录码登录。")
    if user.is_staff or user.is_superuser or _may_do_more_than_judge(user):
        raise RoleRefused(f"{user.name}还有管理或监督的权限，请用账号和密码登录，不能用登录码。")


def _may_do_more_than_judge(user: User) -> bool:
    powers = [Role.ORGANISER, Role.SUPERVISOR]
    return user.grants.filter(role__in=powers, revoked_at__isnull=True).exists()


def _live_codes(user: User, edition: Edition) -> QuerySet[SignInCode]:
    return SignInCode.objects.filter(user=user, edition=edition, revoked_at__isnull=True)
