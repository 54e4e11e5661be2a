"""Shapes of the organiser's acts; what is allowed is decided by the services."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.models import Unit, User
from scoring.models import Entry, Seat
from scoring.selectors import RoundRows

_CLOCK = re.compile(r"(?P<minutes>[0-9]{1,3})(?::|分)(?P<rest>[0-5]?[0-9])秒?|(?P<seconds>[0-9]{1,5})秒?")
LONGEST_REASON = 200
TAKEN_BACK = "清除"  # typed instead of a time that was a mistake
_UNCHOSEN = ("", "请选择")


class LongSelect(forms.Select):
    """A list of choices written as one string: Django's own renders a template per option, 40 ms of CPU for 200."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        widget = self.get_context(name, value, attrs)["widget"]
        options = [option for _, group, _ in widget["optgroups"] for option in group]
        lines = [(each["value"], " selected" if each["selected"] else "", each["label"]) for each in options]
        inner = format_html_join("", '<option value="{}"{}>{}</option>', lines)
        return format_html('<select name="{}"{}>{}</select>', name, flatatt(widget["attrs"]), inner)


def _control(**more: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", **more})


def _choice() -> forms.Select:
    return LongSelect(attrs={"class": "form-select"})


def reason_field(label: str = "原因", required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST_REASON,
        required=required,
        widget=_control(),
        error_messages={"required": f"请写明{label}。"},
    )


def read_clock(text: str) -> int | None:
    """Seconds from "232", "3:52" or "3分52秒"; None where nothing was typed. Anything else is a ValidationError."""
    typed = unicodedata.normalize("NFKC", text).replace(" ", "")
    if not typed:
        return None
    match = _CLOCK.fullmatch(typed)
    if match is None:
        raise ValidationError("请填秒数（232）或分秒（3:52）。")
    if match["seconds"]:
        return int(match["seconds"])
    return 60 * int(match["minutes"]) + int(match["rest"])


class SeatForm(forms.Form):
    """A judge for a seat."""

    judge = forms.ModelChoiceField(label="评委", queryset=User.objects.none(), empty_label="请选择", widget=_choice())
    unit = forms.ModelChoiceField(
        label="所属单位",
        queryset=Unit.objects.none(),
        required=False,
        empty_label="按账号上登记的单位",
        widget=_choice(),
        help_text="用来找出要回避的同单位选手；账号上没有登记单位的，就不属于推荐单位。",
    )
    is_chair = forms.BooleanField(
        label="组长", required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"})
    )

    def __init__(self, *args: Any, judges: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["judge"].queryset = judges
        fields["judge"].error_messages["required"] = "请选择评委。"
        fields["unit"].queryset = Unit.objects.filter(is_active=True).order_by("name")


class ReasonGiven(forms.Form):
    """An act that needs a reason."""

    reason = reason_field()


class NoteForm(forms.Form):
    """An act with a note that may stay empty; a refusal's must not, and the service says so."""

    note = reason_field("说明", required=False)


class SecondsForm(forms.Form):
    """How long the contestant spoke."""

    seconds = forms.CharField(
        label="用时", required=False, max_length=20, widget=_control(placeholder="3:52 或 232", inputmode="text")
    )

    def clean_seconds(self) -> int | None:
        return read_clock(self.cleaned_data["seconds"])


class TimeForm(SecondsForm):
    """A time with the entry and the segment that it is for."""

    entry = forms.ModelChoiceField(
        label="参评条目", queryset=Entry.objects.none(), empty_label="请选择", widget=_choice()
    )
    segment = forms.ChoiceField(label="环节", widget=_choice())
    seconds = forms.CharField(
        label="用时",
        max_length=20,
        widget=_control(placeholder="3:52 或 232", inputmode="text"),
        help_text=f"登记错了要取消，请填“{TAKEN_BACK}”。",
        error_messages={"required": "请填用时，例如 3:52。"},
    )
    field_order = ("entry", "segment", "seconds")

    def __init__(
        self, *args: Any, entries: QuerySet[Entry], segments: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["entry"].queryset = entries
        fields["segment"].choices = list(segments)

    def clean_seconds(self) -> int | None:
        typed = self.cleaned_data["seconds"]
        return None if typed.strip() == TAKEN_BACK else read_clock(typed)


class PointsForm(forms.Form):
    """A quiz segment's score, as text; the service reads the number."""

    points = forms.CharField(
        label="得分",
        max_length=20,
        widget=_control(inputmode="decimal"),
        error_messages={"required": "请填写分数。"},
    )


class DeductionForm(forms.Form):
    """Points off with the reason."""

    points = forms.CharField(
        label="扣分",
        max_length=20,
        widget=_control(inputmode="decimal"),
        error_messages={"required": "请填写要扣的分数。"},
    )
    reason = reason_field()


class StatusForm(forms.Form):
    """Whether the entry competes."""

    status = forms.ChoiceField(label="参评状态", choices=Entry.Status.choices, widget=_choice())
    reason = reason_field(required=False)


class RecusalForm(forms.Form):
    """A pair that the organiser names. The entry by its code: nobody looks for it among 200 options."""

    entry = forms.CharField(
        label="编号", max_length=12, widget=_control(), error_messages={"required": "请填写参评条目的编号。"}
    )
    seat = forms.ModelChoiceField(label="评委", queryset=Seat.objects.none(), empty_label="请选择", widget=_choice())
    reason = reason_field()

    def __init__(self, *args: Any, entries: QuerySet[Entry], seats: QuerySet[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = entries
        fields: Any = self.fields
        fields["seat"].queryset = seats
        fields["seat"].label_from_instance = seat_label

    def clean_entry(self) -> Entry:
        code = unicodedata.normalize("NFKC", self.cleaned_data["entry"])
        found = self.entries.filter(code=code).first()
        if found is None:
            raise ValidationError(f"本轮没有编号“{code}”，请照名次表上的编号填写。")
        return found

    def offer(self, rows: RoundRows) -> None:
        """List the seats that were read already, without asking for them again."""
        fields: Any = self.fields
        fields["seat"].choices = _seat_choices(rows)


class AttendanceForm(forms.Form):
    """A judge who is away from, or back in, the whole round."""

    seat = forms.ModelChoiceField(label="评委", queryset=Seat.objects.none(), empty_label="请选择", widget=_choice())
    reason = reason_field(required=False)

    def __init__(self, *args: Any, seats: QuerySet[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["seat"].queryset = seats
        fields["seat"].label_from_instance = seat_label

    def offer(self, rows: RoundRows) -> None:
        """List the seats that were read already."""
        fields: Any = self.fields
        fields["seat"].choices = _seat_choices(rows)


def _seat_choices(rows: RoundRows) -> list[tuple[Any, str]]:
    return [_UNCHOSEN, *((seat.seat_id, f"{seat.number} 号 {seat.judge_name}") for seat in rows.panel_seats)]


class OrderForm(forms.Form):
    """The decided order of a tied set: one place per code, each once, and why."""

    reason = forms.CharField(
        label="理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        error_messages={"required": "请写明裁定的理由，例如评审组合议的依据。"},
    )

    def __init__(self, *args: Any, codes: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = tuple(codes)
        places = [("", "请选择"), *((str(place), f"第 {place}") for place in range(1, len(codes) + 1))]
        for code in codes:
            self.fields[f"place-{code}"] = forms.ChoiceField(
                label=code, choices=places, widget=_choice(), error_messages={"required": "请选择先后。"}
            )

    def clean(self) -> dict[str, Any]:
        given = [self.cleaned_data.get(f"place-{code}") for code in self.codes]
        if all(given) and len(set(given)) != len(given):
            raise ValidationError("每一位的先后要各不相同。")
        return self.cleaned_data

    @property
    def order(self) -> list[str]:
        """The codes, best first."""
        return sorted(self.codes, key=lambda code: int(self.cleaned_data[f"place-{code}"]))

    @property
    def place_fields(self) -> Iterable[forms.BoundField]:
        return [self[f"place-{code}"] for code in self.codes]


class RunoffForm(forms.Form):
    """A child round for the tied."""

    title = forms.CharField(
        label="加赛名称", max_length=80, widget=_control(), error_messages={"required": "请填写加赛的名称。"}
    )


class SettlementForm(forms.Form):
    """How a late mark was dealt with."""

    settlement = reason_field("处理说明")
    as_correction = forms.BooleanField(
        label="同意计入：同时提出更正，由监督员确认",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )


class ValidUntilForm(forms.Form):
    """Until when codes let judges in."""

    days = forms.TypedChoiceField(
        label="有效期",
        coerce=int,
        choices=[(1, "今明两天"), (3, "3 天"), (7, "7 天"), (30, "30 天")],
        initial=3,
        widget=_choice(),
    )


def seat_label(seat: Seat) -> str:
    return f"{seat.number} 号 {seat.judge.name}"
