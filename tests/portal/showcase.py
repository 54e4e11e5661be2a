"""Fixtures of the public front doors: books and films on a published list, with what the gallery may show of them.

Ten works of a kind win one 一等奖, two 二等奖 and three 三等奖; four win nothing. Their first author is 苏作者.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest
from django.conf import settings

from results.models import Result, Roster
from results.services import confirm_result, publish_result
from scoring.models import Entry, Round
from tests.core.canaries import film_with_canaries, jpeg_with_canaries
from tests.works.desk import add_file, author, book, make_work, selection, unit, video  # noqa: F401 (fixtures)
from tests.works.jury import accepted, locked, make_panel, opened, set_up  # noqa: F401 (fixtures)
from works.models import Admission, Work, WorkFile
from works.services.declaration import NEWEST
from works.services.outcomes import propose_kind_result
from works.tasks import make_show_copy


@pytest.fixture
def publish(organiser, supervisor, now):
    """Return a function: the result of a locked round of works, confirmed by another account and public."""

    def do(round: Round) -> Result:
        roster = propose_kind_result(round=round, actor=organiser, now=now)
        confirm_result(roster=roster, actor=supervisor, now=now)
        publish_result(result=roster.result, actor=organiser, now=now)
        return Result.objects.get(pk=roster.result_id)

    return do


@pytest.fixture
def books(book, accepted, locked, publish) -> Result:  # noqa: F811 (fixtures)
    """Ten books whose makers agreed to all that is asked, reviewed and public."""
    accepted(book, 10, declared_version=NEWEST)
    return publish(locked(book, judges=3))


@pytest.fixture
def films(video, accepted, locked, make_panel, publish) -> Result:  # noqa: F811 (fixtures)
    accepted(video, 10, declared_version=NEWEST)
    return publish(locked(video, panel=make_panel(3, title="微视频评审组")))


def entries_of(result: Result, tier: str = "") -> list[str]:
    """Codes of whoever won something, or that tier; of nobody's tier with "–"."""
    assert result.published is not None
    wanted = "" if tier == "–" else tier
    return [row["entry"] for row in result.published.rows if (row["tier_title"] == wanted if tier else row["tier"])]


def work_of(result: Result, entry: str) -> Work:
    return Admission.objects.get(entry__round=result.round_id, entry__code=entry).work


def bring(work: Work, code: str, content: bytes) -> WorkFile:
    """A file of a work, of these very bytes, and what the gallery shows of it, as the worker makes it."""
    file = add_file(work, code)
    (Path(settings.MEDIA_ROOT) / file.path).write_bytes(content)
    make_show_copy(file_id=file.pk)
    return WorkFile.objects.get(pk=file.pk)


def bring_cover(work: Work) -> WorkFile:
    return bring(work, "cover", jpeg_with_canaries())


def bring_film(work: Work) -> WorkFile:
    """A film with its poster, as it was read when it came in."""
    file = bring(work, "video", film_with_canaries())
    poster = f"{file.path}.poster.jpg"
    (Path(settings.MEDIA_ROOT) / poster).write_bytes(jpeg_with_canaries())
    WorkFile.objects.filter(pk=file.pk).update(poster_path=poster)
    return WorkFile.objects.get(pk=file.pk)


def make_long(result: Result, count: int, *, works: Sequence[Work] = ()) -> None:
    """Let the result's list have so many winners, as one of a large selection has; `works` are the first ones'."""
    assert result.published is not None
    first = result.published.rows[0]
    rows = [{**first, "entry": f"X{n:03d}", "title": f"长名单之{n}", "people": [f"作者{n}"]} for n in range(count)]
    roster = Roster.objects.create(
        result=result,
        snapshot=result.published.snapshot,
        version=result.published.version + 1,
        rows=rows,
        salt="0" * 64,
        sha256="0" * 64,
        reason="很长的名单",
        proposed_by=result.published.proposed_by,
        proposed_at=result.published.proposed_at,
    )
    Result.objects.filter(pk=result.pk).update(published=roster)
    for n, work in enumerate(works):
        entry = Entry.objects.create(round=result.round, code=f"X{n:03d}", title=work.title, order=1000 + n)
        Admission.objects.create(work=work, entry=entry)
