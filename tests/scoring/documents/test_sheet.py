"""评分汇总表: what it says, and that the page prints it without inline script or style."""

import re

import pytest
from django.template.loader import render_to_string

from scoring.documents import result_sheet_context
from scoring.documents.wording import ties_in_words
from tests.result_books import Obj, book_of, golden_book, golden_input, random_book, rulebook, sheet


def rows_of(book: Obj) -> dict[str, Obj]:
    return {row["code"]: row for row in result_sheet_context(book)["rows"]}


def test_sheet_golden_contest_prints_totals_dropped_marks_ranks_and_awards() -> None:
    row = rows_of(golden_book())["C11"]
    assert row["first"]["marks"] == [
        {"judge": "J1", "text": "88", "dropped": False},
        {"judge": "J2", "text": "84", "dropped": True},
        {"judge": "J3", "text": "88", "dropped": False},
        {"judge": "J4", "text": "87.5", "dropped": False},
        {"judge": "J5", "text": "92.5", "dropped": True},
        {"judge": "J6", "text": "88.5", "dropped": False},
        {"judge": "J7", "text": "87.5", "dropped": False},
    ]
    shown = {key: row[key] for key in ("rank", "aggregate", "penalty", "shown", "award", "reason")}
    assert shown == {
        "rank": "6",
        "aggregate": "87.90",
        "penalty": "0",
        "shown": "87.90",
        "award": "一等奖（晋级）、十佳科普使者",
        "reason": "",
    }


def test_sheet_of_an_assigned_round_lists_each_entrys_own_reviewers() -> None:
    given = {**golden_input(), "assigned": True}
    given["sheets"] = [each for each in given["sheets"] if each["entry"] != "C01" or each["judge"] in ("J2", "J5")]
    given["sheets"] = [each for each in given["sheets"] if each["entry"] != "C02"]
    context = result_sheet_context(book_of(rulebook(), given))
    rows = {row["code"]: row for row in context["rows"]}

    assert context["assigned"]
    assert rows["C01"]["first"]["marks"] == [
        {"judge": "J2", "text": "90.5", "dropped": False},
        {"judge": "J5", "text": "91", "dropped": False},
    ]
    assert (rows["C01"]["rank"], rows["C01"]["reason"]) == ("—", "有效评分不足")
    assert (rows["C02"]["first"]["marks"], rows["C02"]["reason"]) == ([], "没有评分")


def test_pitfall_10_sheet_names_snapshot_digest_and_root_in_groups() -> None:
    book = golden_book()
    context = result_sheet_context(book)
    assert (context["number"], context["taken_at"]) == (3, "2026年5月21日 10:15:30")
    assert context["digest"] == " ".join(re.findall(".{8}", book["digests"]["snapshot"]))
    assert context["root"] == " ".join(["01234567", "89abcdef"] * 4)
    assert context["signatures"] == ("统计员", "复核人", "监督员", "评审组长")


def test_sheet_says_how_it_was_scored() -> None:
    assert result_sheet_context(golden_book())["rules"] == [
        "自主命题讲解占 100%：由评委评分，内容陈述 50 分、表达效果 30 分、整体形象 20 分。",
        "各评委总分去掉 1 个最高分、1 个最低分，取平均（有效评分不足 5 份时不去分）。"
        "回避和缺席的评委不计入，不作 0 分；有效评分少于 3 份的不排名。",
        "自主命题讲解用时不足 180 秒的，扣 2 分。",
        "自主命题讲解用时超过 240 秒的，每 15 秒（不满也算）扣 2 分，最多扣 6 分。",
        "得分四舍五入，保留 2 位小数公布，按未舍入的精确得分排名。",
        "得分相同的，依次看去分前平均分、评委总分中位数、加赛、裁定；仍分不出先后的，名次并列。",
        "并列跨名额线时，须先由加赛或裁定分出先后，否则不产生获奖结果。",
    ]


def test_sheet_says_how_ties_were_resolved() -> None:
    assert ties_in_words(golden_book()) == [
        "C08、C11 同为 87.90 分；去分前平均分：C08 为 87.86、C11 为 88.00；先后为 C11 ＞ C08。"
    ]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"01": "615/7", "02": "88"}, "01 为 87.86、02 为 88.00"),
        ({"01": "9000001/100000", "02": "90"}, "01 为 90.000010、02 为 90.000000"),
        ({"01": "1/30000001", "02": "1/30000002"}, "01 为 1/30000001、02 为 1/30000002"),
    ],
)
def test_sheet_values_that_split_a_tie_are_printed_told_apart(values: dict[str, str], words: str) -> None:
    book = golden_book()
    book["output"]["ties"][0]["steps"][0]["values"] = values
    assert words in ties_in_words(book)[0]


def test_sheet_without_dropping_says_so() -> None:
    rules = rulebook()
    rules["aggregation"] |= {"drop_high": 0, "drop_low": 0}
    context = result_sheet_context(book_of(rules, golden_input()))
    assert context["rules"][1].startswith("取各评委总分的平均数。回避和缺席的评委不计入")
    assert context["dropping"] == ""


def test_sheet_dropping_by_criterion_strikes_no_total_through() -> None:
    rules = rulebook()
    rules["aggregation"]["level"] = "criterion"
    context = result_sheet_context(book_of(rules, golden_input()))
    assert context["dropping"] == "本轮按评分项去分，各项去掉的评分见成绩册。"
    assert context["rules"][1].startswith(
        "每个评分项去掉 1 个最高分、1 个最低分，取平均，再相加（有效评分不足 5 份时不去分）"
    )
    assert not any(mark["dropped"] for row in context["rows"] for mark in row["first"]["marks"])


def test_pitfall_2_sheet_names_the_tied_across_the_line_and_awards_nothing() -> None:
    rules = rulebook()
    rules["tie_chain"] = []
    context = result_sheet_context(book_of(rules, golden_input()))
    assert context["boundaries"] == [
        "C08、C11 并列，跨一等奖的名额线，须先由加赛或裁定分出先后。",
    ]
    assert {(row["rank"], row["award"]) for row in context["rows"] if row["code"] in ("C08", "C11")} == {
        ("6=", "待裁定")
    }


def test_pitfall_26_sheet_prints_states_not_zeros_and_reasons_of_the_unranked() -> None:
    given = golden_input()
    for index, state in enumerate(["absent", "recused", "absent", "absent", "absent"]):
        given["sheets"][index] = sheet(f"J{index + 1}", "C01", "self", state)
    given["entries"][1]["status"] = "withdrawn"
    rows = rows_of(book_of(rulebook(), given))
    assert [mark["text"] for mark in rows["C01"]["first"]["marks"]] == [
        "缺席",
        "回避",
        "缺席",
        "缺席",
        "缺席",
        "87",
        "90",
    ]
    assert [(rows[code]["rank"], rows[code]["shown"], rows[code]["reason"]) for code in ("C01", "C02")] == [
        ("—", "—", "有效评分不足"),
        ("—", "—", "退出"),
    ]


def test_sheet_penalties_are_told_with_their_reasons() -> None:
    given = golden_input()
    given["entries"][0] |= {"seconds": {"self": 256}, "deductions": [{"points": "1.5", "reason": "超出命题范围"}]}
    row = rows_of(book_of(rulebook(), given))["C01"]
    assert (row["penalty"], row["penalties"]) == ("5.5", "自主命题讲解用时 256 秒 4 分；超出命题范围 1.5 分")


def test_sheet_page_prints_without_inline_script_or_style() -> None:
    given = golden_input()
    given["entries"][0]["title"] = "<script>alert(1)</script>"
    page = render_to_string("scoring/book_print.html", result_sheet_context(book_of(rulebook(), given)))
    assert "<script" not in page
    assert "style=" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<s>88</s>" in page or "<s>84</s>" in page
    assert all(role in page for role in ("统计员", "复核人", "监督员", "评审组长"))


@pytest.mark.parametrize("seed", range(30))
def test_sheet_of_any_book_prints_every_entry_once(seed: int) -> None:
    book = random_book(seed)
    context = result_sheet_context(book)
    assert sorted(row["code"] for row in context["rows"]) == [entry["code"] for entry in book["input"]["entries"]]
    assert render_to_string("scoring/book_print.html", context).count("<tbody") == len(context["rows"])
