"""What one roster says and another does not."""

import pytest

from results.models import Roster
from results.selectors import ChangedRow, Difference, Words, roster_difference


def row(entry: str, **other):
    base = {
        "entry": entry,
        "people": ["向悦"],
        "unit": "示范市第一中学",
        "unit_id": 3,
        "title": "月球的背面",
        "tutors": ["何老师"],
        "rank": 1,
        "shown": "93.10",
        "tier": "first",
        "tier_title": "一等奖",
        "advances": True,
        "titles": [],
        "recipients": [{"name": "向悦", "salutation": "同学", "user": 7}],
    }
    return base | other


def difference(old, new) -> Difference:
    return roster_difference(Roster(rows=old), Roster(rows=new))


def test_equal_rosters_have_no_difference():
    found = difference([row("A1"), row("A2")], [row("A1"), row("A2")])

    assert found == Difference((), (), ())
    assert not found


def test_rows_that_came_and_went():
    found = difference([row("A1"), row("A2")], [row("A3"), row("A1")])

    assert found == Difference(added=(row("A3"),), removed=(row("A2"),), changed=())
    assert found


def test_every_word_of_a_row_is_compared():
    other = row(
        "A1",
        people=["向𬀪", "李雷"],
        unit="示范市第二中学",
        title="月球的正面",
        tutors=[],
        rank=None,
        shown=None,
        tier=None,
        tier_title=None,
        advances=False,
        titles=[{"code": "eloquence", "title": "最佳口才奖"}],
        recipients=[{"name": "向𬀪", "salutation": "同志", "user": 7}],
    )

    found = difference([row("A1")], [other])

    words = (
        Words("姓名", "向悦", "向𬀪、李雷"),
        Words("单位", "示范市第一中学", "示范市第二中学"),
        Words("题目", "月球的背面", "月球的正面"),
        Words("辅导教师", "何老师", ""),
        Words("名次", "1", ""),
        Words("得分", "93.10", ""),
        Words("奖项", "一等奖", ""),
        Words("单项奖", "", "最佳口才奖"),
        Words("晋级", "晋级", ""),
        Words("证书", "向悦同学", "向𬀪同志"),
    )
    assert found == Difference((), (), (ChangedRow("A1", row("A1"), other, words),))


@pytest.mark.parametrize("other", [{"unit_id": 4}, {"recipients": [{"name": "向悦", "salutation": "同学", "user": 8}]}])
def test_whose_account_it_is_is_no_word(other):
    assert not difference([row("A1")], [row("A1", **other)])


def test_order_of_rows_is_told_by_ranks_alone():
    assert not difference([row("A1"), row("A2")], [row("A2"), row("A1")])
