"""Shape of what an organiser types of a notice; the service decides."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from core.files import accept_attribute, format_labels, readable_size
from core.text.dates import plain_date
from notices.models import Notice
from notices.services.drafts import EDITED, FORMATS, LARGEST_FILE, MOST_FILES

_CONTROL = {"class": "form-control"}
_LABELS = {
    "title": "标题",
    "number": "文号",
    "addressees": "主送",
    "body": "正文",
    "signed_by": "落款",
    "dated": "成文日期",
}


def _line(name: str, help_text: str = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=_LABELS[name],
        required=required,
        widget=forms.TextInput(_CONTROL),
        help_text=help_text,
        error_messages={"required": f"请填写{_LABELS[name]}。"},
    )


class NoticeForm(forms.Form):
    """The texts of a notice, the version that they were made from, and a file to attach."""

    title = _line("title", "例如：关于征集 2026 年优秀科普作品的通知。", required=True)
    number = _line("number", "例如：示科协〔2026〕3号，没有文号的留空。")
    addressees = _line("addressees", "例如：各区科协，各有关单位。")
    body = forms.CharField(
        label=_LABELS["body"],
        required=False,
        widget=forms.Textarea({**_CONTROL, "rows": 16}),
        help_text="一行一段。以“一、”“（一）”“1.”开头的行按公文的标题排印。最多 20000 字。",
    )
    signed_by = _line("signed_by", "留空为主办单位。")
    dated = forms.DateField(
        label=_LABELS["dated"],
        widget=forms.DateInput({**_CONTROL, "type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "请填写成文日期。",
            "invalid": "这不是日期，请按 2026-10-01 的样子填写。",
        },
    )
    base_version = forms.CharField(required=False, widget=forms.HiddenInput)
    file = forms.FileField(
        label="添加附件",
        required=False,
        widget=forms.ClearableFileInput({**_CONTROL, "accept": accept_attribute(FORMATS)}),
        help_text=f"{format_labels(FORMATS)}，每个最大 {readable_size(LARGEST_FILE)}，最多 {MOST_FILES} 个。"
        "作者、单位、拍摄地点等文件属性会自动去除；内容照原样公开，请先删去其中的身份证号和电话。",
        error_messages={"empty": "这是空文件（0 字节），请重新选择。"},
    )

    def clean_base_version(self) -> int:
        """What is no version is an old one: the two texts are shown side by side."""
        text: str = self.cleaned_data["base_version"]
        return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else 0

    def texts(self) -> dict[str, Any]:
        """What the services take of a valid form."""
        return {name: self.cleaned_data[name] for name in EDITED}


class NewNoticeForm(NoticeForm):
    """A notice of the organiser's own words; those of results begin on the result's page."""

    kind = forms.ChoiceField(
        label="种类",
        choices=[(kind.value, kind.label) for kind in Notice.Kind if kind not in Notice.OF_RESULTS],
        widget=forms.Select({"class": "form-select"}),
        error_messages={"invalid_choice": "没有这种公告，请从列表中选择。"},
    )
    field_order = ["kind", "title"]


class WithdrawForm(forms.Form):
    """Why a notice is withdrawn."""

    reason = forms.CharField(
        label="撤回的原因",
        required=False,
        widget=forms.TextInput(_CONTROL),
        help_text="会显示在公开页面上，不要写个人信息。",
    )


def edit_form(notice: Notice, data: QueryDict | None = None, files: Any = None) -> NoticeForm:
    """The form of a draft, filled with what is stored."""
    initial = {name: getattr(notice, name) for name in EDITED}
    return NoticeForm(data, files, initial={**initial, "base_version": notice.version})


def show_refusal(form: forms.Form, message: str, field: str = "") -> None:
    """Put a refusal at the field that it names, or above the form."""
    form.add_error(field if field in form.fields else None, message)


def show_conflict(form: NoticeForm, message: str, *, stored: Mapping[str, Any], version: int) -> list[dict[str, str]]:
    """What is stored and what was typed, where they differ, to stand side by side; the form becomes one of `version`,
    everything else as it was typed, so that saving it again means it (pitfall 20)."""
    typed = form.texts()
    form.add_error(None, message)
    assert isinstance(form.data, QueryDict)
    data = form.data.copy()
    data["base_version"] = str(version)
    form.data = data
    return [
        {"label": _LABELS[name], "stored": _words(value), "typed": _words(typed[name])}
        for name, value in stored.items()
        if _words(value) != _words(typed[name])
    ]


def _words(value: Any) -> str:
    text = plain_date(value) if isinstance(value, date) else str(value).replace("\r\n", "\n")
    return text or "（空）"
