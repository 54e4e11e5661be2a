"""What a registration still lacks, and why somebody may not take part (domain.md A4, D4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, FilteredRelation, Q

from contest.models import Contest, Contestant, ExcludedPerson, Group, MaterialRequirement
from contest.services.documents import index_document
from contest.services.fields import asked_fields
from contest.services.registrations import age_faults
from contest.services.typed import typed_values

Status = Contestant.Status
# These hold one of their unit's places; a draft only waits for one.
IN_QUOTA = (Status.SUBMITTED, Status.RETURNED, Status.ACCEPTED)
_FIXED = {
    "name": "姓名",
    "gender": "性别",
    "id_number": "证件号码",
    "birth_date": "出生日期",
    "workplace": "工作单位（学校）",
    "title": "讲解题目",
    "phone": "联系电话",
}
_GUARDIAN = {"guardian_name": "监护人姓名", "guardian_phone": "监护人电话"}
_LAST = 1 << 30
_COMPARED = [
    *("id", "contest_id", "group_id", "unit_id", "id_index", "status"),
    *("channel", "outside_quota", "unit_order", "submitted_at", "created_at"),
]


@dataclass(frozen=True)
class Missing:
    """One thing that a registration lacks; `code` is `unsubmitted`, a field, `guardian_consent` or
    `material.<code>`."""

    code: str
    message: str


@dataclass(frozen=True)
class Ineligible:
    """A reason why somebody may not take part; one that does not block is for a person to look at."""

    code: str
    message: str
    blocks: bool = True


def missing_items(contestant: Contestant) -> list[Missing]:
    """What one registration lacks before it can be accepted."""
    return missing_for([contestant])[contestant.pk]


@dataclass(frozen=True)
class Asked:
    """What contests ask to be handed in, and what was: loaded once for a whole list."""

    requirements: dict[int, list[MaterialRequirement]]
    handed_in: set[tuple[int, int]]


def asked_of(contestants: Sequence[Contestant], *, contests: Iterable[int] = ()) -> Asked:
    """The required materials of these registrations' contests, and which were handed in: one query for both.

    `contests` names contests whose requirements are wanted even though no registration is.
    """
    current = Q(materials__superseded_at__isnull=True, materials__contestant__in=[one.pk for one in contestants])
    rows = (
        MaterialRequirement.objects.filter(contest__in={one.contest_id for one in contestants}.union(contests))
        .filter(required=True)
        .annotate(current=FilteredRelation("materials", condition=current))
        .annotate(handed_in_by=F("current__contestant"))
    )
    found: dict[int, MaterialRequirement] = {}
    handed_in: set[tuple[int, int]] = set()
    for row in rows:
        found.setdefault(row.pk, row)
        if row.handed_in_by is not None:
            handed_in.add((row.handed_in_by, row.pk))
    requirements: dict[int, list[MaterialRequirement]] = {}
    for requirement in found.values():
        requirements.setdefault(requirement.contest_id, []).append(requirement)
    return Asked(requirements, handed_in)


def missing_for(
    contestants: Sequence[Contestant], *, groups: dict[int, Group] | None = None, asked: Asked | None = None
) -> dict[int, list[Missing]]:
    """What each registration lacks, by its number, in a fixed number of queries: fewer where the caller has `groups`
    (by number, with their contest) or `asked` already."""
    groups = _groups_of(contestants) if groups is None else groups
    asked = asked_of(contestants) if asked is None else asked
    return {
        one.pk: [
            *_missing_fields(one, groups[one.group_id]),
            *_missing_materials(one, groups[one.group_id], asked.requirements.get(one.contest_id, []), asked.handed_in),
        ]
        for one in contestants
    }


def eligibility_faults(contestant: Contestant) -> list[Ineligible]:
    """Why one registration may not be accepted, and what a person should look at."""
    return eligibility_for([contestant])[contestant.pk]


def eligibility_for(
    contestants: Sequence[Contestant],
    *,
    groups: dict[int, Group] | None = None,
    missing: dict[int, list[Missing]] | None = None,
) -> dict[int, list[Ineligible]]:
    """Reasons by registration, in a fixed number of queries: two, where the caller has `groups` and `missing` already.

    Codes: `age_group`, `excluded`, `excluded_namesake` (does not block), `over_quota`, `registered_twice`,
    `incomplete`.
    """
    groups = _groups_of(contestants) if groups is None else groups
    missing = missing_for(contestants, groups=groups) if missing is None else missing
    excluded = _excluded_of(contestants)
    beyond, twice = _against_others(contestants, groups)
    return {
        one.pk: [
            *_age(one, groups[one.group_id]),
            *_exclusions(one, excluded.get(one.contest_id, [])),
            *_quota(one, groups[one.group_id], beyond),
            *([Ineligible("registered_twice", "此人已有另一份报名，每人只能报名一次。")] if one.pk in twice else []),
            *_incomplete(missing[one.pk]),
        ]
        for one in contestants
    }


def quota_is_full(group: Group, unit_id: int, *, besides: Contestant | None = None) -> bool:
    """Whether a unit's places in a group are taken by submitted registrations. The contest's row must be locked."""
    if group.unit_quota is None:
        return False
    taken = Contestant.objects.filter(group=group, unit_id=unit_id, status__in=IN_QUOTA, outside_quota=False)
    taken = taken.exclude(channel=Contestant.Channel.INDIVIDUAL)
    if besides is not None:
        taken = taken.exclude(pk=besides.pk)
    return taken.count() >= group.unit_quota


def excluded_awards(contest: Contest, id_index: str) -> list[str]:
    """The earlier awards for which a person may not take part again."""
    found = ExcludedPerson.objects.filter(contest=contest, id_index=id_index)
    return list(found.values_list("award", flat=True))


def exclusion_message(award: str) -> str:
    """The sentence for somebody on the list of former winners."""
    return f"往届获奖者（{award}）按通知不再参加。如登记有误，请联系组委会。"


def _groups_of(contestants: Iterable[Contestant]) -> dict[int, Group]:
    return Group.objects.select_related("contest").in_bulk({one.group_id for one in contestants})


def _missing_fields(contestant: Contestant, group: Group) -> list[Missing]:
    if contestant.id_index is None and contestant.status not in Contestant.LEFT:
        typed = typed_values(contestant)
        values, details = typed, {key.partition(".")[2]: text for key, text in typed.items() if "." in key}
        found = [Missing("unsubmitted", "还没有提交")]
    else:
        values = {name: str(getattr(contestant, name) or "") for name in (*_FIXED, *_GUARDIAN)}
        details = contestant.details or {}
        found = []
        if contestant.typed is not None:
            found.append(Missing("unsubmitted", "修改后还没有提交"))
    wanted = _FIXED | _GUARDIAN if group.needs_guardian else _FIXED
    found += [Missing(name, f"缺{label}") for name, label in wanted.items() if not values.get(name, "").strip()]
    found += [
        Missing(f"details.{asked.spec.code}", f"缺{asked.spec.label}")
        for asked in asked_fields(group.contest)
        if asked.required and not details.get(asked.spec.code, "").strip()
    ]
    if group.needs_guardian and contestant.guardian_consent_at is None:
        found.append(Missing("guardian_consent", "缺监护人同意"))
    return found


def _missing_materials(
    contestant: Contestant,
    group: Group,
    requirements: Iterable[MaterialRequirement],
    handed_in: set[tuple[int, int]],
) -> list[Missing]:
    return [
        Missing(f"material.{each.code}", f"缺材料：{each.title}")
        for each in requirements
        if is_asked_of(each, contestant, group) and (contestant.pk, each.pk) not in handed_in
    ]


def is_asked_of(requirement: MaterialRequirement, contestant: Contestant, group: Group) -> bool:
    """Whether a material is asked of this registration: of everybody, of minors, or of whom a unit sends."""
    if requirement.audience == MaterialRequirement.Audience.MINORS:
        return group.needs_guardian
    if requirement.audience == MaterialRequirement.Audience.UNIT:
        return contestant.unit_id is not None and contestant.channel != Contestant.Channel.INDIVIDUAL
    return True


def _age(contestant: Contestant, group: Group) -> list[Ineligible]:
    if contestant.birth_date is None:
        return []
    return [Ineligible(fault.code, fault.message) for fault in age_faults(group, contestant.birth_date)]


def _excluded_of(contestants: Iterable[Contestant]) -> dict[int, list[ExcludedPerson]]:
    found: dict[int, list[ExcludedPerson]] = {}
    for person in ExcludedPerson.objects.filter(contest__in={one.contest_id for one in contestants}):
        found.setdefault(person.contest_id, []).append(person)
    return found


def _exclusions(contestant: Contestant, people: Iterable[ExcludedPerson]) -> list[Ineligible]:
    found = []
    for person in people:
        if person.id_index and person.id_index == contestant.id_index:
            found.append(Ineligible("excluded", exclusion_message(person.award)))
        elif not person.id_index and contestant.name and person.name == contestant.name:
            message = f"与往届获奖者（{person.award}）同名，名单上没有证件号码，请核对是否同一人。"
            found.append(Ineligible("excluded_namesake", message, blocks=False))
    return found


def _against_others(contestants: Sequence[Contestant], groups: dict[int, Group]) -> tuple[set[int], set[int]]:
    """Who stands behind the last place of the unit, and whose typed number is registered already: one query."""
    limited = {pk for pk, group in groups.items() if group.unit_quota is not None}
    units = {one.unit_id for one in contestants if one.group_id in limited and one.unit_id is not None}
    typed = _typed_persons(contestants)
    wanted = Q()
    if units:
        wanted |= Q(group__in=limited, unit__in=units)
    if typed:
        wanted |= Q(contest__in={key[0] for key in typed}, id_index__in={key[1] for key in typed})
    if not wanted:
        return set(), set()
    rows = list(
        Contestant.objects.filter(wanted, id_index__isnull=False).exclude(status__in=Contestant.LEFT).values(*_COMPARED)
    )
    twice = {pk for row in rows for pk in typed.get((row["contest_id"], row["id_index"]), [])}
    return _beyond_quota([row for row in rows if row["unit_id"] in units], groups), twice


def _beyond_quota(rows: "Iterable[dict[str, Any]]", groups: dict[int, Group]) -> set[int]:
    """Who stands behind the last place of the unit: the accepted first, then by the unit's order, then by time."""
    lines: dict[tuple[int, int], list[tuple[tuple[int, int, datetime, int], int]]] = {}
    for row in rows:
        group = groups.get(row["group_id"])
        if group is None or group.unit_quota is None or row["outside_quota"]:
            continue
        if row["channel"] == Contestant.Channel.INDIVIDUAL:
            continue
        standing = 0 if row["status"] == Status.ACCEPTED else 1 if row["status"] in IN_QUOTA else 2
        order = _LAST if row["unit_order"] is None else row["unit_order"]
        place = (standing, order, row["submitted_at"] or row["created_at"], row["id"])
        lines.setdefault((group.pk, row["unit_id"]), []).append((place, row["id"]))
    found: set[int] = set()
    for (group_id, _), line in lines.items():
        found.update(pk for _, pk in sorted(line)[groups[group_id].unit_quota :])
    return found


def _quota(contestant: Contestant, group: Group, beyond: set[int]) -> list[Ineligible]:
    if contestant.pk not in beyond:
        return []
    message = f"超出单位名额：{group.title}每个单位 {group.unit_quota} 人，按单位的推荐顺序此人排在名额之后。"
    return [Ineligible("over_quota", message)]


def _typed_persons(contestants: Iterable[Contestant]) -> dict[tuple[int, str], list[int]]:
    """Drafts by the person whose number was typed; rows with an index of their own are unique by it."""
    typed: dict[tuple[int, str], list[int]] = {}
    for one in contestants:
        if one.id_index is None and one.status not in Contestant.LEFT:
            values = typed_values(one)
            if number := values.get("id_number", "").strip():
                index = index_document(values.get("id_kind", ""), number)
                typed.setdefault((one.contest_id, index), []).append(one.pk)
    return typed


def _incomplete(missing: Sequence[Missing]) -> list[Ineligible]:
    if not missing:
        return []
    return [Ineligible("incomplete", f"资料不全：{'、'.join(item.message for item in missing)}。")]
