"""A contest's groups with their ages and quotas, and the fields that its registrations are asked."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from accounts.models import User
from contest.exceptions import SettingRefused
from contest.models import ADULT_AGE, Contest, Contestant, Group
from contest.services.ages import Ages, named, refuse_falling_out
from contest.services.fields import OPTIONAL_FIELDS
from core.exceptions import ConflictError
from ledger.services import record_event

OLDEST = 120


@dataclass(frozen=True)
class GroupSettings:
    """What an organiser sets of a group; ages are full years on the first day, None for any."""

    group: int
    title: str
    min_age: int | None
    max_age: int | None
    unit_quota: int | None


@transaction.atomic
def change_groups(
    *, contest: Contest, groups: Sequence[GroupSettings], actor: User, now: datetime, seen: str | None = None
) -> None:
    """Change titles, ages and quotas of a contest's groups, all of them or none.

    Refuses (SettingRefused, field `<group>-<name>`) titles that are empty or the same, ages the wrong way round, ages
    that accepted contestants do not meet or that would make accepted people minors without a guardian's consent, and
    a quota below what a unit has accepted already; people and units are named. `seen` as for change_contest.
    """
    locked = Contest.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=contest.pk)
    if seen is not None and seen != groups_mark(locked):
        raise ConflictError("别人刚刚改过组别。您填写的还在下面，不同之处已标出；核对后再次保存，以您填写的为准。")
    found = {group.pk: group for group in locked.groups.order_by("pk")}
    wanted = [each for each in groups if each.group in found]
    _refuse_shapes(wanted)
    changed = []
    for each in wanted:
        group = found[each.group]
        new = {name: getattr(each, name) for name in ("title", "min_age", "max_age", "unit_quota")}
        names = [name for name, value in new.items() if getattr(group, name) != value]
        if not names:
            continue
        if {"min_age", "max_age"} & set(names):
            _refuse_ages(locked, each)
        if "unit_quota" in names and each.unit_quota is not None:
            _refuse_quota(group, each.unit_quota)
        Group.objects.filter(pk=group.pk).update(**new)
        changed.append({"group": group.pk, "fields": sorted(names)})
    if changed:
        payload = {"contest": locked.pk, "groups": changed}
        record_event(edition=locked.edition, kind="groups_changed", actor=actor, payload=payload, now=now)


@transaction.atomic
def change_asked_fields(*, contest: Contest, fields: Sequence[tuple[str, bool]], actor: User, now: datetime) -> Contest:
    """Choose which fields registrations are asked beyond the fixed ones: code and whether it must be filled in.

    What was filled in stays with the registration, asked for or not. Refuses (SettingRefused) an unknown field.
    """
    locked = Contest.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=contest.pk)
    for code, _ in fields:
        if code not in OPTIONAL_FIELDS:
            raise SettingRefused(f"没有“{code}”这个项目，请从列表中选择。")
    rows = [{"code": code, "required": required} for code, required in dict(fields).items()]
    if rows == locked.asked_fields:
        return locked
    locked.asked_fields = rows
    locked.save(update_fields=["asked_fields"])
    payload = {"contest": locked.pk, "fields": [row["code"] for row in rows]}
    record_event(edition=locked.edition, kind="asked_fields_changed", actor=actor, payload=payload, now=now)
    return locked


def groups_mark(contest: Contest) -> str:
    """A short mark of the groups as a page showed them (pitfall 20)."""
    rows = list(contest.groups.order_by("pk").values_list("pk", "title", "min_age", "max_age", "unit_quota"))
    return sha256(repr(rows).encode()).hexdigest()[:16]


def _refuse_shapes(groups: Sequence[GroupSettings]) -> None:
    titles = Counter(each.title for each in groups)
    for each in groups:
        if not each.title:
            raise SettingRefused("请填写组别的名称。", field=f"{each.group}-title")
        if titles[each.title] > 1:
            raise SettingRefused(f"有两个组别都叫“{each.title}”，请改名。", field=f"{each.group}-title")
        for name in ("min_age", "max_age"):
            age = getattr(each, name)
            if age is not None and age > OLDEST:
                raise SettingRefused(f"年龄最多填 {OLDEST}。", field=f"{each.group}-{name}")
        if each.min_age is not None and each.max_age is not None and each.min_age > each.max_age:
            raise SettingRefused("最大年龄不能小于最小年龄。", field=f"{each.group}-max_age")
        if each.unit_quota == 0:
            raise SettingRefused("名额至少 1 人；不限名额时留空。", field=f"{each.group}-unit_quota")


def _refuse_ages(contest: Contest, wanted: GroupSettings) -> None:
    ages: dict[int, Ages] = {wanted.group: (wanted.min_age, wanted.max_age)}
    refuse_falling_out(contest, ages, contest.first_day, field=f"{wanted.group}-max_age")
    if wanted.max_age is None or wanted.max_age >= ADULT_AGE:
        return
    lacking = Contestant.objects.filter(
        group=wanted.group, status=Contestant.Status.ACCEPTED, guardian_consent_at__isnull=True
    )
    if names := list(lacking.order_by("pk").values_list("name", flat=True)):
        raise SettingRefused(
            f"这样改，本组成为未成年组，而已受理的{named(names)}还没有监护人同意。请先登记同意，再改这里。",
            field=f"{wanted.group}-max_age",
        )


def _refuse_quota(group: Group, quota: int) -> None:
    counted = Contestant.objects.filter(
        group=group, status=Contestant.Status.ACCEPTED, outside_quota=False, unit__isnull=False
    ).values_list("unit__name", flat=True)
    over = [f"{name}（{number} 人）" for name, number in sorted(Counter(counted).items()) if number > quota]
    if over:
        raise SettingRefused(
            f"已受理的人数超过新的名额：{named(over)}。请先把多出的人列为名额外，或保留原来的名额。",
            field=f"{group.pk}-unit_quota",
        )
