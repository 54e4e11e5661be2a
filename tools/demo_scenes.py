"""The demo, and beside it a contest of two rounds: who goes on, and a draw that somebody wants again; and a contest
whose list is before the public, with an objection.

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
    from scoring.models import Panel, Round

TITLE = "2026 年科普讲解大赛（企业专场）"
PUBLICISED = "2026 年科普讲解大赛（机关专场）"
COMPLAINT = "公示名单中这位选手的讲解题目与现场讲解的不一致，请核对报名表和现场录像。"
PEOPLE, ADVANCE, JUDGES = 8, 6, 3


def set_rounds() -> None:
    """A preliminary that is locked with its list recorded, and the final after it, drawn; a redraw is asked for."""
    from django.utils import timezone

    from contest.models import GroupRound
    from contest.services import advance_contestants, ask_redraw, commit_draw, draw_lots, preliminary_rulebook
    from contest.services import set_up_round as make_round
    from core.models import Edition
    from portal.services.rehearsal.clock import PlayClock
    from scoring.services import lock_round, open_round

    clock = PlayClock(timezone.now() - timedelta(minutes=30))
    edition, organiser = Edition.objects.get(), _account("organiser")
    group = _contest_of(edition, organiser, clock, title=TITLE, slug="company", phones="1990003").groups.get()
    panel = _panel(edition, "企业专场评审组", organiser, clock)
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


def set_publicity() -> None:
    """A contest whose confirmed list is in 公示, an objection to it that waits to be taken up, a draft of a notice."""
    from django.utils import timezone

    from contest.services import commit_draw, draw_lots, propose_group_result
    from contest.services import set_up_round as make_round
    from core.models import Edition
    from notices.services import create_notice
    from portal.services.rehearsal.clock import PlayClock
    from results.models import Objection
    from results.services import confirm_result, lodge_objection, set_publicity_days, start_publicity
    from scoring.services import lock_round, open_round

    clock = PlayClock(timezone.now() - timedelta(minutes=15))
    edition, organiser = Edition.objects.get(), _account("organiser")
    group = _contest_of(edition, organiser, clock, title=PUBLICISED, slug="office", phones="1990004").groups.get()
    panel = _panel(edition, "机关专场评审组", organiser, clock)
    final = make_round(group=group, panel=panel, title="机关专场决赛", actor=organiser, now=clock())
    commit_draw(round=final, actor=organiser, now=clock())
    draw_lots(round=final, public="机关专场决赛 演示", actor=organiser, now=clock())
    open_round(round=final, actor=organiser, now=clock())
    _mark(final, organiser, clock)
    lock_round(round=final, actor=organiser, now=clock())
    roster = propose_group_result(round=final, actor=organiser, now=clock(), reason="")
    confirm_result(roster=roster, actor=_account("supervisor"), now=clock())
    set_publicity_days(result=roster.result, days=5, actor=organiser, now=clock())
    start_publicity(result=roster.result, actor=organiser, now=clock())
    lodge_objection(
        result=roster.result,
        kind=Objection.Kind.PERSON,
        name="甄如实",
        phone="19900050001",
        entry=roster.rows[1]["entry"],
        body=COMPLAINT,
        submission="scene-objection-0001",
        now=clock(),
    )
    create_notice(
        edition=edition,
        kind="announcement",
        title="关于 2026 年科普讲解大赛颁奖安排的通知",
        body="各推荐单位：\n一、时间和地点\n12 月 10 日 9 时，市科技馆。\n二、有关要求\n请提前半小时到场。",
        dated=timezone.localdate(),
        actor=organiser,
        now=clock(),
    )


def _account(name: str) -> "User":
    from accounts.models import User

    return User.objects.get(email=f"{name}@demo.invalid")


def _panel(edition: "Edition", title: str, organiser: "User", clock: "PlayClock") -> "Panel":
    """A panel of the demo's first judges, whose first is its chair."""
    from scoring.services import add_seat, create_panel

    panel = create_panel(edition=edition, title=title)
    for number in range(1, JUDGES + 1):
        add_seat(panel=panel, judge=_account(f"judge{number}"), is_chair=number == 1, actor=organiser, now=clock())
    return panel


def _contest_of(
    edition: "Edition", organiser: "User", clock: "PlayClock", *, title: str, slug: str, phones: str
) -> "Contest":
    """The contest, with everybody accepted."""
    from contest.services import accept_registrations, create_contest, import_contestants
    from contest.services.registrations import Registration
    from portal.services.rehearsal.people import invent_people

    contest = create_contest(
        edition=edition,
        title=title,
        slug=slug,
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
            phone=f"{phones}{place:04d}",
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
    set_publicity()


if __name__ == "__main__":
    main()
