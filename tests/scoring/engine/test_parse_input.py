"""Reading the input of a round: every cell has one sheet, every mark fits its criterion (docs/result-book.md)."""

import json
from typing import Any

import pytest

from scoring.engine import InputInvalid, RulebookInvalid, parse_input, parse_rulebook, recompute_book
from tests.scoring.engine.test_parse_rulebook import sample as sample_rules
from tests.scoring.engine.test_parse_rulebook import set_at

Obj = dict[str, Any]
RULES = parse_rulebook(sample_rules())


def sample() -> Obj:
    """Two judges, two entries; J2 is recused from the second."""
    marks = {"content": "46", "delivery": "27.5", "image": "18"}
    plain = {"segment": "self", "state": "submitted", "marks": marks, "total": "91.5"}
    recused = {"judge": "J2", "entry": "02", "segment": "self", "state": "recused", "marks": None, "total": None}
    first = {"code": "01", "title": "黑洞", "order": 1, "status": "competing"}
    second = {"code": "02", "title": "", "order": 2, "status": "withdrawn", "seconds": {}, "quiz": {}, "deductions": []}
    deductions = [{"points": "1", "reason": "超出命题范围"}]
    document = {
        "judges": ["J1", "J2"],
        "entries": [
            {**first, "seconds": {"self": 232, "video": 20}, "quiz": {"quiz": "85.5"}, "deductions": deductions},
            second,
        ],
        "sheets": [
            {"judge": "J1", "entry": "01", **plain},
            {"judge": "J2", "entry": "01", **plain},
            {"judge": "J1", "entry": "02", **plain},
            recused,
        ],
        "runoffs": [{"order": [["01"], ["02"]]}],
        "decisions": [{"order": ["02", "01"], "reason": "评审组合议"}],
    }
    separate: Obj = json.loads(json.dumps(document))
    return separate


def faults_of(document: Any) -> list[tuple[str, str]]:
    with pytest.raises(InputInvalid) as refused:
        parse_input(document, RULES)
    return [(fault.path, fault.code) for fault in refused.value.faults]


def test_sample_is_read_whole() -> None:
    assert parse_input(sample(), RULES).as_document() == sample()


def test_sheets_come_back_in_book_order() -> None:
    document = sample()
    document["sheets"].reverse()

    assert parse_input(document, RULES).as_document() == sample()


def test_an_empty_round_is_an_input() -> None:
    empty: Obj = {"judges": [], "entries": [], "sheets": [], "runoffs": [], "decisions": []}

    assert parse_input(empty, RULES).as_document() == empty


ONE_CHANGE: dict[str, tuple[str, object, list[tuple[str, str]]]] = {
    "unknown-key": ("names", ["张三"], [("names", "unknown")]),
    "judges-text": ("judges", "J1", [("judges", "type")]),
    "judge-twice": ("judges/1", "J1", [("judges[1]", "duplicate")]),
    "judge-name": ("judges/1", "张 三", [("judges[1]", "code")]),
    "entry-twice": ("entries/1/code", "01", [("entries[1].code", "duplicate")]),
    "entry-order": ("entries/1/order", "2", [("entries[1].order", "whole")]),
    "entry-status": ("entries/1/status", "absent", [("entries[1].status", "choice")]),
    "entry-title": ("entries/1/title", None, [("entries[1].title", "type")]),
    "seconds-of-unknown-segment": ("entries/0/seconds", {"random": 30}, [("entries[0].seconds.random", "unknown")]),
    "seconds-half": ("entries/0/seconds/self", 232.5, [("entries[0].seconds.self", "whole")]),
    "seconds-list": ("entries/0/seconds", [], [("entries[0].seconds", "type")]),
    "quiz-of-panel": ("entries/0/quiz", {"self": "85"}, [("entries[0].quiz.self", "unknown")]),
    "quiz-too-high": ("entries/0/quiz/quiz", "100.5", [("entries[0].quiz.quiz", "range")]),
    "quiz-number": ("entries/0/quiz/quiz", 85.5, [("entries[0].quiz.quiz", "number")]),
    "deduction-nothing": ("entries/0/deductions/0/points", "0", [("entries[0].deductions[0].points", "range")]),
    "deduction-text": ("entries/0/deductions/0/points", "一分", [("entries[0].deductions[0].points", "number")]),
    "deduction-no-reason": ("entries/0/deductions/0/reason", " ", [("entries[0].deductions[0].reason", "blank")]),
    "sheet-unknown-judge": ("sheets/0/judge", "J3", [("sheets[0].judge", "unknown_judge")]),
    "sheet-unknown-entry": ("sheets/0/entry", "03", [("sheets[0].entry", "unknown_entry")]),
    "sheet-unknown-segment": ("sheets/0/segment", "random", [("sheets[0].segment", "unknown_segment")]),
    "sheet-of-quiz": ("sheets/0/segment", "quiz", [("sheets[0].segment", "unknown_segment")]),
    "sheet-blank-judge": ("sheets/0/judge", "", [("sheets[0].judge", "code")]),
    "sheet-state": ("sheets/0/state", "marked", [("sheets[0].state", "choice")]),
    "mark-too-high": ("sheets/0/marks/content", "50.5", [("sheets[0].marks.content", "range")]),
    "mark-off-step": ("sheets/0/marks/content", "46.2", [("sheets[0].marks.content", "step")]),
    "mark-number": ("sheets/0/marks/content", 46, [("sheets[0].marks.content", "number")]),
    "mark-exponent": ("sheets/0/marks/content", "4.6e1", [("sheets[0].marks.content", "number")]),
    "mark-of-no-criterion": ("sheets/0/marks/charm", "5", [("sheets[0].marks.charm", "unknown")]),
    "marks-missing": ("sheets/0/marks", None, [("sheets[0].marks", "type")]),
    "total-wrong": ("sheets/0/total", "91", [("sheets[0].total", "total")]),
    "total-missing": ("sheets/0/total", None, [("sheets[0].total", "number")]),
    "marks-of-recused": ("sheets/3/marks", {"content": "0"}, [("sheets[3].marks", "not_submitted")]),
    "total-of-recused": ("sheets/3/total", "0", [("sheets[3].total", "not_submitted")]),
    "draft-with-marks": ("sheets/2/state", "draft", [
        ("sheets[2].marks", "not_submitted"),
        ("sheets[2].total", "not_submitted"),
    ]),
    "runoff-flat": ("runoffs/0/order", ["01"], [("runoffs[0].order[0]", "type")]),
    "runoff-empty-group": ("runoffs/0/order/1", [], [("runoffs[0].order[1]", "type")]),
    "runoff-twice": ("runoffs/0/order/1", ["01"], [("runoffs[0].order[1][0]", "duplicate")]),
    "runoff-unknown": ("runoffs/0/order/1", ["03"], [("runoffs[0].order[1][0]", "unknown_entry")]),
    "runoff-code": ("runoffs/0/order/1", [None], [("runoffs[0].order[1][0]", "code")]),
    "decision-twice": ("decisions/0/order", ["01", "01"], [("decisions[0].order[1]", "duplicate")]),
    "decision-unknown": ("decisions/0/order", ["01", "09"], [("decisions[0].order[1]", "unknown_entry")]),
    "decision-no-reason": ("decisions/0/reason", "", [("decisions[0].reason", "blank")]),
}  # fmt: skip


@pytest.mark.parametrize(("path", "value", "faults"), ONE_CHANGE.values(), ids=ONE_CHANGE)
def test_input_with_one_fault_is_refused(path: str, value: object, faults: list[tuple[str, str]]) -> None:
    document = sample()
    set_at(document, path, value)

    assert faults_of(document) == faults


def test_missing_mark_is_refused() -> None:
    document = sample()
    del document["sheets"][0]["marks"]["image"]

    assert faults_of(document) == [("sheets[0].marks.image", "missing")]


def test_missing_sheet_is_named_with_its_cell() -> None:
    document = sample()
    del document["sheets"][1]

    with pytest.raises(InputInvalid) as refused:
        parse_input(document, RULES)

    assert [fault.message for fault in refused.value.faults] == [
        "缺少评委 J2 对 01 在环节 self 的评分表：未评也要有一张，写明状态。"
    ]


def test_input_of_an_assigned_round_may_lack_sheets_and_says_so() -> None:
    document = {**sample(), "assigned": True}
    del document["sheets"][1]

    read = parse_input(document, RULES)

    assert read.assigned
    assert read.as_document() == document
    assert "assigned" not in parse_input(sample(), RULES).as_document()


@pytest.mark.parametrize("assigned", [False, None, 1, "true"])
def test_input_that_is_not_assigned_does_not_have_the_key(assigned: object) -> None:
    assert faults_of({**sample(), "assigned": assigned}) == [("assigned", "flag")]


def test_sheet_listed_twice_is_refused_in_an_assigned_round_too() -> None:
    document = {**sample(), "assigned": True}
    document["sheets"][1] = document["sheets"][0]

    assert faults_of(document) == [("sheets[1]", "duplicate")]


def test_wrong_total_says_both_numbers() -> None:
    document = sample()
    document["sheets"][1]["total"] = "91.0"

    with pytest.raises(InputInvalid) as refused:
        parse_input(document, RULES)

    assert [fault.message for fault in refused.value.faults] == ["总分是 91.0，各项相加是 91.5。"]


def test_all_faults_are_named_at_once() -> None:
    document = sample()
    document["entries"][0]["order"] = -1
    document["sheets"][0]["marks"]["content"] = "60"
    document["sheets"][2]["state"] = "late"
    del document["decisions"]

    assert faults_of(document) == [
        ("decisions", "missing"),
        ("entries[0].order", "whole"),
        ("sheets[0].marks.content", "range"),
        ("sheets[2].state", "choice"),
    ]


@pytest.mark.parametrize("document", [{}, [], None, {"sheets": ["J1"], "entries": [1]}])
def test_something_else_than_an_input_is_refused(document: object) -> None:
    assert faults_of(document)


def test_book_is_recomputed_from_its_rules_and_input() -> None:
    rules = sample_rules()
    rules["aggregation"]["min_valid_marks"] = 2
    book = {"round": {"title": "决赛", "group": "all"}, "rulebook": rules, "input": sample()}

    outcome = recompute_book(book)

    assert [(each.entry, each.rank, each.reason, each.shown) for each in outcome.standings] == [
        ("01", 1, None, "89.90"),
        ("02", None, "withdrawn", None),
    ]


@pytest.mark.parametrize("group", ["adult", None, 5])
def test_book_of_an_unknown_group_is_refused(group: object) -> None:
    book = {"round": {"group": group}, "rulebook": sample_rules(), "input": sample()}

    with pytest.raises(InputInvalid) as refused:
        recompute_book(book)

    assert [(fault.path, fault.code) for fault in refused.value.faults] == [("round.group", "unknown_group")]


def test_book_without_rules_is_refused() -> None:
    with pytest.raises(RulebookInvalid):
        recompute_book({"rulebook": 5})
