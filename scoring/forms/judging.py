"""The judge's form: shape only. What a mark must be is `scoring.engine.parse_mark`, the rule of the service too."""

import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from django import forms

from scoring.engine.faults import MarkInvalid
from scoring.engine.marks import parse_mark
from scoring.engine.rulebook import Criterion, Segment

QUICK_SHARES = (Decimal("0.80"), Decimal("0.86"), Decimal("0.92"), Decimal("0.96"))
WHOLE_POINTS_FROM = 20  # below this maximum whole points are too coarse for the quick values


def new_submission_id() -> str:
    """A client's id for one save, when the server makes it (a page without JavaScript)."""
    return secrets.token_hex(16)


def field_name(criterion: str) -> str:
    return f"mark-{criterion}"


def shown_mark(text: str, step: Decimal) -> str:
    """A mark as judges read it: one decimal where the step has one ("46" → "46.0"); what is no mark stays as typed."""
    text = unicodedata.normalize("NFKC", text)
    if not text.isdecimal() or "." in text or step == step.to_integral_value():
        return text
    return f"{text}.0"


def finest_step(segment: Segment) -> Decimal:
    """The smallest step of the segment's criteria: what totals are shown with."""
    return min(criterion.step for criterion in segment.criteria)


def quick_values(criterion: Criterion) -> list[str]:
    """Marks that good contestants get, as one tap each: shares of the maximum, on whole points or on the step."""
    unit = Decimal(1) if criterion.max_points >= WHOLE_POINTS_FROM else criterion.step
    values = [(criterion.max_points * share / unit).to_integral_value(ROUND_FLOOR) * unit for share in QUICK_SHARES]
    return [f"{value.normalize():f}" for value in dict.fromkeys(values)]


@dataclass(frozen=True, slots=True)
class CriterionControl:
    """One criterion on the page: what the template prints, in hundredths where the script counts."""

    criterion: Criterion
    name: str
    value: str
    error: str

    @property
    def max_count(self) -> int:
        return int(self.criterion.max_points * 100)

    @property
    def step_count(self) -> int:
        return int(self.criterion.step * 100)

    @property
    def plain(self) -> str:
        """The value without a closing zero, to find its quick button."""
        return self.value.removesuffix(".0")

    @property
    def quick(self) -> list[tuple[str, int]]:
        return [(text, int(Decimal(text) * 100)) for text in quick_values(self.criterion)]

    @property
    def first_count(self) -> int:
        """What the first tap on + or − sets while nothing was entered."""
        return self.quick[0][1]


class MarksForm(forms.Form):
    """Submission id, the version that was seen, and one text per criterion of a segment."""

    submission_id = forms.CharField(max_length=64, widget=forms.HiddenInput)
    base_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, segment: Segment, complete: bool) -> None:
        super().__init__(data)
        self.segment = segment
        self.complete = complete
        for criterion in segment.criteria:
            self.fields[field_name(criterion.code)] = forms.CharField(
                label=criterion.title, max_length=40, required=False, strip=False
            )

    def clean(self) -> dict[str, Any]:
        """Each criterion's complaint beside it; blanks are complaints only when the sheet is to be complete."""
        for criterion in self.segment.criteria:
            text = self.cleaned_data.get(field_name(criterion.code))
            if text is None or (not text.strip() and not self.complete):
                continue
            try:
                parse_mark(text, max_points=criterion.max_points, step=criterion.step)
            except MarkInvalid as error:
                self.add_error(field_name(criterion.code), error.message)
        return self.cleaned_data

    @property
    def typed(self) -> dict[str, str]:
        """What was typed, by criterion; blanks are left out. The service reads the numbers."""
        texts = {each.code: str(self.data.get(field_name(each.code), "")) for each in self.segment.criteria}
        return {code: text for code, text in texts.items() if text.strip()}

    @property
    def mark_errors(self) -> dict[str, str]:
        """The first complaint per criterion."""
        return {
            each.code: str(self.errors[field_name(each.code)][0])
            for each in self.segment.criteria
            if field_name(each.code) in self.errors
        }


def criterion_controls(
    segment: Segment, marks: Mapping[str, str], errors: Mapping[str, str] | None = None
) -> list[CriterionControl]:
    """The segment's criteria with what stands in them; where there is a complaint, exactly what was typed."""
    complaints = errors or {}
    wrong = complaints.keys() & marks.keys()
    return [
        CriterionControl(
            criterion=each,
            name=field_name(each.code),
            value=marks[each.code] if each.code in wrong else shown_mark(marks.get(each.code, ""), each.step),
            error=complaints.get(each.code, ""),
        )
        for each in segment.criteria
    ]


def sum_of_marks(segment: Segment, marks: Mapping[str, str]) -> str:
    """The running total of those marks that are marks, as the page shows it while it is being filled in."""
    total = Decimal(0)
    for criterion in segment.criteria:
        try:
            total += parse_mark(marks.get(criterion.code, ""), max_points=criterion.max_points, step=criterion.step)
        except MarkInvalid:
            continue
    return shown_mark(f"{total.normalize():f}", finest_step(segment))


class ReasonForm(forms.Form):
    """A reason in the person's own words."""

    reason = forms.CharField(
        label="原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        error_messages={"required": "请写明原因。"},
    )
