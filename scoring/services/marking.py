"""From typed marks to what a revision stores."""

from collections.abc import Mapping

from scoring import engine
from scoring.exceptions import MarksInvalid


def read_marks(segment: engine.Segment, marks: Mapping[str, str], *, complete: bool) -> dict[str, str]:
    """Typed marks by criterion as plain decimals ("９５．５" → "95.5"), in the rubric's order.

    Refuses (MarksInvalid, a sentence per criterion) what is out of range, off the step or no number (design §4), a
    criterion that the segment does not have, and, if they must be `complete`, blanks. Otherwise blanks are left out.
    """
    errors = {code: f"本环节没有评分项“{code}”。" for code in marks.keys() - {each.code for each in segment.criteria}}
    read: dict[str, str] = {}
    for criterion in segment.criteria:
        typed = marks.get(criterion.code, "")
        if not complete and not typed.strip():
            continue
        try:
            mark = engine.parse_mark(typed, max_points=criterion.max_points, step=criterion.step)
        except engine.MarkInvalid as error:
            errors[criterion.code] = error.message
        else:
            read[criterion.code] = engine.decimal_text(engine.hundredths(mark))
    if errors:
        raise MarksInvalid("有评分项没有填对，没有保存；请按提示改正后再提交。", errors)
    return read


def is_complete(segment: engine.Segment, marks: Mapping[str, str]) -> bool:
    """Whether every criterion has a mark."""
    return all(criterion.code in marks for criterion in segment.criteria)
