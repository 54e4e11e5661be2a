"""New passwords: by mail where there is mail, by an organiser's one-time code where there is none (design §7)."""

from datetime import datetime, timedelta

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.exceptions import CodeInvalid, RoleRefused
from accounts.models import ResetCode, Role, User
from accounts.selectors import code_digest, find_reset_code, find_user
from accounts.services.attempts import check_attempts, record_failed_code
from accounts.services.secrets import new_code
from accounts.services.users import set_password
from core.models import Edition
from ledger.services import record_event
from outbox.selectors import mails_since
from outbox.services import send_mail, send_message

RESET_CODE_LIFE = timedelta(hours=24)
_MAIL_SUBJECT = "重设明评的密码"
_MAIL_PAUSE = timedelta(minutes=2)


def issue_reset_code(*, user: User, edition: Edition, actor: User, now: datetime) -> str:
    """Make a one-time code, shown now and never again; older ones of the account stop working.

    Its owner is told. Refuses (RoleRefused) one's own account, an administrator's or supervisor's (or an organiser
    could confirm as another what he asked for himself), an inactive one, one without phone and e-mail, and one that
    holds no role in this edition: an organiser rules his own edition only.
    """
    _check_may_reset(user, actor)
    if not user.grants.filter(edition=edition, revoked_at__isnull=True).exists():
        raise RoleRefused(f"{user.name}在本届没有角色，只能重设本届人员的密码。")
    return _issue_code(user, edition, actor, now)


def issue_participant_code(*, user: User, edition: Edition, actor: User, now: datetime) -> str:
    """The same for a participant's account: it holds no role anywhere, so the office gains none by it (design §7).

    Refuses (RoleRefused) an account that holds a role in any edition, and what issue_reset_code refuses.
    """
    _check_may_reset(user, actor)
    if user.grants.filter(revoked_at__isnull=True).exists():
        raise RoleRefused(f"{user.name}的账号另有工作角色，请本人用原来的密码登录，或到“账号与角色”重设。")
    return _issue_code(user, edition, actor, now)


def _issue_code(user: User, edition: Edition, actor: User, now: datetime) -> str:
    code = new_code()
    with transaction.atomic():
        user.reset_codes.filter(used_at__isnull=True).update(used_at=now)
        row = ResetCode.objects.create(
            user=user, code_digest=code_digest(code), issued_by=actor, created_at=now, expires_at=now + RESET_CODE_LIFE
        )
        payload = {"reset": row.pk, "user": user.handle}
        body = f"组委会（{actor.name}）为您的账号发放了密码重置码。如果您没有要求过，请立即与组委会联系。"
        send_message(recipient=user, subject="密码重置码已发放", body=body, now=now)
        record_event(edition=edition, kind="reset_code_issued", actor=actor, payload=payload, now=now)
    return code


def mail_reset_link(*, email: str, origin: str, now: datetime) -> None:
    """Mail a link that sets a new password, to an active account of that e-mail; says nothing where there is none.

    Two minutes must lie between two such mails, or anyone could flood a mailbox. The link ends with
    settings.PASSWORD_RESET_TIMEOUT, with the next sign-in and with the next change of password.
    """
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None or mails_since(recipient=user, subject=_MAIL_SUBJECT, since=now - _MAIL_PAUSE).exists():
        return
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("password_reset_confirm", args=[uid, default_token_generator.make_token(user)])
    body = (
        f"{user.name}：\n\n您在明评申请了重设密码。请打开下面的链接，设置新密码：\n{origin}{path}\n\n"
        "如果不是您本人申请，请忽略这封邮件，密码不会改变。"
    )
    send_mail(recipient=user, subject=_MAIL_SUBJECT, body=body, now=now)


def reset_password(*, identifier: str, code: str, password: str, address: str, now: datetime) -> User:
    """Set a new password by phone or e-mail and a one-time code; every session of the account ends.

    Refuses (TooManyAttempts) an address that is guessing, (CodeInvalid) a wrong, used or expired code or an unknown
    account in the same words, and (AccountInvalid) a weak password, which leaves the code unused.
    """
    check_attempts(address=address, now=now)
    user = find_user(identifier)
    found = find_reset_code(user=user, code=code, now=now) if user else None
    if user is None or found is None:
        record_failed_code(address=address, now=now)
        raise CodeInvalid("账号或重置码不正确，或重置码已使用、已过期。请核对后重试，或向组委会要一个新的。")
    with transaction.atomic():
        if not ResetCode.objects.filter(pk=found.pk, used_at__isnull=True).update(used_at=now):
            raise CodeInvalid("重置码刚刚被使用，请向组委会要一个新的。")
        set_password(user=user, password=password)
    return user


def _check_may_reset(user: User, actor: User) -> None:
    if user.pk == actor.pk:
        raise RoleRefused("修改自己的密码请到“我的账号”。")
    if user.is_staff or user.is_superuser:
        raise RoleRefused("系统管理员的密码只能在服务器上重设。")
    if user.grants.filter(role=Role.SUPERVISOR, revoked_at__isnull=True).exists():
        raise RoleRefused("监督员的密码只能由本人用邮箱重设，或由系统管理员重设。")
    if not user.is_active:
        raise RoleRefused(f"{user.name}的账号已停用，请先启用再重设密码。")
    if not user.email and not user.phone_index:
        raise RoleRefused(f"{user.name}的账号没有手机号和邮箱，不能用密码登录，请改发登录码。")
