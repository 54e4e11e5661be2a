"""Giving roles and taking them back; each is an official act (design §5)."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.exceptions import RoleRefused
from accounts.models import Role, RoleGrant, Unit, User
from core.models import Edition
from ledger.services import record_event


def grant_role(
    *, user: User, edition: Edition, role: str, unit: Unit | None = None, actor: User | None, now: datetime
) -> RoleGrant:
    """Give an account a role in an edition; `actor` is None only for commands and the very first organiser.

    Refuses (RoleRefused) a role that is held already (by a coordinator: for this unit), a coordinator without a unit,
    and a keeper of seals who names himself: seals are not to lie in the hands of who issues.
    """
    if role not in Role.values:
        raise RoleRefused("没有这种角色，请从列表中选择。")
    if role == Role.COORDINATOR and unit is None:
        raise RoleRefused("单位联络员必须属于一个单位，请选择单位。")
    if role == Role.SEAL_KEEPER and actor is not None and actor.pk == user.pk:
        raise RoleRefused("印章管理员不能由本人授予自己，请由另一位组委会成员授予。")
    with transaction.atomic():
        grant = RoleGrant(user=user, edition=edition, role=role, unit=unit, granted_by=actor, granted_at=now)
        try:
            with transaction.atomic():
                grant.save(force_insert=True)
        except IntegrityError as error:
            held = Role(role).label if role != Role.COORDINATOR else f"{unit}的{Role(role).label}"
            raise RoleRefused(f"{user.name}在本届已经是{held}，不必重复授予。") from error
        user.forget_roles()
        record_event(edition=edition, kind="role_granted", actor=actor, payload=_payload(grant), now=now)
    return grant


def revoke_role(*, grant: RoleGrant, actor: User | None, now: datetime) -> None:
    """Take a role back. Refuses (RoleRefused) one taken back already, and the last organiser of an edition."""
    with transaction.atomic():
        edition = Edition.objects.select_for_update(no_key=True).get(pk=grant.edition_id)
        locked = RoleGrant.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=grant.pk)
        if locked.revoked_at is not None:
            raise RoleRefused("这一角色已经收回，请刷新页面。")
        if locked.role == Role.ORGANISER and not _other_organisers(locked).exists():
            raise RoleRefused("这是本届唯一的组委会成员，收回后无人能管理本届；请先增加一位再收回。")
        locked.revoked_at = now
        locked.save(update_fields=["revoked_at"])
        grant.revoked_at = now
        grant.user.forget_roles()
        record_event(edition=edition, kind="role_revoked", actor=actor, payload=_payload(locked), now=now)


def _other_organisers(grant: RoleGrant) -> Any:
    live = RoleGrant.objects.filter(edition_id=grant.edition_id, role=Role.ORGANISER, revoked_at__isnull=True)
    return live.filter(user__is_active=True).exclude(pk=grant.pk)


def _payload(grant: RoleGrant) -> dict[str, Any]:
    return {"grant": grant.pk, "user": grant.user.handle, "role": str(grant.role), "unit": grant.unit_id}
