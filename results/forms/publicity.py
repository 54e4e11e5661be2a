"""Shape of what an organiser sends about 公示 and about names that are not shown; the services decide."""

from typing import Any

from django import forms

from results.services.publicity import LONGEST_REASON, MOST_DAYS

_TEXT = {"class": "form-control"}
_TOO_MANY = f"公示期请填 0 到 {MOST_DAYS} 个工作日。"


class PublicityDaysForm(forms.Form):
    days = forms.IntegerField(
        label="公示期（工作日）",
        min_value=0,
        max_value=MOST_DAYS,
        widget=forms.NumberInput({**_TEXT, "inputmode": "numeric"}),
        help_text="0 表示不公示；公示过一次之后不能改为 0。改动只影响以后开始的公示。",
        error_messages={"invalid": _TOO_MANY, "min_value": _TOO_MANY, "max_value": _TOO_MANY},
    )


class StartPublicityForm(forms.Form):
    """A period and the words of its notice; `drafted` is the text as it was offered, to know whether it was edited."""

    working_days = forms.IntegerField(
        label="公示几个工作日",
        min_value=1,
        max_value=MOST_DAYS,
        widget=forms.NumberInput({**_TEXT, "inputmode": "numeric"}),
        error_messages={"invalid": f"请填 1 到 {MOST_DAYS} 个工作日。"},
    )
    ends_on = forms.DateField(
        label="公示结束日",
        required=False,
        widget=forms.DateInput({**_TEXT, "type": "date"}, format="%Y-%m-%d"),
        help_text="留空即按规则推算；填的日期与规则不同，须写明原因。",
    )
    deviation = forms.CharField(
        label="与规则不同的原因",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.TextInput(_TEXT),
    )
    title = forms.CharField(label="公告标题", max_length=120, required=False, widget=forms.TextInput(_TEXT))
    number = forms.CharField(label="文号", max_length=40, required=False, widget=forms.TextInput(_TEXT))
    body = forms.CharField(
        label="正文",
        required=False,
        max_length=20000,
        widget=forms.Textarea({**_TEXT, "rows": 12}),
        help_text="没有改动的正文随公示期重写；自己改写的正文须写明公示期的起止日期。",
    )
    drafted = forms.CharField(required=False, max_length=20000, widget=forms.HiddenInput)
    drafted_title = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)

    def own_words(self) -> dict[str, str]:
        """Title and body where they were edited, "" where they stand as offered."""
        given = self.cleaned_data
        return {
            "title": "" if given["title"] == given["drafted_title"] else given["title"],
            "body": "" if _plain(given["body"]) == _plain(given["drafted"]) else _plain(given["body"]),
        }


class WithdrawPublicityForm(forms.Form):
    reason = forms.CharField(
        label="撤回公示的原因", max_length=300, widget=forms.TextInput(_TEXT), help_text="会显示在公开页面上。"
    )


class HideForm(forms.Form):
    """A row whose people are to be named no more, or again."""

    entry = forms.ChoiceField(
        label="哪一行",
        widget=forms.Select({"class": "form-select"}),
        error_messages={"invalid_choice": "名册中没有这一行，请重新选择。"},
    )
    reason = forms.CharField(
        label="原因", max_length=LONGEST_REASON, widget=forms.TextInput(_TEXT), help_text="只在内部显示。"
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["entry"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
