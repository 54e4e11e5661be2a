"""A layout to begin from, and a name for the new one."""

from collections.abc import Sequence
from typing import Any

from django import forms

from certificates.selectors import LayoutChoice


class LayoutNewForm(forms.Form):
    title = forms.CharField(
        label="新版式的名称",
        max_length=40,
        help_text="例如：2026 讲解大赛荣誉证书。",
        widget=forms.TextInput({"class": "form-control"}),
    )
    start = forms.ChoiceField(
        label="从哪个版式开始",
        error_messages={"required": "请选择一个版式。", "invalid_choice": "没有这个版式，请重新选择。"},
    )

    def __init__(self, *args: Any, layouts: Sequence[LayoutChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.layouts = layouts
        field = self.fields["start"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each.code, each.title) for each in layouts]

    @property
    def chosen(self) -> str:
        return str(self["start"].value() or "")
