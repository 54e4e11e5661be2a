"""Fixtures of a review: accepted works, a panel, a round that is assigned, open, judged or locked."""

from collections.abc import Mapping, Sequence

import pytest

from accounts.models import Role, Unit, User
from accounts.services import create_user, grant_role
from scoring.models import Entry, Panel, Round, ScoreSheet, Seat
from scoring.services import add_seat, create_panel, lock_round, open_round, submit_sheet
from tests.works.desk import PASSWORD
from works.models import Admission, Kind, Work
from works.services.reviewing import assign_reviews
from works.services.rounds import set_up_review

SEED = "ab" * 32
CRITERIA = ("science", "appeal", "originality", "craft", "benefit")
NAMES = "甲乙丙丁戊己庚辛"
MARKS = {"science": "26", "appeal": "21", "originality": "16", "craft": "12", "benefit": "8"}  # 83
LOWER = {"science": "20", "appeal": "15", "originality": "12", "craft": "9", "benefit": "6"}  # 62


@pytest.fixture
def make_panel(edition, organiser, now):
    """Return a function: a panel of so many reviewers, 专家甲 …; `units` are theirs in order."""

    def make(count: int = 4, *, title: str = "作品评审组", units: Sequence[Unit | None] = ()) -> Panel:
        panel = create_panel(edition=edition, title=title)
        for place in range(1, count + 1):
            judge = create_user(
                name=f"专家{NAMES[place - 1]}", email=f"e{panel.pk}-{place}@example.com", password=PASSWORD
            )
            unit = units[place - 1] if place <= len(units) else None
            grant_role(user=judge, edition=edition, role=Role.JUDGE, actor=None, now=now)
            add_seat(panel=panel, judge=judge, unit=unit, actor=organiser, now=now)
        return panel

    return make


@pytest.fixture
def accepted(make_work):
    """Return a function: so many accepted works of a kind; further arguments are make_work's."""

    def make(kind: Kind, count: int = 3, **changes) -> list[Work]:
        return [make_work(kind, status=Work.Status.ACCEPTED, **changes) for _ in range(count)]

    return make


@pytest.fixture
def set_up(make_panel, organiser, now):
    """Return a function: the review of a kind, in preparation."""

    def make(kind: Kind, *, panel: Panel | None = None, judges: int = 4, **terms) -> Round:
        chosen = panel or make_panel(judges)
        return set_up_review(kind=kind, panel=chosen, seed=SEED, actor=organiser, now=now, **terms)

    return make


@pytest.fixture
def opened(set_up, organiser, now):
    """Return a function: the review of a kind, assigned and open."""

    def make(kind: Kind, **more) -> Round:
        round = set_up(kind, **more)
        assign_reviews(round=round, seed="seed", actor=organiser, now=now)
        return open_round(round=round, actor=organiser, now=now)

    return make


@pytest.fixture
def locked(opened, organiser, now):
    """Return a function: the review of a kind with every sheet in, and locked; `by_code` are marks of single works."""

    def make(kind: Kind, by_code: Mapping[str, Mapping[str, str]] | None = None, **more) -> Round:
        round = opened(kind, **more)
        judge_all(round, now, by_code)
        lock_round(round=round, actor=organiser, now=now)
        return Round.objects.get(pk=round.pk)

    return make


def judge_all(round: Round, now, by_code: Mapping[str, Mapping[str, str]] | None = None) -> None:
    """Every owed sheet handed in: usual marks that fall by half a point from code to code, or those given."""
    for sheet in ScoreSheet.objects.filter(entry__round=round, state__in=ScoreSheet.OWED).select_related("entry"):
        usual = {**MARKS, "science": str(27 - sheet.entry.order % 50 / 2).removesuffix(".0")}
        hand_in(sheet, (by_code or {}).get(sheet.entry.code, usual), now)


def hand_in(sheet: ScoreSheet, marks: Mapping[str, str], now) -> ScoreSheet:
    submit_sheet(
        sheet_id=sheet.pk,
        marks=dict(marks),
        submission_id=f"test-{sheet.pk}-{sheet.version}",
        base_version=sheet.version,
        actor=sheet.judge,
        now=now,
    )
    return ScoreSheet.objects.get(pk=sheet.pk)


def entry_of(work: Work) -> Entry:
    return Admission.objects.get(work=work).entry


def seat_of(round: Round, number: int) -> Seat:
    return Seat.objects.get(panel=round.panel_id, number=number)


def judge_of(round: Round, number: int) -> User:
    return seat_of(round, number).judge


def pairs_of(round: Round) -> set[tuple[str, int]]:
    """(code, seat number) of every sheet on hand."""
    rows = ScoreSheet.objects.filter(entry__round=round).exclude(state__in=ScoreSheet.LEFT_OUT)
    return set(rows.values_list("entry__code", "seat__number"))
