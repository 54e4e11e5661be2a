"""The result workbook: formulas all the way, and LibreOffice computes from them what the engine computes."""

import copy
import random
from fractions import Fraction
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from scoring.documents import build_result_workbook
from scoring.documents.marks_sheet import FIRST, mark_columns
from scoring.documents.ranking_sheet import ranking_columns
from scoring.documents.wording import REASON_WORDS, STATE_WORDS
from scoring.engine import recompute_book
from tests.result_books import (
    GOLDEN,
    Obj,
    book_of,
    golden_book,
    golden_input,
    random_book,
    rulebook,
    sheet,
    sparse_book,
)
from tests.scoring.documents.office import needs_office, recalculate


def open_workbook(book: Obj) -> Any:
    """Any, because a cell's value has a dozen types that no test cares for."""
    return load_workbook(BytesIO(build_result_workbook(book)))


def change_marks(book: Obj, workbook: Any, dice: random.Random) -> Obj:
    """Three sheets changed in the workbook as a supervisor would, and the book that says the same."""
    changed = copy.deepcopy(book)
    columns, cells = mark_columns(book["rulebook"]), workbook["评分"]
    segments = {segment["code"]: segment for segment in book["rulebook"]["segments"]}
    for index in dice.sample(range(len(book["input"]["sheets"])), 3):
        given = book["input"]["sheets"][index]
        keys, row = (given["judge"], given["entry"], given["segment"]), FIRST + index
        if dice.random() < 0.3:
            state = dice.choice(["absent", "recused", "pending"])
            changed["input"]["sheets"][index] = sheet(*keys, state)
            cells.cell(row, columns["state"]).value = STATE_WORDS[state]
            continue
        marks = {c["code"]: Fraction(dice.randint(32, 40), 2) for c in segments[given["segment"]]["criteria"]}
        changed["input"]["sheets"][index] = sheet(*keys, marks)
        cells.cell(row, columns["state"]).value = STATE_WORDS["submitted"]
        for code, mark in marks.items():
            cells.cell(row, columns["mark", given["segment"], code]).value = float(mark)
    return changed


def rows_of(book: Obj, workbook: Any) -> dict[str, Obj]:
    """What 名次 shows, by entry."""
    columns, cells, rows = ranking_columns(book), workbook["名次"], {}
    keys = ("rank", "equal", "exact", "shown", "penalty", "reason", "award", "advance", "honours")
    for row in range(4, 4 + len(book["output"]["standings"])):
        shown = {key: cells.cell(row, columns[key]).value for key in keys}
        rows[str(cells.cell(row, columns["entry"]).value)] = {key: "" if v is None else v for key, v in shown.items()}
    return rows


def rows_wanted(book: Obj, output: Any) -> dict[str, Obj]:
    """What the engine's output says in the words of 名次."""
    group = book["rulebook"]["groups"][0]
    tiers = {tier["code"]: tier["title"] for tier in group["tiers"]}
    titles = {title["code"]: title["title"] for title in group["titles"]}
    placed = {placement["entry"]: tiers[placement["tier"]] for placement in output["placements"]}
    wanted = {}
    for standing in output["standings"]:
        code, ranked = standing["entry"], standing["rank"] is not None
        honours = [titles[holder["title"]] for holder in output["titles"] if holder["entry"] == code]
        undecided = "待裁定" if ranked and output["boundaries"] else ""
        wanted[code] = {
            "rank": standing["rank"] if ranked else "",
            "equal": "=" if standing["tied"] else "",
            "exact": pytest.approx(float(Fraction(standing["exact"])), abs=1e-8) if ranked else "",
            "shown": pytest.approx(float(standing["shown"]), abs=1e-12) if ranked else "",
            "penalty": pytest.approx(float(standing["penalty"]), abs=1e-12),
            "reason": REASON_WORDS[standing["reason"]] if standing["reason"] else "",
            "award": placed.get(code, undecided),
            "advance": "晋级" if code in output["finalists"] else "递补" if code in output["reserves"] else "",
            "honours": " ".join(honours),
        }
    return wanted


# --- Without an office --------------------------------------------------------------------------------------------


def test_workbook_has_its_sheets_frozen_heads_and_page_set_up() -> None:
    workbook = open_workbook(golden_book())
    assert workbook.sheetnames == ["说明", "评分", "扣分", "名次", "奖项", "校验"]
    assert (workbook["评分"].freeze_panes, workbook["名次"].freeze_panes) == ("D4", "D4")
    for cells in workbook:
        assert (cells.page_setup.orientation, int(cells.page_setup.paperSize)) == ("landscape", 9)
        assert cells.oddFooter.left.text.startswith("定格成绩第 3 号 ")


def test_pitfall_10_workbook_names_snapshot_digest_and_root() -> None:
    book = golden_book()
    text = {row[0].value: row[1].value for row in open_workbook(book)["说明"].iter_rows(min_row=3, max_col=2)}
    assert text["定格成绩"] == "第 3 号，2026年5月21日 10:15:30"
    assert text["定格摘要"].replace(" ", "") == book["digests"]["snapshot"]
    assert text["台账根"].replace(" ", "").startswith(book["ledger"]["root"])


def test_workbook_every_figure_after_the_marks_is_a_formula() -> None:
    book = golden_book()
    workbook = open_workbook(book)
    ranking, cells = ranking_columns(book), workbook["名次"]
    given = {"entry", "title", "status", ("seconds", "self"), ("place", 3), ("place", 4)}
    for row in range(4, 16):
        values = {key: cells.cell(row, column).value for key, column in ranking.index.items() if key not in given}
        assert all(str(value).startswith("=") for value in values.values()), values
    marks, cells = mark_columns(book["rulebook"]), workbook["评分"]
    for key in ("points", "total", "complete", ("flag", "total"), ("hundredths", "self", "content")):
        assert str(cells.cell(4, marks[key]).value).startswith("=")


def test_pitfall_17_formula_in_a_title_stays_text_and_zero_stays_a_number() -> None:
    given = golden_input()
    given["entries"][0]["title"] = "=cmd|' /C calc'!A0"
    given["entries"][1]["deductions"] = [{"points": "1", "reason": "@SUM(1)\x07"}]
    given["sheets"][0] = sheet("J1", "C01", "self", {c: Fraction(0) for c in ("content", "delivery", "image")})
    book = book_of(rulebook(), given)
    workbook = open_workbook(book)
    row = next(row for row in range(4, 16) if workbook["名次"].cell(row, 3).value == "C01")
    title = workbook["名次"].cell(row, 4)
    assert (title.value, title.data_type, title.quotePrefix) == ("=cmd|' /C calc'!A0", "s", True)
    assert (workbook["扣分"]["C4"].value, workbook["扣分"]["C4"].data_type) == ("@SUM(1)", "s")
    assert workbook["评分"].cell(4, mark_columns(book["rulebook"])["mark", "self", "content"]).value == 0


def test_pitfall_26_blank_marks_of_absent_judges_are_empty_cells() -> None:
    given = golden_input()
    given["sheets"][0] = sheet("J1", "C01", "self", "absent")
    book = book_of(rulebook(), given)
    cells, columns = open_workbook(book)["评分"], mark_columns(book["rulebook"])
    row = [cells.cell(4, columns[key]).value for key in ("state", ("mark", "self", "content"), "snapshot")]
    assert row == ["缺席", None, None]


@pytest.mark.parametrize("seed", range(12))
def test_workbook_of_any_book_can_be_built(seed: int) -> None:
    assert len(open_workbook(random_book(seed)).sheetnames) == 6


@pytest.mark.parametrize("seed", range(6))
def test_workbook_of_any_assigned_round_can_be_built(seed: int) -> None:
    assert len(open_workbook(sparse_book(seed)).sheetnames) == 6


def test_workbook_of_an_assigned_round_shows_each_entrys_own_reviews() -> None:
    given = {**golden_input(), "assigned": True}
    given["sheets"] = [each for each in given["sheets"] if each["judge"] in ("J2", "J5") and each["entry"] != "C02"]
    book = book_of(rulebook(), given)
    workbook = open_workbook(book)
    columns, cells = ranking_columns(book), workbook["名次"]
    shown = {cells.cell(row, 3).value: cells.cell(row, columns["review", "self", 2]).value for row in range(4, 16)}

    assert ("review", "self", 3) not in columns
    assert shown["C01"].startswith("=IF(ISNUMBER('评分'!")
    assert shown["C02"] is None


def test_workbook_of_a_round_without_entries_can_be_built() -> None:
    given = {"judges": ["J1"], "entries": [], "sheets": [], "runoffs": [], "decisions": []}
    assert open_workbook(book_of(rulebook(), given))["奖项"]["A4"].value == "金奖"


# --- In LibreOffice -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def recalculated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Obj, Obj, Any]]:
    """Per name: the book, the book after the changes made in its workbook, and the workbook as LibreOffice sees it."""
    books: dict[str, tuple[Obj, Obj, Any]] = {}
    for name, book, seed in [
        ("golden", golden_book(), None),
        ("golden-changed", golden_book(), 6),
        *[(f"random-{seed}", random_book(seed), None) for seed in range(6)],
        *[(f"changed-{seed}", random_book(seed), seed) for seed in range(20, 28)],
        *[(f"assigned-{seed}", sparse_book(seed), None) for seed in range(4)],
        *[(f"assigned-changed-{seed}", sparse_book(seed), seed) for seed in range(30, 36)],
    ]:
        workbook = open_workbook(book)
        changed = book if seed is None else change_marks(book, workbook, random.Random(seed))
        books[name] = (book, changed, workbook)
    folder = tmp_path_factory.mktemp("office")
    results = recalculate({name: workbook for name, (_, _, workbook) in books.items()}, folder)
    return {name: (book, changed, results[name]) for name, (book, changed, _) in books.items()}


Recalculated = dict[str, tuple[Obj, Obj, Any]]


@needs_office
@pytest.mark.office
def test_workbook_golden_contest_recalculates_to_the_reference(recalculated: Recalculated) -> None:
    _, _, workbook = recalculated["golden"]
    rows = rows_of(golden_book(), workbook)
    ranks = {code: (row["rank"], row["shown"]) for code, row in rows.items()}
    assert ranks == {code: (rank, float(trimmed)) for code, (_, trimmed, rank) in GOLDEN.items()}
    assert [workbook["校验"][cell].value for cell in ("A3", "A4")] == [
        "名次和得分与定格成绩一致",
        "评委总分与定格成绩一致",
    ]


@needs_office
@pytest.mark.office
def test_workbook_three_changed_marks_recalculate_to_the_engines_ranks(recalculated: Recalculated) -> None:
    book, changed, workbook = recalculated["golden-changed"]
    output = recompute_book(changed).as_document()
    assert output != book["output"]
    assert rows_of(book, workbook) == rows_wanted(book, output)
    verdicts = [workbook["校验"][cell].value for cell in ("A3", "A4")]
    assert all("（试算）" in verdict for verdict in verdicts)


@needs_office
@pytest.mark.office
def test_workbook_of_random_books_recalculates_to_the_engines_output(recalculated: Recalculated) -> None:
    """Both levels, several segments, quizzes, penalties, ties with every step, all boundary policies, what-ifs."""
    for name, (book, changed, workbook) in recalculated.items():
        wanted = rows_wanted(book, recompute_book(changed).as_document())
        assert rows_of(book, workbook) == wanted, name


@needs_office
@pytest.mark.office
def test_workbook_lists_awards_in_the_order_of_ranks(recalculated: Recalculated) -> None:
    _, _, workbook = recalculated["golden"]
    cells = workbook["奖项"]
    listed = [[cells.cell(row, column).value for column in (1, 3, 5)] for row in range(13, 25)]
    ranked = sorted(GOLDEN, key=lambda code: GOLDEN[code][2])
    awards = ["金奖"] * 2 + ["一等奖"] * 4 + ["二等奖"] * 2 + ["优秀奖"] * 4
    assert listed == [[award, rank, code] for rank, (award, code) in enumerate(zip(awards, ranked, strict=True), 1)]


@needs_office
@pytest.mark.office
def test_workbook_flags_the_dropped_totals(recalculated: Recalculated) -> None:
    book, _, workbook = recalculated["golden"]
    columns, cells = mark_columns(book["rulebook"]), workbook["评分"]
    flags = [cells.cell(row, columns["flag", "total"]).value or "" for row in range(FIRST, FIRST + 7)]
    assert flags == ["", "", "", "", "去高", "去低", ""]


def test_change_marks_changes_three_sheets() -> None:
    book = golden_book()
    changed = change_marks(book, open_workbook(book), random.Random(6))
    pairs = zip(book["input"]["sheets"], changed["input"]["sheets"], strict=True)
    assert sum(one != other for one, other in pairs) == 3
