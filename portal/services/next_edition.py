"""Next year's edition, made from this one; of this one nothing changes."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Role, User
from accounts.services import grant_role
from certificates.models import Layout
from certificates.services.next_edition import copy_layouts, newest_layouts
from contest.models import Contest
from contest.services.next_edition import copy_contest_setup
from core.models import Edition
from core.text.characters import find_bad_characters
from ledger.services import record_event
from notices.models import Notice
from notices.services import create_notice
from outbox.models import MessageTemplate
from outbox.services import copy_templates
from portal.exceptions import EditionRefused
from scoring.models import Panel, Rulebook
from scoring.services.next_edition import copy_panel, copy_rulebooks, newest_rulebooks
from works.models import Selection
from works.services.next_edition import copy_selection_setup


@dataclass(frozen=True)
class Copyable:
    """What of an edition another one can begin with; seats are copied with a panel where that is wanted."""

    rulebooks: tuple[Rulebook, ...]
    contests: tuple[Contest, ...]
    selections: tuple[Selection, ...]
    panels: tuple[Panel, ...]
    layouts: tuple[Layout, ...]
    notices: tuple[Notice, ...]
    messages: int  # how many kinds of message have words of the edition's own


@dataclass(frozen=True)
class Chosen:
    """What an organiser wants copied: rows by key, rulebooks and layouts by code."""

    rulebooks: frozenset[str] = frozenset()
    contests: frozenset[int] = frozenset()
    selections: frozenset[int] = frozenset()
    panels: frozenset[int] = frozenset()
    seats: frozenset[int] = frozenset()  # panels whose seats come along
    layouts: frozenset[str] = frozenset()
    notices: frozenset[int] = frozenset()
    messages: bool = False


def copyable(edition: Edition) -> Copyable:
    """All that can be copied, in eight queries; of notices the calls that were not withdrawn."""
    calls = Notice.objects.filter(edition=edition, kind=Notice.Kind.CALL).exclude(state=Notice.State.WITHDRAWN)
    return Copyable(
        rulebooks=tuple(newest_rulebooks(edition)),
        contests=tuple(edition.contests.select_related("edition", "rulebook").order_by("pk")),
        selections=tuple(edition.selections.select_related("edition", "rulebook").order_by("pk")),
        panels=tuple(edition.panels.order_by("pk").prefetch_related("seats")),
        layouts=tuple(newest_layouts(edition)),
        notices=tuple(calls.order_by("pk")),
        messages=MessageTemplate.objects.filter(edition=edition).count(),
    )


@transaction.atomic
def create_next_edition(
    *, source: Edition, year: int, title: str, slug: str, chosen: Chosen, actor: User, now: datetime
) -> Edition:
    """An edition in preparation with what was chosen of `source`; the actor organises it.

    Rulebooks that a chosen contest or selection uses come along whether they were chosen or not, in their newest
    version as version 1. Dates are empty, calls are drafts, nobody's role or code is copied; units belong to no one.
    A copy of a rehearsal is a rehearsal. Refuses (EditionRefused, with the field) a slug or a title that is taken, an
    empty title, and a year that is not after the source's.
    """
    source = Edition.objects.select_for_update(no_key=True).get(pk=source.pk)
    title = title.strip()
    _refuse(source, year, title, slug)
    edition = _new_edition(source, year, title, slug, now)
    grant_role(user=actor, edition=edition, role=Role.ORGANISER, actor=actor, now=now)
    found = copyable(source)
    counts = _copy(found, chosen, source, edition, actor, now)
    payload = {"source": source.pk, "year": year, "copied": counts}
    record_event(edition=edition, kind="edition_created", actor=actor, payload=payload, now=now)
    return edition


def _refuse(source: Edition, year: int, title: str, slug: str) -> None:
    if not title:
        raise EditionRefused("请填写名称。", field="title")
    if find_bad_characters(title):
        raise EditionRefused("名称里有不能打印的字符，请改写。", field="title")
    if year <= source.year:
        raise EditionRefused(f"年份须在 {source.year} 年之后。", field="year")
    if Edition.objects.filter(title=title).exists():
        raise EditionRefused(f"已有名为“{title}”的届次，请换一个名称。", field="title")


def _new_edition(source: Edition, year: int, title: str, slug: str, now: datetime) -> Edition:
    values = {
        "title": title,
        "year": year,
        "organiser_name": source.organiser_name,
        "supervision_phone": source.supervision_phone,
        "publicity_days": source.publicity_days,
        "is_rehearsal": source.is_rehearsal,
        "created_at": now,
    }
    edition, is_new = Edition.objects.get_or_create(slug=slug, defaults=values)
    if not is_new:  # two who press the button at once are told so, too
        raise EditionRefused(f"已有网址代号为“{slug}”的届次，请换一个代号。", field="slug")
    return edition


def _copy(
    found: Copyable, chosen: Chosen, source: Edition, edition: Edition, actor: User, now: datetime
) -> dict[str, int]:
    """Copy what was chosen; how many of each."""
    contests = [each for each in found.contests if each.pk in chosen.contests]
    selections = [each for each in found.selections if each.pk in chosen.selections]
    used = {each.rulebook.code for each in contests} | {each.rulebook.code for each in selections}
    rulebooks = copy_rulebooks(source=source, edition=edition, codes=chosen.rulebooks | used, actor=actor, now=now)
    for contest in contests:
        copy_contest_setup(source=contest, edition=edition, rulebooks=rulebooks, actor=actor, now=now)
    for selection in selections:
        copy_selection_setup(source=selection, edition=edition, rulebooks=rulebooks)
    panels = [each for each in found.panels if each.pk in chosen.panels | chosen.seats]
    for panel in panels:
        copy_panel(panel=panel, edition=edition, with_seats=panel.pk in chosen.seats, actor=actor, now=now)
    layouts = copy_layouts(source=source, edition=edition, codes=chosen.layouts, actor=actor, now=now)
    notices = [each for each in found.notices if each.pk in chosen.notices]
    for notice in notices:
        _draft_call(notice, source, edition, actor, now)
    messages = copy_templates(source=source, edition=edition, actor=actor, now=now) if chosen.messages else 0
    copied = {"rulebooks": rulebooks, "contests": contests, "selections": selections, "panels": panels}
    copied |= {"layouts": layouts, "notices": notices}
    return {**{name: len(rows) for name, rows in copied.items()}, "messages": messages}


def _draft_call(notice: Notice, source: Edition, edition: Edition, actor: User, now: datetime) -> None:
    """The call as a draft dated today, without its number and files; its title names the new year."""
    create_notice(
        edition=edition,
        kind=Notice.Kind.CALL,
        title=notice.title.replace(str(source.year), str(edition.year)),
        body=notice.body,
        addressees=notice.addressees,
        signed_by=notice.signed_by,
        dated=timezone.localdate(now),
        actor=actor,
        now=now,
    )
