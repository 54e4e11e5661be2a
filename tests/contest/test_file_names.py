"""Names of files by the contest's rule."""

import pytest

from contest.services.file_names import (
    PLACEHOLDERS,
    file_name_fault,
    name_parts,
)
from core.files import unique_name
from core.files.naming import LONGEST_STEM_BYTES, name_by_rule

RULE = "{组别}-{编号}-{姓名}-{单位}-{材料}"


def test_parts_of_a_contestant(enter):
    (one,) = enter(1)
    one.unit_order = 2
    parts = name_parts(one, material="讲稿", code="07")
    assert parts == {
        "组别": "成年组",
        "编号": "07",
        "姓名": "选手1",
        "单位": "市天文爱好者协会",
        "题目": "题目1",
        "材料": "讲稿",
        "推荐顺序": "2",
        "手机后四位": "0001",
        "报名号": str(one.pk),
    }
    assert tuple(parts) == PLACEHOLDERS


def test_every_placeholder_is_allowed():
    assert file_name_fault("".join(f"{{{name}}}" for name in PLACEHOLDERS)) == ""


def test_an_empty_part_takes_its_separator_with_it():
    parts = {"组别": "少年组", "编号": "", "姓名": "王小明", "单位": "", "材料": "讲稿"}
    assert name_by_rule(RULE, parts, extension="pdf") == "少年组-王小明-讲稿.pdf"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "－..－etc－passwd-讲稿.pdf"),
        ("a\\b:c*d", "a－b－c－d-讲稿.pdf"),
        ("王\u202e小明\u200b", "王小明-讲稿.pdf"),
        ("=cmd|' /C calc'!A0", "=cmd－' －C calc'!A0-讲稿.pdf"),
        ("。 . ", "。-讲稿.pdf"),
    ],
)
def test_pitfall_21_typed_text_is_only_ever_part_of_a_name(name, safe):
    assert name_by_rule("{姓名}-{材料}", {"姓名": name, "材料": "讲稿"}, extension="pdf") == safe


def test_a_placeholder_in_a_persons_name_stays_text():
    assert name_by_rule("{姓名}-{材料}", {"姓名": "{单位}", "材料": "讲稿"}, extension="pdf") == "{单位}-讲稿.pdf"


def test_reserved_names_of_windows():
    assert name_by_rule("{姓名}{材料}", {"姓名": "C", "材料": "ON"}, extension="pdf") == "_CON.pdf"


def test_a_long_name_keeps_every_part():
    parts = dict.fromkeys(PLACEHOLDERS, "很长" * 40) | {"材料": "讲稿"}
    name = name_by_rule("{组别}-{姓名}-{单位}-{题目}-{材料}", parts, extension="pdf")
    assert len(name.encode()) <= LONGEST_STEM_BYTES + 4
    assert name.endswith("-讲稿.pdf")
    assert name.count("-") == 4


def test_equal_names_are_numbered_whatever_their_case():
    taken: set[str] = set()
    assert [unique_name(name, taken) for name in ("A.pdf", "a.pdf", "A.pdf", "A(2).pdf", "讲稿")] == [
        "A.pdf",
        "a(2).pdf",
        "A(3).pdf",
        "A(2)(2).pdf",
        "讲稿",
    ]
