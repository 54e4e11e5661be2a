"""A contest: made from a preset or after an earlier one, and changed."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from accounts.models import User
from contest.exceptions import SettingRefused
from contest.models import ConsentText, Contest, Group, MaterialRequirement
from contest.services.ages import refuse_falling_out
from contest.services.defaults import MB, USUAL_FIELDS, USUAL_MATERIALS, usual_consent_text
from contest.services.file_names import file_name_fault
from core.canonical import rfc3339
from core.exceptions import ConflictError
from core.models import Edition
from ledger.services import record_event
from scoring.engine.presets import PRESETS
from scoring.services import create_rulebook

# 少年组 ≤ 16 (含), 成年组 > 16: Henan 2023 (domain.md A4).
AGES: dict[str, tuple[int | None, int | None]] = {"adult": (17, None), "junior": (None, 16)}


@dataclass(frozen=True)
class ContestBasics:
    """What an organiser sets of a contest itself."""

    title: str
    venue: str
    first_day: date
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    individuals_may_register: bool
    file_name_rule: str


@transaction.atomic
def create_contest(
    *,
    edition: Edition,
    title: str,
    slug: str,
    first_day: date,
    preset: str,
    actor: User,
    now: datetime,
    materials: bool = False,
) -> Contest:
    """Make a contest with the preset's rulebook and groups and a consent text; ages count on `first_day`.

    With `materials` it asks for the six that notices usually name, and for a few facts more; without, a workbook of
    registrations lacks nothing. Refuses (ContestRefused) an unknown preset and a slug that the edition has already.
    """
    chosen = PRESETS.get(preset)
    if chosen is None:
        raise SettingRefused("没有这套现成的评分细则，请从列表中选择。", field="preset")
    rules = chosen.build()
    contest = _new_contest(edition, title, slug, first_day, rules.title, rules.as_document(), actor, now)
    for group in rules.groups:
        min_age, max_age = AGES.get(group.code, (None, None))
        Group.objects.create(contest=contest, code=group.code, title=group.title, min_age=min_age, max_age=max_age)
    if materials:
        contest.asked_fields = [{"code": code, "required": False} for code in USUAL_FIELDS]
        contest.save(update_fields=["asked_fields"])
        _ask_for_usual_materials(contest)
    body = usual_consent_text(contest)
    ConsentText.objects.create(contest=contest, version=1, body=body, created_by=actor, created_at=now)
    payload = {"contest": contest.pk, "slug": slug, "preset": preset, "rulebook": contest.rulebook_id}
    record_event(edition=edition, kind="contest_created", actor=actor, payload=payload, now=now)
    return contest


@transaction.atomic
def copy_contest(
    *, source: Contest, edition: Edition, title: str, slug: str, first_day: date, actor: User, now: datetime
) -> Contest:
    """Make a contest that is set up as `source` was: rules, groups, fields, materials, consent and a call to edit.

    Dates, registrations and rounds stay behind; the call's text comes as a draft. Whether the actor may look into
    the source is for the caller. Refuses (ContestRefused) a slug that the edition has already.
    """
    rules = source.rulebook
    contest = _new_contest(edition, title, slug, first_day, rules.title, rules.document, actor, now)
    for name in ("venue", "individuals_may_register", "asked_fields", "file_name_rule", "call_text"):
        setattr(contest, name, getattr(source, name))
    contest.save()
    for group in source.groups.order_by("pk"):
        Group.objects.create(
            contest=contest,
            code=group.code,
            title=group.title,
            min_age=group.min_age,
            max_age=group.max_age,
            unit_quota=group.unit_quota,
        )
    for each in source.material_requirements.all():
        each.pk, each.contest = None, contest
        each.save(force_insert=True)
    last = source.consent_texts.order_by("-version").first()
    body = last.body.replace(source.title, title) if last else usual_consent_text(contest)
    ConsentText.objects.create(contest=contest, version=1, body=body, created_by=actor, created_at=now)
    payload = {"contest": contest.pk, "slug": slug, "source": source.pk, "rulebook": contest.rulebook_id}
    record_event(edition=edition, kind="contest_created", actor=actor, payload=payload, now=now)
    return contest


@transaction.atomic
def change_contest(
    *, contest: Contest, basics: ContestBasics, actor: User, now: datetime, seen: str | None = None
) -> Contest:
    """Change a contest's title, place, dates and rule of names.

    Refuses (SettingRefused, with the field) a registration that ends before it begins, a call in public without
    dates, a rule of names that cannot work, and a first day on which accepted contestants would be of the wrong age;
    they are named. With `seen` (basics_mark) it refuses (ConflictError) what somebody else changed meanwhile.
    """
    locked = _locked(contest)
    if seen is not None and seen != basics_mark(locked):
        raise ConflictError("别人刚刚改过这些设置。您填写的还在下面，不同之处已标出；核对后再次保存，以您填写的为准。")
    _refuse_dates(locked, basics)
    if fault := file_name_fault(basics.file_name_rule):
        raise SettingRefused(fault, field="file_name_rule")
    if basics.first_day != locked.first_day:
        ages = {group.pk: (group.min_age, group.max_age) for group in locked.groups.all()}
        refuse_falling_out(locked, ages, basics.first_day, field="first_day")
    changed = [each.name for each in fields(basics) if getattr(locked, each.name) != getattr(basics, each.name)]
    if not changed:
        return locked
    for name in changed:
        setattr(locked, name, getattr(basics, name))
    locked.save(update_fields=changed)
    payload: dict[str, Any] = {"contest": locked.pk, "fields": sorted(changed)}
    if "registration_closes_at" in changed and locked.registration_closes_at:
        payload["closes_at"] = rfc3339(locked.registration_closes_at)
    record_event(edition=locked.edition, kind="contest_changed", actor=actor, payload=payload, now=now)
    return locked


def basics_of(contest: Contest) -> ContestBasics:
    """The settings as they are."""
    return ContestBasics(**{each.name: getattr(contest, each.name) for each in fields(ContestBasics)})


def basics_mark(contest: Contest) -> str:
    """A short mark of the settings as a page showed them: it tells whether they are still the same (pitfall 20)."""
    return sha256(repr(basics_of(contest)).encode()).hexdigest()[:16]


def _new_contest(
    edition: Edition,
    title: str,
    slug: str,
    first_day: date,
    rules_title: str,
    document: dict[str, Any],
    actor: User,
    now: datetime,
) -> Contest:
    if Contest.objects.filter(edition=edition, slug=slug).exists():
        raise SettingRefused(f"本届已有网址代号为“{slug}”的比赛，请换一个代号。", field="slug")
    rulebook = create_rulebook(edition=edition, code=slug, title=rules_title, document=document, actor=actor, now=now)
    return Contest.objects.create(edition=edition, title=title, slug=slug, first_day=first_day, rulebook=rulebook)


def _ask_for_usual_materials(contest: Contest) -> None:
    MaterialRequirement.objects.bulk_create(
        MaterialRequirement(
            contest=contest,
            code=each.code,
            title=each.title,
            hint=each.hint,
            formats=list(each.formats),
            max_bytes=each.megabytes * MB,
            required=each.required,
            audience=each.audience,
            order=place,
        )
        for place, each in enumerate(USUAL_MATERIALS, start=1)
    )


def _locked(contest: Contest) -> Contest:
    return Contest.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=contest.pk)


def _refuse_dates(contest: Contest, basics: ContestBasics) -> None:
    opens, closes = basics.registration_opens_at, basics.registration_closes_at
    if opens and closes and opens >= closes:
        raise SettingRefused("报名截止须晚于报名开始。", field="registration_closes_at")
    if contest.call_published_at is None:
        return
    for field, value, word in (("registration_opens_at", opens, "开始"), ("registration_closes_at", closes, "截止")):
        if value is None:
            raise SettingRefused(f"通知已经发布，报名{word}时间不能留空。", field=field)
