"""Invitations: a link that lets its holder make an account with a role, or add the role to his own."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.exceptions import CodeInvalid, RoleRefused
from accounts.models import Invitation, Role, Unit, User
from accounts.selectors import find_invitation, secret_digest
from accounts.services.roles import grant_role
from accounts.services.secrets import new_token
from accounts.services.users import create_user
from core.models import Edition
from ledger.services import record_event

INVITATION_LIFE = timedelta(days=14)


def invite(
    *, edition: Edition, role: str, name: str, unit: Unit | None = None, actor: User, now: datetime
) -> tuple[Invitation, str]:
    """Make an invitation that ends after 14 days; the token is returned once and kept as a digest.

    Refuses (RoleRefused) an unknown role and a coordinator without a unit.
    """
    if role not in Role.values:
        raise RoleRefused("没有这种角色，请从列表中选择。")
    if role == Role.COORDINATOR and unit is None:
        raise RoleRefused("单位联络员必须属于一个单位，请选择单位。")
    token = new_token()
    with transaction.atomic():
        invitation = Invitation.objects.create(
            edition=edition,
            role=role,
            unit=unit,
            name=name.strip(),
            token_digest=secret_digest(token),
            invited_by=actor,
            created_at=now,
            expires_at=now + INVITATION_LIFE,
        )
        payload = {"invitation": invitation.pk, "role": str(role), "unit": unit.pk if unit else None}
        record_event(edition=edition, kind="invitation_issued", actor=actor, payload=payload, now=now)
    return invitation, token


def revoke_invitation(*, invitation: Invitation, actor: User, now: datetime) -> None:
    """Make an invitation worthless. Refuses (CodeInvalid) one that was accepted or revoked before."""
    with transaction.atomic():
        waiting = Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=True, revoked_at__isnull=True)
        if not waiting.update(revoked_at=now):
            raise CodeInvalid("这份邀请已经被接受或撤销，请刷新页面。")
        payload = {"invitation": invitation.pk}
        record_event(edition=invitation.edition, kind="invitation_revoked", actor=actor, payload=payload, now=now)


def accept_invitation(*, token: str, user: User, now: datetime) -> Invitation:
    """Give the invitation's role to an account, once.

    Refuses (CodeInvalid) an unknown, used, revoked or expired token, and (RoleRefused) a role held already. The role
    counts as given by whoever invited.
    """
    with transaction.atomic():
        found = find_invitation(token=token, now=now)
        if found is None:
            raise CodeInvalid("邀请链接无效、已使用或已过期，请向组委会要一个新的。")
        unused = Invitation.objects.filter(pk=found.pk, accepted_at__isnull=True, revoked_at__isnull=True)
        if not unused.update(accepted_by=user, accepted_at=now):
            raise CodeInvalid("邀请链接刚刚被使用，请向组委会要一个新的。")
        grant_role(user=user, edition=found.edition, role=found.role, unit=found.unit, actor=found.invited_by, now=now)
    return found


def join_by_invitation(*, token: str, name: str, email: str, phone: str, password: str, now: datetime) -> User:
    """Make an account and give it the invitation's role, both or neither. Refuses what either of them refuses."""
    with transaction.atomic():
        user = create_user(name=name, email=email, phone=phone, password=password)
        accept_invitation(token=token, user=user, now=now)
    return user
