"""Fixtures of scoring: rounds built through the services, as the pages build them."""

import copy
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from accounts.models import Role, User
from scoring import engine
from scoring.models import Entry, Panel, Round, Rulebook, ScoreSheet, Seat
from scoring.services import (
    NewEntry,
    SaveOutcome,
    add_entries,
    add_seat,
    create_panel,
    create_round,
    create_rulebook,
    open_round,
    submit_sheet,
)

FULL = {"content": "50", "delivery": "30", "image": "20"}
_ids = itertools.count(1)


def new_id() -> str:
    """A submission id that no other save has."""
    return f"save-{next(_ids)}"


def marks_of(content: str, delivery: str = "25", image: str = "15") -> dict[str, str]:
    """Marks by the three criteria of the contest's rubric."""
    return {"content": content, "delivery": delivery, "image": image}


def contest_document(**changes: object) -> dict[str, Any]:
    """The preset of a contest in one group (code `all`), with changes at the top level."""
    return {**engine.PRESETS["contest-one-group"].build().as_document(), **changes}


@pytest.fixture
def clerk(make_person) -> User:
    return make_person("钱统计", Role.CLERK, email="clerk@example.com")


@pytest.fixture
def rulebook(edition, organiser, now) -> Rulebook:
    return create_rulebook(
        edition=edition, code="speech", title="讲解细则", document=contest_document(), actor=organiser, now=now
    )


def quiz_document() -> dict[str, Any]:
    """The same contest with a quiz worth a fifth."""
    document = copy.deepcopy(contest_document())
    document["segments"][0]["weight"] = "80"
    document["segments"].append(
        {"code": "quiz", "title": "知识问答", "weight": "20", "scored_by": "quiz", "max_points": "100"}
    )
    return document


@pytest.fixture
def quiz_rules(edition, organiser, now) -> Rulebook:
    return create_rulebook(
        edition=edition, code="quiz", title="含问答", document=quiz_document(), actor=organiser, now=now
    )


@pytest.fixture
def make_panel(edition, organiser, make_person, now) -> Callable[..., Panel]:
    """Return a function: a panel of `seats` new judges."""

    def make(title: str = "评委一组", seats: int = 3) -> Panel:
        panel = create_panel(edition=edition, title=title)
        for number in range(1, seats + 1):
            judge = make_person(f"评委{number}", Role.JUDGE, email=f"judge{next(_ids)}@example.com")
            add_seat(panel=panel, judge=judge, is_chair=number == 1, actor=organiser, now=now)
        return panel

    return make


@pytest.fixture
def panel(make_panel) -> Panel:
    return make_panel()


@pytest.fixture
def make_round(edition, organiser, rulebook, make_panel, now) -> Callable[..., Round]:
    """Return a function: a round in preparation with n entries (codes 01, 02 …) and k seats."""

    def make(
        title: str = "决赛",
        *,
        entries: int = 3,
        seats: int = 3,
        panel: Panel | None = None,
        rules: Rulebook | None = None,
    ) -> Round:
        round = create_round(
            edition=edition,
            title=title,
            group="all",
            rulebook=rules or rulebook,
            panel=panel or make_panel(f"{title}评委组", seats),
            actor=organiser,
            now=now,
        )
        add_entries(round=round, entries=[NewEntry(f"{n:02}", f"题目{n}", n) for n in range(1, entries + 1)])
        return round

    return make


@pytest.fixture
def make_open_round(make_round, organiser, now) -> Callable[..., Round]:
    """Return a function: like make_round, opened for marks."""

    def make(title: str = "决赛", **options: object) -> Round:
        return open_round(round=make_round(title, **options), actor=organiser, now=now)

    return make


@pytest.fixture
def open_one(make_open_round) -> Round:
    """An open round of 3 entries and 3 seats."""
    return make_open_round()


@pytest.fixture
def sheet_of() -> Callable[[Round, str, int], ScoreSheet]:
    """Return a function: the sheet of a round's entry (code) and seat number."""

    def find(round: Round, code: str, seat: int) -> ScoreSheet:
        sheets = ScoreSheet.objects.select_related("entry__round", "seat", "judge", "current")
        return sheets.get(entry__round=round, entry__code=code, seat__number=seat)

    return find


@pytest.fixture
def submit(sheet_of, now) -> Callable[..., SaveOutcome]:
    """Return a function: the seat's judge submits marks for an entry."""

    def save(round: Round, code: str, seat: int, marks: Mapping[str, str] = FULL) -> SaveOutcome:
        sheet = sheet_of(round, code, seat)
        return submit_sheet(
            sheet_id=sheet.pk,
            marks=marks,
            submission_id=new_id(),
            base_version=sheet.version,
            actor=sheet.judge,
            now=now,
        )

    return save


@pytest.fixture
def submit_all(submit) -> Callable[[Round, Mapping[str, Sequence[str]]], None]:
    """Return a function: per entry code the content marks of seats 1, 2 …, the other criteria being equal for all."""

    def save(round: Round, contents: Mapping[str, Sequence[str]]) -> None:
        for code, values in contents.items():
            for seat, content in enumerate(values, start=1):
                submit(round, code, seat, marks_of(content))

    return save


@pytest.fixture
def entry_of() -> Callable[[Round, str], Entry]:
    def find(round: Round, code: str) -> Entry:
        return Entry.objects.get(round=round, code=code)

    return find


@pytest.fixture
def seat_of() -> Callable[[Round, int], Seat]:
    def find(round: Round, number: int) -> Seat:
        return Seat.objects.get(panel_id=round.panel_id, number=number)

    return find
