"""What an objection's author and the office type; the services decide."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from core.exceptions import DomainError
from core.files import accept_attribute, format_labels
from results.models import Objection, Publicity
from results.selectors import Candidate, publicised_rows
from results.services.objection_acts import LONGEST_TEXT, RULINGS
from results.services.objection_words import LONGEST_ABOUT, LONGEST_BODY, LONGEST_UNIT, SHORTEST_BODY
from results.services.objections import EVIDENCE_FORMATS, LETTER_FORMATS, MOST_FILES

CONTROL = {"class": "form-control"}
SELECT = {"class": "form-select"}
_SUBMISSION = re.compile(r"[A-Za-z0-9_-]{16,64}")


class _ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files of one control; the services check each."""

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[bytes]]":
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [file for file in given if file]


class OfficeForm(forms.Form):
    """Base of the forms here: a place beside a field for what a service refuses."""

    use_required_attribute = False

    def refuse(self, error: DomainError) -> None:
        """Show a refusal beside the field that it is about, or above the form."""
        field = getattr(error, "field", "")
        self.add_error(field if field in self.fields else None, error.message)


class _LetterForm(OfficeForm):
    """What the public form and a letter on paper have in common."""

    submission = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label="提出者", choices=Objection.Kind.choices, widget=forms.Select(SELECT), initial=Objection.Kind.PERSON
    )
    name = forms.CharField(
        label="姓名（单位的，填联系人）", max_length=60, widget=forms.TextInput({**CONTROL, "autocomplete": "name"})
    )
    phone = forms.CharField(
        label="手机号码",
        max_length=40,
        widget=forms.TextInput({**CONTROL, "autocomplete": "tel", "inputmode": "tel"}),
    )
    unit_name = forms.CharField(
        label="单位全称",
        max_length=LONGEST_UNIT,
        required=False,
        widget=forms.TextInput({**CONTROL, "autocomplete": "organization"}),
    )
    letter = forms.FileField(
        label="加盖公章的异议书",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput({**CONTROL, "accept": accept_attribute(LETTER_FORMATS)}),
        help_text=f"扫描件或照片，{format_labels(LETTER_FORMATS)}，最大 20 MB。",
    )
    entry = forms.ChoiceField(label="针对名单中的哪一项", required=False, widget=forms.Select(SELECT))
    about = forms.CharField(
        label="或者写明对象",
        max_length=LONGEST_ABOUT,
        required=False,
        widget=forms.TextInput(CONTROL),
        help_text="名单里没有的（例如应列而未列的人或作品、评审程序）写在这里；这两项至少填一项。",
    )
    body = forms.CharField(
        label="异议内容和理由",
        max_length=2 * LONGEST_BODY,
        widget=forms.Textarea({**CONTROL, "rows": 8}),
        help_text=f"写明事实、依据和要求，{SHORTEST_BODY} 至 {LONGEST_BODY} 个字。",
    )
    files = FilesField(  # type: ignore[assignment]  # Django takes fields out of the class
        label="证明材料",
        required=False,
        allow_empty_file=True,
        widget=_ManyFiles({**CONTROL, "accept": accept_attribute(EVIDENCE_FORMATS)}),
        help_text=f"{format_labels(EVIDENCE_FORMATS)}，最多 {MOST_FILES} 份，每份最大 20 MB。只有经办人员可以看到。",
    )

    def __init__(self, *args: Any, period: Publicity | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entry = self.fields["entry"]
        assert isinstance(entry, forms.ChoiceField)  # declared above
        rows = publicised_rows(period) if period else []
        entry.choices = [("", "不针对名单中的某一项"), *((row["entry"], _label(row)) for row in rows)]


class ObjectionForm(_LetterForm):
    """The public form. `website` stands for robots: no person sees it."""

    website = forms.CharField(
        label="请不要填写这一栏",
        required=False,
        widget=forms.TextInput({**CONTROL, "tabindex": "-1", "autocomplete": "off"}),
    )

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError("这一栏是防自动提交用的，请清空后再提交。")
        return ""


class PaperForm(_LetterForm):
    """登记书面异议: a letter may lack what the public form asks for."""

    received_at = forms.DateTimeField(
        label="收到时间",
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput({**CONTROL, "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="以收到信件的时间为准（邮寄的按邮戳或签收时间），它决定是否在公示期内。",
    )
    field_order = ["received_at"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "phone"):
            self.fields[name].required = False
            self.fields[name].help_text = "没有署名或没有电话的，登记后自动答复不予受理并存档。"


class ActForm(OfficeForm):
    """One act on an objection, decided on a page whose newest step is `seen`."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


def _words(label: str, *, help_text: str = "", required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST_TEXT,
        required=required,
        help_text=help_text,
        widget=forms.Textarea({**CONTROL, "rows": 4}),
    )


_READ = "异议人凭回执在状态页上看到这段话，请不要写他人的姓名、电话。"


class AcceptForm(ActForm):
    pass


class DeclineForm(ActForm):
    reason = forms.ChoiceField(label="原因", choices=Objection.Reason.choices, widget=forms.Select(SELECT))
    answer = _words("给异议人的答复", help_text=_READ)


class AssignForm(ActForm):
    handler = forms.TypedChoiceField(label="承办人", coerce=int, widget=forms.Select(SELECT))

    def __init__(self, *args: Any, candidates: Sequence[Candidate] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        handler = self.fields["handler"]
        assert isinstance(handler, forms.TypedChoiceField)  # declared above
        # Whoever is bound can be sent, not chosen: the service says why not.
        handler.choices = [(each.user.pk, each.user.name) for each in candidates]
        free = [(each.user.pk, each.user.name) for each in candidates if not each.fault]
        handler.widget.choices = [("", "请选择"), *free]


class RecuseForm(ActForm):
    reason = _words("回避的原因", help_text="只在内部记录里；回避后不能再承办这件异议。")


class NoteForm(ActForm):
    note = _words("调查记录", help_text="只在内部记录里，异议人看不到。")


class RuleForm(ActForm):
    ruling = forms.ChoiceField(
        label="结论",
        choices=[("", "请选择"), *((each.value, each.label) for each in RULINGS)],
        widget=forms.Select(SELECT),
    )
    answer = _words("给异议人的答复（写明理由）", help_text=_READ)
    note = _words("内部记录", required=False)


class SettleForm(ActForm):
    answer = _words("给异议人的答复", help_text=_READ)


class RevealForm(ActForm):
    purpose = forms.CharField(
        label="查看姓名和电话的用途",
        max_length=200,
        widget=forms.TextInput({**CONTROL, "autocomplete": "off"}),
        error_messages={"required": "请写明用途，会记入台账。"},
    )


def _label(row: dict[str, str]) -> str:
    parts = [row["people"], f"《{row['title']}》" if row["title"] else "", row["unit"]]
    return " · ".join(part for part in parts if part)
