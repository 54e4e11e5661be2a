"""Reasons and the approval of a batch; the services decide."""

from typing import Any

from django import forms

from certificates.models import Certificate
from certificates.services import FROM_LISTS

_WORDS = {
    "recipient": ("获奖人", 120),
    "salutation": ("称谓", 10),
    "before": ("奖项前面的文字", 200),
    "award": ("奖项", 60),
}


class ReasonForm(forms.Form):
    """Why an act is done."""

    reason = forms.CharField(
        label="原因",
        max_length=200,
        widget=forms.TextInput({"class": "form-control"}),
        error_messages={"required": "请写明原因。"},
    )


class ApprovalForm(forms.Form):
    """Which proof was read."""

    proof_sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    seen = forms.BooleanField(
        label="我已逐张看过校样：姓名、作品、奖项、单位、日期都对。",
        widget=forms.CheckboxInput({"class": "form-check-input"}),
        error_messages={"required": "请先打开校样看过，再勾选这一项。"},
    )


class ReissueForm(forms.Form):
    """Why a certificate is made again; of one from a workbook also what it should say."""

    reason = forms.CharField(
        label="补发原因",
        max_length=200,
        widget=forms.TextInput({"class": "form-control"}),
        help_text="例如：原件遗失、姓名有误。查验旧证书时会公开显示。",
        error_messages={"required": "请写明补发的原因。"},
    )

    def __init__(self, *args: Any, certificate: Certificate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not certificate.award_key.startswith(FROM_LISTS):
            return
        for name, (label, longest) in _WORDS.items():
            self.fields[name] = forms.CharField(
                label=label,
                max_length=longest,
                required=name in {"recipient", "award"},
                initial=certificate.text[name],
                widget=forms.TextInput({"class": "form-control"}),
            )

    def words(self) -> dict[str, str]:
        """What it should say, where that may be changed."""
        return {name: text for name, text in self.cleaned_data.items() if name in _WORDS}
