"""Handing a published list down to the certificates as plain values (design §2)."""

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from certificates.models import Certificate
from certificates.services import Award
from certificates.services import issue_certificates as issue_awards
from results.exceptions import ResultRefused
from results.models import Result, Roster
from results.selectors import Row


def issue_certificates(*, result: Result, actor: User, now: datetime) -> list[Certificate]:
    """One certificate for each tier and each title of the published roster; issuing twice makes nothing new.

    After a correction the certificates whose words have changed are superseded by new ones; the others stay.
    Refuses (ResultRefused) a result that is not public.
    """
    result = Result.objects.select_related("edition", "published__snapshot").get(pk=result.pk)
    if result.state != Result.State.PUBLISHED or result.published is None:
        raise ResultRefused("结果公布之后才能签发证书。")
    return issue_awards(
        edition=result.edition,
        prefix=f"科普〔{result.edition.year}〕",
        awards=awards_of(result, result.published),
        issued_on=timezone.localdate(now),
        actor=actor,
        now=now,
        family=certificate_family(result),
    )


def certificate_family(result: Result) -> str:
    """How the keys of all certificates of a result begin."""
    return f"result-{result.pk}:"


def awards_of(result: Result, roster: Roster) -> list[Award]:
    """What the roster honours, in its order: tiers, then titles such as 十佳 (one person, one certificate each)."""
    awards: list[Award] = []
    for row in roster.rows:
        honours = [(row["tier"], row["tier_title"])] if row["tier"] else []
        honours += [(title["code"], title["title"]) for title in row["titles"]]
        awards += [_award(result, roster, row, code, title) for code, title in honours]
    return awards


def _award(result: Result, roster: Roster, row: Row, code: str, title: str) -> Award:
    recipients = row["recipients"]
    alone: Row = recipients[0] if len(recipients) == 1 else {"user": None, "salutation": ""}
    work = f"作品《{row['title']}》" if row["title"] else ""
    return Award(
        award_key=f"{certificate_family(result)}{row['entry']}:{code}",
        recipient="、".join(row["people"]),
        salutation=alone["salutation"],
        before=f"在{result.title}（{result.group_title}）中，{work}荣获",
        award=title,
        issuers=(result.edition.organiser_name,),
        source=f"结果 {result.pk} · 定格成绩 No. {roster.snapshot.number} · 名册 v{roster.version}",
        recipient_user_id=alone["user"],
    )
