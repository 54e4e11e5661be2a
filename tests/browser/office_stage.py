"""A contest whose call is written and not yet published: what the journey through the contest's office starts from.

    python -m tests.browser.office_stage

Fills the database that the environment names: a coordinator for one unit, a preliminary's panel of three and a final's
of five, three kinds of material. Everything after that, people do in their browsers.
"""

from dataclasses import replace
from datetime import timedelta

from tests.browser.stage import PASSWORD

UNIT = "红旗区科学技术协会"
TITLE = "2026 年科普讲解大赛"
JUDGES = 5
PRELIMINARY_PANEL, FINAL_PANEL = "预赛评审组", "决赛评审组"


def set_stage() -> None:
    """Make the people who run the contest, and the contest, through the product's services."""
    from django.utils import timezone

    from accounts.models import Role
    from accounts.selectors import find_unit
    from accounts.services import create_user, grant_role
    from contest.services.calls import change_call
    from contest.services.contests import basics_of, change_contest, create_contest
    from contest.services.defaults import call_draft
    from core.models import Edition
    from portal.services.rehearsal import gather_cast
    from scoring.services import add_seat, create_panel

    now = timezone.now()
    edition = Edition.objects.create(
        slug="2026",
        title="2026 科技活动周",
        year=2026,
        organiser_name="示范市科学技术协会",
        publicity_days=0,
        created_at=now,
    )
    cast = gather_cast(edition=edition, judges=JUDGES, now=now, mail=lambda name: f"{name}@demo.invalid")
    coordinator = create_user(name="联络员", email="coordinator@demo.invalid", password=PASSWORD)
    unit = find_unit(UNIT)
    grant_role(user=coordinator, edition=edition, role=Role.COORDINATOR, unit=unit, actor=cast.organiser, now=now)
    contest = create_contest(
        edition=edition,
        title=TITLE,
        slug="speaking",
        first_day=timezone.localdate(now),
        preset="contest-two-groups",
        materials=True,
        actor=cast.organiser,
        now=now,
    )
    _ask_for_three(contest, cast.organiser, now)
    basics = replace(
        basics_of(contest),
        venue="示范市科技馆报告厅",
        registration_opens_at=now - timedelta(days=1),
        registration_closes_at=now + timedelta(days=10),
    )
    contest = change_contest(contest=contest, basics=basics, actor=cast.organiser, now=now)
    change_call(contest=contest, text=call_draft(contest), actor=cast.organiser, now=now)
    for title, size in ((PRELIMINARY_PANEL, 3), (FINAL_PANEL, JUDGES)):
        panel = create_panel(edition=edition, title=title)
        for place, judge in enumerate(cast.judges[:size]):
            add_seat(panel=panel, judge=judge, is_chair=place == 0, actor=cast.organiser, now=now)


def _ask_for_three(contest, organiser, now):
    """报名表, photo and video, all of them required: the journey hands in each kind of file."""
    from contest.services.requirements import RequirementSettings, change_requirement, remove_requirement

    for each in contest.material_requirements.all():
        if each.code not in ("form", "photo", "video"):
            remove_requirement(requirement=each, actor=organiser, now=now)
    settings = RequirementSettings(
        title="参评视频",
        hint="讲解的录像，预赛评审观看。",
        formats=["mp4"],
        megabytes=100,
        required=True,
        audience="everybody",
    )
    change_requirement(
        requirement=contest.material_requirements.get(code="video"), settings=settings, actor=organiser, now=now
    )


if __name__ == "__main__":
    import django

    django.setup()
    set_stage()
