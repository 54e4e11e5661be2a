"""Rulebooks and panels for the next edition."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from core.models import Edition
from scoring.models import Panel, Rulebook
from scoring.services.panels import add_seat, create_panel
from scoring.services.rulebooks import create_rulebook


def newest_rulebooks(edition: Edition) -> list[Rulebook]:
    """The newest version of each of an edition's rulebooks, by code."""
    found = {each.code: each for each in Rulebook.objects.filter(edition=edition).order_by("code", "version")}
    return list(found.values())


def copy_rulebooks(
    *, source: Edition, edition: Edition, codes: Iterable[str], actor: User, now: datetime
) -> dict[str, Rulebook]:
    """The newest version of each as first version of the same code; the rules by code."""
    wanted = set(codes)
    return {
        each.code: create_rulebook(
            edition=edition, code=each.code, title=each.title, document=each.document, actor=actor, now=now
        )
        for each in newest_rulebooks(source)
        if each.code in wanted
    }


def copy_panel(*, panel: Panel, edition: Edition, with_seats: bool, actor: User, now: datetime) -> Panel:
    """A panel of the same name; with its seats only where that is wanted: judges, their units, the chair.

    Nobody's role and no sign-in code is copied: whoever is to judge is given the role in the new edition.
    """
    copy = create_panel(edition=edition, title=panel.title)
    if with_seats:
        for seat in panel.seats.filter(removed_at=None).select_related("judge", "unit").order_by("number"):
            add_seat(panel=copy, judge=seat.judge, unit=seat.unit, is_chair=seat.is_chair, actor=actor, now=now)
    return copy
