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
