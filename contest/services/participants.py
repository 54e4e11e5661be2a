"""A contestant's way in: the account under which he sees his registration and downloads his certificate."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.selectors import find_user
from accounts.services import create_user, issue_participant_code, take_over_account
from contest.exceptions import ContestRefused
from contest.models import Contestant
from ledger.services import record_event


@dataclass(frozen=True)
class ParticipantAccount:
    """The account of a registration; `code` sets its password once, and is empty where it has a password already."""

    user: User
    code: str


@transaction.atomic
def open_participant_account(*, contestant: Contestant, actor: User, now: datetime) -> ParticipantAccount:
    """Link a registration to the account of its phone, made if missing, and give a one-time code for the password.

    A junior's account is the guardian's and may serve several children (design §7). Whoever has a password keeps it,
    unless he made the account himself: then it is taken over first, so that nobody finds another's registration by
    having signed up with his phone. Asked for again, a new code is given. Refuses (ContestRefused) a phone whose
    account bears another name, and a new code for an account that serves another edition; (AccountInvalid) a phone
    that cannot be an account's; and what issue_participant_code refuses.
    """
    locked = (
        Contestant.objects.select_for_update(of=("self",), no_key=True)
        .select_related("contest__edition", "group", "user")
        .get(pk=contestant.pk)
    )
    edition = locked.contest.edition
    linked = locked.user
    user = linked or _account_of(locked)
    if linked is None:
        take_over_account(user=user)
        locked.user = user
        locked.save(update_fields=["user"])
        payload = {"contestant": locked.pk, "user": user.handle}
        record_event(edition=edition, kind="participant_account_opened", actor=actor, payload=payload, now=now)
        if user.has_usable_password():
            return ParticipantAccount(user, "")
    if Contestant.objects.filter(user=user).exclude(contest__edition=edition).exists():
        raise ContestRefused(f"{user.name}的账号还用于别的届次，请本人用原来的密码登录，或凭邮箱重设密码。")
    return ParticipantAccount(user, issue_participant_code(user=user, edition=edition, actor=actor, now=now))


def _account_of(contestant: Contestant) -> User:
    """The account that has the registration's phone, or a new one, in the guardian's name for a junior."""
    holder = contestant.guardian_name if contestant.group.needs_guardian else contestant.name
    if not contestant.phone or not holder:
        raise ContestRefused("开通账号需要联系电话，少年组还需要监护人姓名，请先补全并保存。")
    known = find_user(contestant.phone)
    if known is None:
        email = "" if find_user(contestant.email) else contestant.email
        return create_user(name=holder, phone=contestant.phone, email=email)
    if known.name != holder:
        raise ContestRefused("这个联系电话的账号是另一个姓名，请先改正联系电话并保存，再开通。")
    return known
