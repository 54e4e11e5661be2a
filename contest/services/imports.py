"""Registrations from a workbook: all rows or none, and twice is once (design §9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Unit, UnitAlias, User
from accounts.selectors import clean_unit_name
from accounts.services import create_unit
from contest.exceptions import RegistrationRefused
from contest.models import Contest, Contestant
from contest.services.registrations import Registration, registration_faults
from core.crypto import phone_index
from ledger.services import record_event

BATCH = 500


@dataclass(frozen=True)
class ImportOutcome:
    """What an import did, or would do: new registrations, those that were there already, and new units."""

    created: int
    unchanged: int
    new_units: tuple[str, ...]


def preview_import(*, contest: Contest, rows: Sequence[Registration]) -> ImportOutcome:
    """What `import_contestants` would do with these rows; changes nothing."""
    known = _registered(contest, rows)
    fresh = [row for row in rows if row.id_index not in known]
    return ImportOutcome(len(fresh), len(rows) - len(fresh), tuple(_unknown_units(fresh)))


@transaction.atomic
def import_contestants(
    *, contest: Contest, rows: Sequence[Registration], actor: User, now: datetime, create_units: bool = True
) -> ImportOutcome:
    """Register everybody in the rows who is not registered yet; who is there already stays untouched.

    Adults are accepted at once; minors stay drafts until the guardian's consent is recorded. Refuses
    (RegistrationRefused) all rows when one has a fault or a person comes twice, and unknown units unless
    `create_units`. An account with the same phone and the same name (or the guardian's) is linked.
    """
    _refuse_faults(rows)
    Contest.objects.select_for_update(no_key=True).get(pk=contest.pk)
    known = _registered(contest, rows)
    fresh = [row for row in rows if row.id_index not in known]
    unknown = _unknown_units(fresh)
    if unknown and not create_units:
        raise RegistrationRefused("系统里没有这些单位：" + "、".join(unknown) + "。请先登记单位或为其加别名。")
    for name in unknown:
        create_unit(name=name)
    outcome = ImportOutcome(len(fresh), len(rows) - len(fresh), tuple(unknown))
    if not fresh:
        return outcome
    units, accounts = _units_by_name(), _accounts_by_phone(fresh)
    contestants = [_contestant(contest, row, units, accounts, now) for row in fresh]
    Contestant.objects.bulk_create(contestants, batch_size=BATCH)
    payload = {"contest": contest.pk, "created": outcome.created, "unchanged": outcome.unchanged}
    record_event(edition=contest.edition, kind="registrations_imported", actor=actor, payload=payload, now=now)
    return outcome


def _refuse_faults(rows: Sequence[Registration]) -> None:
    messages: list[str] = []
    seen: set[str] = set()
    for place, row in enumerate(rows, start=1):
        messages += [f"第 {place} 人（{row.name}）：{fault.message}" for fault in registration_faults(row)]
        if row.id_index in seen:
            messages.append(f"第 {place} 人（{row.name}）：身份证号在本文件中出现两次。")
        seen.add(row.id_index)
    if messages:
        raise RegistrationRefused("没有导入任何人：" + "".join(messages[:5]))


def _registered(contest: Contest, rows: Sequence[Registration]) -> set[str]:
    found: set[str] = set()
    indexes = [row.id_index for row in rows]
    for start in range(0, len(indexes), BATCH):
        batch = Contestant.objects.filter(contest=contest, id_index__in=indexes[start : start + BATCH])
        found.update(index for index in batch.values_list("id_index", flat=True) if index)
    return found


def _units_by_name() -> dict[str, Unit]:
    aliases = {alias.name: alias.unit for alias in UnitAlias.objects.select_related("unit")}
    return aliases | {unit.name: unit for unit in Unit.objects.all()}


def _unknown_units(rows: Iterable[Registration]) -> list[str]:
    known = _units_by_name()
    names = dict.fromkeys(clean_unit_name(row.workplace) for row in rows)
    return [name for name in names if name not in known]


def _accounts_by_phone(rows: Sequence[Registration]) -> dict[str, User]:
    indexes = [phone_index(row.phone) for row in rows]
    found: dict[str, User] = {}
    for start in range(0, len(indexes), BATCH):
        for user in User.objects.filter(phone_index__in=indexes[start : start + BATCH]):
            found[user.phone_index or ""] = user
    return found


def _contestant(
    contest: Contest, row: Registration, units: dict[str, Unit], accounts: dict[str, User], now: datetime
) -> Contestant:
    index = phone_index(row.phone)
    account = accounts.get(index)
    # A coordinator may give one phone for everybody: the phone alone does not say whose registration it is.
    owner = account if account is not None and account.name in {row.name, row.guardian_name} else None
    return Contestant(
        contest=contest,
        group=row.group,
        user=owner,
        unit=units[clean_unit_name(row.workplace)],
        status=Contestant.Status.DRAFT if row.group.needs_guardian else Contestant.Status.ACCEPTED,
        name=row.name,
        gender=row.gender,
        birth_date=row.birth_date,
        id_number=row.id_number,
        id_index=row.id_index,
        phone=row.phone,
        phone_index=index,
        email=row.email,
        workplace=row.workplace,
        title=row.title,
        tutors=row.tutors,
        guardian_name=row.guardian_name,
        remark=row.remark,
        created_at=now,
    )
