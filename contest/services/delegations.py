"""代表队: whom the province may call about the city's nominees (domain.md A2, 代表队信息表)."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from contest.exceptions import ContestRefused
from contest.models import Contest, Delegation
from core.text.characters import find_bad_characters
from core.text.phones import PhoneInvalid, normalise_phone
from ledger.services import record_event


@dataclass(frozen=True)
class DelegationDetails:
    """What the province's form asks of the delegation; texts trimmed."""

    name: str
    leader_name: str
    leader_phone: str
    contact_name: str
    contact_phone: str
    leader_position: str = ""
    contact_email: str = ""
    address: str = ""
    observers: int = 0
    remark: str = ""


@transaction.atomic
def set_delegation(*, contest: Contest, details: DelegationDetails, actor: User, now: datetime) -> Delegation:
    """Write down, or change, the contest's delegation.

    Refuses (ContestRefused) a missing name, a phone that is none, and characters that other computers cannot show.
    """
    values = asdict(details)
    for field, label in (("name", "代表队名称"), ("leader_name", "领队"), ("contact_name", "联系人")):
        if not values[field].strip():
            raise ContestRefused(f"请填写{label}。")
    for field, label in (("leader_phone", "领队电话"), ("contact_phone", "联系人电话")):
        try:
            values[field] = normalise_phone(values[field])
        except PhoneInvalid as error:
            raise ContestRefused(f"{label}：{error.message}") from error
    for value in values.values():
        if isinstance(value, str) and (bad := find_bad_characters(value)):
            raise ContestRefused(bad[0].message)
    Contest.objects.select_for_update(no_key=True).get(pk=contest.pk)
    delegation, made = Delegation.objects.update_or_create(contest=contest, defaults=values)
    payload = {"contest": contest.pk, "first": made}
    record_event(edition=contest.edition, kind="delegation_set", actor=actor, payload=payload, now=now)
    return delegation
