"""Acts on registrations: details corrected, withdrawn, refused."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.selectors import find_unit
from accounts.services import create_unit
from contest.exceptions import ContestRefused, RegistrationRefused
from contest.models import Appearance, Contest, Contestant, Finalist
from contest.selectors import drawn_groups
from contest.services.columns import write_registration
from contest.services.eligibility import missing_items
from contest.services.finalists import withdraw_finalist
from contest.services.registrations import Registration, registration_faults
from contest.services.typed import refuse_stale
from ledger.services import record_event
from scoring.models import Entry, Round
from scoring.services import set_entry_status

_ENTRY_STATUS = {
    Contestant.Status.WITHDRAWN: Entry.Status.WITHDRAWN,
    Contestant.Status.REFUSED: Entry.Status.INELIGIBLE,
}


@transaction.atomic
def change_contestant(
    *,
    contestant: Contestant,
    registration: Registration,
    actor: User,
    now: datetime,
    base_version: int | None = None,
) -> Contestant:
    """Correct a registration's details, for the office; what was typed and never submitted gives way to it.

    Refuses (RegistrationRefused) what an import would refuse, a group that was drawn already, and a document that
    another registration of the contest has; (StaleRegistration) a form opened before `base_version` changed.
    Published lists keep what they froze (design §2, cut two). A title that judges see changes only while the round is
    in preparation. An accepted registration that lacks something by the change, a new guardian's consent say, is a
    draft again until it is accepted.
    """
    Contest.objects.select_for_update(of=("self",), no_key=True).get(pk=contestant.contest_id)
    locked = (
        Contestant.objects.select_for_update(of=("self",), no_key=True)
        .select_related("contest__edition", "group", "unit")
        .get(pk=contestant.pk)
    )
    refuse_stale(locked, base_version, registration)
    appearances = list(Appearance.objects.filter(contestant=locked).select_related("entry__round"))
    _refuse_change(locked, registration, drawn=bool(appearances))
    lacked = {fault.code for fault in missing_items(locked)}
    had_typed = locked.typed is not None
    changed = write_registration(locked, registration)
    if not changed and not had_typed:
        return locked
    if "workplace" in changed:
        _follow_workplace(locked)
    new_gaps = {item.code for item in missing_items(locked)} - lacked
    if locked.status == Contestant.Status.ACCEPTED and new_gaps:
        locked.status = Contestant.Status.DRAFT
    locked.version += 1
    locked.save()
    for appearance in appearances:
        if appearance.entry.round.state == Round.State.DRAFT:
            Entry.objects.filter(pk=appearance.entry_id).update(title=registration.title)
    # The names of the changed fields say what was done; their values are personal.
    payload = {"contestant": locked.pk, "fields": sorted(changed)}
    record_event(edition=locked.contest.edition, kind="contestant_changed", actor=actor, payload=payload, now=now)
    return locked


@transaction.atomic
def take_phone_as_guardians(
    *, contest: Contest, contestants: Sequence[int], actor: User, now: datetime
) -> list[Contestant]:
    """The organiser states that the phone given for these minors is their guardian's, as units usually send it.

    Refuses (ContestRefused) a choice in which nobody lacks a guardian's phone.
    """
    waiting = [
        one
        for one in Contestant.objects.select_for_update(of=("self",), no_key=True)
        .filter(contest=contest, pk__in=contestants, phone__isnull=False)
        .exclude(guardian_name="")
        .exclude(status__in=Contestant.LEFT)
        .order_by("pk")
        if one.phone and not one.guardian_phone
    ]
    if not waiting:
        raise ContestRefused("勾选的选手里没有缺监护人电话的。")
    for one in waiting:
        one.guardian_phone, one.version = one.phone, one.version + 1
    Contestant.objects.bulk_update(waiting, ["guardian_phone", "version"], batch_size=500)
    payload = {"contest": contest.pk, "contestants": [one.pk for one in waiting]}
    record_event(edition=contest.edition, kind="guardian_phones_taken", actor=actor, payload=payload, now=now)
    return waiting


def withdraw_contestant(*, contestant: Contestant, reason: str, actor: User, now: datetime) -> None:
    """The contestant leaves: no place in any ranking that is not locked, none among the finalists (pitfalls 1, 3).

    Locked rounds and published lists stay as they are. Refuses (ContestRefused) an empty reason and who left already.
    """
    _leave(contestant, Contestant.Status.WITHDRAWN, reason, actor, now)


def refuse_contestant(*, contestant: Contestant, reason: str, actor: User, now: datetime) -> None:
    """不予受理: the registration does not count, its entry is ineligible (pitfall 1). Refusals as for withdrawal."""
    _leave(contestant, Contestant.Status.REFUSED, reason, actor, now)


def let_leave(locked: Contestant, status: Contestant.Status, reason: str, actor: User, now: datetime) -> None:
    """Take a locked row, which may leave, out of open rounds and from among the finalists; the caller records it."""
    entry_status = _ENTRY_STATUS[status]
    open_entries = Entry.objects.filter(appearance__contestant=locked, status=Entry.Status.COMPETING)
    for entry in open_entries.exclude(round__state=Round.State.LOCKED):
        set_entry_status(entry=entry, status=entry_status, reason=reason, actor=actor, now=now)
    for finalist in Finalist.objects.filter(contestant=locked).exclude(state=Finalist.State.WITHDRAWN):
        withdraw_finalist(finalist=finalist, reason=reason, actor=actor, now=now)
    locked.status, locked.status_reason, locked.version = status, reason, locked.version + 1
    locked.save(update_fields=["status", "status_reason", "version"])


@transaction.atomic
def _leave(contestant: Contestant, status: Contestant.Status, reason: str, actor: User, now: datetime) -> None:
    reason = reason.strip()
    if not reason:
        raise ContestRefused("请写明原因。")
    locked = (
        Contestant.objects.select_for_update(of=("self",), no_key=True)
        .select_related("contest__edition")
        .get(pk=contestant.pk)
    )
    if status not in Contestant.MOVES[Contestant.Status(locked.status)]:
        raise ContestRefused(f"{locked.name}已是“{locked.get_status_display()}”，请刷新页面。")
    let_leave(locked, status, reason, actor, now)
    payload = {"contestant": locked.pk, "status": str(status)}
    record_event(edition=locked.contest.edition, kind="contestant_left", actor=actor, payload=payload, now=now)


def _refuse_change(contestant: Contestant, registration: Registration, *, drawn: bool) -> None:
    faults = [(fault.field, fault.message) for fault in registration_faults(registration)]
    others = Contestant.objects.filter(contest=contestant.contest_id, id_index=registration.id_index)
    if others.exclude(pk=contestant.pk).exclude(status__in=Contestant.LEFT).exists():
        faults.append(("id_number", "此人已经报名，每人只能报名一次。"))
    if drawn and registration.group.pk != contestant.group_id:
        faults.append(("group", "已经抽签，不能再换组别。"))
    elif _comes_too_late(contestant, registration):
        faults.append(("group", f"{registration.group.title}已经抽签，不能再换进来；须先申请重新抽签。"))
    if faults:
        raise RegistrationRefused("有内容需要改正。", faults=faults)


def _comes_too_late(contestant: Contestant, registration: Registration) -> bool:
    """Accepted, and moved into a group that is drawn: he would be in no round and nobody would be told."""
    group = registration.group.pk
    moves = contestant.status == Contestant.Status.ACCEPTED and group != contestant.group_id
    return moves and bool(drawn_groups([group]))


def _follow_workplace(contestant: Contestant) -> None:
    """Whom a unit registered stays its own; who came by himself makes no new unit."""
    if contestant.channel == Contestant.Channel.UNIT:
        return
    contestant.unit = find_unit(contestant.workplace)
    if contestant.unit is None and contestant.channel == Contestant.Channel.OFFICE:
        contestant.unit = create_unit(name=contestant.workplace)
