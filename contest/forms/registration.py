"""Shape of a registration as it is typed or uploaded; the services decide."""

import re
import unicodedata
from typing import Any

from django import forms

from contest.forms.widgets import CONTROL, SELECT
from contest.models import Contest, Contestant, Group
from contest.services import Registration, registration_faults
from contest.services.registrations import LONGEST
from core.text.names import normalise_name
from core.text.phones import PhoneInvalid, normalise_phone


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
