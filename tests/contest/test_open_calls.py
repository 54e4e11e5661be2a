"""Which calls are open, and which birth dates belong to a group."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contest.models import Contest, Group
from contest.selectors.open_calls import birth_words, born_between, is_open, open_calls
from contest.services.registrations import full_years

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2032, 12, 31))
AGES = st.one_of(st.none(), st.integers(min_value=5, max_value=80))


@given(first_day=DAYS, low=AGES, high=AGES, offset=st.integers(min_value=-2, max_value=2))
@example(first_day=date(2028, 2, 29), low=17, high=None, offset=0)
@example(first_day=date(2028, 2, 29), low=None, high=16, offset=0)
@example(first_day=date(2027, 2, 28), low=7, high=6, offset=0)
@example(first_day=date(2027, 3, 1), low=7, high=6, offset=0)
def test_birth_dates_of_a_group_are_those_of_the_rule(first_day, low, high, offset):
    group = Group(contest=Contest(first_day=first_day), min_age=low, max_age=high)
    earliest, latest = born_between(group)

    for edge in (day for day in (earliest, latest) if day is not None):
        born = edge + timedelta(days=offset)
        age = full_years(born, first_day)
        by_rule = (low is None or age >= low) and (high is None or age <= high)
        by_dates = (earliest is None or born >= earliest) and (latest is None or born <= latest)
        assert by_dates == by_rule


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (17, None, "2009年11月20日及以前出生"),
        (None, 16, "2009年11月21日及以后出生"),
        (7, 12, "2013年11月21日至2019年11月20日出生"),
        (None, None, "年龄不限"),
    ],
)
def test_words_of_a_group(low, high, words):
    group = Group(contest=Contest(first_day=date(2026, 11, 20)), min_age=low, max_age=high)

    assert birth_words(group) == words


def test_open_to_the_microsecond_before_the_deadline(call):
    closes = call.registration_closes_at
    before = closes - timedelta(microseconds=1)

    assert [is_open(call, at) for at in (before, closes)] == [True, False]
    assert [list(open_calls(at)) for at in (before, closes)] == [[call], []]


def test_rehearsals_and_unpublished_calls_are_nobodys(call, edition, now):
    edition.is_rehearsal = True
    edition.save()
    assert not open_calls(now).exists()

    edition.is_rehearsal = False
    edition.save()
    Contest.objects.update(call_published_at=None)
    assert not open_calls(now).exists()
