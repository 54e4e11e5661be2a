"""From typed marks to what a revision stores."""

from collections.abc import Mapping
from decimal import Decimal

from scoring import engine
from scoring.exceptions import CommentNeeded, MarksInvalid
from scoring.models import ScoreSheet
from scoring.selectors.input import total_text
from scoring.selectors.reviews import sheet_comments


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


def refuse_without_comment(sheet: ScoreSheet, marks: Mapping[str, str], to_office: str | None = None) -> None:
    """CommentNeeded if the total is outside the round's band and nothing is written to the office.

    `to_office` is what will stand there; without it, what stands there now. Asks the database only outside the band.
    """
    below, above = sheet.entry.round.comment_below, sheet.entry.round.comment_above
    text = total_text(marks)
    total = Decimal(text)
    words = ""
    if below is not None and total < below:
        words = f"低于 {engine.decimal_text(engine.hundredths(below))} 分"
    if above is not None and total > above:
        words = f"高于 {engine.decimal_text(engine.hundredths(above))} 分"
    if not words:
        return
    written = sheet_comments(sheet).to_office if to_office is None else to_office
    if not written:
        raise CommentNeeded(f"总分 {text} 分，{words}，须写给组委会的评审意见；请写好意见再提交。")
