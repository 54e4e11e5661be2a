"""A contest from the two-group preset, on the first day of the clean workbook's ages."""

from datetime import date
from pathlib import Path

import pytest

from contest.models import Contest
from contest.services import Registration, create_contest
from core.text.idnumber import check_character

FIRST_DAY = date(2026, 11, 20)
WORKBOOKS = Path(__file__).parent / "workbooks"


@pytest.fixture
def contest(edition, organiser, now) -> Contest:
    return create_contest(
        edition=edition,
        title="2026 年科普讲解大赛",
        slug="jiangjie",
        first_day=FIRST_DAY,
        preset="contest-two-groups",
        actor=organiser,
        now=now,
    )


@pytest.fixture
def adult(contest):
    return contest.groups.get(code="adult")


@pytest.fixture
def junior(contest):
    return contest.groups.get(code="junior")


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
