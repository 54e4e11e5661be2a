"""推荐单位: a unit's own order of its works, and many of them submitted at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from accounts.models import Unit, User
from core.exceptions import ConflictError, DomainError
from ledger.services import record_event
from works.exceptions import WorkFaulty, WorkRefused
from works.models import Kind, Selection, Work
from works.permissions import can_manage_selection
from works.services.drafts import locked_selection, save_draft
from works.services.missing import Missing, missing_for
from works.services.places import beyond_quota, counts_for_unit, order_mark, places_held, standing_works, unit_works
from works.services.submissions import submit_work
from works.services.typed import typed_values
from works.services.window import refuse_outside_window


@dataclass(frozen=True)
class UnitLine:
    """A work of a unit: what it lacks, whether it stands behind the unit's last place, whether its author sent it."""

    work: Work
    missing: tuple[Missing, ...]
    is_beyond: bool

    @property
    def is_authors_own(self) -> bool:
        return self.work.channel == Work.Channel.INDIVIDUAL

    @property
    def waits_for_place(self) -> bool:
        """An author's own work that the unit has not taken into its order yet."""
        return not counts_for_unit(self.work)

    @property
    def missing_words(self) -> str:
        """What it lacks in one line; that a draft is not submitted its status says already."""
        facts = [item for item in self.missing if item.code != "unsubmitted"]
        fields = [item.message.removeprefix("缺") for item in facts if not item.code.startswith("file.")]
        files = [item.message.removeprefix("缺材料：") for item in facts if item.code.startswith("file.")]
        parts = ["缺" + "、".join(fields)] if fields else []
        return "；".join([*parts, "缺材料：" + "、".join(files)] if files else parts)


@dataclass(frozen=True)
class UnitKind:
    """A kind as one unit sees it: its places and its works in the unit's order, those that left last."""

    kind: Kind
    held: int
    lines: tuple[UnitLine, ...]
    left: tuple[Work, ...]


@dataclass(frozen=True)
class SubmitOutcome:
    """Which works were submitted, and which could not be, with the reason."""

    done: list[Work] = field(default_factory=list)
    refused: list[tuple[Work, str]] = field(default_factory=list)


def unit_kinds(unit: Unit, selections: Sequence[Selection]) -> dict[int, list[UnitKind]]:
    """The kinds of each selection with a unit's works, by the selection's number, in a fixed number of queries."""
    works = list(unit_works(unit).filter(selection__in=selections))
    missing = missing_for(works)
    by_kind: dict[int, list[Work]] = {}
    for one in works:
        by_kind.setdefault(one.kind_id, []).append(one)
    found: dict[int, list[UnitKind]] = {selection.pk: [] for selection in selections}
    for kind in Kind.objects.filter(selection__in=selections).select_related("selection").order_by("order", "pk"):
        own = by_kind.get(kind.pk, [])
        beyond, standing = beyond_quota(kind, own), standing_works(own)
        lines = tuple(UnitLine(one, tuple(missing[one.pk]), one.pk in beyond) for one in standing)
        left = tuple(one for one in own if one.status in Work.LEFT)
        found[kind.selection_id].append(UnitKind(kind, places_held(standing), lines, left))
    return found


@transaction.atomic
def set_unit_order(
    *, unit: Unit, kind: Kind, works: Sequence[int], actor: User, now: datetime, seen: str | None = None
) -> list[Work]:
    """Write down a unit's own order of its works of a kind, first to last; by it the quota is counted.

    Refuses (ConflictError) an order made from one that somebody changed since `seen` (order_mark); (WorkRefused) one
    that leaves a work out, names one twice or a stranger's, and, except from the office, outside the dates.
    """
    selection = locked_selection(kind.selection_id)
    if not can_manage_selection(actor, selection.edition):
        refuse_outside_window(selection, now)
    rows = unit_works(unit).filter(kind=kind).select_for_update(of=("self",), no_key=True)
    standing = standing_works(rows)
    if seen is not None and seen != order_mark(standing):
        raise ConflictError("您打开这一页之后，推荐顺序或名单已有变化，刚才的顺序没有保存。请按现在的名单重新排列。")
    by_pk = {one.pk: one for one in standing}
    if sorted(works) != sorted(by_pk):
        raise WorkRefused("推荐顺序须包含本单位这一类的每一件作品，各一次。请刷新页面重新排列。")
    if list(works) == [one.pk for one in standing] and all(one.unit_order for one in standing):
        return standing
    ordered = [by_pk[pk] for pk in works]
    for place, one in enumerate(ordered, start=1):
        one.unit_order = place
    Work.objects.bulk_update(ordered, ["unit_order"])
    payload = {"unit": unit.pk, "kind": kind.pk, "works": list(works)}
    record_event(edition=selection.edition, kind="work_unit_order_set", actor=actor, payload=payload, now=now)
    return ordered


@transaction.atomic
def submit_unit_works(
    *,
    unit: Unit,
    selection: Selection,
    works: Mapping[int, int],
    declared: bool = False,
    actor: User,
    now: datetime,
) -> SubmitOutcome:
    """Submit several of a unit's drafts, in the unit's order; those that cannot be are named and stay drafts.

    `declared`: the coordinator states for all of them that their authors have made the declaration.

    `works` are the versions that the page showed, by the work's number: what somebody typed since stays, and its work
    is named (pitfall 20). Refuses (WorkRefused) an empty choice. What is not this unit's own does not count as chosen.
    Of two coordinators at the same moment the second waits, so that exactly as many go through as there are places.
    """
    locked_selection(selection.pk)
    chosen = unit_works(unit).filter(selection=selection, pk__in=works).exclude(channel=Work.Channel.INDIVIDUAL)
    found = list(chosen)
    if not found:
        raise WorkRefused("请先勾选要提交的作品。")
    outcome = SubmitOutcome()
    for one in found:
        try:
            seen = works[one.pk]
            if declared:
                typed = typed_values(one) | {"declared": "yes"}
                seen = save_draft(work=one, typed=typed, seen=seen, actor=actor, now=now).version
            done = submit_work(work=one, seen=seen, actor=actor, now=now)
        except WorkFaulty as refused:
            messages = "".join(dict.fromkeys(fault.message for fault in refused.faults))
            outcome.refused.append((one, messages or refused.message))
        except DomainError as refused:
            outcome.refused.append((one, refused.message))
        else:
            outcome.done.append(done)
    return outcome
