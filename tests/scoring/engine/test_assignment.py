"""Who reviews what: enough, evenly, never in conflict, comparable, and the same from the same seed."""

from itertools import combinations, product
from math import ceil
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine import Assignment, Short, assign, next_reviewer
from scoring.engine.assignment_parts import least_squares

TRIALS = settings(max_examples=120, deadline=None)


def works_of(count: int) -> list[str]:
    return [f"W{number:03}" for number in range(1, count + 1)]


def reviewers_of(count: int) -> list[str]:
    return [f"R{number}" for number in range(1, count + 1)]


def by_work(found: Assignment) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for work, reviewer in found.pairs:
        given.setdefault(work, []).append(reviewer)
    return given


def test_assign_gives_each_work_k_reviewers_with_loads_within_one_in_one_group() -> None:
    found = assign(works_of(30), reviewers_of(8), 3, [], [], "评审 2026")

    assert {work: len(set(names)) for work, names in by_work(found).items()} == dict.fromkeys(works_of(30), 3)
    assert sorted(found.loads.values()) == [11] * 6 + [12] * 2
    assert (found.connected, found.short) == (True, ())
    assert (found.load_cost, found.load_bound) == (1014, 1014)
    assert found.lower_bound <= found.cost <= 1.1 * found.lower_bound


def test_assign_same_seed_same_pairs_and_another_seed_others() -> None:
    first, again, other = (assign(works_of(12), reviewers_of(5), 2, [], [], seed) for seed in ("一", "一", "二"))

    assert first == again
    assert first.pairs != other.pairs
    assert sorted(first.loads.values()) == sorted(other.loads.values())


def test_assign_seed_is_the_only_chance() -> None:
    """Known values: a seed on record gives these pairs again in years, on any machine."""
    found = assign(works_of(4), reviewers_of(3), 2, [("W001", "R1")], [], "2026")

    assert found.pairs == (
        ("W001", "R2"),
        ("W001", "R3"),
        ("W002", "R1"),
        ("W002", "R2"),
        ("W003", "R1"),
        ("W003", "R3"),
        ("W004", "R1"),
        ("W004", "R2"),
    )  # fmt: skip


def test_pitfall_23_a_conflicting_pair_is_never_assigned() -> None:
    conflicts = {(work, "R1") for work in works_of(20)[:15]} | {("W020", "R2"), ("W999", "R1"), ("W001", "R99")}

    found = assign(works_of(20), reviewers_of(4), 3, conflicts, [], "s")

    assert not conflicts & set(found.pairs)
    assert (found.loads["R1"], sum(found.loads.values())) == (5, 60)


def test_assign_work_that_cannot_have_k_is_named_with_who_is_excluded() -> None:
    conflicts = [("W002", "R1"), ("W002", "R3"), ("W003", "R1"), ("W003", "R2"), ("W003", "R3")]

    found = assign(works_of(3), reviewers_of(3), 2, conflicts, [], "s")

    assert found.short == (Short("W002", 2, 1, ("R1", "R3")), Short("W003", 2, 0, ("R1", "R2", "R3")))
    assert {work: len(names) for work, names in by_work(found).items()} == {"W001": 2, "W002": 1}


def test_assign_without_reviewers_names_every_work() -> None:
    found = assign(works_of(2), [], 1, [], [], "s")

    assert found.short == (Short("W001", 1, 0, ()), Short("W002", 1, 0, ()))
    assert (found.pairs, found.groups, found.cost, found.lower_bound, found.connected) == ((), (), 0, 0, True)


def test_pitfall_06_kept_pairs_stay_and_only_what_lacks_is_added() -> None:
    first = assign(works_of(10), reviewers_of(5), 2, [], [], "s")

    again = assign(works_of(10), reviewers_of(5), 2, [], first.pairs, "another seed")
    more = assign(works_of(10), reviewers_of(5), 3, [], first.pairs, "another seed")

    assert (again.pairs, again.loads) == ((), first.loads)
    assert len(more.pairs) == 10
    assert not set(more.pairs) & set(first.pairs)
    assert sorted(more.loads.values()) == [6] * 5


def test_assign_a_new_reviewer_is_given_work_before_the_others() -> None:
    kept = assign(works_of(12), reviewers_of(3), 2, [], [], "s").pairs

    found = assign(works_of(12), reviewers_of(4), 3, [], kept, "s")

    assert found.loads == {"R1": 9, "R2": 9, "R3": 9, "R4": 9}


def test_assign_review_of_somebody_who_left_counts_for_its_work_and_for_nobody() -> None:
    found = assign(works_of(1), reviewers_of(2), 2, [], [("W001", "R9")], "s")

    assert (len(found.pairs), sum(found.loads.values())) == (1, 1)


def test_assign_kept_pair_in_conflict_is_not_taken_away() -> None:
    found = assign(works_of(1), reviewers_of(2), 2, [("W001", "R1")], [("W001", "R1")], "s")

    assert found.pairs == (("W001", "R2"),)


def test_assign_one_review_each_cannot_compare_anybody_and_says_so() -> None:
    found = assign(works_of(4), reviewers_of(2), 1, [], [], "s")

    assert (found.groups, found.connected) == ((("R1",), ("R2",)), False)
    assert sorted(found.loads.values()) == [2, 2]


def test_assign_two_faculties_that_conflict_with_each_others_works_stay_apart_and_say_so() -> None:
    works, reviewers = works_of(6), reviewers_of(4)
    conflicts = [*product(works[:3], reviewers[2:]), *product(works[3:], reviewers[:2])]

    found = assign(works, reviewers, 2, conflicts, [], "s")

    assert found.groups == (("R1", "R2"), ("R3", "R4"))


def test_assign_joins_groups_through_the_one_work_that_both_may_review() -> None:
    works, reviewers = works_of(7), reviewers_of(4)
    conflicts = [*product(works[:3], reviewers[2:]), *product(works[3:6], reviewers[:2])]

    for seed in "abcdefgh":
        found = assign(works, reviewers, 2, conflicts, [], seed)
        assert found.connected, seed
        assert max(found.loads.values()) - min(found.loads.values()) <= 1


def test_assign_groups_left_apart_by_the_first_choices_are_joined() -> None:
    conflicts = [("W001", "R2"), ("W002", "R1"), ("W002", "R3"), ("W003", "R3")]

    joined = assign(works_of(3), reviewers_of(3), 2, conflicts, [("W003", "R3")], "2456")
    apart = assign(works_of(3), reviewers_of(5), 2, [("W002", "R2")], [], "925")

    assert (joined.connected, sorted(joined.loads.values())) == (True, [1, 2, 2])
    assert (apart.connected, sorted(apart.loads.values())) == (False, [1, 1, 1, 1, 2])


def test_assign_even_loads_come_before_comparing_everybody() -> None:
    """Two works of two reviewers each: to meet, somebody would have to review twice and somebody nothing."""
    found = assign(works_of(2), reviewers_of(4), 2, [], [], "s")

    assert (sorted(found.loads.values()), len(found.groups)) == ([1, 1, 1, 1], 2)


def test_assign_joins_by_moving_a_work_where_loads_cannot_be_even_anyway() -> None:
    """R1 to R3 alone may review the first eight works; evenly, R4 to R6 would never meet them."""
    works, reviewers = works_of(12), reviewers_of(6)
    conflicts = list(product(works[:8], reviewers[3:]))

    found = assign(works, reviewers, 2, conflicts, [], "s")

    assert (found.connected, found.moved_to_join) == (True, 1)
    assert sorted(found.loads.values()) == [2, 2, 3, 5, 6, 6]


def test_assign_kept_groups_that_nothing_can_join_are_named() -> None:
    kept = [("W001", "R1"), ("W001", "R2"), ("W002", "R3"), ("W002", "R4")]

    assert assign(works_of(2), reviewers_of(4), 2, [], kept, "s").groups == (("R1", "R2"), ("R3", "R4"))


def test_next_reviewer_has_the_least_load_then_the_least_overlap() -> None:
    kept = [("W001", "R1"), ("W002", "R1"), ("W002", "R2"), ("W003", "R3"), ("W003", "R4")]

    assert next_reviewer("W001", works_of(3), reviewers_of(4), [("W001", "R3")], kept, "s") == "R4"
    assert next_reviewer("W001", works_of(3), reviewers_of(5), [], kept, "s") == "R5"


def test_next_reviewer_when_nobody_is_left() -> None:
    assert next_reviewer("W001", works_of(1), reviewers_of(2), [("W001", "R1")], [("W001", "R2")], "s") is None


@pytest.mark.parametrize(
    ("works", "reviewers", "k", "kept"),
    [
        (["W1", "W1"], ["R1"], 1, []),
        (["W1"], ["R1", "R1"], 1, []),
        (["W1"], ["R1"], 0, []),
        (["W1"], ["R1"], 1, [("W2", "R1")]),
    ],
)
def test_assign_refuses_what_makes_no_sense(works: list[str], reviewers: list[str], k: int, kept: list[Any]) -> None:
    with pytest.raises(ValueError, match=r"twice|at least one|not listed"):
        assign(works, reviewers, k, [], kept, "s")


@st.composite
def tasks(draw: Any) -> Any:
    works, reviewers = works_of(draw(st.integers(1, 4))), reviewers_of(draw(st.integers(1, 4)))
    pairs = list(product(works, reviewers))
    conflicts = set(draw(st.lists(st.sampled_from(pairs), max_size=6)))
    kept = set(draw(st.lists(st.sampled_from(pairs), max_size=3)))
    return works, reviewers, draw(st.integers(1, 3)), conflicts, kept, draw(st.text(max_size=3))


@TRIALS
@given(tasks())
def test_load_cost_is_the_least_of_all_assignments_there_are(task: Any) -> None:
    works, reviewers, k, conflicts, kept, _ = task
    found = assign(*task)
    own = by_work(found)
    choices = []
    for work in works:
        have = {reviewer for at, reviewer in kept if at == work}
        may = [name for name in reviewers if name not in have and (work, name) not in conflicts]
        wanted = min(max(0, k - len(have)), len(may))
        assert len(own.get(work, [])) == wanted
        assert set(own.get(work, [])) <= set(may)
        choices.append(list(combinations(may, wanted)))
    base = {name: sum(at == name for _, at in kept) for name in reviewers}

    def squares(choice: tuple[tuple[str, ...], ...]) -> int:
        return sum((base[name] + sum(name in part for part in choice)) ** 2 for name in reviewers)

    least = min(map(squares, product(*choices)))
    assert (found.load_cost == least) if not found.moved_to_join else (found.load_cost > least)
    assert found.load_bound <= found.load_cost
    assert found.overlap_bound <= found.overlap_cost


@TRIALS
@given(st.lists(st.integers(0, 6), max_size=5), st.integers(0, 12))
def test_least_squares_is_what_handing_out_one_by_one_to_the_least_gives(held: list[int], units: int) -> None:
    heights = list(held)
    for _ in range(units if heights else 0):
        heights[heights.index(min(heights))] += 1

    assert least_squares(held, units) == sum(height * height for height in heights)


def test_assign_five_hundred_works_are_even_whatever_the_conflicts() -> None:
    """A tenth of all pairs conflict; benchmarks/assignment.py holds the time."""
    works, reviewers = works_of(500), reviewers_of(40)
    conflicts = {(w, r) for i, w in enumerate(works) for j, r in enumerate(reviewers) if (7 * i + 11 * j) % 10 == 0}

    found = assign(works, reviewers, 5, conflicts, [], "500")

    assert (min(found.loads.values()), max(found.loads.values())) == (62, ceil(2500 / 40))
    assert (found.load_cost, found.connected) == (found.load_bound, True)
    assert found.overlap_cost <= 1.01 * found.overlap_bound
