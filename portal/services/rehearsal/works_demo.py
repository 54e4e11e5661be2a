"""The demo's works selection: films in the middle of their review, books that still come in and are screened."""

import random
from dataclasses import replace
from datetime import timedelta

from accounts.models import User
from accounts.selectors import find_unit
from accounts.services import create_user
from core.models import Edition
from portal.services.rehearsal.authors import InventedWork, invent_works
from portal.services.rehearsal.cast import DEMO_PASSWORD, Cast, seat_panel
from portal.services.rehearsal.clock import PlayClock
from portal.services.rehearsal.people import UNITS
from portal.services.rehearsal.reviewing import mark_kind
from portal.services.rehearsal.selection import (
    Makers,
    accept_all,
    begin,
    bring_files,
    give_back,
    hand_in,
    stage_selection,
    typed_by,
)
from works.models import Selection, Work
from works.services import record_paper_copies, save_draft

TITLE = "2026 年优秀科普作品评选"
AUTHOR_NAME, AUTHOR_MAIL = "苏知微", "author@demo.invalid"
WORKS = 14
UNMARKED = {"V05", "V06"}  # nobody has reviewed them yet
SEED = 14


def stage_demo_selection(*, edition: Edition, cast: Cast, clock: PlayClock) -> Selection:
    """Seven films of which six are in review and one waits; seven books, from a bare draft to an accepted one."""
    rng = random.Random(SEED)  # noqa: S311 - invented works
    selection = stage_selection(edition=edition, title=TITLE, cast=cast, clock=clock)
    makers = _makers()
    assert makers.author is not None
    invented = invent_works(rng, count=WORKS, year=edition.year)
    books = [_placed(one, place, makers) for place, one in enumerate(invented[0::2])]
    films = [_placed(one, place, makers) for place, one in enumerate(invented[1::2])]
    sent = [hand_in(selection=selection, one=one, makers=makers, cast=cast, clock=clock) for one in films]
    accept_all(works=sent[:6], cast=cast, clock=clock)
    _hand_in_books(selection, books, makers, cast, clock)
    panel = seat_panel(edition=edition, title="作品评审组", cast=cast, now=clock())
    video = selection.kinds.get(code="video")
    mark_kind(kind=video, panel=panel, rng=rng, cast=cast, clock=clock, unmarked=UNMARKED)
    return selection


def _makers() -> Makers:
    """The demo's author, and the coordinator of the second contest with her unit."""
    author = create_user(name=AUTHOR_NAME, email=AUTHOR_MAIL, phone="19900030099", password=DEMO_PASSWORD)
    coordinator = User.objects.filter(email="coordinator@demo.invalid").first()
    return Makers(coordinator=coordinator, unit=find_unit(UNITS[0]), author=author)


def _placed(one: InventedWork, place: int, makers: Makers) -> InventedWork:
    """Every third is the unit's, the next one the author's, the rest as invented."""
    assert makers.unit is not None
    unit = {0: makers.unit.name, 1: ""}.get(place % 3, one.unit or UNITS[5])
    authors = (AUTHOR_NAME, *one.authors[1:]) if not unit else one.authors
    return replace(one, authors=authors, unit=unit, workplace=unit or "自由撰稿人")


def _hand_in_books(
    selection: Selection, books: list[InventedWork], makers: Makers, cast: Cast, clock: PlayClock
) -> None:
    """Accepted with its paper copies, returned, waiting twice, without files twice, and a bare draft."""
    whole = [hand_in(selection=selection, one=one, makers=makers, cast=cast, clock=clock) for one in books[:4]]
    accept_all(works=whole[:1], cast=cast, clock=clock)
    received = clock().date() - timedelta(days=1)
    record_paper_copies(work=whole[0], count=5, received_on=received, actor=cast.organiser, now=clock())
    give_back(work=whole[1], cast=cast, clock=clock)
    for one in books[4:6]:
        _draft(selection, one, makers, cast, clock, leave_out=("form", "sample"))
    work, actor = begin(selection=selection, one=books[6], makers=makers, cast=cast, clock=clock)
    save_draft(work=work, typed={"title": books[6].title}, seen=work.version, actor=actor, now=clock())


def _draft(
    selection: Selection, one: InventedWork, makers: Makers, cast: Cast, clock: PlayClock, *, leave_out: tuple[str, ...]
) -> Work:
    """Typed whole, some of its files not there yet."""
    work, actor = begin(selection=selection, one=one, makers=makers, cast=cast, clock=clock)
    work = save_draft(work=work, typed=typed_by(one), seen=work.version, actor=actor, now=clock())
    bring_files(work=work, actor=actor, clock=clock, leave_out=leave_out)
    return work
