from tests.contest.desk import bring, coordinator, make_coordinator, open_call, unit  # noqa: F401 (fixtures)
from tests.contest.family import call, child, draft, guardian, handed_in  # noqa: F401 (fixtures)
from tests.contest.office import (  # noqa: F401 (fixtures)
    adult,
    contest,
    drawn,
    enter,
    finished,
    judge_all,
    junior,
    locked,
    make_panel,
    registration,
)
