"""A work that leaves after its roster was proposed (pitfalls 1, 3)."""

import pytest

from results.exceptions import ResultRefused
from results.models import Result
from results.selectors import Departure
from results.services import confirm_result, publish_result
from tests.works.jury import entry_of
from works.models import Work
from works.selectors.roster_checks import departed_works
from works.services.outcomes import propose_kind_result


@pytest.mark.parametrize(("status", "words"), [("withdrawn", "已退出"), ("refused", "已改为不予受理")])
def test_pitfall_03_a_work_that_left_is_not_published(
    book, accepted, locked, organiser, supervisor, now, status, words
):
    works = accepted(book, 10)
    roster = propose_kind_result(round=locked(book, judges=3), actor=organiser, now=now)
    confirm_result(roster=roster, actor=supervisor, now=now)
    result = Result.objects.get()
    assert departed_works(result, roster) == []
    Work.objects.filter(pk=works[0].pk).update(status=status)
    code = entry_of(works[0]).code
    text = f"编号 {code} 的作品{words}，仍在名册中，请更正其参评状态后重新提出名册"
    assert departed_works(result, roster) == [Departure(text, blocks=True)]
    with pytest.raises(ResultRefused, match=text):
        publish_result(result=result, actor=organiser, now=now)


def test_a_work_that_was_not_ranked_may_leave(book, accepted, locked, organiser, now):
    works = accepted(book, 10)
    roster = propose_kind_result(round=locked(book, judges=3), actor=organiser, now=now)
    code = entry_of(works[0]).code
    for row in roster.rows:
        if row["entry"] == code:
            row["rank"] = None
    Work.objects.filter(pk=works[0].pk).update(status="withdrawn")
    assert departed_works(roster.result, roster) == []
