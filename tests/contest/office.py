"""Fixtures of contest and results: a contest from the two-group preset, and rounds played through the services."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Role
from contest.models import Contest, Contestant, Group
from contest.services import (
    Registration,
    accept_registrations,
    create_contest,
    import_contestants,
    propose_group_result,
    record_finalists,
    set_draw_order,
    set_up_round,
)
from core.text.idnumber import check_character
from results.services import confirm_result, publish_result
from scoring.models import Round, ScoreSheet
from scoring.services import add_seat, create_panel, lock_round, open_round, submit_sheet

FIRST_DAY = date(2026, 11, 20)
_ids = itertools.count(1)


@pytest.fixture
def contest(edition, organiser, now) -> Contest:
    """A contest with a published call and no dates."""
    contest = create_contest(
        edition=edition,
        title="2026 年科普讲解大赛",
        slug="jiangjie",
        first_day=FIRST_DAY,
        preset="contest-two-groups",
        actor=organiser,
        now=now,
    )
    contest.call_published_at = now
    contest.save(update_fields=["call_published_at"])
    return contest


@pytest.fixture
def adult(contest) -> Group:
    return contest.groups.select_related("contest").get(code="adult")


@pytest.fixture
def junior(contest) -> Group:
    return contest.groups.select_related("contest").get(code="junior")


def id_number(born: date, serial: int = 1) -> str:
    """A number that passes every check and belongs to nobody: no county begins with 99."""
    stem = f"990000{born:%Y%m%d}{serial:03d}"
    return stem + check_character(stem)


@pytest.fixture
def registration(adult):
    """Return a function that makes one person's registration; `serial` keeps people apart."""

    def make(serial: int = 1, **changes) -> Registration:
        born = changes.pop("birth_date", date(1990, 5, 1))
        values = {
            "group": adult,
            "name": f"选手{serial}",
            "gender": "女",
            "birth_date": born,
            "id_number": id_number(born, serial),
            "workplace": "市天文爱好者协会",
            "title": f"题目{serial}",
            "phone": f"1990000{serial:04d}",
        }
        return Registration(**(values | changes))

    return make


@pytest.fixture
def enter(contest, registration, organiser, now):
    """Return a function: n adults registered; the contestants by number of registration."""

    def do(count: int = 6) -> list[Contestant]:
        rows = [registration(serial) for serial in range(1, count + 1)]
        import_contestants(contest=contest, rows=rows, actor=organiser, now=now)
        entered = list(Contestant.objects.filter(contest=contest).values_list("pk", flat=True))
        accept_registrations(contest=contest, contestants=entered, actor=organiser, now=now)
        return list(Contestant.objects.filter(contest=contest).order_by("pk"))

    return do


@pytest.fixture
def make_panel(edition, organiser, make_person, now):
    """Return a function: a panel of three judges."""

    def make(title: str = "成年组评委组", seats: int = 3):
        panel = create_panel(edition=edition, title=title)
        for number in range(1, seats + 1):
            judge = make_person(f"甘评委{number}", Role.JUDGE, email=f"panel{next(_ids)}@example.com")
            add_seat(panel=panel, judge=judge, is_chair=number == 1, actor=organiser, now=now)
        return panel

    return make


@pytest.fixture
def drawn(adult, enter, make_panel, organiser, now):
    """Return a function: n adults, drawn in the order of their registration, in a round in preparation."""

    def do(count: int = 6) -> Round:
        contestants = enter(count)
        round = set_up_round(group=adult, panel=make_panel(), title="成年组决赛", actor=organiser, now=now)
        set_draw_order(round=round, order=[one.pk for one in contestants], witnesses="纪监督", actor=organiser, now=now)
        return round

    return do


@pytest.fixture
def judge_all(now):
    """Return a function: every judge submits the same content mark for an entry; the other criteria are equal."""

    def do(round: Round, contents: Mapping[str, str] | Sequence[str]) -> None:
        marks = contents if isinstance(contents, Mapping) else {f"{n:02d}": c for n, c in enumerate(contents, start=1)}
        for sheet in ScoreSheet.objects.filter(entry__round=round).select_related("entry", "judge"):
            submit_sheet(
                sheet_id=sheet.pk,
                marks={"content": marks[sheet.entry.code], "delivery": "25", "image": "15"},
                submission_id=f"office-{next(_ids)}",
                base_version=sheet.version,
                actor=sheet.judge,
                now=now,
            )

    return do


@pytest.fixture
def locked(drawn, judge_all, organiser, now):
    """Return a function: a locked round of adults; entry 01 has the first content mark, and so on."""

    def do(contents: Sequence[str] = ("49", "48", "47", "46", "45", "44")) -> Round:
        round = drawn(len(contents))
        open_round(round=round, actor=organiser, now=now)
        judge_all(round, contents)
        # Untimed rounds lock with a warning only.
        lock_round(round=round, actor=organiser, now=now)
        return Round.objects.get(pk=round.pk)

    return do


@pytest.fixture
def finished(contest, locked, organiser, supervisor, now):
    """A contest whose adults are judged, confirmed, public and nominated."""
    round = locked()
    roster = propose_group_result(round=round, actor=organiser, now=now)
    confirm_result(roster=roster, actor=supervisor, now=now)
    publish_result(result=roster.result, actor=organiser, now=now)
    record_finalists(result=roster.result, actor=organiser, now=now)
    return roster.result


def at(name: str, *ids: int) -> str:
    """Address of an organiser's page in the edition of the tests."""
    return reverse(name, args=["2026", *ids])
