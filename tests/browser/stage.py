"""A small contest in the middle of judging: nine contestants, five judges, three sheets of judge 3 still owed.

    python -m tests.browser.stage

Fills the database that the environment names. Entry 01 is ahead, each next one lies two points behind, but for 06 and
07: whatever judge 3 gives the three that are left, these two stay tied at the line of the six finalists.
"""

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

PASSWORD = "mingping-demo-2026"
JUDGE = "严复明"
NAMES = ("上官思远", "吴若曦", "贺泽怡", "欧阳一鸣", "买买提·吐尔逊", "铉书瑶", "王䶮", "陈彧", "林望舒")
OWED = ("01", "04", "09")
TIED = ("06", "07")
WINNER = "01"
ROUND = "一组决赛"


def planned_marks(place: int, judge: int) -> dict[str, str]:
    """What a judge gives the entry in this place of the order (both from 1)."""
    rank = Decimal(6 if place == int(TIED[1]) else place)
    marks = {"content": 47 - rank + Decimal(judge - 3) / 2, "delivery": 28 - rank / 2, "image": 19 - rank / 2}
    return {code: str(mark.quantize(Decimal("0.1"))) for code, mark in marks.items()}


def set_stage(*, publicity_days: int = 0, owed: tuple[str, ...] = OWED):
    """Make the people, the contest, the draw and the marks through the product's services; returns the round, who
    plays and their clock."""
    from django.utils import timezone

    from accounts.services import create_user
    from contest.services.draws import set_draw_order
    from contest.services.rounds import set_up_round
    from core.models import Edition
    from portal.services.rehearsal import gather_cast
    from portal.services.rehearsal.clock import PlayClock
    from portal.services.rehearsal.people import invent_people
    from portal.services.rehearsal.play import stage_contest
    from scoring.services import add_seat, create_panel, open_round

    clock = PlayClock(timezone.now() - timedelta(hours=3))
    today = timezone.localdate()
    edition = Edition.objects.create(
        slug="2026",
        title="2026 科技活动周",
        year=2026,
        organiser_name="示范市科学技术协会",
        publicity_days=publicity_days,
        created_at=clock(),
    )
    cast = gather_cast(edition=edition, judges=5, now=clock(), mail=lambda name: f"{name}@demo.invalid")
    invented = invent_people(random.Random(1), groups=["一组"], count=len(NAMES), first_day=today)
    people = [replace(person, name=name) for person, name in zip(invented, NAMES, strict=True)]
    winner = people[int(WINNER) - 1]
    create_user(name=winner.name, email="entrant@demo.invalid", phone=winner.phone, password=PASSWORD)
    contest = stage_contest(
        edition=edition, cast=cast, preset="contest-one-group", people=people, first_day=today, clock=clock
    )
    panel = create_panel(edition=edition, title="评委组")
    for judge in cast.judges:
        add_seat(panel=panel, judge=judge, is_chair=judge == cast.judges[0], actor=cast.organiser, now=clock())
    round = set_up_round(group=contest.groups.get(), panel=panel, title=ROUND, actor=cast.organiser, now=clock())
    order = sorted(contest.contestants.all(), key=lambda contestant: NAMES.index(contestant.name))
    pks = [each.pk for each in order]
    set_draw_order(round=round, order=pks, witnesses="纪监督", actor=cast.organiser, now=clock())
    open_round(round=round, actor=cast.organiser, now=clock())
    _enter_marks(round, cast, clock, owed)
    return round, cast, clock


def _enter_marks(round, cast, clock, owed):
    from portal.services.rehearsal.judging import sheets_by_pair
    from scoring.services import record_seconds, submit_sheet

    for entry in round.entries.all():
        record_seconds(entry=entry, segment="self", seconds=200 + entry.order, actor=cast.clerk, now=clock())
    for (code, seat), sheet in sheets_by_pair(round).items():
        if seat == "J3" and code in owed:
            continue
        marks = planned_marks(int(code), int(seat[1:]))
        submit_sheet(
            sheet_id=sheet.pk,
            marks=marks,
            submission_id=f"stage-{sheet.pk}",
            base_version=0,
            actor=sheet.judge,
            now=clock(),
        )


if __name__ == "__main__":
    import django

    django.setup()
    set_stage()
