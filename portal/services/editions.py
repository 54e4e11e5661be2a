"""An edition's own settings and its state."""

from dataclasses import dataclass, fields
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from accounts.models import User
from core.exceptions import ConflictError
from core.models import Edition
from core.text.characters import find_bad_characters
from ledger.services import record_event
from portal.exceptions import EditionRefused
from portal.selectors.editions import closing_blockers

MOST_PUBLICITY_DAYS = 30
State = Edition.State
MOVES = {State.PREPARING: {State.RUNNING}, State.RUNNING: {State.CLOSED}, State.CLOSED: {State.RUNNING}}
_WORDS = {"title": ("名称", 80), "theme": ("主题", 120), "organiser_name": ("主办单位", 120)}


@dataclass(frozen=True)
class EditionDetails:
    """What an organiser sets of an edition; `publicity_days` are working days, what new results begin with."""

    title: str
    theme: str
    organiser_name: str
    supervision_phone: str
    publicity_days: int


def details_of(edition: Edition) -> EditionDetails:
    """The settings as they are."""
    return EditionDetails(**{each.name: getattr(edition, each.name) for each in fields(EditionDetails)})


def details_mark(edition: Edition) -> str:
    """A short mark of the settings as a page showed them (pitfall 20)."""
    return sha256(repr(details_of(edition)).encode()).hexdigest()[:16]


@transaction.atomic
def change_edition(
    *, edition: Edition, details: EditionDetails, seen: str | None = None, actor: User, now: datetime
) -> Edition:
    """Change an edition's name, theme, organiser, telephone and the days of 公示 that new results begin with.

    Results that exist keep theirs. Refuses (EditionRefused, with the field) an empty name or organiser, what is too
    long or cannot be printed, days outside 0 to 30, and (ConflictError) what somebody changed since `seen`.
    """
    locked = Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    if seen is not None and seen != details_mark(locked):
        raise ConflictError("别人刚刚改过这些设置，没有保存。您填写的还在下面；核对后再次保存，以您填写的为准。")
    _check(details)
    changed = [each.name for each in fields(details) if getattr(locked, each.name) != getattr(details, each.name)]
    if not changed:
        return locked
    for name in changed:
        setattr(locked, name, getattr(details, name))
    locked.save(update_fields=changed)
    payload: dict[str, object] = {"fields": sorted(changed)}
    if "publicity_days" in changed:
        payload["publicity_days"] = locked.publicity_days
    record_event(edition=locked, kind="edition_changed", actor=actor, payload=payload, now=now)
    return locked


@transaction.atomic
def set_edition_state(*, edition: Edition, state: str, actor: User, now: datetime) -> Edition:
    """Begin, close or reopen an edition. Refuses (EditionRefused) a state that does not follow, and closing while
    `closing_blockers` names something."""
    locked = Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    if state not in MOVES[State(locked.state)]:
        raise EditionRefused(f"本届现在是“{locked.get_state_display()}”，不能这样改，请刷新页面。")
    if state == State.CLOSED and (left := closing_blockers(locked)):
        raise EditionRefused("还不能结束：" + "；".join(left) + "。")
    before, locked.state = locked.state, state
    locked.save(update_fields=["state"])
    payload = {"from": before, "to": state}
    record_event(edition=locked, kind="edition_state_changed", actor=actor, payload=payload, now=now)
    return locked


def _check(details: EditionDetails) -> None:
    for name, (word, most) in _WORDS.items():
        text = getattr(details, name)
        if not text.strip() and name != "theme":
            raise EditionRefused(f"请填写{word}。", field=name)
        if len(text) > most:
            raise EditionRefused(f"{word}最多 {most} 个字。", field=name)
        if find_bad_characters(text):
            raise EditionRefused(f"{word}里有不能打印的字符，请改写。", field=name)
    if len(details.supervision_phone) > 40:
        raise EditionRefused("监督电话最多 40 个字。", field="supervision_phone")
    if not 0 <= details.publicity_days <= MOST_PUBLICITY_DAYS:
        raise EditionRefused(f"公示期请填 0 到 {MOST_PUBLICITY_DAYS} 个工作日。", field="publicity_days")
