"""What every certificate of a workbook says, and the workbook."""

from collections.abc import Sequence
from typing import Any

from django import forms

from certificates.engine.shipped import DEFAULT
from certificates.selectors import LayoutChoice


def _text(label: str, *, longest: int, required: bool = True, note: str = "") -> forms.CharField:
    widget = forms.TextInput({"class": "form-control"})
    return forms.CharField(label=label, max_length=longest, required=required, widget=widget, help_text=note)


class RecipientsForm(forms.Form):
    title = _text("批次名称", longest=60, note="例如：优秀组织奖证书。")
    source = _text("依据", longest=80, note="证书查验页会显示，例如文件号：示科协〔2026〕12号。")
    heading = _text("证书标题", longest=20, note="例如：荣誉证书、聘书。")
    before = _text("奖项前面的文字", longest=200, note="表中“事由”一栏填了的，以表为准。")
    after = _text("奖项后面的文字", longest=100, required=False)
    issuers = forms.CharField(
        label="落款单位",
        widget=forms.Textarea({"class": "form-control", "rows": 2}),
        max_length=400,
        help_text="一行一个，按名次排列。",
    )
    series = _text("编号前缀", longest=30, note="序号接着这个前缀已用的往下排。")
    issued_on = forms.DateField(
        label="落款日期", widget=forms.DateInput({"class": "form-control", "type": "date"}, format="%Y-%m-%d")
    )
    layout = forms.ChoiceField(label="证书版式", required=False)
    file = forms.FileField(
        label="获奖名单（xlsx）",
        error_messages={"required": "请选择文件。"},
        widget=forms.FileInput({"class": "form-control", "accept": ".xlsx"}),
    )

    def __init__(self, *args: Any, layouts: Sequence[LayoutChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.layouts = layouts
        field = self.fields["layout"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each.code, each.title) for each in layouts]

    def chosen(self) -> str:
        """The chosen layout's code; the default one before a choice."""
        return str(self["layout"].value() or DEFAULT)

    def clean_issuers(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["issuers"].splitlines() if line.strip()]

    def settings(self) -> dict[str, Any]:
        """Everything but the file, as a session keeps it."""
        kept = {name: value for name, value in self.cleaned_data.items() if name != "file"}
        return {**kept, "issued_on": kept["issued_on"].isoformat(), "layout": kept["layout"] or DEFAULT}
