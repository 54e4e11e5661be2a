"""Registrations from a workbook: all rows or none, and twice is once (design §9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Unit, UnitAlias, User
from accounts.selectors import clean_unit_name
from accounts.services import add_units
from contest.exceptions import RegistrationRefused
from contest.models import Contest, Contestant
from contest.services.columns import write_registration
from contest.services.owners import may_own
from contest.services.registrations import Registration, registration_faults
from contest.services.window import refuse_outside_window
from core.crypto import phone_index
from ledger.services import record_event

BATCH = 500
MOST_NAMED = 5
Channel = Contestant.Channel


@dataclass(frozen=True)
class ImportOutcome:
    """What an import did, or would do: new registrations, those that were there already, and new units."""

    created: int
    unchanged: int
    new_units: tuple[str, ...]


@dataclass(frozen=True)
class RowFault:
    """Why a row may not be imported; `row` counts the rows that were given, from 0."""

    row: int
    field: str
    code: str
    message: str


def preview_import(*, contest: Contest, rows: Sequence[Registration], unit: Unit | None = None) -> ImportOutcome:
    """What `import_contestants` would do with these rows; changes nothing."""
    known = _registered(contest, rows)
    fresh = [row for row in rows if row.id_index not in known]
    return ImportOutcome(len(fresh), len(rows) - len(fresh), () if unit else tuple(_unknown_units(fresh)))


def unit_row_faults(*, contest: Contest, rows: Sequence[Registration], unit: Unit) -> list[RowFault]:
    """Rows that are not this unit's to bring: another unit's people, or people who are registered elsewhere."""
    known_units = _units_by_name()
    known = _registered(contest, rows)
    found = []
    for place, row in enumerate(rows):
        named = known_units.get(clean_unit_name(row.workplace))
        if named is not None and named.pk != unit.pk:
            message = f"“{named.name}”是另一个推荐单位，请由该单位报送。"
            found.append(RowFault(place, "workplace", "foreign_unit", message))
        if row.id_index in known and known[row.id_index] != (unit.pk, False):
            message = "此人已由本人或别的单位报名，每人只能报名一次。"
            found.append(RowFault(place, "id_number", "registered_elsewhere", message))
    return found


@transaction.atomic
def import_contestants(
    *,
    contest: Contest,
    rows: Sequence[Registration],
    actor: User | None,
    now: datetime,
    create_units: bool = True,
    channel: Contestant.Channel = Channel.OFFICE,
    unit: Unit | None = None,
) -> ImportOutcome:
    """Register everybody in the rows who is not registered yet, as drafts; who is there already stays untouched.

    Whether somebody lacks anything, missing_items says; the office accepts. Refuses (RegistrationRefused) all rows
    when one has a fault or a person comes twice, and unknown units unless `create_units`. With `unit`, a coordinator's
    import, everybody is that unit's; refused are other units' people too and, outside the registration's dates,
    everything (ContestRefused). An account with the same phone and the same name (or the guardian's) is linked.
    """
    _refuse_faults(rows)
    contest = Contest.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=contest.pk)
    if unit is not None:
        channel = Channel.UNIT
        refuse_outside_window(contest, now)
        _refuse_foreign(contest, rows, unit)
    known = _registered(contest, rows)
    fresh = [row for row in rows if row.id_index not in known]
    unknown = [] if unit else _unknown_units(fresh)
    if unknown and not create_units:
        raise RegistrationRefused("系统里没有这些单位：" + "、".join(unknown) + "。请先登记单位或为其加别名。")
    add_units(names=unknown)
    outcome = ImportOutcome(len(fresh), len(rows) - len(fresh), tuple(unknown))
    if not fresh:
        return outcome
    made = _contestants(contest, fresh, unit, channel, actor, now)
    Contestant.objects.bulk_create(made, batch_size=BATCH)
    payload = {"contest": contest.pk, "created": outcome.created, "unchanged": outcome.unchanged}
    if unit is not None:
        payload["unit"] = unit.pk
    record_event(edition=contest.edition, kind="registrations_imported", actor=actor, payload=payload, now=now)
    return outcome


def _refuse_faults(rows: Sequence[Registration]) -> None:
    messages: list[str] = []
    seen: set[str] = set()
    for place, row in enumerate(rows, start=1):
        messages += [f"第 {place} 人（{row.name}）：{fault.message}" for fault in registration_faults(row)]
        if row.id_index in seen:
            messages.append(f"第 {place} 人（{row.name}）：证件号码在本文件中出现两次。")
        seen.add(row.id_index)
    if messages:
        raise RegistrationRefused("没有导入任何人：" + "".join(messages[:MOST_NAMED]))


def _refuse_foreign(contest: Contest, rows: Sequence[Registration], unit: Unit) -> None:
    faults = unit_row_faults(contest=contest, rows=rows, unit=unit)
    messages = [f"第 {fault.row + 1} 人（{rows[fault.row].name}）：{fault.message}" for fault in faults]
    if messages:
        raise RegistrationRefused("没有导入任何人：" + "".join(messages[:MOST_NAMED]))


def _registered(contest: Contest, rows: Sequence[Registration]) -> dict[str, tuple[int | None, bool]]:
    """Unit, and whether by himself, of everybody in the rows who was ever registered, also of who has left again."""
    found: dict[str, tuple[int | None, bool]] = {}
    indexes = [row.id_index for row in rows]
    for start in range(0, len(indexes), BATCH):
        batch = Contestant.objects.filter(contest=contest, id_index__in=indexes[start : start + BATCH])
        for index, unit_id, channel in batch.values_list("id_index", "unit_id", "channel"):
            found[index or ""] = (unit_id, channel == Channel.INDIVIDUAL)
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
        checked = User.objects.filter(self_registered_at__isnull=True)
        for user in checked.filter(phone_index__in=indexes[start : start + BATCH]):
            found[user.phone_index or ""] = user
    return found


def _contestants(
    contest: Contest,
    rows: Sequence[Registration],
    unit: Unit | None,
    channel: Contestant.Channel,
    actor: User | None,
    now: datetime,
) -> list[Contestant]:
    units = _units_by_name() if unit is None else {}
    accounts = _accounts_by_phone(rows)
    made = []
    for row in rows:
        contestant = Contestant(
            contest=contest,
            group=row.group,
            unit=unit or units[clean_unit_name(row.workplace)],
            channel=channel,
            registered_by=actor,
            created_at=now,
        )
        write_registration(contestant, row)
        account = accounts.get(contestant.phone_index)
        # A coordinator may give one phone for everybody: the phone alone does not say whose registration it is.
        if account is not None and account.name in {row.name, row.guardian_name} and may_own(account):
            contestant.user = account
        made.append(contestant)
    return made
