"""tools/verify_result_book.py: agrees with the engine, names what was changed, and never ends in a traceback."""

import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from scoring.engine import recompute_book
from tests.result_books import Obj, book_of, entry, golden_book, random_book, rulebook, seal, sheet, sparse_book, split
from tools.verify_result_book import NotAResultBook, Recount, digest, main, shown_text, verify

TOOL = Path(__file__).resolve().parents[2] / "tools" / "verify_result_book.py"


@pytest.fixture(scope="module")
def rich_book() -> Obj:
    """Two panel segments and a quiz, absences, recusals, penalties, ties, a run-off and decisions, a blocked line."""
    rules = rulebook()
    given: Obj = {"judges": ["J1", "J2", "J3"], "runoffs": [{"order": [["02"], ["01", "03"]]}]}
    first = rules["segments"][0]
    second = {**first, "code": "topic", "title": "随机命题讲解", "weight": "30", "criteria": first["criteria"][:1]}
    quiz = {"code": "quiz", "title": "知识问答", "scored_by": "quiz", "weight": "10", "max_points": "10"}
    rules["segments"] = [{**first, "weight": "60"}, second, quiz]
    rules["aggregation"] |= {"min_panel_for_drop": 3, "min_valid_marks": 2}
    rules["tie_chain"] = [{"kind": "criterion", "segment": "self", "criterion": "content"}, *rules["tie_chain"]]
    tiers = rules["groups"][0]["tiers"]
    tiers[0]["count"] = tiers[1]["count"] = 1
    rules["groups"][0]["reserves"] = rules["groups"][0]["titles"][0]["count"] = 1
    given["entries"] = [
        entry("01", 1, quiz={"quiz": "8"}, seconds={"self": 250}),
        entry("02", 2, quiz={"quiz": "8"}, seconds={"self": 250}),
        entry("03", 3, quiz={"quiz": "8"}, seconds={"self": 245, "topic": 100}),
        entry("04", 4, quiz={"quiz": "9.5"}, deductions=[{"points": "1.5", "reason": "超出命题范围"}]),
        entry("05", 5, status="withdrawn"),
        entry("06", 6),
    ]
    given["sheets"] = [
        sheet(judge, item["code"], segment, marks_of(item["code"], segment, judge))
        for item in given["entries"]
        for segment in ("self", "topic")
        for judge in given["judges"]
    ]
    given["decisions"] = [{"order": ["03", "01"], "reason": "评审组集体裁定"}, {"order": ["06"], "reason": "无关"}]
    book = book_of(rules, given)
    assert verify(book) == []
    return book


def marks_of(code: str, segment: str, judge: str) -> Any:
    if (code, judge) in {("04", "J2"), ("05", "J1")}:
        return "recused" if code == "04" else "pending"
    total = "88.5" if code == "04" else {"J1": "85.5", "J2": "90", "J3": "87"}[judge]
    return split(total) if segment == "self" else {"content": split(total)["content"]}


def test_verify_golden_contest_agrees_with_values_worked_out_by_hand() -> None:
    assert verify(golden_book()) == []


@pytest.mark.parametrize("first", range(0, 200, 100))
def test_verify_random_books_agree_with_the_engine(first: int) -> None:
    """Ties, absences, recusals, penalties, withdrawals, both levels, all policies, run-offs and decisions."""
    for seed in range(first, first + 100):
        book = random_book(seed)
        assert recompute_book(book).as_document() == Recount(book).output(), f"seed {seed}"
        assert verify(book) == [], f"seed {seed}"


def test_verify_random_books_of_assigned_rounds_agree_with_the_engine() -> None:
    """Each entry scored by some of the judges; some by nobody, some by fewer than the rules ask for."""
    reasons = set()
    for seed in range(150):
        book = sparse_book(seed)
        assert recompute_book(book).as_document() == Recount(book).output(), f"seed {seed}"
        assert verify(book) == [], f"seed {seed}"
        reasons |= {standing["reason"] for standing in book["output"]["standings"]}
    assert {None, "no_marks", "too_few_marks", "waiting", "withdrawn"} <= reasons


def test_verify_sheet_left_out_is_named_unless_the_round_was_assigned() -> None:
    book = golden_book()
    given = {**book["input"], "sheets": book["input"]["sheets"][1:]}
    dense = book_of(book["rulebook"], given)
    assert verify(dense) == ["input.sheets：缺少选手 C01 环节 self 评委 J1 的评分表"]
    assert verify(book_of(book["rulebook"], {**given, "assigned": True})) == []


def test_verify_assigned_round_still_refuses_doubles_disorder_and_a_false_claim() -> None:
    book = golden_book()
    first, second, *rest = book["input"]["sheets"]

    def lines(sheets: list[Obj], assigned: object = True) -> list[str]:
        return verify(book_of(book["rulebook"], {**book["input"], "sheets": sheets, "assigned": assigned}))

    assert lines([first, first, *rest]) == ["input.sheets：多出选手 C01 环节 self 评委 J1 的评分表"]
    assert lines([second, first, *rest]) == ["input.sheets：评分表的次序不对"]
    assert lines([first, second, *rest], assigned=False) == ["input.assigned：只能是 true"]


def test_pitfall_27_shown_values_are_rounded_half_up() -> None:
    shown = [shown_text(Fraction(text), 2) for text in ("7.125", "87.345", "92.125", "88.885", "0.004", "0.005")]
    assert shown == ["7.13", "87.35", "92.13", "88.89", "0.00", "0.01"]
    assert [shown_text(Fraction(text), 0) for text in ("0.5", "88.49")] == ["1", "88"]


# --- One change at a time -----------------------------------------------------------------------------------------


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if items is None:
        yield path
        return
    for key, item in items:
        yield from leaves(item, (*path, key))


def changed(value: Any) -> Any:
    """Another value of the same kind: a digit more, another word, the other flag."""
    if value is None:
        return "1"
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if re.fullmatch(r"\d+(\.\d+)?", value):
        return value[:-1] + str((int(value[-1]) + 1) % 10 or 1)
    if value.endswith("Z"):
        return changed(value[:-1]) + "Z"
    return value[:-1] + ("1" if value[-1] == "0" else "0")


def problems_after(book: Obj, path: tuple[Any, ...], value: Any, *, resealed: bool) -> list[str]:
    """What verify says with one leaf replaced; the book is left as it was (a copy per leaf would take most time)."""
    place = book
    for key in path[:-1]:
        place = place[key]
    before, digests = place[path[-1]], dict(book["digests"])
    place[path[-1]] = value
    if resealed and path[0] != "digests":
        seal(book)
    found = problems(book)
    place[path[-1]], book["digests"] = before, digests
    if path[0] == "digests":
        book["digests"][path[1]] = before
    return found


def value_at(book: Obj, path: tuple[Any, ...]) -> Any:
    for key in path:
        book = book[key]
    return book


def problems(book: Obj) -> list[str]:
    try:
        return verify(book)
    except NotAResultBook as error:
        return [str(error)]


def pattern(path: tuple[Any, ...]) -> str:
    return re.sub(r"\.(\d+|0\d|J\d)\b", "", ".".join(map(str, path)))


# Not under the snapshot's digest: the first three are names, the others are compared with the signed sheet.
OUTSIDE = {
    "edition.slug",
    "edition.title",
    "round.title",
    "snapshot.number",
    "snapshot.created_at",
    "ledger.number",
    "ledger.root",
}
# Carry no consequence for any figure of this book, so that with all digests recomputed nothing is left to compare.
NO_CONSEQUENCE = {
    "rulebook.title",
    "rulebook.segments.title",
    "rulebook.segments.max_points",
    "rulebook.segments.criteria.title",
    "rulebook.segments.criteria.description",
    "rulebook.segments.criteria.max_points",
    "rulebook.aggregation.min_panel_for_drop",
    "rulebook.penalties.code",
    "rulebook.penalties.limit_seconds",
    "rulebook.penalties.per_seconds",
    "rulebook.penalties.points",
    "rulebook.penalties.cap",
    "rulebook.penalties.stop",
    "rulebook.groups.title",
    "rulebook.groups.extra_nominees",
    "rulebook.groups.tiers.percent",
    "rulebook.groups.tiers.title",
    "rulebook.groups.titles.title",
    "input.entries.title",
    "input.entries.order",
    "input.entries.seconds.self",
    "input.entries.seconds.topic",
    "input.entries.deductions.reason",
    "input.decisions.reason",
}


def test_verify_any_leaf_changed_is_reported(rich_book: Obj) -> None:
    silent = {
        pattern(path)
        for path in leaves(rich_book)
        if not problems_after(rich_book, path, changed(value_at(rich_book, path)), resealed=False)
    }
    assert silent == OUTSIDE


def test_verify_any_leaf_changed_with_every_digest_recomputed_is_reported(rich_book: Obj) -> None:
    silent = {
        path
        for path in leaves(rich_book)
        if not problems_after(rich_book, path, changed(value_at(rich_book, path)), resealed=True)
    }
    assert {pattern(path) for path in silent} - OUTSIDE <= NO_CONSEQUENCE
    assert not [path for path in silent if path[0] == "output" or path[:2] == ("input", "sheets")]


def test_verify_one_digit_of_a_mark_with_every_digest_recomputed_names_mark_and_standings() -> None:
    book = golden_book()
    book["input"]["sheets"][11 * 7 + 2]["marks"]["content"] = "40"
    assert verify(seal(book)) == [
        "input.sheets[79] 评委 J3 选手 C12：总分 96，单项分之和为 88",
        "output.standings[0] 选手 C12.segments[0].dropped.total[0] 去掉的评分：书中为 J1，重算为 J3",
        "output.standings[0] 选手 C12.segments[0].dropped.total[1] 去掉的评分：书中为 J3，重算为 J5",
        "output.standings[0] 选手 C12.segments[0].untrimmed 未去高低的平均分：书中为 645/7，重算为 91",
        "output.standings[0] 选手 C12.segments[0].exact 精确得分：书中为 459/5，重算为 911/10",
        "output.standings[0] 选手 C12.aggregate 汇总得分：书中为 459/5，重算为 911/10",
        "output.standings[0] 选手 C12.exact 精确得分：书中为 459/5，重算为 911/10",
        "output.standings[0] 选手 C12.shown 公布得分：书中为 91.80，重算为 91.10",
    ]


def test_verify_every_state_of_a_sheet_replaced_is_reported(rich_book: Obj) -> None:
    states = {"submitted", "pending", "draft", "returned", "recused", "absent"}
    for index, given in enumerate(rich_book["input"]["sheets"]):
        for state in states - {given["state"]}:
            book = copy.deepcopy(rich_book)
            book["input"]["sheets"][index]["state"] = state
            assert problems(book), (index, state)
            if given["state"] == "submitted" or state == "submitted":
                assert problems(seal(book)), (index, state)


def test_verify_sheet_listed_twice_or_left_out_is_named() -> None:
    book = golden_book()
    book["input"]["sheets"][1] = copy.deepcopy(book["input"]["sheets"][0])
    lines = verify(seal(book))
    assert lines[:2] == [
        "input.sheets：缺少选手 C01 环节 self 评委 J2 的评分表",
        "input.sheets：多出选手 C01 环节 self 评委 J1 的评分表",
    ]


def test_verify_sheets_out_of_order_are_named() -> None:
    book = golden_book()
    book["input"]["sheets"][0:2] = reversed(book["input"]["sheets"][0:2])
    assert verify(seal(book)) == ["input.sheets：评分表的次序不对"]


@pytest.mark.parametrize(
    ("mark", "line"),
    [
        ("50.5", "input.sheets[0] 评委 J1 选手 C01 content 50.5：超过满分 50"),
        ("44.25", "input.sheets[0] 评委 J1 选手 C01 content 44.25：不合步长 0.5"),
        ("４４", "input.sheets[0].marks.content：'４４' 的写法不合规定"),
        ("4.4e1", "input.sheets[0].marks.content：'4.4e1' 的写法不合规定"),
        ("44.0", "input.sheets[0].marks.content：'44.0' 的写法不合规定"),
        ("NaN", "input.sheets[0].marks.content：'NaN' 的写法不合规定"),
        ("-1", "input.sheets[0].marks.content：'-1' 的写法不合规定"),
        ("9" * 5000, f"input.sheets[0].marks.content：'{'9' * 5000}' 的写法不合规定"),
    ],
)
def test_verify_impossible_mark_is_named(mark: str, line: str) -> None:
    book = golden_book()
    book["input"]["sheets"][0]["marks"]["content"] = mark
    assert verify(seal(book))[0] == line


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (("segments", 0, "weight"), "99", "rulebook：各环节权重之和为 99，应为 100"),
        (("segments", 0, "scored_by"), "none", "rulebook：各环节权重之和为 0，应为 100"),
        (("aggregation", "min_valid_marks"), 0, "rulebook：aggregation.min_valid_marks 应不小于 1"),
        (("rounding", "places"), 5, "rulebook：rounding.places 应为 0 至 4"),
        (("penalties", 1, "per_seconds"), 0, "rulebook.penalties[1] over：计罚单位不能是 0 秒"),
        (("penalties", 1, "segment"), "none", "rulebook.penalties[1] over：没有这个环节"),
        (("penalties", 0, "when"), "over", "rulebook.penalties[1] over：排在较宽的时限之后，用不到"),
        (("tie_chain", 0, "kind"), "criterion", "rulebook.tie_chain[0]：环节或评分项不对"),
        (("groups", 0, "code"), "youth", "round.group：细则中没有这个组别"),
        (("groups", 0, "tiers", 3, "code"), "gold", "rulebook.groups[0] 奖项：gold 重复"),
        (("groups", 0, "tiers", 3, "rest"), False, "rulebook.groups[0] 奖项 merit：名额写法不对"),
    ],
)
def test_verify_rules_that_make_no_sense_are_named(path: tuple[Any, ...], value: Any, line: str) -> None:
    book = golden_book()
    place = book["rulebook"]
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert verify(seal(book))[0] == line


def test_verify_unknown_codes_are_named() -> None:
    book = golden_book()
    book["input"]["entries"][0]["seconds"] = {"nowhere": 200}
    book["input"]["entries"][1]["quiz"] = {"self": "3"}
    book["input"]["runoffs"] = [{"order": [["C01"], ["C99"]]}]
    book["input"]["decisions"] = [{"order": ["C01", "C01"], "reason": ""}]
    assert verify(seal(book))[:4] == [
        "input.entries[0] 选手 C01：用时所记的环节不存在",
        "input.entries[1] 选手 C02：答题成绩 self 3 不可能",
        "input.runoffs[0]：有不存在的选手编号",
        "input.decisions[0]：C01 重复",
    ]


@pytest.mark.parametrize("standings", [None, 3, [], [None], [{"entry": "C12"}], [{"entry": ["C12"]}]])
def test_verify_output_of_another_shape_is_a_difference_not_an_error(standings: Any) -> None:
    book = golden_book()
    book["output"]["standings"] = standings
    assert any("standings 次序" in line for line in verify(seal(book)))


# --- The command --------------------------------------------------------------------------------------------------


def run(path: Path) -> subprocess.CompletedProcess[str]:
    """As an outsider runs it: alone, without this project's packages on the path."""
    return subprocess.run([sys.executable, "-I", str(TOOL), str(path)], capture_output=True, text=True, check=False)


def test_command_agreeing_book_prints_digest_and_root(tmp_path: Path) -> None:
    book = golden_book()
    path = tmp_path / "result-book.json"
    path.write_text(json.dumps(book), encoding="utf-8")
    done = run(path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "核对一致：2026 年科技活动周 成年组决赛，定格成绩第 3 号",
        f"定格摘要 {book['digests']['snapshot']}",
        f"台账根 {book['ledger']['root']}（第 412 条）",
    ]


def test_command_differing_book_exits_1_and_names_the_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = golden_book()
    book["output"]["standings"][3]["rank"] = 3
    path = tmp_path / "result-book.json"
    path.write_text(json.dumps(seal(book)), encoding="utf-8")
    assert main([str(path)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "核对不符：2026 年科技活动周 成年组决赛，定格成绩第 3 号，共 1 处",
        "output.standings[3] 选手 C01.rank 名次：书中为 3，重算为 4",
    ]


def test_command_answers_on_a_console_that_cannot_print_chinese(tmp_path: Path) -> None:
    book = golden_book()
    path = tmp_path / "result-book.json"
    path.write_text(json.dumps(book), encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, str(TOOL), str(path)], capture_output=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert book["digests"]["snapshot"].encode() in done.stdout


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b"\xff\xfe",
        b"[" * 200_000,
        b'{"format": "mingping-result-book/2"}',
        b'{"format": "mingping-result-book/1"}',
        b'{"format": "mingping-result-book/1", "format": "mingping-result-book/1"}',
        b'{"format": "mingping-result-book/1", "round": {"title": "\\ud800"}}',
        b'{"format": ' + b"9" * 5000 + b"}",
    ],
)
def test_command_what_is_no_result_book_exits_2(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "result-book.json"
    path.write_bytes(content)
    assert main([str(path)]) == 2
    assert capsys.readouterr().err.startswith("这不是一份成绩册：")


def test_command_without_the_file_exits_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nothing.json")]) == 2
    assert "文件读不出" in capsys.readouterr().err


def test_verify_any_value_of_another_type_is_never_a_traceback(rich_book: Obj) -> None:
    values: tuple[Any, ...] = ([], 10**12, "１")
    for number, path in enumerate(leaves(rich_book)):
        if path[:2] == ("input", "sheets") and path[2] > 1:
            continue  # shaped like the first two
        value = values[number % 3]
        found = problems_after(rich_book, path, value, resealed=False)
        assert found or pattern(path) in OUTSIDE, (path, value)


def test_command_reads_a_book_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "result-book.json"
    path.write_text(json.dumps(golden_book(), ensure_ascii=False), encoding="utf-8-sig")
    assert main([str(path)]) == 0


def test_digest_is_that_of_canonical_json() -> None:
    assert digest({"b": "中", "a": []}) == digest({"a": [], "b": "中"})
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_tool_needs_the_standard_library_alone() -> None:
    """-I and -S: neither this project nor any installed package can be imported."""
    done = subprocess.run([sys.executable, "-I", "-S", str(TOOL), "--help"], capture_output=True, check=False)
    assert done.returncode == 0
