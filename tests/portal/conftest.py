"""A contest to show and to copy: the fixtures of the contest's office."""

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
