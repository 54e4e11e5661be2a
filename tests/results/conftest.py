import pytest

from contest.services import propose_group_result
from results.models import Result
from results.services import confirm_result, publish_result
from tests.contest.office import (  # noqa: F401 (fixtures)
    adult,
    contest,
    drawn,
    enter,
    judge_all,
    junior,
    locked,
    make_panel,
    registration,
)
from tests.results.objecting import handled, media, objection, publicity, said  # noqa: F401 (fixtures)


@pytest.fixture
def proposed(locked, organiser, now):  # noqa: F811 (fixture)
    """The newest roster of six adults, proposed by the organiser."""
    return propose_group_result(round=locked(), actor=organiser, now=now)


@pytest.fixture
def confirmed(proposed, supervisor, now) -> Result:
    confirm_result(roster=proposed, actor=supervisor, now=now)
    return Result.objects.get(pk=proposed.result_id)


@pytest.fixture
def published(confirmed, organiser, now) -> Result:
    publish_result(result=confirmed, actor=organiser, now=now)
    return Result.objects.get(pk=confirmed.pk)
