"""The demo, and beside it a contest of two rounds: who goes on, and a draw that somebody wants again.

    python -m tools.demo_scenes

Fills the database that the environment names, for pictures and browser tests; the demo itself stays small.
"""

import random
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import User
    from contest.models import Contest
    from core.models import Edition
    from portal.services.rehearsal.clock import PlayClock
    from scoring.models import Round

TITLE = "2026 年科普讲解大赛（企业专场）"
PEOPLE, ADVANCE, JUDGES = 8, 6, 3


def set_rounds() -> None:
    """A preliminary that is locked with its list recorded, and the final after it, drawn; a redraw is asked for."""
    from django.utils import timezone

    from accounts.models import User
    from contest.models import GroupRound
    from contest.services import advance_contestants, ask_redraw, commit_draw, draw_lots, preliminary_rulebook
    from contest.services import set_up_round as make_round
    from core.models import Edition
    from portal.services.rehearsal.clock import PlayClock
    from scoring.services import add_seat, create_panel, lock_round, open_round

    clock = PlayClock(timezone.now() - timedelta(minutes=30))
    edition = Edition.objects.get()
    organiser, *judges = (
        User.objects.get(email=f"{name}@demo.invalid")
        for name in ("organiser", *(f"judge{number}" for number in range(1, JUDGES + 1)))
    )
    group = _contest_of(edition, organiser, clock).groups.get()
    panel = create_panel(edition=edition, title="企业专场评审组")
    for judge in judges:
        add_seat(panel=panel, judge=judge, is_chair=judge == judges[0], actor=organiser, now=clock())
    rulebook = preliminary_rulebook(
        group=group, sequence=1, advance_count=ADVANCE, line_policy="block", actor=organiser, now=clock()
    )
    first = make_round(
        group=group,
        panel=panel,
        title="企业专场预赛",
        advance_count=ADVANCE,
        rulebook=rulebook,
        actor=organiser,
        now=clock(),
    )
    commit_draw(round=first, actor=organiser, now=clock())
    draw_lots(round=first, public="企业专场预赛 演示", actor=organiser, now=clock())
    open_round(round=first, actor=organiser, now=clock())
    _mark(first, organiser, clock)
    lock_round(round=first, actor=organiser, now=clock())
    advance_contestants(group_round=GroupRound.objects.get(round=first), actor=organiser, now=clock())
    final = make_round(group=group, panel=panel, title="企业专场决赛", actor=organiser, now=clock())
    commit_draw(round=final, actor=organiser, now=clock())
    draw_lots(round=final, public="企业专场决赛 演示", actor=organiser, now=clock())
    ask_redraw(round=final, reason="公布承诺值之后有一位选手更正了姓名", actor=organiser, now=clock())


def _contest_of(edition: "Edition", organiser: "User", clock: "PlayClock") -> "Contest":
    """The contest, with everybody accepted."""
    from contest.services import accept_registrations, create_contest, import_contestants
    from contest.services.registrations import Registration
    from portal.services.rehearsal.people import invent_people

    contest = create_contest(
        edition=edition,
        title=TITLE,
        slug="company",
        first_day=clock().date(),
        preset="contest-one-group",
        actor=organiser,
        now=clock(),
    )
    group = contest.groups.get()
    people = invent_people(random.Random(8), groups=["一组"], count=PEOPLE, first_day=contest.first_day)
    rows = [
        Registration(
            group=group,
            name=one.name,
            gender=one.gender,
            birth_date=one.birth_date,
            id_number=one.id_number,
            workplace=one.unit,
            title=one.talk,
            phone=f"1990003{place:04d}",
        )
        for place, one in enumerate(people)
    ]
    import_contestants(contest=contest, rows=rows, actor=organiser, now=clock())
    everybody = list(contest.contestants.values_list("pk", flat=True))
    accept_registrations(contest=contest, contestants=everybody, actor=organiser, now=clock())
    return contest


def _mark(round: "Round", clerk: "User", clock: "PlayClock") -> None:
    """Everybody's time and marks, each entry clearly behind the one before."""
    from scoring.models import ScoreSheet
    from scoring.services import record_seconds, submit_sheet

    for entry in round.entries.all():
        record_seconds(entry=entry, segment="self", seconds=215, actor=clerk, now=clock())
    for sheet in (
        ScoreSheet.objects.filter(entry__round=round).exclude(state="recused").select_related("entry", "judge")
    ):
        place = sheet.entry.order
        submit_sheet(
            sheet_id=sheet.pk,
            marks={"content": f"{47 - place}", "delivery": f"{28 - place}", "image": f"{19 - place}"},
            submission_id=f"scene-{sheet.pk}",
            base_version=0,
            actor=sheet.judge,
            now=clock(),
        )


def main() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("demo")
    set_rounds()


if __name__ == "__main__":
    main()
