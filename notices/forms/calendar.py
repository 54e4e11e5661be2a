"""Shape of what an organiser types of a year's holidays; the service decides."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory

from notices.models import CalendarDay
from notices.selectors.calendar import Line
from notices.services import DayRange

SPARE_ROWS = 3
MOST_ROWS = 150  # more than days can be, and empty ones
_CONTROL = {"class": "form-control"}


class YearForm(forms.Form):
    """The announcement, and what the form was made from."""

    source = forms.CharField(
        label="依据",
        max_length=200,
        widget=forms.TextInput(_CONTROL),
        error_messages={"required": "请填写依据，例如通知的名称和文号。"},
        help_text="通知的名称和文号，例如：国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）。",
    )
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class DayForm(forms.Form):
    """One line: 放假 or 上班 from a day to a day. Left empty it says nothing."""

    title = forms.CharField(
        label="节日", required=False, max_length=40, widget=forms.TextInput({**_CONTROL, "placeholder": "例如：国庆节"})
    )
    kind = forms.ChoiceField(
        label="安排", choices=CalendarDay.Kind.choices, widget=forms.Select({"class": "form-select"})
    )
    first = forms.DateField(
        label="从",
        required=False,
        widget=forms.DateInput({**_CONTROL, "type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "这不是日期，请按 2026-10-01 的样子填写。"},
    )
    last = forms.DateField(
        label="到",
        required=False,
        widget=forms.DateInput({**_CONTROL, "type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "这不是日期，请按 2026-10-07 的样子填写。"},
    )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if self.errors or not (given.get("first") or given.get("last") or given.get("title")):
            return given
        if not given.get("first"):
            self.add_error("first", "请填写开始的日期；这一行不要了的，请把三项都清空。")
        if not given.get("title"):
            self.add_error("title", "请填写节日，例如“国庆节”。")
        return given

    def day_range(self) -> DayRange | None:
        """What a valid line says, None for an empty one."""
        given = self.cleaned_data
        first = given.get("first")
        if first is None:
            return None
        return DayRange(first, given.get("last") or first, given["kind"], given["title"])


DayFormSet = formset_factory(DayForm, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


def day_forms(lines: Sequence[Line]) -> "BaseFormSet[DayForm]":
    """The stored lines and some empty ones."""
    stored: list[dict[str, Any]] = [
        {"title": line.title, "kind": line.kind, "first": line.first, "last": line.last} for line in lines
    ]
    return DayFormSet(initial=[*stored, *({"kind": CalendarDay.Kind.HOLIDAY} for _ in range(SPARE_ROWS))])
