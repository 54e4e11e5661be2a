"""The way of a result as steps: 确认 → 公示 → 公布 → 公告 → 证书; the office's and the supervisor's page show it."""

from dataclasses import dataclass
from datetime import datetime

from core.text.dates import plain_date
from notices.models import Notice
from notices.selectors import notices_of_subject
from results.models import Publicity, Result, Roster
from results.selectors.blockers import is_public_roster
from results.selectors.publicity import standing_publicities, subject_of
from results.selectors.results import confirmation_of

CONFIRM, PUBLICITY, PUBLISH, NOTICE, CERTIFICATES = "confirm", "publicity", "publish", "notice", "certificates"
_TITLES = {CONFIRM: "确认", PUBLICITY: "公示", PUBLISH: "公布", NOTICE: "公告", CERTIFICATES: "证书"}


@dataclass(frozen=True)
class Step:
    """One step: `state` is done, now, skipped or "" for one that comes later; `note` says how far it is."""

    code: str
    title: str
    state: str
    note: str


@dataclass(frozen=True)
class Chain:
    """The steps of the newest roster; `next` is the code of the one that is due, "" where all are done.

    `period` is the roster's own, `draft` the draft of its final notice, `announced` the one that is public.
    """

    steps: tuple[Step, ...]
    next: str
    period: Publicity | None
    draft: Notice | None
    announced: Notice | None


def chain_of(result: Result, roster: Roster, *, certified: bool, now: datetime) -> Chain:
    """Where a result's newest roster stands; `certified` says whether certificates of it were issued."""
    periods = standing_publicities(result)
    own = next((period for period in reversed(periods) if period.roster_id == roster.pk), None)
    running = [period for period in periods if now < period.closes_at]
    final = notices_of_subject(result.edition, subject_of(result)).exclude(kind=Notice.Kind.PUBLICITY)
    known = list(final)
    source = f"名册 v{roster.version}"
    draft = next((notice for notice in known if notice.state == Notice.State.DRAFT), None)
    announced = next(
        (notice for notice in known if notice.state == Notice.State.PUBLISHED and notice.source.endswith(source)), None
    )
    public = is_public_roster(result, roster)
    confirmation = confirmation_of(roster)
    done = {
        CONFIRM: confirmation is not None,
        PUBLICITY: public or (own is not None and not running),
        PUBLISH: public,
        NOTICE: public and announced is not None,
        CERTIFICATES: public and certified,
    }
    skipped = {PUBLICITY} if not result.publicity_days and own is None else set()
    due = next((code for code, is_done in done.items() if not is_done and code not in skipped), "")
    notes = {
        CONFIRM: confirmation.confirmed_by.name if confirmation else "等监督员核对",
        PUBLICITY: _publicity_note(result, own, running),
        PUBLISH: f"v{roster.version}" if public else "",
        NOTICE: announced.get_kind_display() if announced and public else "有草稿" if draft and public else "",
        CERTIFICATES: "",
    }
    steps = [
        Step(
            code,
            _TITLES[code],
            "skipped" if code in skipped else "done" if is_done else "now" if code == due else "",
            notes[code],
        )
        for code, is_done in done.items()
    ]
    return Chain(tuple(steps), due, own, draft, announced if public else None)


def _publicity_note(result: Result, own: Publicity | None, running: list[Publicity]) -> str:
    if own is None and not result.publicity_days:
        return "不公示"
    if running:
        return f"到 {plain_date(max(period.ends_on for period in running))}"
    return f"{plain_date(own.ends_on)}期满" if own else f"{result.publicity_days} 个工作日"
