"""A contest whose list is published and whose certificates nobody has drafted yet; each contestant has an account.

    python -m tests.browser.certificates_stage

Fills the database that the environment names.
"""

import random
from dataclasses import replace
from datetime import timedelta

from tests.browser.stage import NAMES, PASSWORD


def set_stage() -> None:
    from django.utils import timezone

    from accounts.services import create_user
    from contest.services import record_finalists
    from contest.services.outcomes import propose_group_result
    from core.models import Edition
    from portal.services.rehearsal import gather_cast, play
    from portal.services.rehearsal.cast import seat_panel
    from portal.services.rehearsal.clock import PlayClock
    from portal.services.rehearsal.people import invent_people
    from results.models import Result
    from results.services import confirm_result, publish_result

    clock, rng = PlayClock(timezone.now() - timedelta(hours=3)), random.Random(1)
    today = timezone.localdate()
    edition = Edition.objects.create(
        slug="2026",
        title="2026 科技活动周",
        year=2026,
        organiser_name="示范市科学技术协会",
        publicity_days=0,
        created_at=clock(),
    )
    cast = gather_cast(edition=edition, judges=5, now=clock(), mail=lambda name: f"{name}@demo.invalid")
    invented = invent_people(rng, groups=["一组"], count=len(NAMES), first_day=today)
    people = [replace(person, name=name) for person, name in zip(invented, NAMES, strict=True)]
    for place, person in enumerate(people):
        create_user(name=person.name, email=f"entrant{place}@demo.invalid", phone=person.phone, password=PASSWORD)
    contest = play.stage_contest(
        edition=edition, cast=cast, preset="contest-one-group", people=people, first_day=today, clock=clock
    )
    panel = seat_panel(edition=edition, title="评委组", cast=cast, now=clock())
    group = contest.groups.get()
    round = play.draw_round(group=group, panel=panel, title="一组决赛", rng=rng, cast=cast, clock=clock)
    play.judge_round(round=round, rng=rng, cast=cast, clock=clock, wants_tie=False)
    play.settle_lines(round=round, rng=rng, cast=cast, clock=clock, by_runoff=False)
    roster = propose_group_result(round=round, actor=cast.organiser, now=clock())
    confirm_result(roster=roster, actor=cast.supervisor, now=clock())
    result = Result.objects.get()
    record_finalists(result=result, actor=cast.organiser, now=clock())
    publish_result(result=result, actor=cast.organiser, now=clock())


if __name__ == "__main__":
    import django

    django.setup()
    set_stage()
