"""Shape of what the office sends about reviews and the meeting; the services decide."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from scoring.models import Panel, Seat
from works.models import Admission, Meeting
from works.services.meeting import INELIGIBLE, LONGEST_DECISION, LONGEST_REASON, USUAL
from works.services.ties import LONGEST_REASON as LONGEST_TIE

_TEXT = {"class": "form-control"}
_MOMENT = "%Y-%m-%dT%H:%M"


class TermsForm(forms.Form):
    """Deadline, and outside which totals a comment to the office is required."""

    due_at = forms.DateTimeField(
        label="评审截止时间",
        required=False,
        input_formats=[_MOMENT, "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput({**_TEXT, "type": "datetime-local"}, format=_MOMENT),
        help_text="给评审员看的期限；过期不会锁住评分，由组委会封存。",
        error_messages={"invalid": "请按“年-月-日 时:分”填写时间。"},
    )
    comment_below = forms.DecimalField(
        label="总分低于多少须写意见",
        required=False,
        min_value=0,
        max_value=999,
        decimal_places=2,
        widget=forms.TextInput({**_TEXT, "inputmode": "decimal"}),
        help_text="不填则不要求。意见只给组委会看。",
    )
    comment_above = forms.DecimalField(
        label="总分高于多少须写意见",
        required=False,
        min_value=0,
        max_value=999,
        decimal_places=2,
        widget=forms.TextInput({**_TEXT, "inputmode": "decimal"}),
    )


class SetUpForm(TermsForm):
    """The panel that reviews a kind, and its terms."""

    panel = forms.ModelChoiceField(
        Panel.objects.none(),
        label="评委组",
        empty_label="请选择",
        widget=forms.Select({"class": "form-select"}),
        help_text="评审员的席位和所在单位在评委组页面维护。",
        error_messages={"required": "请选择评委组。", "invalid_choice": "没有这个评委组，请重新选择。"},
    )
    field_order = ["panel", "due_at", "comment_below", "comment_above"]

    def __init__(self, *args: Any, panels: "QuerySet[Panel, Panel]", **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["panel"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = panels


class _SeatField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Seats by number and name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} 号 {obj.judge.name}"


class TieForm(forms.Form):
    """A tie between a reviewer and a work, declared by the office."""

    seat = _SeatField(
        Seat.objects.none(),
        label="评审员",
        empty_label="请选择",
        widget=forms.Select({"class": "form-select"}),
        error_messages={"required": "请选择评审员。"},
    )
    code = forms.CharField(label="作品编号", max_length=12, widget=forms.TextInput(_TEXT))
    reason = forms.CharField(label="关系", max_length=LONGEST_TIE, widget=forms.TextInput(_TEXT))

    def __init__(self, *args: Any, seats: "QuerySet[Seat, Seat]", round_id: int, **more: Any) -> None:
        super().__init__(*args, **more)
        self.round_id = round_id
        field = self.fields["seat"]
        assert isinstance(field, _SeatField)
        field.queryset = seats

    def clean_code(self) -> Admission:
        code = self.cleaned_data["code"].strip().upper()
        found = Admission.objects.filter(entry__round=self.round_id, entry__code=code).select_related("work").first()
        if found is None:
            raise forms.ValidationError(f"没有编号“{code}”，请对照列表填写。")
        return found


class MeetingForm(forms.ModelForm):  # type: ignore[type-arg]
    """Where and when, who, and how it went."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    class Meta:
        model = Meeting
        fields = ("held_on", "place", "chair", "attendants", "summary")
        widgets = {
            "held_on": forms.DateInput({**_TEXT, "type": "date"}, format="%Y-%m-%d"),
            "place": forms.TextInput(_TEXT),
            "chair": forms.TextInput(_TEXT),
            "attendants": forms.Textarea({**_TEXT, "rows": 2}),
            "summary": forms.Textarea({**_TEXT, "rows": 4}),
        }

    def details(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class DecisionForm(forms.Form):
    """What the meeting decided of one work."""

    decision = forms.CharField(
        label="意见",
        max_length=LONGEST_DECISION,
        widget=forms.TextInput({**_TEXT, "list": "usual-decisions"}),
        help_text="可从常用意见中选，也可自己写。",
        error_messages={"required": "请写明意见。"},
    )
    reason = forms.CharField(
        label="理由",
        max_length=LONGEST_REASON,
        widget=forms.Textarea({**_TEXT, "rows": 2}),
        error_messages={"required": "请写明理由，它会写进会议纪要。"},
    )
    usual = (*USUAL, INELIGIBLE)


class TieDecisionForm(forms.Form):
    """The order of one tied set: a place for each of its codes."""

    reason = forms.CharField(
        label="裁定理由",
        max_length=LONGEST_REASON,
        widget=forms.TextInput(_TEXT),
        error_messages={"required": "请写明裁定理由。"},
    )

    def __init__(self, *args: Any, codes: Sequence[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.codes = list(codes)
        places = [(str(place), f"第 {place} 位") for place in range(1, len(self.codes) + 1)]
        for code in self.codes:
            self.fields[f"place-{code}"] = forms.ChoiceField(
                label=f"{code} 号",
                choices=[("", "请选择"), *places],
                widget=forms.Select({"class": "form-select"}),
                error_messages={"required": f"请选择 {code} 号排第几位。"},
            )

    def clean(self) -> dict[str, Any]:
        places = [self.cleaned_data.get(f"place-{code}") for code in self.codes]
        if all(places) and len(set(places)) < len(places):
            raise forms.ValidationError("每一位只能排一件作品，请核对裁定顺序。")
        return self.cleaned_data

    def order(self) -> list[str]:
        return sorted(self.codes, key=lambda code: int(self.cleaned_data[f"place-{code}"]))


class ProposeForm(forms.Form):
    """A later version of the roster needs a reason."""

    reason = forms.CharField(label="更正的缘由", max_length=300, required=False, widget=forms.TextInput(_TEXT))

    def __init__(self, *args: Any, again: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["reason"].required = again


class OwnTiesForm(forms.Form):
    """Works to which a reviewer says he is tied."""

    works = forms.ModelMultipleChoiceField(
        Admission.objects.none(), required=True, error_messages={"required": "请勾选与您有关系的作品。"}
    )
    reason = forms.CharField(
        label="与作品的关系",
        max_length=LONGEST_TIE,
        widget=forms.TextInput({**_TEXT, "placeholder": "例如：第一作者是我的学生"}),
        error_messages={"required": "请写明与作品的关系。"},
    )

    def __init__(self, *args: Any, admissions: "QuerySet[Admission, Admission]", **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["works"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = admissions
