"""A new rulebook: from a preset or from one that the edition has."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from scoring.engine import PRESETS
from scoring.forms.organising import reason_field
from scoring.models import Rulebook

_OWN = "own-"


class RulebookNewForm(forms.Form):
    """Three answers; everything else is edited afterwards."""

    title = forms.CharField(
        label="名称",
        max_length=80,
        widget=forms.TextInput({"class": "form-control"}),
        help_text="例如：2026 年科普讲解大赛评分细则",
        error_messages={"required": "请填写名称。"},
    )
    code = forms.SlugField(
        label="代号",
        max_length=40,
        widget=forms.TextInput({"class": "form-control"}),
        help_text="小写字母、数字和短横，例如 jiangjie-2026；以后不能改。",
        error_messages={
            "required": "请填写代号。",
            "invalid": "只能用英文字母、数字和短横，不能有汉字和空格，例如 jiangjie-2026。",
        },
    )
    source = forms.ChoiceField(
        label="从哪一份开始",
        widget=forms.Select({"class": "form-select"}),
        help_text="建好以后，里面的每一个数字都可以改。",
        error_messages={"invalid_choice": "请从列表中选择。"},
    )

    def __init__(self, *args: Any, own: Iterable[Rulebook], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = {f"{_OWN}{each.pk}": each for each in own}
        presets = [(preset.code, preset.title) for preset in PRESETS.values()]
        source = self.fields["source"]
        assert isinstance(source, forms.ChoiceField)
        source.choices = [("现成的", presets)]
        if self.own:
            copies = [(key, f"{each.title}（第 {each.version} 版）") for key, each in self.own.items()]
            source.choices = [("现成的", presets), ("照本届已有的抄一份", copies)]

    def document(self) -> Mapping[str, Any]:
        """The rules to start from."""
        source = self.cleaned_data["source"]
        return self.own[source].document if source in self.own else PRESETS[source].build().as_document()


class RulebookReasonForm(forms.Form):
    """Why there is a new version."""

    reason = reason_field("修改原因")
