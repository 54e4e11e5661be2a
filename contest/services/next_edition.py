"""A contest's set-up for the next edition: nothing of this year's people, dates or results."""

from collections.abc import Mapping
from datetime import datetime

from accounts.models import User
from contest.models import ConsentText, Contest, Group
from core.models import Edition
from core.text.dates import years_later
from scoring.models import Rulebook


def copy_contest_setup(
    *, source: Contest, edition: Edition, rulebooks: Mapping[str, Rulebook], actor: User, now: datetime
) -> Contest:
    """The contest with groups, asked fields, materials, the newest consent text and the rule of file names.

    Its title names the new year, its rulebook is the copy of the same code in `rulebooks`. Dates of registration
    stay empty and the call is a draft; the first day, by which ages count, is the same day of the new year until it is
    set. Part of one transaction of the caller, who records the event.
    """
    years = edition.year - source.edition.year
    title = source.title.replace(str(source.edition.year), str(edition.year))
    contest = Contest.objects.create(
        edition=edition,
        slug=source.slug,
        title=title,
        first_day=years_later(source.first_day, years),
        venue=source.venue,
        rulebook=rulebooks[source.rulebook.code],
        call_text=source.call_text,
        individuals_may_register=source.individuals_may_register,
        asked_fields=source.asked_fields,
        file_name_rule=source.file_name_rule,
    )
    for group in source.groups.order_by("pk"):
        Group.objects.create(
            contest=contest,
            code=group.code,
            title=group.title,
            min_age=group.min_age,
            max_age=group.max_age,
            unit_quota=group.unit_quota,
        )
    for each in source.material_requirements.all():
        each.pk, each.contest = None, contest
        each.save(force_insert=True)
    last = source.consent_texts.order_by("-version").first()
    if last is not None:
        body = last.body.replace(source.title, title)
        ConsentText.objects.create(contest=contest, version=1, body=body, created_by=actor, created_at=now)
    return contest
