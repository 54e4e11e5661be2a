"""Setting a contest up: the contest itself and a group's rounds."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from contest.forms.widgets import CONTROL, SELECT
from contest.models import Contest
from scoring.engine.presets import PRESETS


class ContestChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A contest by its name and edition."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title}（{obj.edition.title}）"


class ContestForm(forms.Form):
    """A contest from a preset, or set up as an earlier one was."""

    title = forms.CharField(label="名称", max_length=80, widget=forms.TextInput(CONTROL))
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
    source = ContestChoiceField(
        label="照搬以前的设置",
        queryset=Contest.objects.none(),
        required=False,
        empty_label="不照搬，从现成的一套开始",
        widget=forms.Select(SELECT),
        help_text="照搬评分细则、组别、报名项目、材料、同意书和通知文稿；时间和报名不带过来。选了就不看下面两项。",
    )
    preset = forms.ChoiceField(
        label="评分细则",
        choices=[(preset.code, preset.title) for preset in PRESETS.values() if preset.code.startswith("contest")],
        widget=forms.Select(SELECT),
        help_text="现成的一套，建好以后可以逐项修改，开放评分时冻结。",
    )
    materials = forms.ChoiceField(
        label="要选手交的材料",
        choices=[
            ("usual", "常用六种：报名表、照片、讲稿、课件、内容审查说明、介绍视频（选交）"),
            ("none", "只收报名信息，例如单位用一张汇总表报名"),
        ],
        required=False,
        initial="usual",
        widget=forms.RadioSelect({"class": "form-check-input"}),
        help_text="建好以后可以增减，格式和大小也可以改。",
    )

    def clean_materials(self) -> bool:
        return bool(self.cleaned_data["materials"] == "usual")

    def __init__(self, *args: Any, sources: QuerySet[Contest] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["source"]
        assert isinstance(field, forms.ModelChoiceField)
        if sources is None or not sources.exists():
            del self.fields["source"]
        else:
            field.queryset = sources
