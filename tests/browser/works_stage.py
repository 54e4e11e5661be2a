"""A selection whose call is out: two films handed in, an author with an account, four reviewers on their panel.

    python -m tests.browser.works_stage

Fills the database that the environment names.
"""

import random
from datetime import timedelta

PASSWORD = "mingping-demo-2026"
PANEL = "作品评审组"
AUTHOR = "苏知微"
REVIEWERS = 4


def set_stage() -> None:
    """Make the people, the call and two films through the product's services."""
    from django.utils import timezone

    from accounts.services import create_user
    from core.models import Edition
    from portal.services.rehearsal import gather_cast
    from portal.services.rehearsal.authors import invent_works
    from portal.services.rehearsal.cast import seat_panel
    from portal.services.rehearsal.clock import PlayClock
    from portal.services.rehearsal.selection import Makers, hand_in, stage_selection

    clock = PlayClock(timezone.now() - timedelta(hours=3))
    edition = Edition.objects.create(
        slug="2026",
        title="2026 科技活动周",
        year=2026,
        organiser_name="示范市科学技术协会",
        publicity_days=0,
        created_at=clock(),
    )
    cast = gather_cast(edition=edition, judges=REVIEWERS, now=clock(), mail=lambda name: f"{name}@demo.invalid")
    create_user(name=AUTHOR, email="author@demo.invalid", phone="19900030099", password=PASSWORD)
    selection = stage_selection(edition=edition, title="2026 年优秀科普作品评选", cast=cast, clock=clock)
    films = [one for one in invent_works(random.Random(5), count=6, year=2026) if not one.is_book][:2]
    for one in films:
        hand_in(selection=selection, one=one, makers=Makers(), cast=cast, clock=clock)
    seat_panel(edition=edition, title=PANEL, cast=cast, now=clock())


if __name__ == "__main__":
    import django

    django.setup()
    set_stage()
