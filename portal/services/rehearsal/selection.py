"""A works selection as people play it: a call, works by authors, units and the office, returns, and screening."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Unit, User
from accounts.selectors import find_unit
from core.models import Edition
from portal.services.rehearsal.authors import InventedWork
from portal.services.rehearsal.cast import Cast
from portal.services.rehearsal.clock import PlayClock
from portal.services.rehearsal.filming import SECONDS, own_film
from portal.services.rehearsal.papers import paper_for
from works.models import FileRequirement, Kind, Selection, Work, WorkFile
from works.services import (
    accept_works,
    create_selection,
    hand_in_file,
    record_paper_copies,
    return_works,
    save_draft,
    start_work,
    submit_work,
)
from works.services.calls import change_call, publish_call
from works.services.defaults import call_draft
from works.services.screening import QUESTIONS
from works.services.selections import basics_of, change_selection
from works.tasks import read_work_file

RETURNED = "请补交盖章的推荐表。"


@dataclass(frozen=True)
class Makers:
    """Who hands in: a unit's coordinator for that unit, an author by himself; the office for everybody else."""

    coordinator: User | None = None
    unit: Unit | None = None
    author: User | None = None


def stage_selection(*, edition: Edition, title: str, cast: Cast, clock: PlayClock) -> Selection:
    """A selection whose call is public; its films may be small, so that they can be made here."""
    selection = create_selection(edition=edition, title=title, slug="works", actor=cast.organiser, now=clock())
    now = clock()
    basics = replace(
        basics_of(selection),
        opens_at=now - timedelta(days=20),
        closes_at=now.replace(minute=0, second=0, microsecond=0) + timedelta(days=10),
    )
    selection = change_selection(selection=selection, basics=basics, actor=cast.organiser, now=clock())
    FileRequirement.objects.filter(kind__selection=selection).update(min_bytes=1)
    change_call(selection=selection, text=call_draft(selection), actor=cast.organiser, now=clock())
    return publish_call(selection=selection, actor=cast.organiser, now=clock())


def hand_in(*, selection: Selection, one: InventedWork, makers: Makers, cast: Cast, clock: PlayClock) -> Work:
    """Type a work as its makers would, in two goes, bring its files and submit it."""
    work, actor = begin(selection=selection, one=one, makers=makers, cast=cast, clock=clock)
    work = save_draft(work=work, typed={"title": one.title}, seen=work.version, actor=actor, now=clock())
    work = save_draft(work=work, typed=typed_by(one), seen=work.version, actor=actor, now=clock())
    bring_files(work=work, actor=actor, clock=clock)
    return submit_work(work=work, seen=None, actor=actor, now=clock())


def begin(
    *, selection: Selection, one: InventedWork, makers: Makers, cast: Cast, clock: PlayClock
) -> tuple[Work, User]:
    """An empty draft of a work's kind, and who keeps it."""
    kind = selection.kinds.get(code="book" if one.is_book else "video")
    unit = find_unit(one.unit) if one.unit else None
    if unit is not None and unit == makers.unit and makers.coordinator is not None:
        actor, channel, user = makers.coordinator, Work.Channel.UNIT, None
    elif unit is None and makers.author is not None:
        actor, channel, user = makers.author, Work.Channel.INDIVIDUAL, makers.author
    else:
        actor, channel, user = cast.organiser, Work.Channel.OFFICE, None
    work = start_work(kind=kind, channel=channel, user=user, unit=unit, actor=actor, now=clock())
    return work, actor


def typed_by(one: InventedWork) -> dict[str, str]:
    """The work as somebody types it into its form."""
    typed = {
        "title": f"《{one.title}》",
        "contact_name": one.authors[0],
        "phone": one.phone,
        "summary": f"面向公众介绍“{one.title}”，从身边的现象讲起。",
        "reason": "内容科学准确，表达生动。",
        "declared": "yes",
    }
    for place, name in enumerate(one.authors, start=1):
        typed |= {f"authors.{place}.name": name, f"authors.{place}.workplace": one.workplace if place == 1 else ""}
    if one.is_book:
        for place, isbn in enumerate(one.isbns, start=1):
            typed |= {f"volumes.{place}.isbn": f"{isbn[:3]}-{isbn[3:]}", f"volumes.{place}.title": ""}
        return typed | {
            "category": one.category,
            "volumes": str(len(one.isbns)),
            "publisher": "示范科学技术出版社",
            "published_on": f"{one.published_on:%Y年%m月}",
            "workplace": one.workplace,
        }
    return typed | {
        "seconds": f"{SECONDS // 60}′{SECONDS % 60:02d}″",
        "platform": "市融媒体中心",
        "published_on": f"{one.published_on:%Y-%m-%d}",
        "url": f"https://video.example.com/{one.phone}",
        "publisher": one.workplace,
        "non_original_percent": "5%",
        "ai_used": "no",
        "sources": "背景音乐：自有版权。",
        "workplace": one.workplace,
    }


def bring_files(*, work: Work, actor: User, clock: PlayClock, leave_out: Sequence[str] = ()) -> None:
    """Hand in what the kind demands, read at once as the worker would."""
    for each in work.kind.file_requirements.filter(required=True).exclude(code__in=leave_out):
        if "mp4" in each.formats and "pdf" not in each.formats:
            file = SimpleUploadedFile(f"{each.title}.mp4", own_film(f"{work.pk}"))
        else:
            file = paper_for(each.formats, each.title, shade=work.pk, mark=f"{work.pk}-{each.code}")
        kept = hand_in_file(work=work, requirement=each, file=file, actor=actor, now=clock())
        read_work_file(file_id=kept.pk)


def screen(*, selection: Selection, cast: Cast, clock: PlayClock) -> None:
    """One book comes back for its stamped form and is completed; then everything that waits is accepted."""
    waiting = selection.works.filter(status=Work.Status.SUBMITTED)
    first = waiting.filter(kind__form=Kind.Form.BOOK).order_by("pk").first()
    if first is not None:
        give_back(work=first, cast=cast, clock=clock)
        bring_files(work=first, actor=cast.organiser, clock=clock)
        first.refresh_from_db()
        submit_work(work=first, seen=None, actor=cast.organiser, now=clock())
    for kind in selection.kinds.all():
        accept_all(works=list(waiting.filter(kind=kind)), cast=cast, clock=clock)
    for work in selection.works.filter(kind__form=Kind.Form.BOOK, status=Work.Status.ACCEPTED):
        record_paper_copies(work=work, count=5, received_on=clock().date(), note="", actor=cast.organiser, now=clock())


def give_back(*, work: Work, cast: Cast, clock: PlayClock) -> None:
    """退回补正 for the stamped form."""
    now = clock()
    return_works(works=[work], reason=RETURNED, due_at=now + timedelta(days=7), actor=cast.organiser, now=now)


def accept_all(*, works: Sequence[Work], cast: Cast, clock: PlayClock) -> None:
    """受理 of works of one kind, after a person looked at what only a person can see; all must pass."""
    if not works:
        return
    asked = QUESTIONS.get(works[0].kind.form, {})
    outcome = accept_works(works=works, answered=list(asked), actor=cast.organiser, now=clock())
    if len(outcome.done) != len(works):
        raise AssertionError(f"not all works were accepted: {outcome}")


def unread_files(selection: Selection) -> int:
    """How many files of the selection the worker has not read."""
    return WorkFile.objects.filter(work__selection=selection).exclude(reading=WorkFile.Reading.DONE).count()
