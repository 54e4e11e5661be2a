"""A selection: made from a preset, and changed."""

from dataclasses import dataclass, fields
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from core.canonical import rfc3339
from core.exceptions import ConflictError
from core.models import Edition
from ledger.services import record_event
from scoring.engine.presets import PRESETS
from scoring.models import Rulebook
from scoring.services import create_rulebook
from works.exceptions import SettingRefused
from works.models import Author, FileRequirement, Kind, Selection, Work
from works.services.defaults import MB, USUAL_KINDS, KindDefault, usual_window
from works.services.file_names import file_name_fault

MOST_GRACE = 24 * 60
MOST_AUTHORS = 50
CHANGED_SETTINGS = "别人刚刚改过这些设置。您填写的还在下面，不同之处已标出；核对后再次保存，以您填写的为准。"


@transaction.atomic
def create_selection(
    *, edition: Edition, title: str, slug: str, preset: str = "works", actor: User, now: datetime
) -> Selection:
    """Make a selection with the preset's rulebook, a kind for each of its groups, and what those usually ask for.

    Refuses (SettingRefused) a set of rules that is not there or has a group that is neither book nor video, and a
    slug that the edition has already.
    """
    chosen = PRESETS.get(preset)
    if chosen is None:
        raise SettingRefused("没有这套现成的评分细则，请从列表中选择。", field="preset")
    rules = chosen.build()
    if unfit := [group.title for group in rules.groups if group.code not in USUAL_KINDS]:
        raise SettingRefused(f"这套评分细则不是用于作品的：“{unfit[0]}”不是作品类别，请另选。", field="preset")
    if Selection.objects.filter(edition=edition, slug=slug).exists():
        raise SettingRefused(f"本届已有网址代号为“{slug}”的评选，请换一个代号。", field="slug")
    if Rulebook.objects.filter(edition=edition, code=slug).exists():
        raise SettingRefused(f"本届已有代号为“{slug}”的评分细则，请给评选换一个代号。", field="slug")
    rulebook = create_rulebook(
        edition=edition, code=slug, title=rules.title, document=rules.as_document(), actor=actor, now=now
    )
    selection = Selection.objects.create(edition=edition, title=title, slug=slug, rulebook=rulebook)
    for order, group in enumerate(rules.groups, start=1):
        add_usual_kind(selection, USUAL_KINDS[group.code], code=group.code, title=group.title, order=order)
    payload = {"selection": selection.pk, "slug": slug, "preset": preset, "rulebook": rulebook.pk}
    record_event(edition=edition, kind="selection_created", actor=actor, payload=payload, now=now)
    return selection


def add_usual_kind(selection: Selection, usual: KindDefault, *, code: str, title: str, order: int) -> Kind:
    """A kind with the limits and files that such a kind usually has."""
    window_from, window_to = usual_window(usual.years, selection.edition.year)
    kind = Kind.objects.create(
        selection=selection,
        code=code,
        title=title,
        form=usual.form,
        order=order,
        window_from=window_from,
        window_to=window_to,
        asked_fields=[{"code": code, "required": False} for code in usual.asked],
        **usual.limits,
    )
    FileRequirement.objects.bulk_create(
        FileRequirement(
            kind=kind,
            code=each.code,
            title=each.title,
            hint=each.hint,
            role=each.role,
            formats=list(each.formats),
            min_bytes=max(1, each.least * MB),
            max_bytes=each.most * MB,
            required=each.required,
            or_link=each.or_link,
            shown_to_reviewers=each.shown_to_reviewers,
            order=place,
        )
        for place, each in enumerate(usual.files, start=1)
    )
    return kind


@dataclass(frozen=True)
class SelectionBasics:
    """What an organiser sets of a selection itself."""

    title: str
    opens_at: datetime | None
    closes_at: datetime | None
    grace_minutes: int
    individuals_may_submit: bool
    most_authors: int
    file_name_rule: str


@transaction.atomic
def change_selection(
    *, selection: Selection, basics: SelectionBasics, actor: User, now: datetime, seen: str | None = None
) -> Selection:
    """Change a selection's title, dates, grace, who may hand in, and rule of names.

    Refuses (SettingRefused, with the field) a closing that is not after the opening, a call in public without dates,
    a grace of more than a day, no author or fewer than a work already has, and a rule of names that cannot work. With
    `seen` (basics_mark) it refuses (ConflictError) what somebody else changed meanwhile (pitfall 20).
    """
    locked = lock_selection(selection)
    if seen is not None and seen != basics_mark(locked):
        raise ConflictError(CHANGED_SETTINGS)
    _refuse_basics(locked, basics)
    changed = [each.name for each in fields(basics) if getattr(locked, each.name) != getattr(basics, each.name)]
    if not changed:
        return locked
    for name in changed:
        setattr(locked, name, getattr(basics, name))
    locked.save(update_fields=changed)
    payload: dict[str, Any] = {"selection": locked.pk, "fields": sorted(changed)}
    if "closes_at" in changed and locked.closes_at:
        payload["closes_at"] = rfc3339(locked.closes_at)
    record_event(edition=locked.edition, kind="selection_changed", actor=actor, payload=payload, now=now)
    return locked


def lock_selection(selection: Selection) -> Selection:
    """The selection's row serialises every change of its set-up."""
    return Selection.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=selection.pk)


def basics_of(selection: Selection) -> SelectionBasics:
    """The settings as they are."""
    return SelectionBasics(**{each.name: getattr(selection, each.name) for each in fields(SelectionBasics)})


def basics_mark(selection: Selection) -> str:
    """A short mark of the settings as a page showed them: it tells whether they are still the same (pitfall 20)."""
    return sha256(repr(basics_of(selection)).encode()).hexdigest()[:16]


def _refuse_basics(selection: Selection, basics: SelectionBasics) -> None:
    if not basics.title.strip():
        raise SettingRefused("请填写名称。", field="title")
    if basics.opens_at and basics.closes_at and basics.opens_at >= basics.closes_at:
        raise SettingRefused("申报截止须晚于申报开始。", field="closes_at")
    if selection.call_published_at is not None:
        for field, value, word in (("opens_at", basics.opens_at, "开始"), ("closes_at", basics.closes_at, "截止")):
            if value is None:
                raise SettingRefused(f"通知已经发布，申报{word}时间不能留空。", field=field)
    if not 0 <= basics.grace_minutes <= MOST_GRACE:
        raise SettingRefused(f"延续时间请填 0 到 {MOST_GRACE} 分钟。", field="grace_minutes")
    if not 1 <= basics.most_authors <= MOST_AUTHORS:
        raise SettingRefused(f"作者人数上限请填 1 到 {MOST_AUTHORS}。", field="most_authors")
    staying = Author.objects.filter(work__selection=selection).exclude(work__status__in=Work.LEFT)
    most = staying.aggregate(most=Max("place"))["most"] or 0
    if basics.most_authors < min(most, selection.most_authors):
        raise SettingRefused(f"已有作品署了 {most} 位作者，上限不能更小。", field="most_authors")
    if fault := file_name_fault(basics.file_name_rule):
        raise SettingRefused(fault, field="file_name_rule")
