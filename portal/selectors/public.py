"""What the home page and an edition's page show to anybody."""

from dataclasses import dataclass
from datetime import date, datetime

from core.models import Edition
from notices.models import Notice
from notices.rendering import shown_title
from notices.selectors import public_headlines
from results.models import Publicity

HEADLINES = 6
MOST_RESULTS = 12


@dataclass(frozen=True, slots=True)
class Headline:
    """A notice as a line: `until` is the last day of a 公示 that still runs."""

    pk: int
    title: str
    kind: str
    published_at: datetime | None
    until: date | None


def shown_editions() -> list[Edition]:
    """Editions that have begun, the running ones first, then the newest; where none has begun, what is prepared.

    One in preparation is not announced beside another: its theme and dates are not settled. Rehearsals never.
    """
    editions = list(Edition.objects.filter(is_rehearsal=False).order_by("-year", "slug"))
    begun = [each for each in editions if each.state != Edition.State.PREPARING]
    running = [each for each in begun if each.state == Edition.State.RUNNING]
    return [*running, *(each for each in begun if each not in running)] or editions[:1]


def headlines(now: datetime, *, edition: Edition | None = None, most: int | None = HEADLINES) -> list[Headline]:
    """The newest notices, those first in whose period objections are received; `most` of them, None for all."""
    running = running_publicities(now)
    notices = public_headlines()
    if edition is not None:
        notices = notices.filter(edition=edition)
    newest = list(notices if most is None else notices[: most + len(running)])
    known = {notice.pk for notice in newest}
    missing = [pk for pk in running if pk not in known]
    if missing:  # a notice whose period runs is shown however many came after it
        newest += notices.filter(pk__in=missing)
    lines = [
        Headline(
            pk=notice.pk,
            title=shown_title(notice),
            kind=notice.get_kind_display(),
            published_at=notice.published_at,
            until=running.get(notice.pk),
        )
        for notice in newest
    ]
    return sorted(lines, key=lambda line: line.until is None)[:most]


def running_publicities(now: datetime) -> dict[int, date]:
    """Notices of periods that run, each with its last day."""
    rows = Publicity.objects.filter(
        closes_at__gt=now, notice__state=Notice.State.PUBLISHED, notice__edition__is_rehearsal=False
    )
    return dict(rows.order_by("closes_at").values_list("notice_id", "ends_on"))
