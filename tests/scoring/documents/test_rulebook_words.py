"""Two versions of rules in words, and the worked example as the page shows it."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from core.canonical import digest
from scoring import engine
from scoring.documents.rulebook_difference import Line, rulebook_difference
from scoring.documents.rulebook_example import MarkCell, MarkRow, example_page
from tests.scoring.conftest import contest_document, quiz_document

OTHER = {  # another valid value where the first change that comes to mind would be refused
    "weight": None,
    "step": "0.1",
    "scored_by": None,
    "level": "criterion",
    "when": None,
    "segment": None,
    "kind": None,
    "criterion": None,
    "format": None,
    "places": 3,
    "rank_by": "rounded",
    "boundary": "share_up",
    "percent_rounding": "ceil",
    "percent": "7",
    "max_points": "10",
    "points": "3",
    "cap": "9",
    "per_seconds": 20,
    "limit_seconds": 200,
    "rest": None,
    "code": None,
}


def changed_everywhere(node: Any, root: Any) -> Iterator[tuple[str, Any]]:
    """Copies of a document, each with one value changed, and the key of that value."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in list(items):
        if isinstance(value, dict | list):
            yield from changed_everywhere(value, root)
            continue
        other = OTHER.get(
            key, not value if isinstance(value, bool) else value + 1 if isinstance(value, int) else "别的"
        )
        if other is not None:
            node[key] = other
            yield key, copy.deepcopy(root)
            node[key] = value


def test_difference_shows_every_value_that_changed():
    document = quiz_document()
    document["groups"][0]["titles"] = [{"code": "ten", "title": "十佳", "count": 10}]
    unseen = []
    for key, changed in changed_everywhere(document, document):
        normal = engine.parse_rulebook(changed).as_document()
        sections = rulebook_difference(document, normal)
        if digest(normal) != digest(document) and not any(section.changed for section in sections):
            unseen.append(key)
    assert unseen == []


def test_difference_of_a_row_that_came_and_one_that_went():
    old, new = contest_document(), contest_document()
    new["penalties"] = new["penalties"][:1]
    new["groups"] = copy.deepcopy(new["groups"])
    new["groups"][0]["title"] = "成人组"
    new["groups"][0]["tiers"].insert(0, {"code": "top", "title": "特等奖", "advances": True, "count": 1})

    changed = {section.title: section.changed for section in rulebook_difference(old, new) if section.changed}
    assert changed == {
        "时间扣分": (
            Line("第 2 条", "（2）自主命题讲解用时超过 240 秒的，每 15 秒（不满也算）扣 2 分，最多扣 6 分。", ""),
        ),
        "组别": (Line("组别", "一组", "成人组"),),
        "奖项：成人组": (
            Line("组别名称", "一组", "成人组"),
            Line("奖项先后", "金奖、一等奖、二等奖、三等奖、优秀奖", "特等奖、金奖、一等奖、二等奖、三等奖、优秀奖"),
            Line("特等奖", "", "1 名，晋级"),
        ),
    }


def test_difference_of_equal_rules_is_none():
    assert not any(section.changed for section in rulebook_difference(contest_document(), contest_document()))


def rules(document):
    return engine.parse_rulebook(document)


def test_example_of_the_contest_in_a_table_and_in_sums():
    page = example_page(rules(contest_document()))
    (segment,) = page.segments

    assert (segment.title, segment.columns) == ("自主命题讲解", ("内容陈述", "表达效果", "整体形象", "合计"))
    assert segment.rows[1] == MarkRow(
        "评委 2 号", (MarkCell("45.5"), MarkCell("26"), MarkCell("18.5"), MarkCell("90", True))
    )
    assert segment.sums == ("各评委合计去掉 90、80.5，其余 3 个相加 254，除以 3，得 84.6666…。",)
    assert page.sums == (
        "讲了 4 分 20 秒（自主命题讲解用时超过 240 秒的，每 15 秒（不满也算）扣 2 分，最多扣 6 分）：扣 4 分。",
        "最后得分：84.6666… − 4 = 80.6666…，四舍五入保留 2 位小数，公布为 80.67。",
    )


def test_example_criterion_by_criterion_with_a_quiz_and_without_penalties():
    document = quiz_document()
    document["aggregation"]["level"] = "criterion"
    document["penalties"] = []
    document["rounding"]["places"] = 0
    page = example_page(rules(document))

    assert page.segments[0].sums == (
        "“内容陈述”去掉 45.5、39，其余 3 个相加 128，除以 3，得 42.6666…。",
        "“表达效果”去掉 23、27.5，其余 3 个相加 76，除以 3，得 25.3333…。",
        "“整体形象”去掉 16、18.5，其余 3 个相加 51，除以 3，得 17。",
        "各评分项相加：85。",
    )
    assert page.segments[0].rows[0].cells[1:3] == (MarkCell("23", True), MarkCell("16", True))
    assert (page.segments[1].rows, page.segments[1].sums) == ((), ("答题得 86 分（满分 100）。",))
    assert page.sums == (
        "各环节按权重相加：85 × 80% + 86 × 20% = 85.2。",
        "最后得分：85.2，四舍五入取整，公布为 85。",
    )


@pytest.mark.parametrize(("panel", "judges"), [(3, 3), (7, 7)])
def test_example_has_the_panels_size(panel, judges):
    assert len(example_page(rules(contest_document()), panel=panel).segments[0].rows) == judges


def test_example_of_a_huge_panel_is_left_out():
    assert example_page(rules(contest_document()), panel=40) is None
