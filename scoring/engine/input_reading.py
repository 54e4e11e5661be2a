"""Reads the input of a round, refusing what does not fit the rulebook.

The cells of the score table are checked as a whole: each judge × entry × panel segment has exactly one sheet, so that
nothing is judged twice (pitfall 14) and nobody's sheet is missing without a state (pitfall 26). Only where the input
says that entries were assigned to some of the judges may a sheet be missing: nobody asked for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from scoring.engine.arithmetic import PLAIN_DECIMAL, decimal_text, hundredths
from scoring.engine.faults import Faults, InputInvalid
from scoring.engine.reading import Node, checked_code, refuse_repeats
from scoring.engine.round_input import (
    STATES,
    STATUSES,
    SUBMITTED,
    Decision,
    Deduction,
    Entry,
    RoundInput,
    Runoff,
    Sheet,
)
from scoring.engine.rulebook import QUIZ, Rulebook

LONGEST_SECONDS = 86_400


def parse_input(document: Mapping[str, object], rulebook: Rulebook) -> RoundInput:
    """The input of a document, its sheets in book order; InputInvalid names every fault at once, in Chinese."""
    faults = Faults()
    node = Node(document, "", faults)
    node.expect_keys(["judges", "entries", "sheets", "runoffs", "decisions"], ["assigned"])
    assigned = _read_assigned(node)
    judges = node.codes("judges")
    entry_nodes = node.nodes("entries")
    refuse_repeats(entry_nodes, "参评条目")
    entries = tuple(_read_entry(each, rulebook) for each in entry_nodes)
    codes = {entry.code for entry in entries}
    sheets = _read_sheets(node, rulebook, judges, entries, assigned)
    runoffs = tuple(_read_runoff(each, codes) for each in node.nodes("runoffs"))
    decisions = tuple(_read_decision(each, codes) for each in node.nodes("decisions"))
    if faults.found:
        raise InputInvalid(faults.found)
    return RoundInput(judges, entries, sheets, runoffs, decisions, assigned)


def _read_assigned(node: Node) -> bool:
    """One spelling for one thing: an input that is not assigned does not have the key."""
    assigned = node.flag("assigned")
    if node.has("assigned") and not assigned and node.faults.clear_at(node.at("assigned")):
        node.fault("assigned", "flag", "只能是 true；不是分派评审的轮次没有这一项。")
    return assigned


def _read_entry(node: Node, rulebook: Rulebook) -> Entry:
    node.expect_keys(["code", "title", "order", "status", "seconds", "quiz", "deductions"])
    seconds, quiz = node.node("seconds"), node.node("quiz")
    known = {segment.code for segment in rulebook.segments}
    quizzes = {
        segment.code: rulebook.max_total(segment.code) for segment in rulebook.segments if segment.scored_by == QUIZ
    }
    seconds.expect_keys([], known)
    quiz.expect_keys([], quizzes)
    return Entry(
        code=node.code("code"),
        order=node.whole("order", low=0, high=999_999),
        title=node.text("title", blank=True),
        status=node.choice("status", STATUSES),
        seconds={key: seconds.whole(key, low=0, high=LONGEST_SECONDS) for key in _keys(seconds, known)},
        quiz={key: _read_quiz_score(quiz, key, quizzes[key]) for key in _keys(quiz, quizzes)},
        deductions=tuple(_read_deduction(each) for each in node.nodes("deductions")),
    )


def _keys(node: Node, known: Mapping[str, object] | set[str]) -> list[str]:
    return [key for key in node.values if isinstance(key, str) and key in known]


def _read_quiz_score(node: Node, segment: str, max_points: Decimal) -> Decimal:
    score = node.decimal(segment)
    if score > max_points:
        node.fault(segment, "range", f"得分应在 0 至 {decimal_text(hundredths(max_points))} 之间。")
    return score


def _read_deduction(node: Node) -> Deduction:
    node.expect_keys(["points", "reason"])
    deduction = Deduction(points=node.decimal("points"), reason=node.text("reason"))
    if not deduction.points and node.faults.clear_at(node.at("points")):
        node.fault("points", "range", "扣分应大于 0。")
    return deduction


@dataclass(frozen=True, slots=True)
class _Rubric:
    """The criteria of a panel segment in hundredths: code → (maximum, step)."""

    place: int
    criteria: Mapping[str, tuple[int, int]]


def _read_sheets(
    node: Node, rulebook: Rulebook, judges: tuple[str, ...], entries: tuple[Entry, ...], assigned: bool
) -> tuple[Sheet, ...]:
    rubrics = {
        segment.code: _Rubric(
            place,
            {each.code: (hundredths(each.max_points), hundredths(each.step)) for each in segment.criteria},
        )
        for place, segment in enumerate(rulebook.panel_segments)
    }
    judge_places = {code: place for place, code in enumerate(judges)}
    entry_places = {entry.code: place for place, entry in enumerate(entries)}
    placed: dict[tuple[int, int, int], Sheet] = {}
    for each in node.nodes("sheets"):
        sheet = _read_sheet(each, rubrics)
        cell = _cell(each, sheet, judge_places, entry_places, rubrics)
        if cell is None:
            continue
        if cell in placed:
            each.faults.add(each.path, "duplicate", f"评委 {sheet.judge} 对 {sheet.entry} 的评分表重复了。")
        placed[cell] = sheet
    if not assigned and node.faults.clear_at("judges", "entries", "sheets"):
        _refuse_gaps(node, placed, judges, entries, list(rubrics))
    return tuple(placed[cell] for cell in sorted(placed))


def _cell(
    node: Node,
    sheet: Sheet,
    judges: Mapping[str, int],
    entries: Mapping[str, int],
    rubrics: Mapping[str, _Rubric],
) -> tuple[int, int, int] | None:
    """The sheet's place in the table, by entry, segment and judge; None, with a fault, if there is no such place."""
    for key, code, known, listed, what in (
        ("judge", sheet.judge, judges, "judges", "评委"),
        ("entry", sheet.entry, entries, "entries", "参评条目"),
        ("segment", sheet.segment, rubrics, node.at("segment"), "由评委打分的环节"),
    ):
        if code not in known:
            if node.faults.clear_at(node.at(key), listed):
                node.fault(key, f"unknown_{key}", f"没有代码为“{code}”的{what}。")
            return None
    return entries[sheet.entry], rubrics[sheet.segment].place, judges[sheet.judge]


def _refuse_gaps(
    node: Node,
    placed: Mapping[tuple[int, int, int], Sheet],
    judges: tuple[str, ...],
    entries: tuple[Entry, ...],
    segments: list[str],
) -> None:
    for entry_place, entry in enumerate(entries):
        for segment_place, segment in enumerate(segments):
            for judge_place, judge in enumerate(judges):
                if (entry_place, segment_place, judge_place) not in placed:
                    where = f"评委 {judge} 对 {entry.code} 在环节 {segment}"
                    node.fault("sheets", "missing_sheet", f"缺少{where} 的评分表：未评也要有一张，写明状态。")


def _read_sheet(node: Node, rubrics: Mapping[str, _Rubric]) -> Sheet:
    node.expect_keys(["judge", "entry", "segment", "state", "marks", "total"])
    judge, entry, segment = node.code("judge"), node.code("entry"), node.code("segment")
    state = node.choice("state", STATES)
    if not node.faults.clear_at(node.at("state")):
        return Sheet(judge, entry, segment, state)
    if state != SUBMITTED:
        for key in ("marks", "total"):
            if node.has(key) and not node.is_null(key):
                node.fault(key, "not_submitted", "只有已提交的评分表才有分数，其他状态这里应为 null。")
        return Sheet(judge, entry, segment, state)
    rubric = rubrics.get(segment)
    marks = _read_marks(node.node("marks"), rubric) if rubric else ()
    total = node.decimal("total")
    if rubric and node.faults.clear_at(node.at("marks"), node.at("total")):
        added = sum(marks)
        if added != hundredths(total):
            node.fault("total", "total", f"总分是 {total}，各项相加是 {decimal_text(added)}。")
    return Sheet(judge, entry, segment, state, marks, tuple(rubric.criteria) if rubric else ())


def _read_marks(node: Node, rubric: _Rubric) -> tuple[int, ...]:
    node.expect_keys(rubric.criteria)
    marks = []
    for code, (top, step) in rubric.criteria.items():
        value = node.values.get(code)
        if not isinstance(value, str) or PLAIN_DECIMAL.fullmatch(value) is None:
            node.decimal(code)
            continue
        mark = hundredths(Decimal(value))
        if mark > top:
            node.fault(code, "range", f"分数 {value} 超出范围：应在 0 至 {decimal_text(top)} 之间。")
        elif mark % step:
            node.fault(code, "step", f"分数 {value} 不合评分间隔：应为 {decimal_text(step)} 分的整数倍。")
        marks.append(mark)
    return tuple(marks)


def _read_runoff(node: Node, codes: set[str]) -> Runoff:
    node.expect_keys(["order"])
    order: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for place, group in enumerate(node.listed("order")):
        path = f"{node.at('order')}[{place}]"
        if not isinstance(group, list | tuple) or not group:
            node.faults.add(path, "type", "这里应是一组参评条目的代码，至少一个。")
            continue
        order.append(_read_order(list(group), path, codes, seen, node.faults))
    return Runoff(tuple(order))


def _read_decision(node: Node, codes: set[str]) -> Decision:
    node.expect_keys(["order", "reason"])
    order = _read_order(node.listed("order"), node.at("order"), codes, set(), node.faults)
    return Decision(order, node.text("reason"))


def _read_order(values: list[object], path: str, codes: set[str], seen: set[str], faults: Faults) -> tuple[str, ...]:
    """Codes of known entries, each named once in all that `seen` covers."""
    order = []
    for place, value in enumerate(values):
        here = f"{path}[{place}]"
        code = checked_code(value, here, faults)
        if not code:
            continue
        if code not in codes and faults.clear_at("entries"):
            faults.add(here, "unknown_entry", f"没有代码为“{code}”的参评条目。")
        if code in seen:
            faults.add(here, "duplicate", f"“{code}”重复了。")
        seen.add(code)
        order.append(code)
    return tuple(order)
