"""推荐单位: a unit's own order of its entries, and many of them submitted at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from accounts.models import Unit, User
from contest.exceptions import ContestRefused, RegistrationRefused
from contest.models import Contest, Contestant, Group
from contest.permissions import can_organise
from contest.selectors.units import beyond_quota, order_mark, places_held, standing_entries, unit_entries
from contest.services.drafts import submit_registration
from contest.services.eligibility import Missing, missing_for
from contest.services.registrations import Registration
from contest.services.window import refuse_outside_window
from core.exceptions import ConflictError, DomainError
from ledger.services import record_event


@dataclass(frozen=True)
class UnitLine:
    """An entry of a unit: what it lacks, and whether it stands behind the unit's last place."""

    contestant: Contestant
    missing: tuple[Missing, ...]
    is_beyond: bool

    @property
    def missing_words(self) -> str:
        """What it lacks in one line, materials apart; that a draft is not submitted its status says already."""
        facts = [item for item in self.missing if item.code != "unsubmitted"]
        fields = [item.message.removeprefix("缺") for item in facts if not item.code.startswith("material.")]
        materials = [item.message.removeprefix("缺材料：") for item in facts if item.code.startswith("material.")]
        parts = ["缺" + "、".join(fields)] if fields else []
        return "；".join([*parts, "缺材料：" + "、".join(materials)] if materials else parts)


@dataclass(frozen=True)
class UnitGroup:
    """A group as one unit sees it: its places and its entries in the unit's order, those who left last."""

    group: Group
    held: int
    lines: tuple[UnitLine, ...]
    left: tuple[Contestant, ...]


@dataclass(frozen=True)
class SubmitOutcome:
    """Whose registration was submitted, and whose could not be, with the reason."""

    done: list[Contestant] = field(default_factory=list)
    refused: list[tuple[Contestant, str]] = field(default_factory=list)


def unit_groups(unit: Unit, contests: Sequence[Contest]) -> dict[int, list[UnitGroup]]:
    """The groups of each contest with a unit's entries, by the contest's number, in a fixed number of queries."""
    entries = list(unit_entries(unit).filter(contest__in=contests))
    missing = missing_for(entries)
    by_group: dict[int, list[Contestant]] = {}
    for one in entries:
        by_group.setdefault(one.group_id, []).append(one)
    found: dict[int, list[UnitGroup]] = {contest.pk: [] for contest in contests}
    for group in Group.objects.filter(contest__in=contests).order_by("contest_id", "pk"):
        own = by_group.get(group.pk, [])
        beyond, standing = beyond_quota(group, own), standing_entries(own)
        lines = tuple(UnitLine(one, tuple(missing[one.pk]), one.pk in beyond) for one in standing)
        left = tuple(one for one in own if one.status in Contestant.LEFT)
        found[group.contest_id].append(UnitGroup(group, places_held(standing), lines, left))
    return found


@transaction.atomic
def set_unit_order(
    *, unit: Unit, group: Group, contestants: Sequence[int], actor: User, now: datetime, seen: str | None = None
) -> list[Contestant]:
    """Write down a unit's own order of its entries of a group, first to last; by it the quota is counted.

    Refuses (ConflictError) an order made from one that somebody changed since `seen` (order_mark); (ContestRefused)
    one that leaves somebody out, names anybody twice or a stranger, and, except from the office, outside the
    registration's dates.
    """
    contest = _locked_contest(group.contest_id)
    if not can_organise(actor, contest.edition):
        refuse_outside_window(contest, now)
    entries = unit_entries(unit).filter(group=group).select_for_update(of=("self",), no_key=True)
    standing = standing_entries(entries)
    if seen is not None and seen != order_mark(standing):
        raise ConflictError("您打开这一页之后，推荐顺序或名单已有变化，刚才的顺序没有保存。请按现在的名单重新排列。")
    by_pk = {one.pk: one for one in standing}
    if sorted(contestants) != sorted(by_pk):
        raise ContestRefused("推荐顺序须包含本单位本组的每一位，各一次。请刷新页面重新排列。")
    if list(contestants) == [one.pk for one in standing] and all(one.unit_order for one in standing):
        return standing
    ordered = [by_pk[pk] for pk in contestants]
    for place, one in enumerate(ordered, start=1):
        one.unit_order = place
    Contestant.objects.bulk_update(ordered, ["unit_order"])
    payload = {"unit": unit.pk, "group": group.pk, "contestants": list(contestants)}
    record_event(edition=contest.edition, kind="unit_order_set", actor=actor, payload=payload, now=now)
    return ordered


@transaction.atomic
def submit_unit_entries(
    *,
    unit: Unit,
    contest: Contest,
    registrations: Mapping[int, Registration],
    actor: User,
    now: datetime,
    seen: Mapping[int, int] | None = None,
) -> SubmitOutcome:
    """Submit several of a unit's drafts, in the unit's order; those that cannot be are named and stay drafts.

    `registrations` are the drafts as read, by the contestant's number, and `seen` the versions that they were read
    from: what somebody typed since stays, and its entry is named (pitfall 20). Refuses (ContestRefused) an empty
    choice. Who is not this unit's does not count as chosen. Of two coordinators at the same moment the second waits,
    so that exactly as many go through as the quota has places.
    """
    _locked_contest(contest.pk)
    chosen = list(unit_entries(unit).filter(contest=contest, pk__in=registrations))
    if not chosen:
        raise ContestRefused("请先勾选要提交的选手。")
    outcome = SubmitOutcome()
    for one in chosen:
        try:
            done = submit_registration(
                contestant=one,
                registration=registrations[one.pk],
                base_version=one.version if seen is None else seen[one.pk],
                actor=actor,
                now=now,
            )
        except RegistrationRefused as refused:
            outcome.refused.append((one, "".join(message for _, message in refused.faults) or refused.message))
        except DomainError as refused:
            outcome.refused.append((one, refused.message))
        else:
            outcome.done.append(done)
    return outcome


def _locked_contest(pk: int) -> Contest:
    return Contest.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=pk)
