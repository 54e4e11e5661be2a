"""From a published list to a batch of certificates, and its issue while nothing has changed (design §2, §11)."""

import re
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from certificates.engine.preflight import LOOK, STOP, Finding
from certificates.engine.shipped import DEFAULT
from certificates.models import Batch, Certificate
from certificates.services import check_awards, hand_over_certificates
from certificates.services import draft_batch as draft_awards
from certificates.services import issue_batch as issue_awards
from results.exceptions import ResultRefused
from results.models import Result, Roster
from results.selectors import blockers, latest_roster
from results.services.certificates import (
    TUTORS,
    UNITS,
    WINNERS,
    Recipients,
    awards_of,
    certificate_family,
    default_prefix,
    recipients_of,
    roster_source,
)

TITLES = {WINNERS: "获奖证书", TUTORS: "优秀指导教师证书", UNITS: "优秀组织奖证书"}
_FAMILY = re.compile(r"result-(\d{1,18})(-[a-z]+)?:")
_EVERY_WINNER = Recipients()


def draft_batch(
    *,
    result: Result,
    actor: User,
    now: datetime,
    layout: str = DEFAULT,
    recipients: Recipients = _EVERY_WINNER,
    prefix: str = "",
    issued_on: date | None = None,
) -> Batch:
    """A batch of what the published roster honours and no valid certificate says yet, to be proofed and approved.

    After a correction it holds the changed ones only, and names those that its issue will supersede; certificates that
    stay are handed to accounts opened since. Refuses (ResultRefused) a result that is not public or has open matters,
    and what certificates.services.draft_batch refuses.
    """
    result, roster = _certifiable(result, now)
    awards = awards_of(result, roster, recipients)
    family = certificate_family(result, recipients.kind)
    hand_over_certificates(awards=awards, family=family, now=now)
    return draft_awards(
        edition=result.edition,
        title=f"{result.title}{result.group_title}{TITLES[recipients.kind]}",
        source=roster_source(result, roster),
        family=family,
        prefix=prefix or default_prefix(result.edition),
        awards=awards,
        issued_on=issued_on or timezone.localdate(now),
        actor=actor,
        now=now,
        layout=layout,
        recipients=recipients.document(),
    )


def check_certificates(
    *, result: Result, now: datetime, layout: str, recipients: Recipients = _EVERY_WINNER
) -> list[tuple[str, Finding]]:
    """What preflight finds in the certificates of the published roster, by recipient: first what forbids issuing.

    Refuses (ResultRefused) a result that is not public or has open matters.
    """
    result, roster = _certifiable(result, now)
    awards = awards_of(result, roster, recipients)
    checked = check_awards(
        edition=result.edition,
        code=layout,
        texts=[award.text() for award in awards],
        prefix=default_prefix(result.edition),
        issued_on=timezone.localdate(now),
    )
    found = [(award.recipient, each) for award, findings in zip(awards, checked, strict=True) for each in findings]
    return [pair for level in (STOP, LOOK) for pair in dict.fromkeys(found) if pair[1].level == level]


@transaction.atomic
def issue_batch(*, batch: Batch, actor: User, now: datetime) -> list[Certificate]:
    """Issue an approved batch, one of a result only while the published roster honours what was approved.

    Refuses (ResultRefused) a result that was withdrawn or has open matters, and what
    certificates.services.issue_batch refuses.
    """
    result = result_of(batch)
    if result is None:
        return issue_awards(batch=batch, actor=actor, now=now)
    Result.objects.select_for_update(no_key=True).get(pk=result.pk)
    result, roster = _certifiable(result, now)
    current = awards_of(result, roster, recipients_of(batch.recipients))
    return issue_awards(batch=batch, actor=actor, now=now, current=current)


def result_of(batch: Batch) -> Result | None:
    """The result whose roster a batch certifies, None for one from elsewhere."""
    match = _FAMILY.fullmatch(batch.family)
    return Result.objects.filter(pk=int(match[1]), edition=batch.edition_id).first() if match else None


def _certifiable(result: Result, now: datetime) -> tuple[Result, Roster]:
    """The result with its public roster, while nothing stands in the way of certifying it."""
    result = Result.objects.select_related("edition", "round__edition", "published__snapshot").get(pk=result.pk)
    if result.state != Result.State.PUBLISHED or result.published is None:
        raise ResultRefused("结果公布之后才能签发证书。")
    newest = latest_roster(result)
    if newest is not None and newest.pk != result.published_id:
        raise ResultRefused(f"已有更新的名册 v{newest.version} 没有公布，请先公布它，再办理证书。")
    if open_matters := blockers(result, now=now):
        raise ResultRefused("暂不能办理证书：" + "；".join(blocker.text for blocker in open_matters) + "。")
    return result, result.published
