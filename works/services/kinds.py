"""类别 of a selection: added, changed, taken away, and what they ask beyond the fixed fields."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from core.exceptions import ConflictError
from ledger.services import record_event
from scoring.selectors.rules import rules_of
from works.exceptions import SettingRefused, WorkRefused
from works.models import Kind, KindRound, Selection
from works.services.defaults import USUAL_KINDS, KindDefault
from works.services.fields import OPTIONAL_FIELDS
from works.services.selections import CHANGED_SETTINGS, add_usual_kind, lock_selection

MOST = 32_000
_PIXELS = 20_000


@dataclass(frozen=True)
class KindSettings:
    """What an organiser sets of a kind; None is no bound."""

    title: str
    window_from: date | None
    window_to: date | None
    min_seconds: int | None
    max_seconds: int | None
    min_height: int | None
    aspect: str
    most_non_original: Decimal | None
    unit_quota: int | None
    author_quota: int | None
    province_quota: int | None
    reviews_each: int
    is_blind: bool
    paper_copies: int


@transaction.atomic
def change_kind(*, kind: Kind, settings: KindSettings, actor: User, now: datetime, seen: str | None = None) -> Kind:
    """Change what a kind of work must meet; works that are there stay, and their checks follow the new bounds.

    Refuses (SettingRefused, with the field) what cannot be, fewer reviewers than the rules count, and blind or not
    once the review is set up. `seen` (kind_mark) as for change_selection.
    """
    selection = lock_selection(kind.selection)
    row = Kind.objects.select_related("selection__edition", "selection__rulebook").get(pk=kind.pk)
    if seen is not None and seen != kind_mark(row):
        raise ConflictError(CHANGED_SETTINGS)
    _refuse_shape(row, settings)
    _refuse_review(row, settings)
    changed = [each.name for each in fields(settings) if getattr(row, each.name) != getattr(settings, each.name)]
    if changed:
        for name in changed:
            setattr(row, name, getattr(settings, name))
        row.save(update_fields=changed)
        payload = {"selection": selection.pk, "kind": row.pk, "fields": sorted(changed)}
        record_event(edition=selection.edition, kind="work_kind_changed", actor=actor, payload=payload, now=now)
    return row


@transaction.atomic
def add_kind(*, selection: Selection, code: str, form: str, actor: User, now: datetime) -> Kind:
    """A kind for one more group of the rules, with what its form usually asks.

    Refuses (SettingRefused) a form that is not there, a group that the rules do not have, and one that is a kind
    already.
    """
    locked = lock_selection(selection)
    if form not in Kind.Form.values:
        raise SettingRefused("请选择申报表。", field="form")
    titles = dict(free_groups(locked))
    if code not in titles:
        raise SettingRefused("评分细则里没有这一组，或已经是一个类别。请先在评分细则里加上这一组。", field="code")
    usual = next((each for each in USUAL_KINDS.values() if each.form == form), KindDefault(form=form, years=1))
    order = (locked.kinds.aggregate(most=Max("order"))["most"] or 0) + 1
    kind = add_usual_kind(locked, usual, code=code, title=titles[code], order=order)
    payload = {"selection": locked.pk, "kind": kind.pk, "code": code}
    record_event(edition=locked.edition, kind="work_kind_added", actor=actor, payload=payload, now=now)
    return kind


@transaction.atomic
def remove_kind(*, kind: Kind, actor: User, now: datetime) -> None:
    """Take a kind away. Refuses (WorkRefused) one that has works or a review (pitfall 24), and the last one."""
    selection = lock_selection(kind.selection)
    row = Kind.objects.get(pk=kind.pk)
    if count := row.works.count():
        raise WorkRefused(f"“{row.title}”已有 {count} 件作品（含草稿和已撤回的），不能删除。")
    if KindRound.objects.filter(kind=row).exists():
        raise WorkRefused(f"“{row.title}”已经设置评审，不能删除。")
    if selection.kinds.count() < 2:
        raise WorkRefused("至少要有一个类别，不能删除。")
    payload = {"selection": selection.pk, "kind": row.pk, "code": row.code}
    row.file_requirements.all().delete()
    row.delete()
    record_event(edition=selection.edition, kind="work_kind_removed", actor=actor, payload=payload, now=now)


@transaction.atomic
def change_asked_fields(*, kind: Kind, codes: Sequence[tuple[str, bool]], actor: User, now: datetime) -> Kind:
    """Choose what a kind asks beyond the fixed fields: code and whether it must be filled in.

    What was filled in stays with the work, asked for or not. Refuses (SettingRefused) an unknown field.
    """
    selection = lock_selection(kind.selection)
    row = Kind.objects.get(pk=kind.pk)
    for code, _ in codes:
        if code not in OPTIONAL_FIELDS:
            raise SettingRefused(f"没有“{code}”这个项目，请从列表中选择。")
    rows = [{"code": code, "required": required} for code, required in dict(codes).items()]
    if rows != row.asked_fields:
        row.asked_fields = rows
        row.save(update_fields=["asked_fields"])
        payload = {"selection": selection.pk, "kind": row.pk, "fields": [each["code"] for each in rows]}
        record_event(edition=selection.edition, kind="work_fields_changed", actor=actor, payload=payload, now=now)
    return row


def free_groups(selection: Selection) -> list[tuple[str, str]]:
    """Groups of the selection's rules that are no kind yet: code and title."""
    taken = set(selection.kinds.values_list("code", flat=True))
    return [(group.code, group.title) for group in rules_of(selection.rulebook).groups if group.code not in taken]


def settings_of(kind: Kind) -> KindSettings:
    """A kind's settings as they are."""
    return KindSettings(**{each.name: getattr(kind, each.name) for each in fields(KindSettings)})


def kind_mark(kind: Kind) -> str:
    """A short mark of the settings as a page showed them (pitfall 20)."""
    return sha256(repr(settings_of(kind)).encode()).hexdigest()[:16]


def _refuse_shape(kind: Kind, settings: KindSettings) -> None:
    if not settings.title.strip():
        raise SettingRefused("请填写类别的名称。", field="title")
    if Kind.objects.filter(selection=kind.selection, title=settings.title).exclude(pk=kind.pk).exists():
        raise SettingRefused(f"已经有一个类别叫“{settings.title}”，请改名。", field="title")
    if settings.window_from and settings.window_to and settings.window_from > settings.window_to:
        raise SettingRefused("时间范围的结束日不能早于开始日。", field="window_to")
    if settings.min_seconds and settings.max_seconds and settings.min_seconds > settings.max_seconds:
        raise SettingRefused("最长时间不能小于最短时间。", field="max_seconds")
    if settings.min_height is not None and not 1 <= settings.min_height <= _PIXELS:
        raise SettingRefused(f"画面高度请填 1 到 {_PIXELS} 像素，不要求时留空。", field="min_height")
    if settings.aspect and not _is_ratio(settings.aspect):
        raise SettingRefused("画面比例请写成 16:9 这样，不要求时留空。", field="aspect")
    if settings.most_non_original is not None and not 0 <= settings.most_non_original <= 100:
        raise SettingRefused("非原创素材上限请填 0 到 100。", field="most_non_original")
    for name, word in (("unit_quota", "件"), ("author_quota", "件"), ("province_quota", "件")):
        quota = getattr(settings, name)
        if quota is not None and not 1 <= quota <= MOST:
            raise SettingRefused(f"名额至少 1 {word}；不限名额时留空。", field=name)
    if not 0 <= settings.paper_copies <= 100:
        raise SettingRefused("样书份数请填 0 到 100，不收时填 0。", field="paper_copies")


def _refuse_review(kind: Kind, settings: KindSettings) -> None:
    least = rules_of(kind.selection.rulebook).aggregation.min_valid_marks
    if settings.reviews_each < least:
        raise SettingRefused(f"评分细则规定至少 {least} 份有效评分，每件作品的评审人数不能更少。", field="reviews_each")
    if settings.reviews_each > 99:
        raise SettingRefused("每件作品的评审人数最多 99。", field="reviews_each")
    if settings.is_blind != kind.is_blind and KindRound.objects.filter(kind=kind).exists():
        raise SettingRefused("评审已经设置，是否匿名不能再改。", field="is_blind")


def _is_ratio(text: str) -> bool:
    left, colon, right = text.partition(":")
    return bool(colon) and all(part.isascii() and part.isdecimal() and 0 < int(part) < 100 for part in (left, right))
