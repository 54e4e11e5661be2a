"""A mark as a person typed it."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

from scoring.engine.arithmetic import PLAIN_DECIMAL, decimal_text, hundredths
from scoring.engine.faults import MarkInvalid


def parse_mark(text: str, *, max_points: Decimal, step: Decimal) -> Decimal:
    """The mark that was meant, full-width digits included; anything else is refused with MarkInvalid.

    After NFKC only 1 to 3 ASCII digits with at most two decimals pass (design §4): Python's own Decimal would take
    "1e2", "1_0", "NaN" and digits of any script. Refused: blank, format, above max_points, off the step.
    """
    typed = unicodedata.normalize("NFKC", text)
    if not typed.strip():
        raise MarkInvalid("blank", "请填写分数。")
    if PLAIN_DECIMAL.fullmatch(typed) is None:
        raise MarkInvalid("format", f"“{text}”不是分数：请填 0 至 999 的数字，最多两位小数，不带空格和其他符号。")
    mark = Decimal(typed)
    if mark > max_points:
        top = decimal_text(hundredths(max_points))
        raise MarkInvalid("range", f"分数 {typed} 超出范围：应在 0 至 {top} 之间。")
    if mark % step:
        raise MarkInvalid("step", f"分数 {typed} 不合评分间隔：应为 {decimal_text(hundredths(step))} 分的整数倍。")
    return mark
