"""A typed mark: vectors.md §1 (score parsing), design §4 (NFKC, then ASCII digits, range and step)."""

from decimal import Decimal

import pytest

from scoring.engine import MarkInvalid, parse_mark


def parse(text: str, *, max_points: str = "100", step: str = "0.5") -> Decimal:
    return parse_mark(text, max_points=Decimal(max_points), step=Decimal(step))


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("95", "95"),
        ("95.5", "95.5"),
        ("95.50", "95.5"),
        ("095", "95"),
        ("0", "0"),
        ("100", "100"),
        ("９５．５", "95.5"),
        ("９５", "95"),
        ("①", "1"),
    ],
)
def test_mark_is_taken_as_meant(text: str, mark: str) -> None:
    assert parse(text) == Decimal(mark)


@pytest.mark.parametrize("text", ["", " ", "\u3000", "\t\n"])
def test_blank_mark_is_refused(text: str) -> None:
    with pytest.raises(MarkInvalid) as refused:
        parse(text)

    assert (refused.value.code, refused.value.message) == ("blank", "请填写分数。")


@pytest.mark.parametrize(
    "text",
    "٩٥|९५|1_0|1e2|NaN|Infinity|1E+999999| 95|95 |95,5|９５，５|+95|-5|95.|.5|95.123|1000|九十|95分|9５.5.0|95\n".split(
        "|"
    ),
)
def test_mark_in_any_other_writing_is_refused(text: str) -> None:
    with pytest.raises(MarkInvalid) as refused:
        parse(text)

    assert refused.value.code == "format"
    assert refused.value.message == f"“{text}”不是分数：请填 0 至 999 的数字，最多两位小数，不带空格和其他符号。"


def test_mark_above_the_maximum_is_refused() -> None:
    with pytest.raises(MarkInvalid) as refused:
        parse("50.5", max_points="50")

    assert (refused.value.code, str(refused.value)) == ("range", "分数 50.5 超出范围：应在 0 至 50 之间。")


@pytest.mark.parametrize(
    ("text", "step", "shown"), [("45.25", "0.5", "0.5"), ("45.5", "1", "1"), ("45.55", "0.1", "0.1")]
)
def test_mark_off_the_step_is_refused(text: str, step: str, shown: str) -> None:
    with pytest.raises(MarkInvalid) as refused:
        parse(text, step=step)

    assert refused.value.code == "step"
    assert refused.value.message == f"分数 {text} 不合评分间隔：应为 {shown} 分的整数倍。"


@pytest.mark.parametrize(("text", "step"), [("45.3", "0.1"), ("45.5", "0.5"), ("45.0", "1")])
def test_mark_on_the_step_is_taken(text: str, step: str) -> None:
    assert parse(text, step=step) == Decimal(text)
