"""Acts on registrations: consent recorded, details corrected, withdrawn, refused."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.selectors import find_unit
from accounts.services import create_unit
from contest.exceptions import ContestRefused, RegistrationRefused
from contest.models import Appearance, Contest, Contestant, Finalist
from contest.services.finalists import withdraw_finalist
from contest.services.registrations import Registration, registration_faults
from core.crypto import phone_index
from ledger.services import record_event
from scoring.models import Entry, Round
from scoring.services import set_entry_status


@transaction.atomic
def record_guardian_consent(
    *, contest: Contest, contestants: Sequence[int], actor: User, now: datetime
) -> list[Contestant]:
    """The organiser states that the guardians' written consents are on file; the drafts become accepted.

    The draw of a junior group waits for it (domain.md D4). Refuses (ContestRefused) an empty choice; who has a
    consent already, or is no draft of this contest, is passed over.
    """
    drafts = list(
        Contestant.objects.select_for_update(of=("self",), no_key=True)
        .filter(contest=contest, pk__in=contestants, status=Contestant.Status.DRAFT)
        .exclude(guardian_name="")
        .order_by("pk")
    )
    if not drafts:
        raise ContestRefused("请先勾选要登记监护人同意的选手；没有监护人姓名的，先补全。")
    for contestant in drafts:
        contestant.guardian_consent_at, contestant.guardian_consent_how = now, Contestant.Consent.WRITTEN
        contestant.status = Contestant.Status.ACCEPTED
    Contestant.objects.bulk_update(drafts, ["guardian_consent_at", "guardian_consent_how", "status"], batch_size=500)
    payload = {"contest": contest.pk, "contestants": [contestant.pk for contestant in drafts]}
    record_event(edition=contest.edition, kind="guardian_consent_recorded", actor=actor, payload=payload, now=now)
    return drafts


@transaction.atomic
def change_contestant(*, contestant: Contestant, registration: Registration, actor: User, now: datetime) -> Contestant:
    """Correct a registration's details.

    Refuses (RegistrationRefused) what an import would refuse, a group that was drawn already, and an ID number that
    another registration of the contest has. Published lists keep what they froze (design §2, cut two). A title that
    judges see changes only while the round is in preparation.
    """
    locked = (
        Contestant.objects.select_for_update(of=("self",), no_key=True)
        .select_related("contest__edition")
        .get(pk=contestant.pk)
    )
    faults = [(fault.field, fault.message) for fault in registration_faults(registration)]
    others = Contestant.objects.filter(contest=locked.contest, id_index=registration.id_index).exclude(pk=locked.pk)
    if others.exists():
        faults.append(("id_number", "此人已经报名，每人只能报名一次。"))
    appearances = list(Appearance.objects.filter(contestant=locked).select_related("entry__round"))
    if appearances and registration.group.pk != locked.group_id:
        faults.append(("group", "已经抽签，不能再换组别。"))
    if faults:
        raise RegistrationRefused("有内容需要改正。", faults=faults)
    changed = _apply(locked, registration)
    if not changed:
        return locked
    for appearance in appearances:
        if appearance.entry.round.state == Round.State.DRAFT:
            Entry.objects.filter(pk=appearance.entry_id).update(title=registration.title)
    # The names of the changed fields say what was done; their values are personal.
    payload = {"contestant": locked.pk, "fields": sorted(changed)}
    record_event(edition=locked.contest.edition, kind="contestant_changed", actor=actor, payload=payload, now=now)
    return locked


def withdraw_contestant(*, contestant: Contestant, reason: str, actor: User, now: datetime) -> None:
    """The contestant leaves: no place in any ranking that is not locked, none among the finalists (pitfalls 1, 3).

    Locked rounds and published lists stay as they are. Refuses (ContestRefused) an empty reason and who left already.
    """
    _leave(contestant, Contestant.Status.WITHDRAWN, Entry.Status.WITHDRAWN, reason, actor, now)


def refuse_contestant(*, contestant: Contestant, reason: str, actor: User, now: datetime) -> None:
    """不予受理: the registration does not count, its entry is ineligible (pitfall 1). Refusals as for withdrawal."""
    _leave(contestant, Contestant.Status.REFUSED, Entry.Status.INELIGIBLE, reason, actor, now)


@transaction.atomic
def _leave(
    contestant: Contestant,
    status: Contestant.Status,
    entry_status: Entry.Status,
    reason: str,
    actor: User,
    now: datetime,
) -> None:
    reason = reason.strip()
    if not reason:
        raise ContestRefused("请写明原因。")
    locked = (
        Contestant.objects.select_for_update(of=("self",), no_key=True)
        .select_related("contest__edition")
        .get(pk=contestant.pk)
    )
    if locked.status in {Contestant.Status.WITHDRAWN, Contestant.Status.REFUSED}:
        raise ContestRefused(f"{locked.name}已是“{locked.get_status_display()}”，请刷新页面。")
    open_entries = Entry.objects.filter(appearance__contestant=locked, status=Entry.Status.COMPETING)
    for entry in open_entries.exclude(round__state=Round.State.LOCKED):
        set_entry_status(entry=entry, status=entry_status, reason=reason, actor=actor, now=now)
    for finalist in Finalist.objects.filter(contestant=locked).exclude(state=Finalist.State.WITHDRAWN):
        withdraw_finalist(finalist=finalist, reason=reason, actor=actor, now=now)
    locked.status, locked.status_reason = status, reason
    locked.save(update_fields=["status", "status_reason"])
    payload = {"contestant": locked.pk, "status": str(status)}
    record_event(edition=locked.contest.edition, kind="contestant_left", actor=actor, payload=payload, now=now)


def _apply(contestant: Contestant, registration: Registration) -> set[str]:
    changed = {
        field.name
        for field in fields(registration)
        if getattr(contestant, field.name) != getattr(registration, field.name)
    }
    for name in changed:
        setattr(contestant, name, getattr(registration, name))
    if "workplace" in changed:
        contestant.unit = find_unit(registration.workplace) or create_unit(name=registration.workplace)
    contestant.id_index = registration.id_index
    contestant.phone_index = phone_index(registration.phone)
    if "guardian_name" in changed and contestant.group.needs_guardian:
        # Another guardian has not consented yet.
        contestant.guardian_consent_at, contestant.status = None, Contestant.Status.DRAFT
    if "group" in changed and not contestant.guardian_consent_at:
        needs = registration.group.needs_guardian
        contestant.status = Contestant.Status.DRAFT if needs else Contestant.Status.ACCEPTED
    contestant.save()
    return changed
