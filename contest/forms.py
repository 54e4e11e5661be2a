"""Shape of what an organiser types in a contest's office; the services decide."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from django import forms

from contest.models import Contest, Contestant, Group
from contest.services import Registration, registration_faults
from contest.services.registrations import LONGEST
from core.text.names import normalise_name
from core.text.phones import PhoneInvalid, normalise_phone
from scoring.engine.presets import PRESETS
from scoring.models import Panel

CONTROL = {"class": "form-control"}
SELECT = {"class": "form-select"}


class ContestForm(forms.Form):
    """A contest from a preset: five answers."""

    title = forms.CharField(
        label="名称", max_length=80, widget=forms.TextInput(CONTROL), help_text="例如：2026 年科普讲解大赛"
    )
    slug = forms.SlugField(
        label="网址代号",
        max_length=40,
        widget=forms.TextInput(CONTROL),
        help_text="小写字母、数字和短横，例如 jiangjie",
        error_messages={"invalid": "只能用英文字母、数字和短横，不能有汉字和空格，例如 jiangjie。"},
    )
    first_day = forms.DateField(
        label="比赛首日",
        widget=forms.DateInput({**CONTROL, "type": "date"}, format="%Y-%m-%d"),
        help_text="选手的年龄按这一天计算。",
    )
    preset = forms.ChoiceField(
        label="评分细则",
        choices=[(preset.code, preset.title) for preset in PRESETS.values() if preset.code.startswith("contest")],
        widget=forms.Select(SELECT),
        help_text="现成的一套；全文可在轮次页面查看，开放评分时冻结。",
    )


class RoundForm(forms.Form):
    """A group's next round: its title and panel, chosen or new."""

    title = forms.CharField(label="轮次名称", max_length=80, widget=forms.TextInput(CONTROL))
    panel = forms.ModelChoiceField(
        label="评委组",
        queryset=Panel.objects.none(),
        required=False,
        empty_label="新建一个评委组",
        widget=forms.Select(SELECT),
    )
    panel_title = forms.CharField(
        label="新评委组的名称",
        max_length=80,
        required=False,
        widget=forms.TextInput(CONTROL),
        help_text="选了现有的评委组就不用填。",
    )

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        panels = self.fields["panel"]
        assert isinstance(panels, forms.ModelChoiceField)
        panels.queryset = Panel.objects.filter(edition=group.contest.edition)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("panel") and not cleaned.get("panel_title"):
            self.add_error("panel_title", "请选择现有的评委组，或填写新评委组的名称。")
        return cleaned


class UploadForm(forms.Form):
    file = forms.FileField(label="报名汇总表（.xlsx）", widget=forms.ClearableFileInput({**CONTROL, "accept": ".xlsx"}))


class ContestantForm(forms.Form):
    """One registration, typed in."""

    group = forms.ModelChoiceField(
        label="组别", queryset=Group.objects.none(), empty_label=None, widget=forms.Select(SELECT)
    )
    name = forms.CharField(label="姓名", max_length=LONGEST["name"], widget=forms.TextInput(CONTROL))
    gender = forms.ChoiceField(label="性别", choices=Contestant.Gender.choices, widget=forms.Select(SELECT))
    birth_date = forms.DateField(
        label="出生日期", widget=forms.DateInput({**CONTROL, "type": "date"}, format="%Y-%m-%d")
    )
    id_number = forms.CharField(
        label="身份证号", max_length=40, widget=forms.TextInput({**CONTROL, "autocomplete": "off"})
    )
    workplace = forms.CharField(
        label="工作单位（学校）", max_length=LONGEST["workplace"], widget=forms.TextInput(CONTROL)
    )
    title = forms.CharField(label="讲解题目", max_length=LONGEST["title"], widget=forms.TextInput(CONTROL))
    tutors = forms.CharField(
        label="指导教师", max_length=LONGEST["tutors"], required=False, widget=forms.TextInput(CONTROL)
    )
    guardian_name = forms.CharField(
        label="监护人", max_length=LONGEST["guardian_name"], required=False, widget=forms.TextInput(CONTROL)
    )
    phone = forms.CharField(label="联系电话", max_length=40, widget=forms.TextInput({**CONTROL, "inputmode": "tel"}))
    email = forms.EmailField(label="电子邮箱", required=False, widget=forms.EmailInput(CONTROL))
    remark = forms.CharField(
        label="备注", max_length=LONGEST["remark"], required=False, widget=forms.TextInput(CONTROL)
    )

    def __init__(self, *args: Any, contest: Contest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = self.fields["group"]
        assert isinstance(groups, forms.ModelChoiceField)
        groups.queryset = contest.groups.select_related("contest")

    def clean_name(self) -> str:
        return normalise_name(self.cleaned_data["name"])

    def clean_guardian_name(self) -> str:
        return normalise_name(self.cleaned_data["guardian_name"])

    def clean_id_number(self) -> str:
        return re.sub(r"\s", "", unicodedata.normalize("NFKC", self.cleaned_data["id_number"])).upper()

    def clean_phone(self) -> str:
        try:
            return normalise_phone(self.cleaned_data["phone"])
        except PhoneInvalid as error:
            raise forms.ValidationError(error.message) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            for fault in registration_faults(self.registration()):
                self.add_error(fault.field, fault.message)
        return cleaned

    def registration(self) -> Registration:
        """The registration of a form whose fields are clean."""
        return Registration(**self.cleaned_data)


class LeaveForm(forms.Form):
    """A contestant leaves or is refused, with the reason."""

    kind = forms.ChoiceField(
        label="办理",
        choices=[("withdraw", "选手退出"), ("refuse", "资格不符，不予受理")],
        widget=forms.Select(SELECT),
    )
    reason = forms.CharField(label="原因", max_length=200, widget=forms.TextInput(CONTROL))


class ReasonForm(forms.Form):
    reason = forms.CharField(label="原因", max_length=200, widget=forms.TextInput(CONTROL))


class ProposeForm(forms.Form):
    """A reason, once there is an earlier version."""

    reason = forms.CharField(
        label="更正的缘由",
        max_length=300,
        widget=forms.TextInput(CONTROL),
        error_messages={"required": "这是更正后的名册，请写明更正的缘由。"},
    )

    def __init__(self, *args: Any, again: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = again


class LotsForm(forms.Form):
    public = forms.CharField(
        label="公开随机数",
        max_length=200,
        widget=forms.TextInput(CONTROL),
        help_text="当众确定、谁也不能预先知道的数，例如：2026-11-20 双色球 2026134 期 03 08 14 19 27 31 + 11",
    )


class OrderForm(forms.Form):
    """The order that was drawn on the spot: a number for each contestant, and a reason if it changes an earlier one."""

    def __init__(self, *args: Any, contestants: Sequence[Contestant], again: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contestants = contestants
        for contestant in contestants:
            self.fields[f"number_{contestant.pk}"] = forms.IntegerField(
                label=f"{contestant.name}的抽签号",
                min_value=1,
                max_value=len(contestants),
                widget=forms.NumberInput({**CONTROL, "inputmode": "numeric"}),
            )
        if again:
            self.fields["reason"] = forms.CharField(label="更改原因", max_length=200, widget=forms.TextInput(CONTROL))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        seen: dict[int, str] = {}
        for contestant in self.contestants:
            number = cleaned.get(f"number_{contestant.pk}")
            if number is None:
                continue
            if number in seen:
                self.add_error(f"number_{contestant.pk}", f"{number} 号已经给了{seen[number]}，请核对。")
            seen.setdefault(number, contestant.name)
        return cleaned

    def order(self) -> list[int]:
        """Contestants' ids, first to last."""
        numbers = {contestant.pk: self.cleaned_data[f"number_{contestant.pk}"] for contestant in self.contestants}
        return sorted(numbers, key=lambda pk: numbers[pk])

    def lines(self) -> list[tuple[Contestant, forms.BoundField]]:
        return [(contestant, self[f"number_{contestant.pk}"]) for contestant in self.contestants]
