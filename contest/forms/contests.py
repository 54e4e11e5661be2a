"""Setting a contest up: the contest itself and a group's rounds."""

from typing import Any

from django import forms

from contest.forms.widgets import CONTROL, SELECT
from contest.models import Group
from scoring.engine.presets import PRESETS
from scoring.models import Panel


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
