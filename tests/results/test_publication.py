"""From a locked round to the public list: proposal, confirmation, publication, withdrawal (design §2, §5)."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Role
from contest.services import propose_group_result
from ledger.models import Event
from results.exceptions import ResultRefused
from results.models import Confirmation, Result, Roster
from results.selectors import blockers, roster_faults
from results.services import confirm_result, publish_result, set_publication, withdraw_result


@pytest.fixture
def proposed(locked, organiser, now):
    return propose_group_result(round=locked(), actor=organiser, now=now)


@pytest.fixture
def confirmed(proposed, supervisor, now):
    confirm_result(roster=proposed, actor=supervisor, now=now)
    return Result.objects.get(pk=proposed.result_id)


@pytest.fixture
def published(confirmed, organiser, now):
    publish_result(result=confirmed, actor=organiser, now=now)
    return Result.objects.get(pk=confirmed.pk)


def test_propose_freezes_rows_in_standing_order(proposed):
    assert [(row["entry"], row["people"], row["rank"], row["shown"], row["tier"], row["advances"]) for row in proposed.rows] == [
        ("01", ["选手1"], 1, "89.00", "gold", True),
        ("02", ["选手2"], 2, "88.00", "first", True),
        ("03", ["选手3"], 3, "87.00", "first", True),
        ("04", ["选手4"], 4, "86.00", "second", False),
        ("05", ["选手5"], 5, "85.00", "third", False),
        ("06", ["选手6"], 6, "84.00", "third", False),
    ]
    assert (proposed.version, proposed.snapshot.number, proposed.result.state) == (1, 1, "proposed")
    assert roster_faults(proposed) == []
