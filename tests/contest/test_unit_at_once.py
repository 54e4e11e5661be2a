"""Two coordinators of one unit at the same moment: quota, order and a draft stay whole (pitfalls 20, 28)."""

from contest.models import Contestant
from contest.selectors.units import order_mark, unit_entries
from contest.services import SubmitOutcome, set_unit_order, submit_unit_entries
from core.exceptions import ConflictError

Status = Contestant.Status


def test_over_the_quota_from_two_browsers_exactly_the_quota_goes_through(
    at_once, contest, adult, unit, coordinator, bring, now
):
    adult.unit_quota = 3
    adult.save()
    people, rows = bring(1, 2, 3, 4, 5)
    halves = [{one.pk: rows[one.pk] for one in half} for half in (people[:3], people[2:])]
    outcomes = at_once(
        *[
            lambda half=half: submit_unit_entries(
                unit=unit, contest=contest, registrations=half, actor=coordinator, now=now
            )
            for half in halves
        ]
    )
    assert [type(each) for each in outcomes] == [SubmitOutcome, SubmitOutcome]
    (kept,) = at_once(lambda: set(Contestant.objects.filter(status=Status.SUBMITTED).values_list("pk", flat=True)))
    done = {one.pk for each in outcomes for one in each.done}
    refused = {one.pk: reason for each in outcomes for one, reason in each.refused}
    assert (len(kept), kept) == (3, done)
    assert refused.keys() == {one.pk for one in people} - kept
    assert all("名额已满" in reason for reason in refused.values())


def test_two_orders_at_once_one_is_told(at_once, adult, unit, coordinator, bring, now):
    people, _ = bring(1, 2, 3)
    (seen,) = at_once(lambda: order_mark(unit_entries(unit)))
    orders = [[people[2].pk, people[1].pk, people[0].pk], [people[1].pk, people[0].pk, people[2].pk]]
    outcomes = at_once(
        *[
            lambda order=order: set_unit_order(
                unit=unit, group=adult, contestants=order, actor=coordinator, now=now, seen=seen
            )
            for order in orders
        ]
    )
    assert sum(isinstance(each, ConflictError) for each in outcomes) == 1
    won = next(place for place, each in enumerate(outcomes) if isinstance(each, list))
    (kept,) = at_once(lambda: [one.pk for one in unit_entries(unit)])
    assert kept == orders[won]
