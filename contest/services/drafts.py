"""A registration in the hands of whoever registers: kept as typed, submitted, recalled, thrown away."""

from datetime import datetime

from accounts.models import Unit, User
from contest.models import Contest, Contestant, Group
from contest.services.registrations import Registration


def start_registration(
    *,
    contest: Contest,
    group: Group,
    channel: Contestant.Channel,
    unit: Unit | None = None,
    owner: User | None,
    actor: User,
    now: datetime,
) -> Contestant:
    """An empty draft. Refuses (ContestRefused) outside the registration's dates, and individuals where only units
    register."""
    raise NotImplementedError


def save_draft(
    *, contestant: Contestant, typed: dict[str, str], base_version: int, actor: User, now: datetime
) -> Contestant:
    """Keep a draft exactly as it was typed; nothing is checked.

    Keys are the fields of Registration, `group` being the group's number and other fields `details.<code>`.
    Refuses (StaleRegistration, with both versions) when the draft has changed since `base_version`; (ContestRefused)
    what may not be changed any more.
    """
    raise NotImplementedError


def submit_registration(
    *, contestant: Contestant, registration: Registration, base_version: int, actor: User, now: datetime
) -> Contestant:
    """Hand a registration in; it waits for the office. Refuses (RegistrationRefused, faults by field) what is not
    complete, somebody who is registered, a unit over its quota; (ContestRefused) what is late; (StaleRegistration)
    what has changed since `base_version`. A refused draft stays as it was typed."""
    raise NotImplementedError


def recall_registration(*, contestant: Contestant, actor: User, now: datetime) -> Contestant:
    """撤回提交: take a submitted registration back as a draft, before the deadline and before the office decided."""
    raise NotImplementedError


def delete_draft(*, contestant: Contestant, actor: User, now: datetime) -> None:
    """Throw away a draft that was never submitted; anything else stays on record (ContestRefused)."""
    raise NotImplementedError


def typed_values(contestant: Contestant) -> dict[str, str]:
    """What a form shows: the draft as it was typed, else the registration as text, under the keys of save_draft."""
    raise NotImplementedError
